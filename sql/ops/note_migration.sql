-- Note that :name is applied under :sha256; no row where it already is, so that of two
-- processes one applies it. The privileges may come again under another checksum.
insert into migration.applied (name, sha256)
values (:name, :sha256)
on conflict (name) do update
    set
        sha256 = excluded.sha256,
        applied_at = now()
    where migration.applied.name = 'privileges'
