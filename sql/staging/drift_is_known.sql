-- Whether this delivery's broken shape is noted already.
select exists(
    select
    from staging.quarantine
    where
        delivery_id = :delivery_id
        and code = 'DQ_SCHEMA'
) as is_known
