-- What was given of open items before: every delivery of them, a row each, oldest first.
select
    delivery_id,
    source,
    dataset,
    part,
    sha256
from raw.delivery
where starts_with(part, :prefix)
order by delivery_id
