-- Remember a file as the far end listed it, so that it is not fetched again; its bytes may
-- have come before under another time.
insert into raw.file_seen (source, name, bytes, modified_at, sha256, delivery_id)
select
    :source as source,
    :name as name,
    :bytes as bytes,
    :modified_at as modified_at,
    :sha256 as sha256,
    delivery_id
from raw.delivery
where
    source = :source
    and part = :part
    and sha256 = :sha256
order by delivery_id
limit 1
on conflict (source, name, bytes, modified_at) do nothing
