-- How much there is to go through: deliveries and loads of :sources.
select
    (
        select count(*)
        from raw.delivery
        where source = any(:sources) and interval_from < :until and interval_to > :since
    ) + (
        select count(*)
        from staging.load
        where source = any(:sources) and interval_from < :until and interval_to > :since
    ) as steps
