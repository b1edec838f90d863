"""Fencing, and a kill between any two steps: all or nothing, and the rerun is as if unharmed."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from pipeline import merging, runs, staging, translating
from pipeline.errors import StaleAttempt
from pipeline.keys import open_keys
from pipeline.landing import land
from pipeline.settings import PROJECT
from pipeline.staging import stage
from pipeline.store import Store
from tests.pipeline import bank
from tests.pipeline.bank import HOUR_10, config, deliver, live, page, query, row

COUNTS = "select count(*) as n from staging.entry"


@pytest.fixture
def keys(settings, store):
    return open_keys(settings, store)


@pytest.fixture(autouse=True)
def served():
    bank.served[:] = [page([row("a"), row("b", "bad")]), page([row("c")], part="transactions/2")]
    yield bank.served
    bank.served.clear()


def test_a_later_attempt_makes_the_earlier_one_stale(store):
    first = runs.begin(store, "stage", "hdfc", HOUR_10)
    second = runs.begin(store, "stage", "hdfc", HOUR_10)
    assert (first.run_id, first.attempt, second.attempt) == (second.run_id, 1, 2)
    with store.transaction() as transaction:
        runs.check(transaction, second)
        with pytest.raises(StaleAttempt, match="later attempt"):
            runs.check(transaction, first)
    with pytest.raises(StaleAttempt), store.transaction() as transaction:
        runs.finish(transaction, first, {})
    with store.transaction() as transaction:
        runs.finish(transaction, second, {"n": 1})
    (found,) = query(store, "select state, counts from recon.run")
    assert dict(found) == {"state": "done", "counts": {"n": 1}}


def test_a_stale_attempt_does_not_spoil_the_record_of_the_later(store):
    first = runs.begin(store, "stage", "hdfc", HOUR_10)
    runs.begin(store, "stage", "hdfc", HOUR_10)
    runs.fail(store, first, ValueError("late"))
    assert query(store, "select state from recon.run")[0]["state"] == "running"


def test_other_steps_and_subjects_are_not_fenced(store):
    first = runs.begin(store, "stage", "hdfc", HOUR_10)
    runs.begin(store, "land", "hdfc", HOUR_10)
    runs.begin(store, "stage", "icici", HOUR_10)
    with store.transaction() as transaction:
        runs.check(transaction, first)


def test_an_orphan_that_wakes_up_late_keeps_nothing(store, keys, monkeypatch):
    """The task of a killed supervisor runs on while it is run again."""
    land(store, keys, config(), HOUR_10)
    real = merging.merge

    def asleep(*arguments):
        monkeypatch.setattr(staging, "merge", real)
        real(*arguments)
        runs.begin(store, "stage", "testbank", HOUR_10)  # the scheduler ran it again

    monkeypatch.setattr(staging, "merge", asleep)
    with pytest.raises(StaleAttempt):
        stage(store, keys, config(), HOUR_10)
    assert live(store, "testbank") == {}
    stage(store, keys, config(), HOUR_10)
    assert live(store, "testbank") == {"a": 100, "c": 100}


def test_two_at_once_load_once(store, keys, database):
    deliver(store, keys, config(), *bank.served)
    ended = []

    def work():
        try:
            ended.append(stage(Store(database.etl), keys, config(), HOUR_10)["already_loaded"])
        except StaleAttempt:
            ended.append("stale")

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert ended.count(False) <= 1
    stage(store, keys, config(), HOUR_10)
    assert query(store, COUNTS)[0]["n"] == 2
    assert live(store, "testbank") == {"a": 100, "c": 100}


class PowerCut(BaseException):
    """Not an Exception: nothing catches it on the way."""


POINTS = [
    (staging, "create_tables"),
    (translating, "validate"),
    (staging, "merge"),
    (staging, "keep_refused"),
    (staging.runs, "finish"),
]


@pytest.mark.parametrize(("module", "name"), POINTS, ids=[name for _, name in POINTS])
@pytest.mark.parametrize("is_after", [False, True])
def test_whatever_stops_it_the_rerun_is_as_if_unharmed(
    store, keys, monkeypatch, *, module, name, is_after
):
    land(store, keys, config(), HOUR_10)
    real = getattr(module, name)

    def cut(*arguments, **named):
        if is_after:
            real(*arguments, **named)
        raise PowerCut

    with monkeypatch.context() as patched:
        patched.setattr(module, name, cut)
        with pytest.raises(PowerCut):
            stage(store, keys, config(), HOUR_10)
    assert query(store, COUNTS)[0]["n"] == 0
    assert query(store, "select from staging.load") == []
    counts = stage(store, keys, config(), HOUR_10)
    assert (counts["entries_new"], counts["rows_quarantined"]) == (2, 1)
    assert stage(store, keys, config(), HOUR_10)["already_loaded"]
    assert live(store, "testbank") == {"a": 100, "c": 100}


# Runs the real steps in a process of its own and kills it in the middle of one.
VICTIM = """
import os, signal, sys
from pathlib import Path
from pipeline import landing, merging, staging, translating
from pipeline.keys import open_keys
from pipeline.settings import Settings
from pipeline.store import Store
from tests.pipeline import bank

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

module = {"landing": landing, "merging": merging, "translating": translating}[sys.argv[1]]
setattr(module, sys.argv[2], die)
settings = Settings.load(home=Path(sys.argv[3]))
store = Store.open(settings)
keys = open_keys(settings, store)
bank.served[:] = [
    bank.page([bank.row("a"), bank.row("b", "bad")]),
    bank.page([bank.row("c")], part="transactions/2"),
]
landing.land(store, keys, bank.config(), bank.HOUR_10)
staging.stage(store, keys, bank.config(), bank.HOUR_10)
"""


@pytest.mark.parametrize(
    ("module", "name"),
    [("landing", "_cover"), ("translating", "digests"), ("merging", "_merge_entries")],
)
def test_kill_9_leaves_all_or_nothing(store, keys, settings, database_url, *, module, name):
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "DATABASE_URL": database_url,
        "RECON_DATA_KEYS": settings.data_keys,
        "RECON_INDEX_KEY": settings.environment["RECON_INDEX_KEY"],
    }
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, module, name, str(settings.home)],
        check=False, env=environment, cwd=PROJECT, timeout=120, capture_output=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    assert query(store, COUNTS)[0]["n"] == 0
    again = land(store, keys, config(), HOUR_10)
    assert again["already_landed"]
    assert stage(store, keys, config(), HOUR_10)["entries_new"] == 2
    assert live(store, "testbank") == {"a": 100, "c": 100}
    assert len(query(store, "select from raw.delivery")) == 2
