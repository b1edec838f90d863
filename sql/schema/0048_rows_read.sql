-- Each row that was read is one of: an entry new or changed, said before, refused, beyond its
-- interval, or of no entry (balances, settlement headers). The last was not counted so far.
alter table staging.load add column rows_of_no_entry integer not null default 0;
comment on column staging.load.rows_of_no_entry is 'Rows of balances and settlement headers; 0 in loads of before this column, whose rows then do not add up.';

create or replace view report.source_freshness as
with

landed as (

    select
        source,
        max(interval_to) as landed_until,
        max(landed_at) as landed_at,
        cast(sum(deliveries) as bigint) as deliveries
    from raw.coverage
    where known_at <= report.as_of()
    group by source

),

delivered as (

    -- Of now alone: a landing that failed has left deliveries that nobody knew of.
    select
        source,
        count(*) as deliveries,
        sum(bytes) as bytes,
        max(fetched_at) as fetched_at
    from raw.delivery
    where report.as_of() = 'infinity'
    group by source

),

loaded as (

    select
        source,
        sum(rows_parsed) as rows_parsed,
        sum(entries_new) as entries_new,
        sum(entries_changed) as entries_changed,
        sum(entries_retracted) as entries_retracted,
        sum(rows_repeated) as rows_repeated,
        sum(rows_quarantined) as rows_quarantined,
        sum(rows_outside) as rows_outside,
        sum(rows_of_no_entry) as rows_of_no_entry
    from staging.load
    where known_at <= report.as_of()
    group by source

),

refused as (

    select
        source,
        count(*) as quarantined
    from staging.quarantine
    where
        known_from <= report.as_of()
        and (known_to is null or known_to > report.as_of())
    group by source

)

select
    landed.source,
    landed.landed_until,
    landed.landed_at,
    delivered.fetched_at,
    coalesce(delivered.deliveries, landed.deliveries) as deliveries,
    case when report.as_of() = 'infinity' then coalesce(delivered.bytes, 0) end as bytes,
    coalesce(loaded.rows_parsed, 0) as rows_parsed,
    coalesce(loaded.entries_new, 0) as entries_new,
    coalesce(loaded.entries_changed, 0) as entries_changed,
    coalesce(loaded.entries_retracted, 0) as entries_retracted,
    coalesce(refused.quarantined, 0) as quarantined,
    case when report.as_of() = 'infinity' then coalesce(circuit.state, 'closed') end as circuit,
    coalesce(loaded.rows_repeated, 0) as rows_repeated,
    coalesce(loaded.rows_quarantined, 0) as rows_quarantined,
    coalesce(loaded.rows_outside, 0) as rows_outside,
    coalesce(loaded.rows_of_no_entry, 0) as rows_of_no_entry
from landed
left join delivered on landed.source = delivered.source
left join loaded on landed.source = loaded.source
left join refused on landed.source = refused.source
left join ops.circuit on landed.source = circuit.source;
comment on view report.source_freshness is 'Up to which hour is each source landed, what it brought, and is it being asked? rows_parsed is entries_new + entries_changed + rows_repeated + rows_quarantined + rows_outside + rows_of_no_entry; quarantined is what stands refused. Circuit, fetched_at and bytes are of now alone: null as of a moment.';
