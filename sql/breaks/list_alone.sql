-- Entries that stand alone on the edge and are overdue, with what their source says of them in
-- words.
select
    scene.entry_id,
    scene.subject_key,
    scene.is_ledger,
    scene.account_id,
    scene.currency,
    scene.amount_minor,
    scene.day,
    upper(concat_ws(
        ' ', entry.description, entry.reference_number, entry.upi_id, entry.rrn, entry.utr
    )) as text
from scene
inner join staging.entry
    on scene.entry_id = entry.entry_id and scene.version = entry.version
where
    scene.is_open
    and scene.status = 'SUCCESS'
    and scene.account_id is not null
    and scene.entry_id in (
        select finding.entry_id
        from finding
        where finding.code in ('MIS_IN_BANK', 'MIS_IN_LEDGER')
    )
