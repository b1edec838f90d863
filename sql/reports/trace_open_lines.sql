-- Settlement lines of the order :order_id that found no payment on :reconciliation: those that are
-- open there still, and those that are or were in a break. Both are few; lines have no key of
-- their order. Whether they were known at report.as_of is told apart later. At most :rows_max.
with

unmatched as (

    select entry_id
    from recon.open_entry_history
    where
        reconciliation = :reconciliation
        and side = 'external'
        and known_to is null
        and known_from <= report.as_of()

    union

    select entry_id
    from recon.break
    where
        reconciliation = :reconciliation
        and subject_kind = 'entry'
        and entry_id is not null

)

select unmatched.entry_id
from unmatched
where
    exists (
        select
        from staging.entry
        where
            entry.entry_id = unmatched.entry_id
            and entry.order_id = :order_id
            and entry.gross_minor is not null
    )
order by unmatched.entry_id
limit :rows_max
