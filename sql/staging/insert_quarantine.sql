-- Keep findings that are not known yet. A row whose good reading is newer than the bad one
-- is no finding.
insert into staging.quarantine (
    source, dataset, delivery_id, part, row_no, row_key, source_id, business_date, account_id,
    code, reason, amount_minor, row_cipher, load_id, known_from
)
select
    :source as source,
    staged.dataset,
    staged.delivery_id,
    staged.part,
    staged.row_no,
    staged.row_key,
    staged.source_id,
    staged.business_date,
    staged.account_id,
    staged.code,
    staged.reason,
    staged.amount_minor,
    staged.row_cipher,
    :load_id as load_id,
    :known_at as known_from
from staged_quarantine as staged
where
    not exists (
        select
        from staging.entry
        where
            entry.source = :source
            and entry.entry_key = staged.source_id
            and entry.known_to is null
            and entry.fetched_at > staged.fetched_at
    )
order by staged.fetched_at, staged.delivery_id, staged.row_no
on conflict do nothing
