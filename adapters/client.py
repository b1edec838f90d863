"""How a source is asked: within its quota, again where that can help, and on record.

Tried again: no connection, a cut or late answer, 429 and 5xx. Not tried again: anything
else. Every attempt asks the circuit and the quota first and leaves one `audit.api_call`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
)

from adapters.backoff import backoff
from adapters.base import Services
from adapters.errors import (
    CircuitOpen,
    FormatMismatch,
    LimitExceeded,
    RateLimited,
    SourceError,
    SourceUnavailable,
    UntrustedPeer,
)
from adapters.http import Answer, Call, CallTimedOut, Transport

TOO_MANY = 429
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Patience:
    """With one call, all its attempts together. Seconds."""

    attempts_max: int = 6
    budget_seconds: float = 180.0
    retry_after_max: float = 60.0  # a peer that says 10⁹ is obeyed this far
    backoff_first: float = 0.5  # doubled each time, then a random share of it is taken
    backoff_max: float = 20.0


class _AgainError(Exception):
    """This attempt failed in a way that another may not."""

    def __init__(self, error: SourceUnavailable, retry_after: float | None = None) -> None:
        super().__init__()
        self.error = error
        self.retry_after = retry_after


class Client:
    def __init__(
        self, source: str, services: Services, transport: Transport, patience: Patience,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.source = source
        self.services = services
        self.transport = transport
        self.patience = patience
        self._sleep = sleep

    def ask(self, call: Call) -> Answer:
        """The answer, of any status but 3xx, 429 and 5xx. SourceUnavailable, SourceRejected."""
        retrying = Retrying(
            retry=retry_if_exception_type(_AgainError),
            stop=stop_after_attempt(self.patience.attempts_max)
            | stop_before_delay(self.patience.budget_seconds),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        give_up_at = datetime.now(UTC) + timedelta(seconds=self.patience.budget_seconds)
        cause: SourceError | None = None
        try:
            for attempt in retrying:
                with attempt:
                    number = attempt.retry_state.attempt_number
                    try:
                        return self._attempt(call, number, give_up_at)
                    except _AgainError as again:
                        cause = again.error
                        raise
        except _AgainError as again:
            raise again.error from None
        except CircuitOpen:
            # Opened by this call's own failures: they say why, it says only until when.
            if cause is not None:
                raise cause from None
            raise
        raise AssertionError("tenacity ends with an answer or an error")

    def _attempt(self, call: Call, number: int, give_up_at: datetime) -> Answer:
        self.services.circuit.check(self.source)
        self.services.rate_limiter.acquire(self.source, give_up_at)
        started_at, clock = datetime.now(UTC), time.monotonic()
        answer: Answer | None = None
        outcome = "ok"
        try:
            answer = self.transport.send(call)
            outcome = self._judge(call, answer)
            return answer
        except _AgainError:
            outcome = "retry"
            raise
        except SourceUnavailable as error:
            outcome = "timeout" if isinstance(error, CallTimedOut) else "unreachable"
            self.services.circuit.failed(self.source, str(error))
            raise _AgainError(error) from None
        except SourceError as error:
            outcome = _outcome(error)
            raise
        finally:
            self.services.audit.api_call(
                source=self.source, method=call.method, endpoint=call.path,
                started_at=started_at, status=answer.status if answer else None, outcome=outcome,
                latency_ms=round((time.monotonic() - clock) * 1000),
                size=len(answer.body) if answer else 0, attempt=number,
            )  # fmt: skip

    def _judge(self, call: Call, answer: Answer) -> str:
        """The audit's word for an answer we go on with."""
        where = f"{self.source}: {call.path}"
        if answer.status == TOO_MANY:
            wait = retry_after(answer)
            if wait is not None:
                wait = min(wait, self.patience.retry_after_max)
                self.services.rate_limiter.penalise(self.source, wait)
            raise _AgainError(RateLimited(f"{where}: too many requests, by its own count"), wait)
        if answer.status >= SERVER_ERROR:
            error = SourceUnavailable(f"{where}: its server failed with {answer.status}")
            self.services.circuit.failed(self.source, str(error))
            raise _AgainError(error, min(retry_after(answer) or 0.0, self.patience.retry_after_max))
        self.services.circuit.succeeded(self.source)
        if 300 <= answer.status < 400:  # noqa: PLR2004
            raise FormatMismatch(f"{where}: answered with a redirect, which is not followed")
        return "ok" if answer.status < 300 else "refused"  # noqa: PLR2004

    def _wait(self, state: RetryCallState) -> float:
        """Seconds before the next attempt: what the peer asked for, else backoff; jittered."""
        again = state.outcome.exception() if state.outcome else None
        asked = again.retry_after if isinstance(again, _AgainError) else None
        own = backoff(state.attempt_number, self.patience.backoff_max, self.patience.backoff_first)
        return asked + own / 10 if asked else own


def retry_after(answer: Answer) -> float | None:
    """Seconds of a Retry-After header, in seconds or as an HTTP date; None where unreadable."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - answer.received_at).total_seconds())


def _outcome(error: SourceError) -> str:
    if isinstance(error, UntrustedPeer):
        return "tls"
    return "too_large" if isinstance(error, LimitExceeded) else "refused"
