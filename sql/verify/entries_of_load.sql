-- The versions that load :load_id wrote.
select *
from staging.entry
where load_id = :load_id
order by delivery_id, row_no
