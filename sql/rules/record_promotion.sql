-- Put the definition in force from this tick of the edge on.
insert into recon.promotion (
    reconciliation, version, sha256, definition, backtest_id, tested_by, promoted_by, comment,
    known_from, despite_wrong
)
values (
    :reconciliation, :version, :sha256, :definition, :backtest_id, :tested_by, :promoted_by,
    :comment, :known_from, :despite_wrong
)
