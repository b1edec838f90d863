"""The real scheduler on a simulated world: one hour, run again, cleared, and refused.

One test after another on the same Airflow: each says what it needs of the ones before.
"""

import json
import time

import pytest

from pipeline import deadlines
from pipeline.services import HOURLY_DAG
from pipeline.wiring import secret_values
from reconciliation.definition import load_definitions
from tests.running_airflow import RUN_SECONDS_MAX

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(600)]
XCOM_BYTES_MAX = 2_000


def test_the_scheduler_runs_the_hour(running, first_run):
    expected = 2 * 9 + len(load_definitions()) + 2
    assert first_run["state"] == "success"
    assert first_run["tasks"] == {"success": expected}
    assert running.exported()["entries"][0] > 0


def test_only_small_facts_cross_xcom(running, first_run):
    rest = running.airflow.rest()
    path = f"/dags/{HOURLY_DAG}/dagRuns/{first_run['run_id']}/taskInstances/~/xcomEntries"
    entries = rest.get(path, {"limit": "100"})["xcom_entries"]
    assert len(entries) > 20
    assert {entry["key"] for entry in entries} == {"return_value"}, "each is a call of its own"
    for entry in entries:
        value = rest.get(
            f"/dags/{HOURLY_DAG}/dagRuns/{first_run['run_id']}/taskInstances/{entry['task_id']}"
            f"/xcomEntries/{entry['key']}",
            {"stringify": "true"},
        )["value"]
        assert len(json.dumps(value)) < XCOM_BYTES_MAX, entry["task_id"]


def test_no_secret_is_in_any_log(running, first_run):
    """The banks' secrets, the database's, the keys, Airflow's own and its login."""
    secrets = set(secret_values(running.settings))
    assert len(secrets) >= 15
    logs = list(running.settings.home.rglob("*.log"))
    assert len(logs) > 20
    for path in logs:
        text = path.read_text(errors="replace")
        assert not [True for secret in secrets if secret in text], path


@pytest.mark.parametrize("only", [None, "hdfc.stage"])
def test_cleared_and_run_again_it_stores_the_same(running, first_run, only):
    before = running.exported()
    rest = running.airflow.rest()
    run = f"/dags/{HOURLY_DAG}/dagRuns/{first_run['run_id']}"
    if only is None:
        cleared = rest.send("POST", f"{run}/clear", json={"dry_run": False})
    else:
        words = {"dry_run": False, "dag_run_id": first_run["run_id"], "task_ids": [only],
                 "only_failed": False, "include_downstream": True}  # fmt: skip
        cleared = rest.send("POST", f"/dags/{HOURLY_DAG}/clearTaskInstances", json=words)
    assert cleared.ok, cleared.text
    again = rest.await_run(HOURLY_DAG, running.hour, seconds_max=RUN_SECONDS_MAX)
    assert again["state"] == "success"
    assert running.exported() == before


def test_a_refused_source_is_marked_and_holds_up_nobody(running, first_run):
    """403 is not asked again, its task is red, the run is green."""
    rest = running.airflow.rest()
    hour = running.hour
    with running.fault("hdfc", "forbidden", times=None):
        # Not the hour of before, which is landed: that one and the hour before it.
        asked = {"sources": ["hdfc", "core"], "from": _hour_before(hour), "to": _iso(hour.end)}
        run_id = rest.trigger(HOURLY_DAG, asked)
        state = running.await_state(run_id)
    tasks = running.tasks(run_id)
    assert tasks["hdfc.land"] == ("failed", 1), "tried more than once, or not at all"
    assert tasks["core.stage"][0] == tasks["core_hdfc"][0] == "success"
    assert tasks["icici.land"][0] == tasks["gateway_settlement"][0] == "skipped"
    assert state == "success"


def test_a_missed_deadline_is_an_alert(running, first_run):
    """The session's deadline is 0 minutes: the scheduler's run has missed it."""
    subject = f"{HOURLY_DAG} {first_run['run_id']}"
    end = time.monotonic() + 60
    found = []
    while not found and time.monotonic() < end:
        with running.store.transaction() as transaction:
            rows = transaction.rows("reports/alerts_of_kind", kind="deadline_missed")
        found = [row for row in rows if row["subject"] == subject]
        time.sleep(1)
    assert len(found) == 1
    assert "not over by" in found[0]["detail"]
    deadlines.clear(running.settings, HOURLY_DAG, first_run["run_id"])


def test_a_backfill_runs_in_airflow_and_has_no_deadline(running, first_run):
    rest = running.airflow.rest()
    before = running.exported()
    number = rest.create_backfill(HOURLY_DAG, running.hour)
    end = time.monotonic() + RUN_SECONDS_MAX
    while not rest.is_backfill_done(number):
        assert time.monotonic() < end
        time.sleep(1)
    assert rest.backfill_states(HOURLY_DAG, running.hour) == {"success": 1}
    assert running.exported() == before


@pytest.mark.parametrize("dag_id", ["housekeeping", "daily_break_report"])
def test_the_other_dags_run(running, first_run, dag_id):
    """By hand and without a date, as from the UI; on a bank holiday the report is skipped."""
    rest = running.airflow.rest()
    rest.unpause(dag_id)
    run_id = rest.trigger(dag_id, {})
    assert running.await_state(run_id, dag_id) == "success"
    states = {state for state, _ in running.tasks(run_id, dag_id).values()}
    assert states <= ({"success"} if dag_id == "housekeeping" else {"success", "skipped"})


def _iso(moment):
    return moment.isoformat()


def _hour_before(hour):
    return _iso(hour.start - (hour.end - hour.start))
