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
