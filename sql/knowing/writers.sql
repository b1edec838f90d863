-- Names of the locks of all who may be writing what becomes known at :until or before.
select writer.name
from recon.writers(:until) as writer (name)
order by writer.name
