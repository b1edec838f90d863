-- How many rows load :load_id wrote into each table.
select
    (
        select count(*)
        from staging.entry
        where load_id = :load_id
    ) as entries,
    (
        select count(*)
        from staging.balance
        where load_id = :load_id
    ) as balances,
    (
        select count(*)
        from staging.settlement
        where load_id = :load_id
    ) as settlements,
    (
        select count(*)
        from staging.quarantine
        where load_id = :load_id and row_no is not null
    ) as findings
