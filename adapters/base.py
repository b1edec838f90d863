"""What the pipeline asks of a source, and what a source may ask of the pipeline.

A source is a YAML file beside this one, read into `SourceConfig` by `adapters.config`;
`adapters.config.open_source` gives the object that answers `Source`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import pandas as pd

from adapters.arrival import FileArrival
from reconciliation.model import Interval


@dataclass(frozen=True, slots=True)
class Payload:
    """One page or file as it came."""

    dataset: str  # a key of SourceConfig.datasets
    part: str  # its place in the interval: 'payments/000300', 'AXIS_0001_20260310_10'
    name: str  # file name or endpoint path, for people
    body: bytes
    fetched_at: datetime
    control: Mapping[str, str] = field(default_factory=dict)  # declared counts and totals
    modified_at: datetime | None = None  # files only
    account_at: tuple[int, int] | None = None  # from, to: where `name` holds an account number
    day: date | None = None  # of a file of a whole day: the one its name says


@dataclass(frozen=True, slots=True)
class FileLook:
    """A file as the far end lists it, so that a known one is not fetched again."""

    name: str
    bytes: int
    modified_at: datetime
    account_at: tuple[int, int] | None = None  # as of `Payload`


@dataclass(frozen=True, slots=True)
class Dataset:
    """One kind of payload a source sends."""

    name: str
    kind: str  # entries | balances | settlements
    suite: str  # a suite in expectations/: bank_statement, gateway, ledger, settlement
    later_delivery: str  # adds (versions by id) | restates (the part is replaced whole)
    required: tuple[str, ...]  # our names of the fields whose absence is drift
    patterns: Mapping[str, str]  # our column name → the full regular expression its text obeys
    known: frozenset[str]  # the source's own names; any other is new, and warned about
    settings: Mapping[str, Any]  # the rest of the dataset's YAML, checked by the adapter
    arrival: FileArrival | None = None  # when its files are due; None: nothing is promised


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment that a source's YAML names; never its value."""

    name: str
    is_set: bool
    is_used: bool  # read as things stand: of alternatives, those of the one that is taken
    default: str | None  # what stands in its place; None: nothing does
    choice: str = ""  # the key with several ways to give it, "auth"; blank: there is one
    way: int = 0  # which of them, from 1 on: the first that is whole is taken


@dataclass(frozen=True, slots=True)
class SourceConfig:
    name: str
    kind: str  # rest | sftp | sql
    adapter: str  # dotted class
    bank_code: str
    currency: str
    calendar: str  # ops.calendar the source keeps: india_bank | always
    status: str  # exact | documented placeholder | observed
    trailing_window: timedelta  # re-read every hour
    deep_window: timedelta  # re-read once a night
    late_after: timedelta  # a source hour not landed this long after its end is late
    rate_limit: tuple[int, timedelta]  # requests per span
    nightly_share: float  # of the quota that deep reads may use; the rest is kept for the hour
    datasets: Mapping[str, Dataset]
    settings: Mapping[str, Any]  # url, auth, paging …: checked by the adapter
    environment: Mapping[str, str] = field(repr=False)  # the variables it names, resolved
    missing: tuple[str, ...] = ()  # variables it needs and did not find
    parser_version: str = "1"
    unconfigured: str = ""  # why they are missing, where setting them is no help
    variables: tuple[Variable, ...] = ()  # all it names, in the YAML's order

    @property
    def lack(self) -> str:
        """Why it is not configured and what to do, for a person; blank where it is."""
        if not self.missing:
            return ""
        why = self.unconfigured or f"set {', '.join(self.missing)}"
        return f"not configured: {why}"

    @property
    def restated(self) -> list[str]:
        """The datasets of which a later delivery replaces a part whole."""
        return [name for name, one in self.datasets.items() if one.later_delivery == "restates"]


class RateLimiter(Protocol):
    def acquire(self, source: str, deadline: datetime) -> None:
        """Wait for a place in the source's quota. RateLimited when none comes in time."""

    def penalise(self, source: str, seconds: float) -> None:
        """The far end said to wait: nobody calls it before."""


class Circuit(Protocol):
    def check(self, source: str) -> None:
        """CircuitOpen while the source is not to be asked."""

    def succeeded(self, source: str) -> None: ...

    def failed(self, source: str, cause: str) -> None:
        """No usable answer; `cause` is told to whoever is not let through."""


class Audit(Protocol):
    def api_call(
        self, *, source: str, method: str, endpoint: str, started_at: datetime,
        status: int | None, outcome: str, latency_ms: int, size: int, attempt: int,
    ) -> None: ...  # fmt: skip

    def file_transfer(
        self, *, source: str, host: str, name: str, started_at: datetime, outcome: str,
        latency_ms: int, size: int, sha256: str | None, attempt: int,
    ) -> None: ...  # fmt: skip


class Files(Protocol):
    def is_known(self, source: str, look: FileLook) -> bool:
        """Whether these very bytes (name, size, mtime) are landed already."""


# What is wrong with a payload of that source, a sentence each. SourceError where it is unreadable.
Judge = Callable[["Source", Payload], Sequence[str]]


def unjudged(_source: "Source", _payload: Payload) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Services:
    """What the pipeline lends an adapter."""

    rate_limiter: RateLimiter
    circuit: Circuit
    audit: Audit
    files: Files
    judge: Judge = unjudged  # only `Source.check` asks


class Source(Protocol):
    config: SourceConfig

    def fetch(self, window: Interval) -> Iterator[Payload]:
        """Yield every page or file of the window, byte for byte. The only I/O here.

        The window already includes the trailing re-read. SourceUnavailable or
        SourceRejected; what was yielded before is landed all the same.
        """

    def parse(self, payload: Payload) -> pd.DataFrame:
        """The payload's rows as text ("string" columns) under our names, in their order.

        No row is left out and no value is changed. FormatMismatch, SchemaDrift,
        DeliveryRefused. Column attribute `attrs["new_fields"]` lists fields never seen.
        """

    def normalise(self, dataset: str, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows that passed the suite, as the kind's canonical columns. Pure, vectorised."""

    def check(self) -> list[str]:
        """Reach the source once and say, a sentence each, what is wrong; empty when well."""


class BatchSource(Source, Protocol):
    """A source of many small payloads, which are cheaper to read together."""

    def parse_many(self, payloads: Sequence[Payload]) -> pd.DataFrame:
        """`parse` of payloads of one dataset, one below the other, on one RangeIndex.

        Beside the text columns `payload_no` (place in `payloads`) and `row_no` (place in its
        payload), int64 from 0; `normalise` takes `row_no` from there. A payload that is
        refused is the error's `evidence`: then read the others without it.
        """
