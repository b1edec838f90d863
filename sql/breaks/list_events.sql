-- What changes now, as events: opened, changed, reopened, resolved. A break that people
-- closed stays closed unless its code, its amount or what is at stake (where that was told then) is
-- no longer what they closed; one that facts closed (auto, or matched by hand) follows them. What
-- waits for an approval and becomes something else is looked at again.
create temporary table event on commit drop as
with

break as (

    select *
    from recon.break
    where
        reconciliation = :reconciliation
        and (status <> 'RESOLVED' or break_id in (select wanted.break_id from wanted))

)

select
    coalesce(wanted.break_id, break.break_id) as break_id,
    cast(:known_at as timestamptz) as known_at,
    case
        when break.break_id is null then 'opened'
        when wanted.break_id is null then 'resolved'
        when break.status = 'RESOLVED' then 'reopened'
        else 'changed'
    end as event,
    coalesce(wanted.code, break.code) as code,
    coalesce(wanted.family, break.family) as family,
    case
        when break.break_id is null then 'OPEN'
        when wanted.break_id is null then 'RESOLVED'
        when break.status = 'RESOLVED' then 'REOPENED'
        when
            break.status = 'PENDING_APPROVAL'
            and not (
                wanted.code = break.code
                and wanted.amount_minor = break.amount_minor
                and wanted.currency = break.currency
                and wanted.exposure_minor
                is not distinct from coalesce(break.exposure_minor, wanted.exposure_minor)
            )
            then 'INVESTIGATING'
        else break.status
    end as status,
    case
        when wanted.break_id is not null then null
        when exists (
            select
            from recon.match_item
            inner join recon.match_group
                on
                    match_item.match_group_id = match_group.match_group_id
                    and match_group.known_to is null
            where
                match_item.reconciliation = :reconciliation
                and match_item.entry_id = break.entry_id
                and match_group.pass_name = 'manual'
        ) then 'matched'
        else 'auto'
    end as resolution,
    coalesce(wanted.amount_minor, break.amount_minor) as amount_minor,
    case when wanted.break_id is null then break.exposure_minor else wanted.exposure_minor end
        as exposure_minor,
    coalesce(wanted.currency, break.currency) as currency,
    coalesce(wanted.business_date, break.business_date) as business_date,
    coalesce(break.opened_at, :as_of) as opened_at,
    coalesce(wanted.entry_id, break.entry_id) as entry_id,
    coalesce(wanted.explanation, break.explanation) as explanation,
    break.assigned_to
from wanted
full outer join break on wanted.break_id = break.break_id
where
    break.break_id is null
    or wanted.break_id is null
    or (
        break.status <> 'RESOLVED'
        and (
            wanted.code, wanted.amount_minor, wanted.exposure_minor, wanted.currency,
            wanted.business_date, wanted.entry_id, wanted.explanation
        ) is distinct from (
            break.code, break.amount_minor, break.exposure_minor, break.currency,
            break.business_date, break.entry_id, break.explanation
        )
    )
    or (
        break.status = 'RESOLVED'
        and (
            break.resolution in ('auto', 'matched')
            or (wanted.code, wanted.amount_minor, wanted.currency)
            is distinct from (break.code, break.amount_minor, break.currency)
            or wanted.exposure_minor
            is distinct from coalesce(break.exposure_minor, wanted.exposure_minor)
        )
    )
