"""Rules every DAG keeps, read from the DAGs as Airflow parses them."""

import pytest

from adapters.config import load_sources
from pipeline.settings import PROJECT
from reconciliation.definition import load_definitions
from tests.dags.conftest import CONFIGURED

DAGS = ("daily_break_report", "hourly_reconciliation", "housekeeping")
SOURCES = sorted(load_sources(PROJECT / "adapters", {}))
HOURLY = "hourly_reconciliation"


def test_all_files_import_and_nothing_else_is_a_dag(facts):
    assert facts["import_errors"] == {}
    assert sorted(facts["dags"]) == sorted(DAGS)


@pytest.mark.parametrize("dag_id", DAGS)
def test_every_dag(facts, dag_id):
    dag = facts["dags"][dag_id]
    assert "what you see" in dag["doc_md"] or "Red is" in dag["doc_md"], "no triage notes"
    assert dag["max_active_runs"] == 1
    assert "CronDataInterval" in dag["schedule"]
    assert "Asia/Kolkata" in dag["schedule"]
    assert dag["catchup"] is False, "without a first hour nothing of the past is run"
    (deadline,) = dag["deadlines"]
    assert deadline["kind"] == "SyncCallback"
    assert deadline["reference"] == deadline["read_back"] == "QueuedAt"
    assert deadline["callback"] == "plugins.deadline_callback.deadline_missed"
    assert 0 < deadline["minutes"] <= 120


@pytest.mark.parametrize("dag_id", DAGS)
def test_every_task(facts, dag_id):
    for name, task in facts["dags"][dag_id]["tasks"].items():
        assert task["owner"] == "reconciliation", name
        assert (task["retries"], task["retry_delay"]) == (2, 60), name
        assert task["retry_policy"] == "ExceptionRetryPolicy", name
        assert task["timeout"] is not None, name
        assert task["doc_md"] or name == "everything_reconciled", name


def test_a_group_of_two_for_each_source(facts):
    tasks = facts["dags"][HOURLY]["tasks"]
    for source in SOURCES:
        land, stage = tasks[f"{source}.land"], tasks[f"{source}.stage"]
        assert land["upstream"] == [], f"{source} waits for another"
        assert stage["upstream"] == [f"{source}.land"]
        assert (stage["pool"], stage["trigger_rule"]) == ("heavy", "all_done")
        assert land["pool"] == "default_pool"


@pytest.mark.parametrize("definition", load_definitions(), ids=lambda item: item.name)
def test_a_reconciliation_waits_for_its_own_sources_to_be_done(facts, definition):
    task = facts["dags"][HOURLY]["tasks"][definition.name]
    assert task["upstream"] == sorted(f"{source}.stage" for source in definition.sources)
    assert task["trigger_rule"] == "all_done"


def test_the_run_is_red_only_where_a_reconciliation_or_the_alerts_are(facts):
    tasks = facts["dags"][HOURLY]["tasks"]
    names = sorted(item.name for item in load_definitions())
    leaves = [name for name, task in tasks.items() if not task["downstream"]]
    assert leaves == ["everything_reconciled"]
    assert tasks["everything_reconciled"]["trigger_rule"] == "none_failed"
    assert tasks["everything_reconciled"]["upstream"] == sorted([*names, "alerts"])
    assert tasks["alerts"]["trigger_rule"] == "all_done"
    assert tasks["alerts"]["upstream"] == names


def test_params_choose_among_the_sources(facts):
    params = facts["dags"][HOURLY]["params"]
    assert params["sources"]["value"] == []
    assert params["sources"]["schema"]["items"]["enum"] == SOURCES
    assert params["from"]["value"] is None
    assert params["to"]["value"] is None


def test_only_configured_sources_and_what_they_allow(facts_of):
    some = {name: value for name, value in CONFIGURED.items() if name[:4] in ("HDFC", "LEDG")}
    tasks = facts_of(some)["dags"][HOURLY]["tasks"]
    assert {"core.land", "core.stage", "hdfc.land", "hdfc.stage", "core_hdfc"} <= set(tasks)
    assert "icici.land" not in tasks
    assert "core_icici" not in tasks
    assert "gateway_settlement" not in tasks


def test_nothing_configured_is_still_a_dag(facts_of):
    facts = facts_of({})
    assert facts["import_errors"] == {}
    assert "alerts" in facts["dags"][HOURLY]["tasks"]


def test_from_the_first_hour_on_every_hour_is_run(facts_of):
    dags = facts_of({
        "RECON_FIRST_HOUR": "2026-03-10T04:30:00+00:00",
        "RECON_LAST_HOUR": "2026-03-10T11:00:00+05:30",
    })["dags"]  # fmt: skip
    hourly = dags[HOURLY]
    assert hourly["catchup"] is True
    assert hourly["start_date"] == "2026-03-10T04:30:00+00:00"
    assert hourly["end_date"] == "2026-03-10T05:30:00+00:00"
    # A new installation does not mail yesterday's report of nothing.
    assert dags["daily_break_report"]["start_date"] == hourly["start_date"]
    assert dags["daily_break_report"]["catchup"] is False
    assert dags["daily_break_report"]["end_date"] is None
