-- The first break of :reconciliation that is not what must be explained. One that people closed
-- stays closed while its code, its amount and what is at stake are what they closed.
with

stored as (

    select
        *,
        concat_ws(
            ', ', code, family, amount_minor, 'at stake ' || exposure_minor, currency,
            business_date, 'entry ' || entry_id, source, account_id, subject_kind, subject_key, explanation
        ) as told
    from recon.break
    where reconciliation = :reconciliation

)

select
    coalesce(stored.break_id, wanted.break_id) as break_id,
    coalesce(stored.status || ', ' || stored.told, 'none') as stored,
    coalesce(
        concat_ws(
            ', ', wanted.code, wanted.family, wanted.amount_minor,
            'at stake ' || wanted.exposure_minor, wanted.currency, wanted.business_date,
            'entry ' || wanted.entry_id, wanted.source, wanted.account_id, wanted.subject_kind,
            wanted.subject_key, wanted.explanation
        ), 'nothing to explain'
    ) as again
from stored
full outer join wanted on stored.break_id = wanted.break_id
where
    (stored.break_id is null)
    or (wanted.break_id is null and stored.status <> 'RESOLVED')
    or (
        stored.status <> 'RESOLVED'
        and stored.told <> concat_ws(
            ', ', wanted.code, wanted.family, wanted.amount_minor,
            'at stake ' || wanted.exposure_minor, wanted.currency, wanted.business_date,
            'entry ' || wanted.entry_id, wanted.source, wanted.account_id, wanted.subject_kind,
            wanted.subject_key, wanted.explanation
        )
    )
    or (
        stored.status = 'RESOLVED'
        and wanted.break_id is not null
        and (
            stored.resolution in ('auto', 'matched')
            or (stored.code, stored.amount_minor, stored.currency)
            is distinct from (wanted.code, wanted.amount_minor, wanted.currency)
            or wanted.exposure_minor
            is distinct from coalesce(stored.exposure_minor, wanted.exposure_minor)
        )
    )
order by 1
limit 1
