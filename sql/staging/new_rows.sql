-- The places of the rows that are still to be written, as one array; null when there are none.
select array_agg(staged_no order by staged_no) as places
from staged_entry
