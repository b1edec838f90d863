-- How many entries this run looks at.
select count(*) as entries
from closure_entry
