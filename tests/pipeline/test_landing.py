"""Landing: windows, coverage, the same bytes twice, what a failed fetch leaves."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.base import FileLook
from adapters.errors import FormatMismatch, MisconfiguredSource, SourceUnavailable
from pipeline.keys import open_keys
from pipeline.landing import land, window_of
from pipeline.lending import lend
from reconciliation.model import IST, Interval
from tests.pipeline import bank

HOURS = timedelta(hours=1)


def hour(number, day=10, length=1):
    start = datetime(2026, 3, day, tzinfo=IST) + number * HOURS
    return Interval(start, start + length * HOURS)


def at(number, day=10):
    return datetime(2026, 3, day, tzinfo=IST) + number * HOURS


@pytest.fixture
def keys(settings, store):
    return open_keys(settings, store)


@pytest.fixture(autouse=True)
def served():
    bank.served.clear()
    yield bank.served
    bank.served.clear()


@pytest.mark.parametrize(
    ("interval", "covered_to", "begins", "covers_from"),
    [
        pytest.param(hour(10), None, at(8), at(10), id="the first hour"),
        pytest.param(hour(10), at(10), at(8), at(10), id="the next hour"),
        pytest.param(hour(10), at(7), at(5), at(7), id="after an outage"),
        pytest.param(hour(2), at(2), at(2, day=5), at(2), id="deep once a night"),
        pytest.param(hour(1), at(1), at(-1), at(1), id="the hour before"),
        pytest.param(hour(3), at(3), at(1), at(3), id="the hour after"),
        pytest.param(hour(0, length=23), at(0), at(0, day=5), at(0), id="23 hours are deep"),
        pytest.param(hour(0, length=24), at(0), at(-2), at(0), id="a day is not"),
    ],
)
def test_the_window(interval, covered_to, begins, covers_from):
    window = window_of(bank.config(), interval, covered_to)
    assert window.fetch == Interval(begins, interval.end)
    assert window.covered_from == covers_from.astimezone(UTC)


def test_a_trailing_window_of_part_of_an_hour_begins_on_the_hour():
    config = bank.config(trailing_window=timedelta(minutes=90))
    assert window_of(config, hour(10), None).fetched_from == at(8).astimezone(UTC)


def test_the_same_fetch_twice_lands_once(store, keys, served):
    served.append(bank.page([bank.row("a")]))
    first = land(store, keys, bank.config(), hour(10))
    again = land(store, keys, bank.config(), hour(10))
    assert (first["new"], first["already_landed"]) == (1, False)
    assert (again["new"], again["already_landed"]) == (0, True)
    assert len(bank.query(store, "select from raw.delivery")) == 1
    assert len(bank.query(store, "select from raw.coverage")) == 1


def test_changed_bytes_of_a_part_are_a_new_delivery(store, keys, served):
    served.append(bank.page([bank.row("a")]))
    land(store, keys, bank.config(), hour(10))
    served[:] = [bank.page([bank.row("a", 200)])]
    assert land(store, keys, bank.config(), hour(10))["new"] == 1


def test_what_is_stored_cannot_be_read(store, keys, served):
    served.append(bank.page([bank.row("a")]))
    land(store, keys, bank.config(), hour(10))
    (row,) = bank.query(store, "select ciphertext, bytes from raw.delivery")
    assert b"50100000001234" not in bytes(row["ciphertext"])
    assert row["bytes"] == len(served[0].body)


def test_a_fetch_that_breaks_keeps_what_came_and_covers_nothing(store, keys, served):
    served += [bank.page([bank.row("a")]), SourceUnavailable("testbank: gone")]
    with pytest.raises(SourceUnavailable):
        land(store, keys, bank.config(), hour(10))
    assert len(bank.query(store, "select from raw.delivery")) == 1
    assert bank.query(store, "select from raw.coverage") == []
    (run,) = bank.query(store, "select state, error from recon.run")
    assert dict(run) == {"state": "failed", "error": "SourceUnavailable: testbank: gone"}


def test_no_hour_is_skipped_after_an_outage(store, keys):
    land(store, keys, bank.config(), hour(10))
    land(store, keys, bank.config(), hour(14))
    rows = bank.query(store, "select interval_from, interval_to from raw.coverage order by 1")
    assert [tuple(row.values()) for row in rows] == [(at(10), at(11)), (at(11), at(15))]
    windows = land(store, keys, bank.config(), hour(15))
    assert datetime.fromisoformat(windows["window_from"]) == at(13)


def test_landing_an_old_hour_again_is_its_own_period_only(store, keys):
    for number in (10, 11, 12):
        land(store, keys, bank.config(), hour(number))
    again = land(store, keys, bank.config(), hour(10))
    assert datetime.fromisoformat(again["window_from"]) == at(8)
    assert len(bank.query(store, "select from raw.coverage")) == 3


def test_a_source_without_its_variables_names_them(store, keys):
    config = bank.config(missing=("TEST_URL", "TEST_KEY"))
    with pytest.raises(MisconfiguredSource, match="TEST_URL, TEST_KEY"):
        land(store, keys, config, hour(10))
    assert bank.query(store, "select from raw.coverage") == []


def test_an_answer_that_was_refused_is_kept_and_never_staged(store, keys, served):
    error = FormatMismatch("testbank: HTML where JSON was agreed")
    error.evidence = bank.page(b"<html>", part="transactions/1")
    served.append(error)
    with pytest.raises(FormatMismatch):
        land(store, keys, bank.config(), hour(10))
    (row,) = bank.query(store, "select part, control from raw.delivery")
    assert row["part"] == "refused/transactions/1"
    assert row["control"] == {"refused": "FormatMismatch"}
    pending = "staging/pending_deliveries"
    with store.transaction() as transaction:
        assert not transaction.rows(
            pending, source="testbank", interval_to=at(11),
            delivery_ids=None, restated=[],
        )  # fmt: skip


def test_a_file_that_landed_is_known_by_name_size_and_time(store, keys, served):
    moment = datetime(2026, 3, 10, 5, 32, tzinfo=UTC)
    served.append(bank.page([bank.row("a")], name="A.csv", modified_at=moment))
    size = len(served[0].body)
    land(store, keys, bank.config(), hour(10))
    with lend(store, keys, bank.config()) as services:

        def known(name="A.csv", size=size, moment=moment, source="testbank"):
            return services.files.is_known(source, FileLook(name, size, moment))

        assert known()
        assert not known(name="B.csv")
        assert not known(size=size + 1)
        assert not known(moment=moment + timedelta(microseconds=1))
        assert not known(source="other")


def test_a_file_touched_without_change_is_known_by_its_new_time(store, keys, served):
    for minute in (1, 2):
        moment = datetime(2026, 3, 10, 5, minute, tzinfo=UTC)
        served[:] = [bank.page([bank.row("a")], name="A.csv", modified_at=moment)]
        land(store, keys, bank.config(), hour(10))
    assert len(bank.query(store, "select from raw.file_seen")) == 2
    assert len(bank.query(store, "select from raw.delivery")) == 1


def test_every_call_leaves_a_row_that_outlives_a_rollback(store, keys):
    with lend(store, keys, bank.config()) as services:
        services.audit.api_call(
            source="testbank", method="GET", endpoint="/v1/transactions?account=50100000001234",
            started_at=at(10), status=200, outcome="ok", latency_ms=12, size=345, attempt=1,
        )  # fmt: skip
        services.audit.file_transfer(
            source="testbank", host="sftp", name="A.csv", started_at=at(10), outcome="timeout",
            latency_ms=30_000, size=0, sha256=None, attempt=2,
        )  # fmt: skip
    (call,) = bank.query(store, "select endpoint, status, bytes, attempt from audit.api_call")
    assert dict(call) == {"endpoint": "/v1/transactions", "status": 200, "bytes": 345, "attempt": 1}
    assert len(bank.query(store, "select from audit.file_transfer")) == 1
