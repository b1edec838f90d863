-- Sources with deliveries that are landed and that nothing has staged: an attempt failed after
-- they came, or they wait longer than any attempt takes (a killed one notes no failure). What is
-- being landed or staged right now is left alone.
with

stuck as (

    select
        waiting.source,
        waiting.interval_from
    from staging.waiting_delivery as waiting
    inner join raw.delivery on waiting.delivery_id = delivery.delivery_id
    where
        delivery.fetched_at < now() - interval '1 hour'
        or exists (
            select
            from recon.run
            where
                run.step = 'stage'
                and run.subject = waiting.source
                and run.state = 'failed'
                and run.interval_to >= waiting.interval_to
                and run.ended_at > delivery.fetched_at
        )

)

select
    source as subject,
    format(
        '%s: %s delivery(ies) are landed and not staged, the first for %s IST; see the stage task '
        'of %s and `./recon quarantine list`',
        source,
        count(*),
        to_char(min(interval_from) at time zone 'Asia/Kolkata', 'YYYY-MM-DD HH24:MI'),
        source
    ) as detail
from stuck
group by source
