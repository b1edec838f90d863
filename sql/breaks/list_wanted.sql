-- Wanted breaks with their ids and families; two of one subject are a mistake of the SQL
-- above, and the primary key says so.
create temporary table wanted on commit drop as
select
    cast(md5(concat_ws(
        '|', cast(:reconciliation as text), wanted_break.subject_kind, wanted_break.subject_key
    )) as uuid) as break_id,
    known.family,
    wanted_break.*
from wanted_break
inner join unnest(cast(:codes as text[]), cast(:families as text[])) as known (code, family)
    on wanted_break.code = known.code
