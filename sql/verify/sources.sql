-- Every source that ever delivered.
select distinct source
from raw.delivery
order by source
