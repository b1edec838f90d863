"""A source that is away for longer than its retries, on the real scheduler, and comes back."""

import pytest
from sqlalchemy import text

from pipeline.services import HOURLY_DAG
from reconciliation.model import HOUR, Interval

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(600)]
COVERED = "select interval_from, interval_to from raw.coverage where source = 'hdfc' order by 1"
MISSING = "select status from recon.break where code = 'MIS_FILE' and subject_key like 'hdfc:%'"
ALERTS = "select kind from ops.alert where subject = 'hdfc' and cleared_at is null order by 1"


@pytest.fixture
def hours(running, first_run):
    """The three hours up to the scheduler's; nothing of them is in the database."""
    running.restore()
    end = running.hour.end
    return [Interval(end - n * HOUR, end - (n - 1) * HOUR) for n in (3, 2, 1)]


def run(running, interval, *sources):
    """An hour by hand, with these sources; (how it ended, its tasks)."""
    asked = {"sources": list(sources), "from": interval.start.isoformat(),
             "to": interval.end.isoformat()}  # fmt: skip
    run_id = running.airflow.rest().trigger(HOURLY_DAG, asked)
    return running.await_state(run_id), running.tasks(run_id)


def rows(running, statement):
    with running.store.transaction() as transaction:
        return [tuple(row) for row in transaction.connection.execute(text(statement))]


def test_its_hours_are_missing_until_it_is_back_and_nobody_waits(running, hours):
    before, away, back = hours
    sources = ("core", "hdfc", "icici")
    assert run(running, before, *sources)[0] == "success"

    with running.fault("hdfc", "down", times=None):
        state, tasks = run(running, Interval(away.start, back.end), *sources)
    assert state == "success", "a bank that is away is no failure of the run"
    assert tasks["hdfc.land"] == ("skipped", 3)
    done = {"core.land", "icici.land", "hdfc.stage", "core_hdfc", "core_icici", "alerts"}
    assert {tasks[name][0] for name in done} == {"success"}
    assert set(rows(running, MISSING)) == {("OPEN",)}
    assert rows(running, ALERTS) == [("api_down",), ("source_late",)]
    assert rows(running, COVERED) == [(before.start, before.end)]

    # An open circuit lets nobody through for a minute or two: they have passed.
    with running.store.transaction() as transaction:
        transaction.connection.execute(text("update ops.circuit set retry_at = now()"))
    state, tasks = run(running, back, "hdfc")
    assert (state, tasks["hdfc.land"]) == ("success", ("success", 1))
    assert rows(running, COVERED) == [(before.start, before.end), (away.start, back.end)]
    assert set(rows(running, MISSING)) == {("RESOLVED",)}
    assert rows(running, ALERTS) == []
