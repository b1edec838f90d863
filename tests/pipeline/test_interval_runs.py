"""Who waits for whom inside one interval; what each step does is tested where the step is."""

import threading
from datetime import UTC, datetime

import pytest

from adapters.errors import SourceUnavailable
from pipeline import interval_runs
from pipeline.interval_runs import EDGES_AT_ONCE, run_interval
from pipeline.settings import Settings
from reconciliation.model import HOUR, Interval

START = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
HOUR_NOW = Interval(START, START + HOUR)
POSSIBLE = {
    "core_axis": ("axis", "core"),
    "core_hdfc": ("core", "hdfc"),
    "core_sbi": ("core", "sbi"),
}
STAGED = {
    "rows_parsed": 1, "rows_quarantined": 0, "entries_new": 1, "entries_changed": 0,
    "already_loaded": False,
}  # fmt: skip
SECONDS = 10  # never waited for unless the code is wrong


class Steps:
    """The steps, as far as waiting goes: `axis` lands when it is let, or not at all."""

    def __init__(self):
        self.axis_may_land = threading.Event()
        self.is_reconciled = {name: threading.Event() for name in POSSIBLE}
        self.staged: list[str] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()

    def land(self, settings, source, interval):
        if source == "axis" and not self.axis_may_land.wait(SECONDS):
            raise SourceUnavailable("axis: nobody let it")

    def stage(self, settings, source, interval):
        self.staged.append(source)
        return STAGED

    def reconcile(self, settings, name, interval):
        assert set(POSSIBLE[name]) <= {*self.staged, "left"}
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.is_reconciled[name].set()
        if name != "core_axis":  # the two others are let go together
            self.is_reconciled[{"core_hdfc": "core_sbi", "core_sbi": "core_hdfc"}[name]].wait(
                SECONDS
            )
            self.axis_may_land.set()
        with self._lock:
            self.at_once -= 1
        return {"entries": 1}

    def raise_alerts(self, settings, interval):
        assert self.at_once == 0


@pytest.fixture
def steps(monkeypatch, tmp_path):
    steps = Steps()
    monkeypatch.setattr(interval_runs, "steps", steps)
    monkeypatch.setattr(interval_runs, "possible_reconciliations", lambda configured: POSSIBLE)
    return steps


@pytest.fixture
def settings(tmp_path):
    return Settings.load(env={}, home=tmp_path)


def test_an_edge_waits_for_its_own_sources_only_and_two_are_matched_at_once(steps, settings):
    done = run_interval(settings, HOUR_NOW, ["axis", "core", "hdfc", "sbi"], lambda text: None)
    assert {run.state for run in done.sources.values()} == {"done"}
    assert sorted(done.reconciliations) == sorted(POSSIBLE)
    assert steps.most_at_once == EDGES_AT_ONCE == 2


def test_a_source_that_fails_holds_up_no_edge(steps, settings, monkeypatch):
    monkeypatch.setattr(steps.axis_may_land, "wait", lambda seconds: False)
    heard: list[str] = []
    done = run_interval(settings, HOUR_NOW, ["axis", "core", "hdfc", "sbi"], heard.append)
    assert done.sources["axis"].sentence == "axis: nobody let it"
    assert heard == ["axis: nobody let it"]
    assert sorted(done.reconciliations) == sorted(POSSIBLE)


def test_what_is_no_source_error_ends_the_interval(steps, settings, monkeypatch):
    def broken(settings, source, interval):
        raise ValueError("a defect")

    monkeypatch.setattr(steps, "stage", broken)
    with pytest.raises(ValueError, match="a defect"):
        run_interval(settings, HOUR_NOW, ["core"], lambda text: None)
    assert not any(event.is_set() for event in steps.is_reconciled.values())


def test_edges_that_are_named_are_the_ones_matched(steps, settings):
    steps.axis_may_land.set()
    steps.staged = ["core", "axis"]
    done = run_interval(settings, HOUR_NOW, [], lambda text: None, edges=["core_axis"])
    assert list(done.reconciliations) == ["core_axis"]
