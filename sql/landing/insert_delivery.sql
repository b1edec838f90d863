-- Keep one payload. The same bytes of the same part of the same interval are there already:
-- no row is written then, and none is returned.
insert into raw.delivery (
    source,
    dataset,
    interval_from,
    interval_to,
    window_from,
    part,
    name,
    name_cipher,
    sha256,
    bytes,
    ciphertext,
    key_id,
    control,
    fetched_at,
    modified_at
)
values (
    :source,
    :dataset,
    :interval_from,
    :interval_to,
    :window_from,
    :part,
    :name,
    :name_cipher,
    :sha256,
    :bytes,
    :ciphertext,
    :key_id,
    :control,
    :fetched_at,
    :modified_at
)
on conflict (source, interval_from, interval_to, part, sha256) do nothing
returning delivery_id
