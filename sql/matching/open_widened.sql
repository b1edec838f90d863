-- And what a weaker tier's keys brought in since round :round: open, for only open entries
-- have such keys.
insert into open_entry
select
    closure_entry.side,
    live_entry.*,
    false as is_transfer
from closure_entry
inner join recon.live_entry on closure_entry.entry_id = live_entry.entry_id
where closure_entry.round > :round
