"""When a call is tried again, how long it waits, what it leaves on record."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from adapters.client import Client, Patience, retry_after
from adapters.errors import CircuitOpen, FormatMismatch, RateLimited, SourceUnavailable
from adapters.http import Answer, Bounds, Call, RequestsTransport

CAP = 60.0


@pytest.fixture
def asking(wire, lent):
    """asking(*replies) → (ask, waits): a client whose far end gives these replies in turn."""

    def start(*replies, attempts=4, budget=180.0):
        left, waits = list(replies), []

        def script(_request, sock):
            reply = left.pop(0) if len(left) > 1 else left[0]
            if reply is not None:
                status, headers = reply
                lines = [f"HTTP/1.1 {status} X", *headers, "Connection: close", "Content-Length: 2"]
                sock.sendall("\r\n".join([*lines, "", "{}"]).encode())

        url = wire(script)
        transport = RequestsTransport("acme", Bounds(1, 1, 1))
        patience = Patience(attempts_max=attempts, budget_seconds=budget, retry_after_max=CAP)
        client = Client("acme", lent.services, transport, patience, sleep=waits.append)
        return lambda: client.ask(Call("GET", f"{url}/v1/x", query={"secret": "s"})), waits

    return start


def test_a_good_answer_is_one_call_on_record(asking, lent):
    ask, waits = asking((200, []))
    assert ask().status == 200
    assert waits == []
    (call,) = lent.calls
    assert call["endpoint"] == "/v1/x"
    assert (call["status"], call["outcome"], call["attempt"], call["size"]) == (200, "ok", 1, 2)
    assert lent.circuit_events == ["succeeded"]
    assert lent.acquired == 1
    assert "s" not in [call["source"], call["method"]]


@pytest.mark.parametrize("failure", [(500, []), (502, []), (503, []), None])
def test_a_failing_server_is_asked_again(asking, lent, failure):
    ask, waits = asking(failure, failure, (200, []))
    assert ask().status == 200
    assert len(waits) == 2
    assert lent.outcomes[-1] == "ok"
    assert [call["attempt"] for call in lent.calls] == [1, 2, 3]
    assert lent.circuit_events == ["failed", "failed", "succeeded"]
    assert lent.acquired == 3  # each attempt counts against the quota


def test_it_gives_up_after_so_many_attempts(asking, lent):
    ask, waits = asking((503, []), attempts=4)
    with pytest.raises(SourceUnavailable, match="503"):
        ask()
    assert len(waits) == 3
    assert lent.outcomes == ["retry"] * 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_another_refusal_is_not_asked_again(asking, lent, status):
    ask, waits = asking((status, []))
    assert ask().status == status
    assert (waits, lent.outcomes) == ([], ["refused"])


def test_a_redirect_is_a_mismatch(asking, lent):
    ask, _ = asking((302, ["Location: https://elsewhere"]))
    with pytest.raises(FormatMismatch, match="redirect"):
        ask()
    assert len(lent.calls) == 1


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("Retry-After: 7", 7, 9),
        ("Retry-After: 60", 60, 62),
        ("Retry-After: 1000000000", CAP, CAP + 2),
        ("Retry-After: " + "9" * 400, CAP, CAP + 2),
        (lambda: f"Retry-After: {format_datetime(soon(20), usegmt=True)}", 18, 22),
        ("Retry-After: soon", 0, 2),
        ("Retry-After: -5", 0, 2),
        ("X-None: 1", 0, 2),
    ],
)
def test_too_many_requests_waits_as_it_is_told(asking, lent, header, least, most):
    header = header() if callable(header) else header
    ask, waits = asking((429, [header]), (200, []))
    assert ask().status == 200
    assert least <= waits[0] <= most
    assert lent.outcomes == ["retry", "ok"]
    assert lent.circuit_events == ["succeeded"]  # a quota is no outage
    if least >= 7:  # every process of ours is told to wait
        assert lent.penalties == [pytest.approx(waits[0], abs=2)]


def soon(seconds):
    return datetime.now(UTC) + timedelta(seconds=seconds)


def test_a_wait_beyond_the_budget_is_not_begun(asking, lent):
    ask, waits = asking((429, ["Retry-After: 50"]), budget=40.0)
    with pytest.raises(RateLimited):
        ask()
    assert waits == []
    assert len(lent.calls) == 1


def test_backoff_grows_and_is_bounded(asking):
    ask, waits = asking((503, []), attempts=12, budget=10_000.0)
    with pytest.raises(SourceUnavailable):
        ask()
    patience = Patience()
    for number, wait in enumerate(waits):
        assert 0 <= wait <= min(patience.backoff_first * 2**number, patience.backoff_max)
    assert len(set(waits)) == len(waits)  # jittered


def test_a_circuit_that_opens_on_the_way_says_why_and_is_not_asked_again(asking, lent):
    lent.opens_after = 2
    ask, _ = asking((503, []), attempts=10)
    with pytest.raises(SourceUnavailable, match="its server failed with 503") as told:
        ask()
    assert not isinstance(told.value, CircuitOpen)
    with pytest.raises(CircuitOpen):
        ask()
    assert len(lent.calls) == 2
    assert lent.acquired == 2


def test_a_date_in_the_past_is_no_wait():
    now = datetime(2026, 3, 10, tzinfo=UTC)
    past = Answer(429, {"retry-after": "Tue, 10 Mar 2020 00:00:00 GMT"}, b"", now)
    assert retry_after(past) == 0.0
    ahead = Answer(429, {"retry-after": "Tue, 10 Mar 2026 00:00:30 GMT"}, b"", now)
    assert retry_after(ahead) == 30.0
