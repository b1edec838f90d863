"""Backfill in this process: days in order, resumed where it was, whoever fails."""

from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.errors import CredentialsRefused, SourceUnavailable
from pipeline import interval_runs, runs
from pipeline.backfill import backfill_here, day_pieces, plan
from pipeline.source_checks import read_sources
from reconciliation.model import HOUR, Interval

DAY = date(2026, 3, 10)
THREE_DAYS = Interval.of_days(DAY, DAY + timedelta(days=2))
SOURCES = ("hdfc", "sbi")
COUNTS = {
    "rows_parsed": 3, "entries_new": 2, "entries_changed": 0, "rows_quarantined": 0, "refused": 0,
    "already_loaded": False,
}  # fmt: skip


class Steps:
    """In place of the steps: notes what is asked, and records runs as they do."""

    def __init__(self, store) -> None:
        self.store = store
        self.asked: list[tuple[str, str, Interval]] = []
        self.failing: dict[str, Exception] = {}
        self.counts = dict(COUNTS)

    def _run(self, step, subject, interval):
        self.asked.append((step, subject, interval))
        run = runs.begin(self.store, step, subject, interval)
        failure = self.failing.get(f"{step} {subject}")
        if failure is not None:
            runs.fail(self.store, run, failure)
            raise failure
        with self.store.transaction() as transaction:
            runs.finish(transaction, run, {})
        return dict(self.counts)

    def land(self, settings, source, interval):
        return self._run("land", source, interval)

    def stage(self, settings, source, interval):
        return self._run("stage", source, interval)

    def reconcile(self, settings, name, interval):
        return self._run("reconcile", name, interval)

    def raise_alerts(self, settings, interval):
        return {}

    def days_of(self, step, subject):
        return [interval for done, what, interval in self.asked if (done, what) == (step, subject)]


@pytest.fixture
def steps(store, monkeypatch):
    steps = Steps(store)
    monkeypatch.setattr(interval_runs, "steps", steps)
    edges = {"core_hdfc": ("hdfc",), "core_sbi": ("sbi",)}
    monkeypatch.setattr(interval_runs, "possible_reconciliations", lambda configured: edges)
    return steps


def run(settings, store, *, resume=False, interval=THREE_DAYS, said=None, told=None):
    said, told = said if said is not None else [], told if told is not None else []
    return backfill_here(
        settings,
        store,
        interval,
        SOURCES,
        resume=resume,
        say=said.append,
        on_day=lambda done, total, piece: told.append((done, total)),
    )


def test_days_are_cut_at_midnight_ist():
    start = THREE_DAYS.start + 5 * HOUR
    pieces = list(day_pieces(Interval(start, THREE_DAYS.end - HOUR)))

    assert pieces[0].start == start
    assert [piece.end for piece in pieces[:-1]] == [piece.start for piece in pieces[1:]]
    assert pieces[0].end == datetime(2026, 3, 10, 18, 30, tzinfo=UTC)
    assert pieces[-1].end == THREE_DAYS.end - HOUR
    assert len(pieces) == 3


def test_each_day_is_landed_staged_and_reconciled_in_order(settings, store, steps):
    told: list[tuple[int, int]] = []
    outcome = run(settings, store, told=told)

    assert steps.days_of("land", "hdfc") == list(day_pieces(THREE_DAYS))
    assert steps.days_of("reconcile", "core_sbi") == list(day_pieces(THREE_DAYS))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert outcome.sources["hdfc"].fetched == 9
    assert outcome.interval == THREE_DAYS


def test_resume_leaves_out_what_is_done(settings, store, steps):
    run(settings, store, interval=Interval.of_days(DAY, DAY))
    steps.asked.clear()

    run(settings, store, resume=True)

    assert steps.days_of("land", "hdfc") == list(day_pieces(THREE_DAYS))[1:]
    assert len(steps.days_of("reconcile", "core_hdfc")) == 2


def test_without_resume_everything_runs_again(settings, store, steps):
    run(settings, store, interval=Interval.of_days(DAY, DAY))
    run(settings, store, interval=Interval.of_days(DAY, DAY))

    assert len(steps.days_of("land", "hdfc")) == 2


def test_interrupted_between_stage_and_reconcile_the_edges_are_made_up_for(settings, store, steps):
    steps.failing["reconcile core_sbi"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        run(settings, store, interval=Interval.of_days(DAY, DAY))
    steps.failing.clear()
    steps.asked.clear()

    run(settings, store, resume=True, interval=Interval.of_days(DAY, DAY))

    assert [(step, subject) for step, subject, _ in steps.asked] == [("reconcile", "core_sbi")]


def test_a_source_that_is_down_holds_up_nobody_and_is_tried_again(settings, store, steps):
    steps.failing["land sbi"] = SourceUnavailable("sbi: no answer")
    steps.counts["rows_parsed"] = 0
    said: list[str] = []
    outcome = run(settings, store, said=said)

    assert outcome.sources["sbi"].state == "unreachable"
    assert outcome.sources["hdfc"].state == "done"
    assert len(steps.days_of("reconcile", "core_hdfc")) == 3
    assert said.count("sbi: no answer") == 3
    steps.failing.clear()
    steps.asked.clear()
    run(settings, store, resume=True)
    assert len(steps.days_of("land", "sbi")) == 3
    assert steps.days_of("land", "hdfc") == []


@pytest.mark.parametrize(
    ("failing", "counts", "state"),
    [
        ({}, {}, "done"),
        ({"land hdfc": SourceUnavailable("x")}, {}, "partly"),  # some pages came before
        ({"land hdfc": SourceUnavailable("x")}, {"rows_parsed": 0}, "unreachable"),
        ({"land hdfc": CredentialsRefused("x")}, {"rows_parsed": 0}, "refused"),
        ({"stage hdfc": CredentialsRefused("x")}, {}, "refused"),
        ({}, {"rows_quarantined": 1}, "partly"),
        ({}, {"rows_quarantined": 3}, "refused"),
        ({}, {"rows_parsed": 0, "refused": 1}, "refused"),
        ({}, {"rows_parsed": 0}, "done"),  # a quiet day
    ],
)
def test_how_a_source_went(settings, store, steps, *, failing, counts, state):
    steps.failing, steps.counts = failing, COUNTS | counts

    outcome = run(settings, store, interval=Interval.of_days(DAY, DAY))

    assert outcome.sources["hdfc"].state == state


def test_the_plan_counts_days_and_estimates_requests(settings, store, steps):
    run(settings, store, interval=Interval.of_days(DAY, DAY))
    configs = [read_sources(settings)[name] for name in SOURCES]

    fresh = plan(store, THREE_DAYS, configs, resume=False)
    left = plan(store, THREE_DAYS, configs, resume=True)

    assert [(line.source, line.days, line.days_done) for line in fresh] == [
        ("hdfc", 3, 1), ("sbi", 3, 1),
    ]  # fmt: skip
    assert [(line.days, line.days_done) for line in left] == [(2, 1), (2, 1)]
    assert fresh[0].requests == 0
    assert "1000" in fresh[0].quota
