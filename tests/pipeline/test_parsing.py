"""Bad payloads among good ones: who is left out, and how often the parser is asked."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from adapters.base import Payload
from adapters.config import load_source
from adapters.errors import DeliveryRefused, FormatMismatch, SchemaDrift, SourceRejected
from adapters.razorpay import RazorpaySource
from adapters.sftp import SftpSource
from pipeline.bench import read_pages
from pipeline.parsing import TURNS_MAX, parse
from simulator.gateway_pages import write_pages
from simulator.order_side import many_payments
from simulator.rest_razorpay import COUNT_MAX
from tests.adapters.statement_bodies import ACCOUNT, HEADER, axis_body, axis_file, axis_lines
from tests.pipeline import bank
from tests.pipeline.bank import HOUR_10

ADAPTERS = Path(__file__).parents[2] / "adapters"
SIZE = 20
CUT_SHORT = axis_file(5)[:-20]  # found while it is read
CONTRADICTION = axis_body(axis_lines(5), (5,), count=2)  # found once all are read
DRIFTED = axis_body(axis_lines(5), (5,), header=HEADER.replace("Status", "State"))


class Counted:
    """What the parser was asked, by the number of payloads; it answers as ever."""

    def __init__(self, config):
        super().__init__(config, None)
        self.asked = []

    def parse(self, payload):
        self.asked.append("one")
        return super().parse(payload)

    def parse_many(self, payloads):
        self.asked.append(len(payloads))
        return super().parse_many(payloads)


class Files(Counted, SftpSource):
    pass


class Pages(Counted, RazorpaySource):
    pass


def axis():
    return Files(load_source(ADAPTERS / "axis.yaml", {}))


def razorpay():
    return Pages(load_source(ADAPTERS / "razorpay.yaml", {}))


def files(bad):
    """SIZE files, each with other amounts; `bad`: place → body."""
    bodies = [bad.get(place, axis_file(place + 1, -2, place + 3)) for place in range(SIZE)]
    names = [f"AXIS_{ACCOUNT}_20260310_{place:02d}" for place in range(SIZE)]
    return [
        Payload("transactions", name, f"{name}.csv", body, datetime.now(UTC))
        for name, body in zip(names, bodies, strict=True)
    ]


def sort_out(source, payloads):
    """Rows and places of what is left, and the sentence about each that is refused."""
    refused = {}

    def can_lack(place, error):
        if isinstance(error, DeliveryRefused):
            refused[place] = str(error)
        return place in refused

    rows, places = parse(source, payloads, can_lack)
    return rows, places, refused


def one_by_one(source, payloads):
    """The rows and sentences that each payload gives alone."""
    good, refused = [], {}
    for place, payload in enumerate(payloads):
        try:
            good.append((place, source.parse(payload)))
        except SourceRejected as error:
            refused[place] = str(error)
    return good, refused


def assert_as_one_by_one(rows, places, refused, payloads):
    good, expected = one_by_one(axis(), payloads)
    assert refused == expected
    assert places == [place for place, _ in good]
    assert rows["payload_no"].dtype == rows["row_no"].dtype == "int64"
    for number, (_, alone) in enumerate(good):
        mine = rows[rows["payload_no"] == number].reset_index(drop=True)
        assert mine["row_no"].tolist() == list(range(len(alone)))
        assert_frame_equal(mine.drop(columns=["payload_no", "row_no"]), alone)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({}, id="none"),
        pytest.param({0: CUT_SHORT}, id="the first"),
        pytest.param({SIZE - 1: CONTRADICTION}, id="the last"),
        pytest.param({7: CONTRADICTION}, id="one between"),
        pytest.param({2: CONTRADICTION, 3: CUT_SHORT, 11: CONTRADICTION, 19: b""}, id="several"),
        pytest.param(dict.fromkeys(range(TURNS_MAX - 1), CONTRADICTION), id="as many as turns go"),
    ],
)
def test_a_turn_for_each_bad_one_and_none_alone(bad):
    source, payloads = axis(), files(bad)
    rows, places, refused = sort_out(source, payloads)

    assert source.asked == [SIZE - turn for turn in range(len(bad) + 1)]
    assert set(refused) == set(bad)
    assert_as_one_by_one(rows, places, refused, payloads)


@pytest.mark.parametrize("count", [TURNS_MAX, TURNS_MAX + 1, SIZE - 1])
def test_past_so_many_turns_the_rest_is_read_one_by_one(count):
    source = axis()
    payloads = files(dict.fromkeys(range(count), CONTRADICTION))
    rows, places, refused = sort_out(source, payloads)

    turns = [SIZE - turn for turn in range(TURNS_MAX)]
    assert source.asked == turns + ["one"] * (SIZE - TURNS_MAX)
    assert_as_one_by_one(rows, places, refused, payloads)


@pytest.mark.parametrize("size", [1, 3, SIZE])
def test_all_are_bad(size):
    source, payloads = axis(), files(dict.fromkeys(range(SIZE), CUT_SHORT))[:size]
    rows, places, refused = sort_out(source, payloads)

    turns = min(size, TURNS_MAX)
    assert source.asked == [size - turn for turn in range(turns)] + ["one"] * (size - turns)
    assert (len(rows), places) == (0, [])
    assert refused == one_by_one(axis(), payloads)[1]


def test_what_stops_the_source_stops_it_after_others_were_refused():
    source = axis()
    with pytest.raises(SchemaDrift, match="has lost Status"):
        sort_out(source, files({1: CUT_SHORT, 4: DRIFTED, 9: CONTRADICTION}))
    assert source.asked == [SIZE, SIZE - 1, "one", "one", "one", "one"]  # 0, 2, 3 and 4


@pytest.fixture
def pages(tmp_path):
    write_pages(many_payments(1, 6 * COUNT_MAX, HOUR_10.end), tmp_path)
    payloads = list(read_pages(tmp_path))

    def change(place, body):
        made = payloads[place]
        payloads[place] = Payload(made.dataset, made.part, made.name, body, made.fetched_at)

    return payloads, change


def without_amounts(body):
    content = json.loads(body)
    for item in content["items"]:
        del item["amount"]
    return json.dumps(content).encode()


def test_the_first_that_stops_the_source_is_named_though_another_is_found_first(pages):
    payloads, change = pages
    change(2, without_amounts(payloads[2].body))  # together its field is there, in other pages
    change(4, b"<html>")
    source = razorpay()
    with pytest.raises(SchemaDrift, match="amount"):
        sort_out(source, payloads)
    assert source.asked == [6, "one", "one", "one"]


def test_without_evidence_each_is_read_alone(pages):
    """A field that is gone everywhere is no one page's fault."""
    payloads, change = pages
    for place, payload in enumerate(payloads):
        change(place, without_amounts(payload.body))
    source = razorpay()
    with pytest.raises(SchemaDrift, match="amount") as problem:
        sort_out(source, payloads)
    assert problem.value.evidence is None
    assert source.asked == [6, "one"]


def test_evidence_of_another_batch_is_no_evidence(pages):
    payloads, change = pages
    change(5, b"<html>")

    class Mistaken(Pages):
        def parse_many(self, some):
            try:
                return super().parse_many(some)
            except FormatMismatch as error:
                error.evidence = Payload(**{n: getattr(some[0], n) for n in some[0].__slots__})
                raise

    source = Mistaken(load_source(ADAPTERS / "razorpay.yaml", {}))
    rows, places = parse(source, payloads, lambda place, error: True)
    assert source.asked == [6] + ["one"] * 6
    assert places == [0, 1, 2, 3, 4]
    assert rows["payload_no"].value_counts().eq(COUNT_MAX).all()


def test_a_source_that_reads_no_batches():
    payloads = [bank.page([bank.row("a"), bank.row("b")]), bank.page(b"total"),
                bank.page([bank.row("c", mood="well")])]  # fmt: skip
    rows, places, refused = sort_out(bank.TestBank(bank.config(), None), payloads)
    assert rows["txn_id"].tolist() == ["a", "b", "c"]
    assert rows["payload_no"].tolist() == [0, 0, 1]
    assert rows["row_no"].tolist() == [0, 1, 0]
    assert (places, list(refused)) == ([0, 2], [1])
