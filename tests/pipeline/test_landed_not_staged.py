"""What is landed and could not be staged: the next hour takes it along; it is seen meanwhile."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from adapters.errors import FormatMismatch, SchemaDrift
from pipeline import releasing, staging, steps
from pipeline.alerts import raise_alerts
from pipeline.errors import StoreUnavailable
from pipeline.keys import open_keys
from pipeline.staging import stage
from pipeline.store import Store
from reconciliation.model import HOUR, Interval
from tests.pipeline.bank import HOUR_10, config, deliver, live, page, query, row

HOUR_11 = Interval(HOUR_10.end, HOUR_10.end + HOUR)
FILES = config(later_delivery="restates", kind="sftp")
WAITING = "select from staging.waiting_delivery"
FINDINGS = "select * from staging.quarantine where known_to is null"
OUTCOMES = "select outcome from staging.load_delivery order by delivery_id"
ALERTS = "select subject, detail from ops.alert where kind = 'not_staged' and cleared_at is null"


@pytest.fixture
def keys(settings, store):
    return open_keys(settings, store)


@pytest.fixture
def land(store, keys):
    def keep(*payloads, interval=HOUR_10, source=None):
        deliver(store, keys, source or config(), *payloads, interval=interval)

    return keep


@pytest.fixture
def fail(store, keys, monkeypatch):
    """Stage an interval when the disk is full."""

    def full(*_):
        raise StoreUnavailable("no space left on device")

    def stage_and_fail(interval=HOUR_10, source=None):
        with monkeypatch.context() as patched:
            patched.setattr(staging, "merge", full)
            with pytest.raises(StoreUnavailable):
                stage(store, keys, source or config(), interval)

    return stage_and_fail


def test_the_next_hour_heals_what_this_one_could_not(land, fail, store, keys):
    land(page([row("a")]))
    fail()
    assert len(query(store, WAITING)) == 1
    land(page([row("b")], minute=60), interval=HOUR_11)
    counts = stage(store, keys, config(), HOUR_11)

    assert (counts["deliveries"], counts["entries_new"]) == (2, 2)
    assert live(store, "testbank") == {"a": 100, "b": 100}
    assert query(store, WAITING) == []
    # One load, of both hours, known when the later one ended: nothing known is back-dated.
    (load,) = query(store, "select interval_from, interval_to, known_at from staging.load")
    assert tuple(load.values()) == (HOUR_10.start, HOUR_11.end, HOUR_11.end)
    assert stage(store, keys, config(), HOUR_10)["already_loaded"]


@pytest.mark.parametrize(
    ("late", "is_taken"), [(timedelta(), True), (HOUR, False)], ids=["same end", "later"]
)
def test_an_interval_takes_none_that_ends_after_it(land, store, keys, late, is_taken):
    land(page([row("a")]), interval=Interval(HOUR_10.start - HOUR, HOUR_10.end + late))
    assert stage(store, keys, config(), HOUR_10)["already_loaded"] is not is_taken


def test_an_old_interval_landed_after_newer_ones_is_its_own_period_only(land, store, keys):
    land(page([row("b")]), interval=HOUR_11)
    land(page([row("a")], minute=5))
    assert stage(store, keys, config(), HOUR_10)["entries_new"] == 1
    assert live(store, "testbank") == {"a": 100}
    stage(store, keys, config(), HOUR_11)
    assert live(store, "testbank") == {"a": 100, "b": 100}


def test_each_delivery_is_cut_at_its_own_interval(land, store, keys):
    def rows(name, end):
        inside = (end - timedelta(seconds=1)).isoformat()
        return [row(f"{name}_in", timestamp=inside), row(f"{name}_out", timestamp=end.isoformat())]

    land(page(rows("ten", HOUR_10.end)))
    land(page(rows("eleven", HOUR_11.end), minute=60), interval=HOUR_11)
    counts = stage(store, keys, config(), HOUR_11)
    assert counts["rows_outside"] == 2
    assert set(live(store, "testbank")) == {"ten_in", "eleven_in"}


def test_a_file_restated_meanwhile_counts_once(land, fail, store, keys):
    land(page([row("a"), row("b")], part="F_20260310_10"), source=FILES)
    fail(source=FILES)
    land(page([row("a", 200)], part="F_20260310_10", minute=60), interval=HOUR_11, source=FILES)
    stage(store, keys, FILES, HOUR_11)
    assert live(store, "testbank") == {"a": 200}
    assert [one["outcome"] for one in query(store, OUTCOMES)] == ["superseded", "loaded"]


def drifted(minute=0):
    without = [{k: v for k, v in row(str(n)).items() if k != "amount"} for n in range(20)]
    return page(without, minute=minute)


def test_what_stops_the_source_goes_on_stopping_it_until_it_is_mended(
    land, store, keys, monkeypatch
):
    land(drifted())
    land(page([row("b")], minute=60), interval=HOUR_11)
    for hour in (HOUR_10, HOUR_11):
        with pytest.raises(SchemaDrift, match="amount"):
            stage(store, keys, config(), hour)
    assert live(store, "testbank") == {}
    (found,) = query(store, FINDINGS)
    assert (found["code"], found["row_no"]) == ("DQ_SCHEMA", None)

    real = type(staging.open_source(config(), None)).parse
    monkeypatch.setattr(
        "tests.pipeline.bank.TestBank.parse",
        lambda self, payload: real(self, payload).reindex(columns=list(row("x")), fill_value="7"),
    )
    assert stage(store, keys, config(), HOUR_11)["entries_new"] == 21
    assert query(store, FINDINGS) == []


def test_what_a_person_dismisses_stops_the_source_no_longer(
    land, store, keys, settings, monkeypatch
):
    monkeypatch.setattr(steps, "source_config", lambda *_: config())
    land(drifted())
    land(page([row("b")], minute=60), interval=HOUR_11)
    with pytest.raises(SchemaDrift):
        stage(store, keys, config(), HOUR_11)
    (found,) = query(store, FINDINGS)
    releasing.dismiss(settings, store, found["quarantine_id"], "a test of the bank's")
    assert stage(store, keys, config(), HOUR_11)["entries_new"] == 1
    assert live(store, "testbank") == {"b": 100}
    outcomes = query(store, "select outcome, reason from staging.load_delivery order by load_id")
    assert [tuple(one.values()) for one in outcomes] == [
        ("refused", "dismissed: a test of the bank's"), ("loaded", None),
    ]  # fmt: skip


def test_the_next_hours_page_does_not_stand_in_for_an_unreadable_one(land, store, keys):
    land(page([row("a")], part="transactions/0"), page(b"<html>"))
    land(page([row("b")], minute=60), interval=HOUR_11)  # the same part of another window
    with pytest.raises(FormatMismatch):
        stage(store, keys, config(), HOUR_11)
    assert live(store, "testbank") == {}
    (found,) = query(store, FINDINGS)
    assert (found["code"], found["part"]) == ("DQ_SCHEMA", "transactions/1")
    land(page([row("c")], minute=61))  # its own, read again
    stage(store, keys, config(), HOUR_11)
    assert live(store, "testbank") == {"a": 100, "b": 100, "c": 100}
    assert query(store, FINDINGS) == []


def test_two_intervals_at_once_load_each_delivery_once(land, store, keys, database):
    land(*(page([row(f"t{n}")], part=f"transactions/{n}") for n in range(5)))
    land(page([row("u")], minute=60), interval=HOUR_11)
    threads = [
        threading.Thread(target=stage, args=(Store(database.etl), keys, config(), hour))
        for hour in (HOUR_11, HOUR_10, Interval(HOUR_10.start, HOUR_11.end))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(live(store, "testbank")) == 6
    assert [one["outcome"] for one in query(store, OUTCOMES)] == ["loaded"] * 6
    assert query(store, WAITING) == []


def test_what_is_not_staged_is_an_alert_until_it_is(land, fail, store, keys):
    fresh = datetime.now(UTC) - timedelta(minutes=1)
    land(page([row("a")], minute=int((fresh - page([]).fetched_at) / timedelta(minutes=1))))
    assert raise_alerts(store)["not_staged"] == 0  # it is just being done
    fail()
    raise_alerts(store)
    (alert,) = query(store, ALERTS)
    assert alert["subject"] == "testbank"
    assert "1 delivery(ies)" in alert["detail"]
    assert "2026-03-10 10:00 IST" in alert["detail"]
    stage(store, keys, config(), HOUR_11)
    assert raise_alerts(store)["cleared"] == 1
    assert query(store, ALERTS) == []


@pytest.mark.parametrize(("minutes", "is_alert"), [(59, 0), (61, 1)])
def test_an_attempt_that_was_killed_is_known_by_how_long_it_takes(land, store, minutes, is_alert):
    begun = datetime.now(UTC) - timedelta(minutes=minutes)
    land(page([row("a")], minute=int((begun - page([]).fetched_at) / timedelta(minutes=1))))
    assert raise_alerts(store)["not_staged"] == is_alert
