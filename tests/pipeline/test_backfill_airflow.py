"""A backfill handed to Airflow, over real HTTP: asked for, waited for, and not for ever."""

from datetime import date

import pytest

from pipeline.backfill import backfill_through_airflow
from pipeline.services import Airflow, BackfillBusy
from reconciliation.model import Interval
from tests.pipeline.small_airflow import SmallAirflow

DAY = Interval.of_days(date(2026, 3, 10), date(2026, 3, 10))


@pytest.fixture
def small(settings):
    small = SmallAirflow(settings)
    yield small
    small.close()


@pytest.fixture
def backfill(settings, small):
    """Runs one of DAY; (states, what was said, what was told of the runs)."""

    def run(sources=(), *, resume=False, busy_seconds_max=60.0):
        said, told = [], []
        states = backfill_through_airflow(
            Airflow(settings), DAY, sources, resume=resume, say=said.append,
            on_runs=lambda *how: told.append(how),
            poll_seconds=0.01, busy_seconds_max=busy_seconds_max,
        )  # fmt: skip
        return states, said, told

    return run


def test_a_day_is_asked_for_by_its_first_and_last_hour(small, backfill):
    small.runs, small.looks = ["success"] * 23 + ["failed"], 3

    states, said, told = backfill()

    [asked] = small.created
    assert asked["from_date"] == DAY.start.isoformat()
    assert asked["to_date"] == "2026-03-10T17:30:00+00:00"  # 23:00 IST, the last hour's start
    assert asked["reprocess_behavior"] == "completed"
    assert asked["dag_run_conf"] == {}
    assert (states, said, told) == ({"success": 23, "failed": 1}, [], [(24, 24)] * 3)


def test_resume_leaves_green_runs_and_names_are_handed_on(small, backfill):
    backfill(["hdfc", "sbi"], resume=True)

    [asked] = small.created
    assert asked["reprocess_behavior"] == "failed"
    assert asked["dag_run_conf"] == {"sources": ["hdfc", "sbi"]}


def test_behind_another_backfill_it_waits_for_its_turn_and_says_so_once(small, backfill):
    small.busy, small.runs = 3, ["running"]

    states, said, told = backfill()

    assert len(small.created) == 4
    assert len(said) == 1
    assert "one at a time" in said[0]
    assert states == {"running": 1}
    assert told == [(0, 24)] * 4


def test_it_does_not_wait_for_ever(small, backfill):
    small.busy, small.runs = 10**9, ["success"]

    with pytest.raises(BackfillBusy, match="held this one up for 0 minutes"):
        backfill(busy_seconds_max=0.2)

    assert len(small.created) > 3


def test_while_its_own_hours_end_it_waits_on(small, backfill):
    """The other backfill is this very one, begun before a Ctrl-C: only a standstill counts."""
    small.busy = 30

    def one_more(path, body, post=small.post):
        small.runs.append("success")
        return post(path, body)

    small.post = one_more
    states, _, told = backfill(busy_seconds_max=0.0)

    assert states == {"success": 32}  # a login, 30 in vain, and its turn
    assert [done for done, _ in told] == [*range(2, 32), 32]
