-- They are open all the same.
insert into open_entry
select *
from crowded
