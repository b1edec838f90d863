-- The edge's clocks and rules after this run.
insert into recon.edge (
    reconciliation, version, sha256, as_of, known_at, calendar, code_version
)
values (:reconciliation, :version, :sha256, :as_of, :known_at, :calendar, :code_version)
on conflict (reconciliation) do update
    set
        version = excluded.version,
        sha256 = excluded.sha256,
        as_of = excluded.as_of,
        known_at = excluded.known_at,
        calendar = excluded.calendar,
        code_version = excluded.code_version
