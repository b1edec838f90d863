"""What keeps us from asking a source too much: its quota and its circuit, shared by all processes.

Both live in the database, so that eight workers together keep one bank's limit.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.base import SourceConfig
from adapters.errors import CircuitOpen, RateLimited
from pipeline.autonomous import Autonomous
from pipeline.redaction import clean
from reconciliation.model import IST

# A bucket of half the quota that fills by half the quota a span: never more than the quota
# in any window, however it is counted at the far end.
BURST_SHARE = 0.5
PENALTY_SECONDS_MAX = 3600.0  # whatever a Retry-After says
FAILURES_MAX = 5
OPEN_SECONDS = 60.0
OPEN_SECONDS_MAX = 900.0
CAUSE_CHARACTERS_MAX = 300
PROBE_SECONDS = 120.0  # how long the one caller that tries a half-open circuit may take


class SharedRateLimiter:
    """A token bucket in ops.rate_limit. A call reserves its turn, then waits for it."""

    def __init__(
        self,
        own: Autonomous,
        config: SourceConfig,
        *,
        is_deep: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`is_deep`: a nightly read that leaves the hour its share of the quota."""
        requests, span = config.rate_limit
        self._own = own
        self._capacity = max(1.0, requests * BURST_SHARE)
        self._per_second = max(1.0, requests * (1 - BURST_SHARE)) / span.total_seconds()
        self._floor = self._capacity * (1 - config.nightly_share) if is_deep else 0.0
        self._sleep = sleep

    def acquire(self, source: str, deadline: datetime) -> None:
        """Wait for a turn. RateLimited when none comes before the deadline."""
        wait_max = max(0.0, (deadline - datetime.now(UTC)).total_seconds())
        turn = self._own.row("ops/take_token", source=source, wait_max=wait_max, **self._bucket())
        if turn is None:
            self._own.row("ops/open_bucket", source=source, capacity=self._capacity)
            turn = self._own.row(
                "ops/take_token", source=source, wait_max=wait_max, **self._bucket()
            )
        if turn is None or not turn["is_taken"]:
            wait = "" if turn is None else f"; the next place is in {turn['wait_s']:.0f} s"
            raise RateLimited(f"{source}: its quota is used up for now{wait}")
        if turn["wait_s"] > 0:
            self._sleep(turn["wait_s"])

    def penalise(self, source: str, seconds: float) -> None:
        """Nobody calls the source for so long. A wild figure is capped at an hour."""
        self._own.row("ops/open_bucket", source=source, capacity=self._capacity)
        self._own.row(
            "ops/penalise", source=source, seconds=min(max(seconds, 0.0), PENALTY_SECONDS_MAX)
        )

    def _bucket(self) -> dict[str, float]:
        return {
            "capacity": self._capacity,
            "per_second": self._per_second,
            "floor": self._floor,
        }


class SharedCircuit:
    """Opens after some failures in a row, closes by itself when one caller gets through."""

    def __init__(self, own: Autonomous) -> None:
        self._own = own

    def check(self, source: str) -> None:
        state = self._own.row("ops/circuit_check", source=source, probe_seconds=PROBE_SECONDS)
        if state is not None and not state["may_call"]:
            raise CircuitOpen(f"{source}: {paused(source, dict(state))}")

    def succeeded(self, source: str) -> None:
        self._own.row("ops/circuit_succeeded", source=source)

    def failed(self, source: str, cause: str) -> None:
        self._own.row(
            "ops/circuit_failed",
            source=source,
            cause=clean(cause)[:CAUSE_CHARACTERS_MAX],
            failures_max=FAILURES_MAX,
            open_seconds=OPEN_SECONDS,
            open_seconds_max=OPEN_SECONDS_MAX,
        )


def paused(source: str, state: Mapping[str, Any]) -> str:
    """Why nobody asks it now and until when; `state`: failures, last_cause, retry_at."""
    cause = str(state["last_cause"] or "").removeprefix(f"{source}: ")
    last = f", the last time: {cause}" if cause else ""
    return (
        f"failed {state['failures']} times in a row{last}; not asked again before"
        f" {state['retry_at'].astimezone(IST):%Y-%m-%d %H:%M:%S} IST"
    )
