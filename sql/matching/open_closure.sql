-- The edge's working copy: every live entry of the closure, open until a pass seats it.
create temporary table open_entry on commit drop as
select
    closure_entry.side,
    live_entry.*,
    false as is_transfer
from closure_entry
inner join recon.live_entry on closure_entry.entry_id = live_entry.entry_id
