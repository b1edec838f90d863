-- A delivery of :source that brought the part :part; its bytes are of no concern.
insert into raw.delivery (
    source, dataset, window_from, interval_from, interval_to, part, name, sha256, bytes,
    ciphertext, key_id, fetched_at
)
values (
    :source, 'transactions', :starts_at, :starts_at, :ends_at, :part, 'bench', md5(:part), 1,
    '\x00', 'bench', :ends_at
)
returning delivery_id
