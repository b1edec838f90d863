-- The open items at go-live; parallel arrays. open_on: names with commas between, null for all.
insert into ops.opening_item (
    source, entry_key, dataset, account_id, currency, amount_minor, open_on
)
select
    given.source,
    given.entry_key,
    given.dataset,
    given.account_id,
    given.currency,
    given.amount_minor,
    string_to_array(given.open_on, ',') as open_on
from unnest(
    cast(:sources as text[]),
    cast(:entry_keys as text[]),
    cast(:datasets as text[]),
    cast(:account_ids as integer[]),
    cast(:currencies as text[]),
    cast(:amounts as bigint[]),
    cast(:open_ons as text[])
) as given (source, entry_key, dataset, account_id, currency, amount_minor, open_on)
