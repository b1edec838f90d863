-- Replays of exactly this definition, the last first.
select
    backtest_id,
    against_version,
    against_sha256,
    interval_from,
    interval_to,
    result,
    code_version,
    made_by,
    made_at
from recon.backtest
where reconciliation = :reconciliation and sha256 = :sha256
order by backtest_id desc
