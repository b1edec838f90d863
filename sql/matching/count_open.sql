-- How much the passes have before them.
select count(*) as entries
from open_entry
