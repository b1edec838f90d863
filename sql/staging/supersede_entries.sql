-- Close live versions whose newer reading says something else.
update staging.entry
set
    retired_load_id = :load_id,
    known_to = :known_at,
    end_reason = 'superseded'
from known_entry as known
where
    known.is_newer
    and entry.entry_id = known.entry_id
    and entry.version = known.version
