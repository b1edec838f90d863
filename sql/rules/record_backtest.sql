-- What a replay by a changed definition showed. Returns its id.
insert into recon.backtest (
    reconciliation, version, sha256, definition, against_version, against_sha256,
    interval_from, interval_to, result, code_version, made_by
)
values (
    :reconciliation, :version, :sha256, :definition, :against_version, :against_sha256,
    :interval_from, :interval_to, :result, :code_version, :made_by
)
returning backtest_id
