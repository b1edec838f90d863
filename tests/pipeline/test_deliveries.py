"""Landed deliveries read back: what became of each of a batch in which some are bad."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.base import Payload
from adapters.config import load_source, open_source
from adapters.errors import FormatMismatch
from pipeline.bench import read_pages
from pipeline.deliveries import Delivery, Reading
from pipeline.keys import open_keys
from simulator.gateway_pages import write_pages
from simulator.order_side import many_payments
from simulator.rest_razorpay import COUNT_MAX
from tests.adapters.statement_bodies import ACCOUNT, axis_body, axis_file, axis_lines
from tests.pipeline.bank import HOUR_10, deliver

ADAPTERS = Path(__file__).parents[2] / "adapters"
FETCHED_AT = datetime(2026, 3, 10, 6, 30, tzinfo=UTC)


@pytest.fixture
def read(settings, store):
    """Land payloads and read them back: the reading afterwards, and its chunks."""
    keys = open_keys(settings, store)

    def land_and_read(name, payloads):
        source = open_source(load_source(ADAPTERS / f"{name}.yaml", {}), None)
        deliver(store, keys, source.config, *payloads)
        with store.transaction() as transaction:
            pending = transaction.rows(
                "staging/pending_deliveries",
                source=name, interval_to=HOUR_10.end,
                delivery_ids=None, restated=[],
            )  # fmt: skip
        reading = Reading(store, keys, source)
        return reading, list(reading.chunks([Delivery.of(row) for row in pending]))

    return land_and_read


def statement(number, body):
    name = f"AXIS_{ACCOUNT}_20260310_{number:02d}"
    return Payload("transactions", name, f"{name}.csv", body, FETCHED_AT)


def test_refused_files_are_noted_in_their_order(read):
    contradicts = axis_body(axis_lines(5), (5,), count=2)
    bodies = [axis_file(1, 2), contradicts, axis_file(3), axis_file(5)[:-20], axis_file(4)]
    reading, (chunk,) = read("axis", [statement(n, body) for n, body in enumerate(bodies)])

    assert [one.part[-2:] for one, _ in reading.refused] == ["01", "03"]
    assert [reason.split(": ")[2] for _, reason in reading.refused] == [
        "declares '2' rows, has 1",
        "has no TRAILER line at its end",
    ]
    assert [one.part[-2:] for one in chunk.deliveries] == ["00", "02", "04"]
    assert chunk.rows["credit"].tolist() == ["0.01", "0.02", "0.03", "0.04"]
    assert chunk.places.tolist() == [0, 0, 1, 2]
    assert chunk.row_nos.tolist() == [0, 1, 0, 0]


def test_a_batch_of_nothing_but_refused_files_gives_no_rows(read):
    reading, chunks = read("axis", [statement(n, b"") for n in range(3)])
    assert chunks == []
    assert len(reading.refused) == 3


@pytest.fixture
def pages(tmp_path):
    """Three pages, the second of which is no page."""
    write_pages(many_payments(1, 3 * COUNT_MAX, HOUR_10.end), tmp_path)
    first, second, third = (
        replace(one, fetched_at=FETCHED_AT + timedelta(seconds=place))
        for place, one in enumerate(read_pages(tmp_path))
    )
    return first, replace(second, body=b"<html>"), third, second


def test_an_unreadable_page_stands_back_for_a_newer_one(read, pages):
    first, unreadable, third, second = pages
    newer = replace(second, fetched_at=FETCHED_AT + timedelta(minutes=1))
    reading, (chunk,) = read("razorpay", [first, unreadable, third, newer])

    (superseded,) = reading.superseded
    assert (superseded.part, superseded.fetched_at) == (second.part, unreadable.fetched_at)
    assert [one.part for one in chunk.deliveries] == [first.part, third.part, second.part]
    assert len(chunk.rows) == 3 * COUNT_MAX
    assert reading.refused == []


def test_an_unreadable_page_with_no_newer_one_stops_the_source(read, pages):
    with pytest.raises(FormatMismatch, match="an HTML page"):
        read("razorpay", pages[:3])
