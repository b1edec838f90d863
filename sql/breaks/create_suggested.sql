-- The suggestions of this run; members as an array's text, which COPY brings in as it is.
create temporary table suggested (
    entry_id bigint not null,
    kind text not null,
    rank smallint not null,
    members text not null,
    score smallint not null,
    margin smallint not null,
    state text not null,
    reason text not null
) on commit drop
