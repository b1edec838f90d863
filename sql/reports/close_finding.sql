-- Close a finding somebody has looked at, as known from :known_at on.
update staging.quarantine
set known_to = :known_at
where
    quarantine_id = :quarantine_id
    and known_to is null
