"""One row of the audit for every attempt: what was tried, since when, and how it ended."""

import time
from datetime import UTC, datetime

from adapters.base import Audit


class _Attempt:
    def __init__(self, audit: Audit, source: str, number: int) -> None:
        self._audit, self._source, self._number = audit, source, number
        self._started_at, self._clock = datetime.now(UTC), time.monotonic()

    @property
    def _latency_ms(self) -> int:
        return int((time.monotonic() - self._clock) * 1000)


class TransferAttempt(_Attempt):
    """A file, or a login, on `host`."""

    def __init__(self, audit: Audit, source: str, host: str, number: int) -> None:
        super().__init__(audit, source, number)
        self._host = host

    def ended(self, name: str, outcome: str, size: int = 0, sha256: str | None = None) -> None:
        """`name` must not hold an account number (`adapters.files.masked`)."""
        self._audit.file_transfer(
            source=self._source, host=self._host, name=name, started_at=self._started_at,
            outcome=outcome, latency_ms=self._latency_ms, size=size, sha256=sha256,
            attempt=self._number,
        )  # fmt: skip


class QueryAttempt(_Attempt):
    """A query of a database, or a connection to it."""

    def __init__(self, audit: Audit, source: str, asked: str, number: int = 1) -> None:
        super().__init__(audit, source, number)
        self._asked = asked

    def ended(self, outcome: str, size: int = 0) -> None:
        self._audit.api_call(
            source=self._source, method="SQL", endpoint=self._asked, started_at=self._started_at,
            status=None, outcome=outcome, latency_ms=self._latency_ms, size=size,
            attempt=self._number,
        )  # fmt: skip
