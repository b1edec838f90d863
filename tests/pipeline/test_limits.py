"""Quota and circuit, shared through the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from adapters.errors import CircuitOpen, RateLimited
from pipeline.autonomous import Autonomous, autonomous
from pipeline.limits import (
    CAUSE_CHARACTERS_MAX,
    FAILURES_MAX,
    OPEN_SECONDS,
    SharedCircuit,
    SharedRateLimiter,
)
from reconciliation.model import IST
from tests.pipeline import bank

CAUSE = "hdfc: /v1/transactions: its server failed with 503"


@pytest.fixture
def own(store):
    with autonomous(store) as own:
        yield own


def limiter(own, requests=20, per=timedelta(hours=1), **more):
    waits = []
    config = bank.config(rate_limit=(requests, per), nightly_share=0.4)
    return SharedRateLimiter(own, config, sleep=waits.append, **more), waits


def soon(seconds=0.0):
    return datetime.now(UTC) + timedelta(seconds=seconds)


def test_the_burst_is_half_the_quota_and_no_more(own):
    quota, waits = limiter(own)
    for _ in range(10):
        quota.acquire("hdfc", soon())
    assert waits == []
    with pytest.raises(RateLimited, match="hdfc"):
        quota.acquire("hdfc", soon(300))  # the next place comes after six minutes
    quota.acquire("hdfc", soon(400))
    assert waits == [pytest.approx(360, abs=5)]


def test_turns_are_taken_one_after_the_other(own):
    quota, waits = limiter(own, requests=2, per=timedelta(seconds=100))
    for _ in range(3):
        quota.acquire("hdfc", soon(1000))
    assert waits == [pytest.approx(100, abs=5), pytest.approx(200, abs=5)]


def test_sources_do_not_share(own):
    quota, _ = limiter(own, requests=2)
    quota.acquire("hdfc", soon())
    quota.acquire("icici", soon())
    with pytest.raises(RateLimited):
        quota.acquire("hdfc", soon())


def test_a_deep_read_leaves_the_hour_its_share(own):
    deep, _ = limiter(own, is_deep=True)
    for _ in range(4):
        deep.acquire("hdfc", soon())
    with pytest.raises(RateLimited):
        deep.acquire("hdfc", soon())
    hourly, waits = limiter(own)
    for _ in range(6):
        hourly.acquire("hdfc", soon())
    assert waits == []


def test_eight_processes_together_keep_one_limit(store):
    def worker(_):
        with autonomous(store) as own:
            quota, _ = limiter(own)
            taken = 0
            for _ in range(5):
                try:
                    quota.acquire("hdfc", soon())
                    taken += 1
                except RateLimited:
                    pass
            return taken

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(worker, range(8))) == 10


def test_a_penalty_is_waited_for_by_everybody(own):
    quota, waits = limiter(own)
    quota.penalise("hdfc", 30)
    with pytest.raises(RateLimited):
        quota.acquire("hdfc", soon(20))
    quota.acquire("hdfc", soon(40))
    assert waits == [pytest.approx(30, abs=3)]


def test_a_wild_penalty_is_an_hour(own):
    quota, waits = limiter(own)
    quota.penalise("hdfc", 10**9)
    quota.acquire("hdfc", soon(3700))
    assert waits == [pytest.approx(3600, abs=5)]


def test_a_circuit_opens_after_some_failures_in_a_row(own):
    circuit = SharedCircuit(own)
    for _ in range(FAILURES_MAX - 1):
        circuit.failed("hdfc", CAUSE)
        circuit.check("hdfc")
    circuit.failed("hdfc", CAUSE)
    with pytest.raises(CircuitOpen, match="hdfc"):
        circuit.check("hdfc")
    circuit.check("icici")


def test_a_success_between_forgets_the_failures(own):
    circuit = SharedCircuit(own)
    for _ in range(FAILURES_MAX - 1):
        circuit.failed("hdfc", CAUSE)
    circuit.succeeded("hdfc")
    circuit.failed("hdfc", CAUSE)
    circuit.check("hdfc")


def test_who_meets_an_open_circuit_hears_what_failed_and_until_when(own):
    circuit = SharedCircuit(own)
    for _ in range(FAILURES_MAX - 1):
        circuit.failed("hdfc", "hdfc: no answer")
    circuit.failed("hdfc", CAUSE)
    with pytest.raises(CircuitOpen) as told:
        SharedCircuit(own).check("hdfc")

    until = datetime.now(IST) + timedelta(seconds=OPEN_SECONDS)
    assert str(told.value).startswith(
        "hdfc: failed 5 times in a row, the last time: /v1/transactions: its server failed"
        f" with 503; not asked again before {until:%Y-%m-%d }"
    )
    assert str(told.value).endswith(" IST")


def test_a_cause_is_kept_redacted_and_forgotten_with_an_answer(own):
    circuit = SharedCircuit(own)
    circuit.failed("hdfc", "hdfc: token=hunter2 of 50100012345678 " + "x" * 1000)
    (kept,) = own._open().exec_driver_sql("select last_cause from ops.circuit").one()
    assert "hunter2" not in kept
    assert "50100012345678" not in kept
    assert len(kept) <= CAUSE_CHARACTERS_MAX
    circuit.succeeded("hdfc")
    assert own._open().exec_driver_sql("select last_cause from ops.circuit").one() == (None,)


def test_an_open_circuit_lets_one_try_and_closes_by_itself(own, database):
    circuit = SharedCircuit(own)
    for _ in range(FAILURES_MAX):
        circuit.failed("hdfc", CAUSE)
    time_passes(own)
    circuit.check("hdfc")  # this caller may try
    with pytest.raises(CircuitOpen):
        circuit.check("hdfc")  # the others wait for what it finds
    circuit.succeeded("hdfc")
    circuit.check("hdfc")
    circuit.check("hdfc")


def test_a_circuit_that_fails_again_stays_open_longer(own):
    circuit = SharedCircuit(own)
    for _ in range(FAILURES_MAX):
        circuit.failed("hdfc", CAUSE)
    first = open_seconds(own)
    circuit.failed("hdfc", CAUSE)
    assert open_seconds(own) == pytest.approx(2 * first, abs=3)
    for _ in range(30):
        circuit.failed("hdfc", CAUSE)
    assert open_seconds(own) == pytest.approx(900, abs=3)


def time_passes(own: Autonomous) -> None:
    own._open().exec_driver_sql("update ops.circuit set retry_at = now() - interval '1 second'")


def open_seconds(own: Autonomous) -> float:
    statement = "select extract(epoch from retry_at - clock_timestamp()) from ops.circuit"
    return float(own._open().exec_driver_sql(statement).scalar())
