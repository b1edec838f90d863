"""What the pipeline lends an adapter: quota, circuit, audit, and which files are known."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from adapters.base import FileLook, Services, SourceConfig
from pipeline.autonomous import Autonomous, autonomous
from pipeline.file_names import kept_name
from pipeline.keys import Keys
from pipeline.limits import SharedCircuit, SharedRateLimiter
from pipeline.store import Store


class AuditRecord:
    """One row a call or transfer, committed at once: it outlives the step's rollback."""

    def __init__(self, own: Autonomous) -> None:
        self._own = own

    def api_call(
        self, *, source: str, method: str, endpoint: str, started_at: datetime,
        status: int | None, outcome: str, latency_ms: int, size: int, attempt: int,
    ) -> None:  # fmt: skip
        self._own.row(
            "audit/insert_api_call",
            source=source,
            method=method,
            endpoint=endpoint.partition("?")[0],  # a query may hold an account number
            started_at=started_at,
            status=status,
            outcome=outcome,
            latency_ms=latency_ms,
            bytes=size,
            attempt=attempt,
        )

    def file_transfer(
        self, *, source: str, host: str, name: str, started_at: datetime, outcome: str,
        latency_ms: int, size: int, sha256: str | None, attempt: int,
    ) -> None:  # fmt: skip
        self._own.row(
            "audit/insert_file_transfer",
            source=source,
            host=host,
            name=name,
            started_at=started_at,
            outcome=outcome,
            latency_ms=latency_ms,
            bytes=size,
            sha256=sha256,
            attempt=attempt,
        )


class LandedFiles:
    def __init__(self, own: Autonomous, keys: Keys) -> None:
        self._own, self._keys = own, keys

    def is_known(self, source: str, look: FileLook) -> bool:
        row = self._own.row(
            "landing/is_file_seen",
            source=source,
            name=kept_name(self._keys, look.name, look.account_at),
            bytes=look.bytes,
            modified_at=look.modified_at,
        )
        return row is not None and bool(row["is_seen"])


@contextmanager
def lend(
    store: Store, keys: Keys, config: SourceConfig, *, is_deep: bool = False
) -> Iterator[Services]:
    """The services of one step, over one connection that is closed at its end."""
    with autonomous(store) as own:
        yield Services(
            rate_limiter=SharedRateLimiter(own, config, is_deep=is_deep),
            circuit=SharedCircuit(own),
            audit=AuditRecord(own),
            files=LandedFiles(own, keys),
        )
