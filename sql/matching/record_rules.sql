-- Keep every definition that was ever used, word for word.
insert into recon.rule_version (reconciliation, version, definition, sha256)
values (:reconciliation, :version, :definition, :sha256)
on conflict do nothing
