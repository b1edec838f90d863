"""What the three banks and the gateway can do wrong, and what becomes of it."""

from datetime import datetime, timedelta

import pytest

from adapters.base import Payload
from adapters.errors import (
    CircuitOpen,
    CredentialsRefused,
    FormatMismatch,
    LimitExceeded,
    SchemaDrift,
    SourceUnavailable,
)
from reconciliation.model import IST, Interval
from simulator.servers import serve
from simulator.world import PAYMENT_FIELDS, PAYMENT_HISTORY
from tests.simulator.small_world import at, bank_frame, gateway_frame, payment, small_world

WINDOW = Interval(datetime(2026, 3, 10, tzinfo=IST), datetime(2026, 3, 10, 12, tzinfo=IST))
BANKS = ("hdfc", "icici", "sbi")
ALL = (*BANKS, "razorpay")
IDS = {"hdfc": "transaction_id", "icici": "txn_id", "sbi": "transaction_id", "razorpay": "id"}
ROWS = 350  # four pages: room for a fault in the middle


@pytest.fixture(scope="module")
def one_world(tmp_path_factory):
    start = at(0, 0, 1)
    made = bank_frame(
        *({"transaction_id": f"T{n:05d}", "occurred_at": start + timedelta(seconds=n * 30)}
          for n in range(ROWS))
    )  # fmt: skip
    paid = (payment(f"pay_{n:014d}", start + timedelta(seconds=n * 30)) for n in range(ROWS))
    world = small_world(
        banks=dict.fromkeys(BANKS, made),
        payments=gateway_frame(PAYMENT_FIELDS, PAYMENT_HISTORY, *paid),
    )
    home = tmp_path_factory.mktemp("world")
    servers = serve(world, home, database_url=None, quota_factor=None)
    yield servers
    servers.stop()


@pytest.fixture
def world(one_world):
    yield one_world
    one_world.mend()


def fetched(source) -> list[str]:
    """The ids that came, once each, and that everything parses."""
    dataset = next(iter(source.config.datasets))
    payloads = [payload for payload in source.fetch(WINDOW) if payload.dataset == dataset]
    return sorted(set(source.parse_many(payloads)["txn_id"]))


def complete(name) -> list[str]:
    return [f"pay_{n:014d}" if name == "razorpay" else f"T{n:05d}" for n in range(ROWS)]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("page", [0, 2])
def test_a_401_in_the_middle_is_met_once_and_the_page_resumed(world, rest, name, page):
    before = len(world.accesses(name))
    world.fault(name, "unauthorised", after=page)
    assert fetched(rest(world, name)) == complete(name)
    lines = [line for line in world.accesses(name)[before:] if line["method"] == "GET"]
    assert [line["status"] for line in lines].count(401) == 1
    asked = [
        (line["path"], *sorted(line["query"].items())) for line in lines if line["status"] == 200
    ]
    assert len(set(asked)) == len(asked)  # no page that had come was asked for again


@pytest.mark.parametrize("name", ALL)
def test_two_401_in_a_row_are_the_end(world, rest, lent, name):
    world.fault(name, "unauthorised", after=1, times=2)
    got = []
    with pytest.raises(CredentialsRefused):
        got.extend(rest(world, name).fetch(WINDOW))
    assert len(got) == 1  # what had come is kept
    assert [call["status"] for call in lent.calls].count(401) == 2


@pytest.mark.parametrize("name", ALL)
def test_a_403_is_not_asked_again(world, rest, lent, name):
    world.fault(name, "forbidden")
    with pytest.raises(CredentialsRefused, match="403"):
        fetched(rest(world, name))
    assert [call["status"] for call in lent.calls].count(403) == 1


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("too_many", {"retry_after": "1"}),
        ("too_many", {"retry_after": "date:1"}),
        ("too_many", {}),
        ("server_error", {"status": 502}),
        ("server_error", {"times": 2}),
        ("reset", {}),
        ("reset", {"keep": 0.5}),
        ("cut_short", {}),
    ],
)
def test_what_passes_is_waited_for(world, rest, name, kind, options):
    world.fault(name, kind, after=1, **options)
    assert fetched(rest(world, name)) == complete(name)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("html", "an HTML page"),
        ("error_object", "an error in place of a page"),
        ("empty", "an empty answer"),
        ("bom", "a byte order mark"),
        ("truncated", "cut short"),
    ],
)
def test_another_format_stops_with_its_evidence(world, rest, name, kind, says):
    world.fault(name, kind, after=1)
    got = []
    with pytest.raises(FormatMismatch, match=says) as error:
        got.extend(rest(world, name).fetch(WINDOW))
    assert len(got) == 1
    evidence = error.value.evidence
    assert isinstance(evidence, Payload)
    assert evidence.part not in {payload.part for payload in got}
    assert "T0" not in str(error.value)


@pytest.mark.parametrize("name", ALL)
def test_a_bad_page_among_many_is_named_when_it_is_parsed(world, rest, name):
    source = rest(world, name)
    payloads = list(source.fetch(WINDOW))[:2]
    broken = Payload(payloads[0].dataset, "p", "n", b"<html>", payloads[0].fetched_at)
    with pytest.raises(FormatMismatch) as error:
        source.parse_many([payloads[0], broken, payloads[1]])
    assert error.value.evidence is broken


@pytest.mark.parametrize(
    ("kind", "error"), [("slow_drip", SourceUnavailable), ("stall", SourceUnavailable)]
)
def test_a_peer_that_does_not_come_to_an_end(world, rest, lent, kind, error):
    world.fault("hdfc", kind, times=None)
    with pytest.raises(error):
        fetched(rest(world, "hdfc", total=1, idle=1, attempts=2))
    assert lent.outcomes.count("timeout") == 2


@pytest.mark.parametrize("kind", ["endless_body", "gzip_bomb"])
def test_a_body_that_is_too_large(world, rest, lent, kind):
    world.fault("hdfc", kind)
    with pytest.raises(LimitExceeded):
        fetched(rest(world, "hdfc", megabytes=1))
    assert lent.outcomes[-1] == "too_large"


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("kind", ["repeat_page", "missing_page", "shift_page"])
def test_a_page_out_of_place_is_found_and_read_again(world, rest, name, kind):
    world.fault(name, kind, after=1)
    assert fetched(rest(world, name)) == complete(name)


@pytest.mark.parametrize("name", ALL)
def test_a_page_cut_at_a_row_is_found(world, rest, name):
    world.fault(name, "cut_at_boundary", after=1)
    assert fetched(rest(world, name)) == complete(name)


@pytest.mark.parametrize("name", ["sbi", "razorpay"])
def test_even_the_last_page(world, rest, name):
    world.fault(name, "cut_at_boundary", after=3)
    assert fetched(rest(world, name)) == complete(name)


@pytest.mark.parametrize("name", ALL)
def test_pages_without_end_are_left(world, rest, lent, name):
    world.fault(name, "endless_pages", times=None)
    source = rest(world, name)
    # Two passes that agree are an answer, however odd: all rows are there.
    assert fetched(source) == complete(name)
    assert len(lent.calls) < 30


def test_more_pages_than_there_can_be(world, rest):
    with pytest.raises(LimitExceeded, match=r"more than 3 pages.*limits\.pages_max"):
        fetched(rest(world, "hdfc", pages_max=3))
    assert fetched(rest(world, "hdfc", pages_max=4)) == complete("hdfc")


@pytest.mark.parametrize("name", BANKS)
def test_a_list_that_never_settles_is_given_up(world, rest, name):
    # The second page of each of three passes of four, shifted a little further each time. A
    # fault does not count the request that another one takes.
    for turn, after in [(1, 1), (2, 4), (3, 7)]:
        world.fault(name, "shift_page", by=-turn, after=after)
    with pytest.raises(SourceUnavailable, match="contradicted each other 3 times"):
        fetched(rest(world, name))


@pytest.mark.parametrize("name", ALL)
def test_a_field_that_is_gone_or_retyped_is_drift(world, rest, name):
    source = rest(world, name)
    for kind, says in [("field_gone", "is gone"), ("field_retyped", "is an object now")]:
        world.fault(name, kind, field="amount", times=None)
        payload = next(iter(source.fetch(WINDOW)))
        with pytest.raises(SchemaDrift, match=f"amount.*{says}"):
            source.parse(payload)
        world.mend(name)


@pytest.mark.parametrize("name", ALL)
def test_a_new_field_is_kept_apart_and_named(world, rest, name):
    world.fault(name, "field_new", field="mood")
    source = rest(world, name)
    frame = source.parse(next(iter(source.fetch(WINDOW))))
    assert frame.attrs["new_fields"] == ["mood"]
    assert "mood" not in frame


@pytest.mark.parametrize("name", BANKS)
def test_a_status_nobody_knows_is_pending_and_never_success(world, rest, name, caplog):
    world.fault(name, "field_set", field="status", value="REVERSED?")
    source = rest(world, name)
    frame = source.parse(next(iter(source.fetch(WINDOW))))
    assert set(source.normalise("transactions", frame)["status"]) == {"PENDING"}
    assert "100 rows with a status we do not know" in caplog.text


def test_a_server_that_is_down_opens_the_circuit(world, rest, lent):
    world.fault("sbi", "down", times=None)
    lent.opens_after = 2
    with pytest.raises(SourceUnavailable) as told:
        fetched(rest(world, "sbi"))
    assert not isinstance(told.value, CircuitOpen)
    with pytest.raises(CircuitOpen):
        fetched(rest(world, "sbi"))
    assert lent.outcomes == ["unreachable", "unreachable"]
    world.mend("sbi")
    lent.opens_after = None
    assert fetched(rest(world, "sbi")) == complete("sbi")


def test_the_token_endpoint_failing_is_waited_for(world, rest):
    world.fault("hdfc", "server_error", on="token")
    world.fault("hdfc", "too_many", on="token", retry_after="1")
    assert fetched(rest(world, "hdfc")) == complete("hdfc")
