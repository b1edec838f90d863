"""`backfill` through Airflow: green runs whose sources did not all do well do not end with 0."""

import os
import signal
import time
from datetime import date

import pytest

from adapters.errors import CircuitOpen, CredentialsRefused, SchemaDrift, SourceUnavailable
from pipeline import runs
from pipeline.errors import StoreBusy
from pipeline.services import Airflow
from pipeline.services_process import Service, stop_all
from reconciliation.model import Interval
from tests.pipeline.small_airflow import SmallAirflow

DAY = Interval.of_days(date(2026, 3, 10), date(2026, 3, 10))
WORDS = ("backfill", "--from", "2026-03-10", "--to", "2026-03-10")
WELL = {
    "rows_parsed": 3, "rows_quarantined": 0, "refused": 0, "entries_new": 3, "entries_changed": 0,
    "already_loaded": False,
}  # fmt: skip
DOWN = SourceUnavailable("sbi: no answer")


@pytest.fixture
def small(recon, settings, monkeypatch):
    """Airflow as far as `backfill` looks: two processes that live, and one of them answers."""
    for name in ("HDFC", "SBI"):
        monkeypatch.setenv(f"{name}_API_URL", "http://127.0.0.1:9")
        monkeypatch.setenv(f"{name}_CLIENT_ID", "x")
        monkeypatch.setenv(f"{name}_CLIENT_SECRET", "x")
    idle = ["-c", "import time; time.sleep(600)"]
    small = SmallAirflow(settings)
    living = [
        Service("scheduler", idle, {}, settings.home),
        Service("api-server", small.forwarding, {}, settings.home),
    ]
    for service in living:
        service.start()
    while not living[1].listens(Airflow(settings).port):
        time.sleep(0.02)
    small.runs = ["success"] * 24
    yield small
    small.close()
    stop_all(living)


@pytest.fixture
def hours(store):
    """`hours("sbi", {3: DOWN})`: what each hour's steps leave behind, by number; else all well."""

    def record(source, **how):
        with store.kept_open() as kept:
            _record(kept, source, **how)

    return record


def _record(store, source, *, land=None, stage=None, counts=None, missing=()):
    for number, hour in enumerate(DAY.hours()):
        if number in missing:
            continue
        for step, failures in (("land", land or {}), ("stage", stage or {})):
            run = runs.begin(store, step, source, hour)
            if number in failures:
                if failures[number] is not None:
                    runs.fail(store, run, failures[number])
                continue
            with store.transaction() as transaction:
                done = (counts or {}).get(number, WELL) if step == "stage" else {}
                runs.finish(transaction, run, done)


EVERY = range(24)
NONE = WELL | {"rows_parsed": 0, "entries_new": 0}
ALL_DOWN = {"land": dict.fromkeys(EVERY, DOWN), "counts": dict.fromkeys(EVERY, NONE)}
ALL_REFUSED = {
    "land": dict.fromkeys(EVERY, CredentialsRefused("x: refused")),
    "counts": dict.fromkeys(EVERY, NONE),
}


@pytest.mark.parametrize(
    ("hdfc", "sbi", "code", "states"),
    [
        ({}, {}, 0, ("done", "done")),
        (ALL_DOWN, ALL_DOWN, 3, ("unreachable", "unreachable")),
        (ALL_REFUSED, ALL_REFUSED, 4, ("refused", "refused")),
        ({}, ALL_DOWN, 5, ("done", "unreachable")),
        ({}, {"land": {23: CircuitOpen("sbi: not asked")}}, 5, ("done", "partly")),
        ({}, {"land": {0: None}, "counts": {0: NONE}}, 5, ("done", "partly")),  # killed
        ({}, {"land": {0: StoreBusy("a lock")}, "counts": {0: NONE}}, 5, ("done", "partly")),
        ({}, {"stage": {5: SchemaDrift("sbi: amount is gone")}}, 5, ("done", "partly")),
        ({}, {"counts": {5: WELL | {"rows_quarantined": 1}}}, 5, ("done", "partly")),
        ({}, {"counts": {5: NONE | {"refused": 1}}}, 5, ("done", "partly")),
        ({}, {"missing": EVERY}, 5, ("done", "unreachable")),
    ],
)  # fmt: skip
def test_green_runs_end_as_their_sources_went(recon, small, hours, *, hdfc, sbi, code, states):
    hours("hdfc", **hdfc)
    hours("sbi", **sbi)

    ended = recon(*WORDS, "--json")

    assert ended.code == code
    assert ended.data["runs"] == {"success": 24}
    found = {name: source["state"] for name, source in ended.data["sources"].items()}
    assert (found["hdfc"], found["sbi"]) == states
    assert ("sbi" in ended.err.partition("error:")[2]) == (code != 0)


def test_only_the_sources_that_were_asked_for_count(recon, small, hours):
    hours("hdfc")

    ended = recon(*WORDS, "--source", "hdfc")

    assert ended.code == 0
    assert small.created[0]["dag_run_conf"] == {"sources": ["hdfc"]}
    assert "hdfc" in ended.out
    assert "72" in ended.out  # 24 hours of 3 rows
    assert "sbi" not in ended.out


def test_failed_runs_are_told_before_the_sources(recon, small, hours):
    small.runs = ["success"] * 22 + ["failed"] * 2
    hours("hdfc")
    hours("sbi", **ALL_DOWN)

    ended = recon(*WORDS, "--resume")

    assert ended.code == 5
    assert small.created[0]["reprocess_behavior"] == "failed"
    assert "2 of 24 runs failed" in ended.err
    assert "--resume leaves green hours as they are" in ended.err


def test_a_day_backfilled_here_before_is_not_these_hours(recon, small, hours, store):
    hours("hdfc")
    hours("sbi")
    runs.fail(store, runs.begin(store, "land", "sbi", DAY), DOWN)

    assert recon(*WORDS).code == 0


def test_ctrl_c_leaves_the_runs_to_airflow(recon, small):
    small.looks = 10**9
    small.on_look = lambda: os.kill(os.getpid(), signal.SIGINT)

    ended = recon(*WORDS)

    assert ended.code == 130
    assert "the runs go on in Airflow" in ended.err


def test_the_plan_says_that_it_goes_through_airflow_and_asks_for_nothing(recon, small):
    ended = recon(*WORDS, "--dry-run", "--json")

    assert ended.code == 0
    assert "through Airflow" in " ".join(ended.err.split())
    assert [line["source"] for line in ended.data["plan"]] == ["hdfc", "sbi"]
    shown = recon(*WORDS, "--dry-run")
    assert ("through Airflow" in " ".join(shown.out.split()), shown.err) == (True, "")
    assert small.created == []
