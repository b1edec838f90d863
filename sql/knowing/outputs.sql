-- Outputs that were made, newest first: all, or those whose number or fingerprint :asked is (or
-- begins so).
select
    output_id,
    what,
    parameters,
    as_of,
    sha256,
    bytes,
    lines,
    line_sums,
    made_at,
    made_by
from ops.output
where
    cast(:asked as text) is null
    or cast(output_id as text) = :asked
    or (length(:asked) >= 8 and left(sha256, length(:asked)) = :asked)
order by output_id desc
limit :rows_max
