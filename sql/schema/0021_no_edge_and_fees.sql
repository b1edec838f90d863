-- Ledger rows that no reconciliation takes: nobody would ever look for their other side.
create table recon.no_edge_entry (
    entry_id bigint primary key,
    reconciliation text not null,  -- the edge that tells of its source
    source text not null
);
comment on table recon.no_edge_entry is 'Live ledger entries that fit the clause of no definition.';
create index no_edge_entry_edge_idx on recon.no_edge_entry (reconciliation);

create table recon.no_edge_rule (
    reconciliation text primary key,
    clauses text not null
);
comment on table recon.no_edge_rule is 'The clauses of all definitions that recon.no_edge_entry was found with.';

-- Fees of seated settlement lines that are not the contract's.
create table recon.fee_variance (
    match_group_id uuid primary key,
    reconciliation text not null,
    entry_id bigint not null,  -- the payment
    code text not null,
    amount_minor bigint not null,  -- theirs less the contract's
    explanation text not null
);
comment on table recon.fee_variance is 'What the gateway took beyond its contract, or less; the groups of now.';
create index fee_variance_edge_idx on recon.fee_variance (reconciliation);
