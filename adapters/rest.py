"""The one configured REST adapter: everything a bank's API is, from its YAML.

Source keys: url, auth, ca_file, limits, datasets. Dataset keys: path, window, paging, the
page format (`adapters.json_pages`) and the words of its rows (`adapters.statement`).
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, cast

import numpy as np
import pandas as pd

from adapters import statement
from adapters.auth import Auth, auth_of
from adapters.base import Dataset, Payload, Services, SourceConfig
from adapters.client import Client, Patience
from adapters.config import open_source, settings_of
from adapters.errors import (
    CredentialsRefused,
    FormatMismatch,
    LimitExceeded,
    MisconfiguredSource,
    SourceError,
    SourceUnavailable,
)
from adapters.http import Answer, Bounds, Call, RequestsTransport
from adapters.json_pages import KEYS as PAGE_KEYS
from adapters.json_pages import Page, PageFormat, identities
from adapters.paging import Paginator, paging_of
from adapters.windows import Queries, window_of
from reconciliation.model import HOUR, Interval, floor_hour

log = logging.getLogger(__name__)

OK, UNAUTHORISED, FORBIDDEN = 200, 401, 403
PASSES_MAX = 3  # over one list whose pages contradict each other
DATASET_KEYS = ("path", "window", "paging", "identity", *PAGE_KEYS, *statement.KEYS)


class Envelope(Protocol):
    """What a bank wraps around a request and a page: encryption, signatures."""

    def seal(self, call: Call) -> Call: ...

    def open(self, body: bytes) -> bytes: ...


class PlainEnvelope:
    """Nothing: the request and the page are as they travel."""

    def seal(self, call: Call) -> Call:
        return call

    def open(self, body: bytes) -> bytes:
        return body


class _Feed:
    """One dataset's part of the YAML, read and checked."""

    def __init__(self, source: str, dataset: Dataset) -> None:
        section = settings_of(dataset)
        section.only(*DATASET_KEYS)
        self.name = dataset.name
        self.path = section.text("path")
        self.window: Callable[[Interval], Queries] = window_of(section.section("window"))
        self.paging: Callable[[], Paginator] = paging_of(section.section("paging"))
        self.format = PageFormat(source, dataset, section)
        self.identity = section.texts("identity")


@dataclass(slots=True)
class _Reading:
    """One pass over all pages of one list."""

    ids: list[tuple[str, ...]] = field(default_factory=list)
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class _Link:
    client: Client
    auth: Auth
    base_url: str


class RestSource:
    envelope: Envelope = PlainEnvelope()

    def __init__(self, config: SourceConfig, services: Services) -> None:
        self.config = config
        self.services = services
        settings_of(config).only("url", "auth", "ca_file", "limits")
        self.limits = settings_of(config).section("limits", {})
        self.limits.only("pages_max", "total", "idle", "connect", "megabytes", "attempts", "budget")
        self.pages_max = self.limits.integer("pages_max", 1, 1_000_000, 2_000)
        self.feeds = {name: _Feed(config.name, one) for name, one in config.datasets.items()}
        self.words = self.words_of()

    def words_of(self) -> Mapping[str, statement.Words]:
        """How each dataset's rows become entries; a subclass that does it itself has none."""
        return {name: statement.words_of(one) for name, one in self.config.datasets.items()}

    def fetch(self, window: Interval) -> Iterator[Payload]:
        link = self._link()
        for feed in self.feeds.values():
            for label, query in feed.window(window):
                yield from self._read(link, feed, label, query)

    def parse(self, payload: Payload) -> pd.DataFrame:
        page = self._page(self.feeds[payload.dataset], payload)
        return self.feeds[payload.dataset].format.frame([page])

    def parse_many(self, payloads: Sequence[Payload]) -> pd.DataFrame:
        """The rows of several payloads of one dataset, and where each came from.

        Beside the text columns: `payload_no` (place in `payloads`) and `row_no` (place in its
        payload), both int64 from 0. What one bad payload raises carries it as `evidence`.
        """
        (dataset,) = {payload.dataset for payload in payloads}
        feed = self.feeds[dataset]
        pages = [self._page(feed, payload) for payload in payloads]
        frame = feed.format.frame(pages)
        counts = np.array([len(page.rows) for page in pages], dtype="int64")
        frame["payload_no"] = np.repeat(np.arange(len(pages)), counts)
        starts = np.repeat(np.cumsum(counts) - counts, counts)
        frame["row_no"] = np.arange(len(frame), dtype="int64") - starts
        return frame

    def normalise(self, dataset: str, rows: pd.DataFrame) -> pd.DataFrame:
        return statement.entries(self.config, self.words[dataset], rows)

    def check(self) -> list[str]:
        """Asks for the first page of the last whole hour of each dataset."""
        end = floor_hour(datetime.now(UTC))
        problems: list[str] = []
        try:
            link = self._link()
            for feed in self.feeds.values():
                _, query = feed.window(Interval(end - HOUR, end))[0]
                _, page = self._ask_page(link, feed, feed.paging().first_request(query), "check")
                problems += self._look(feed, [page])
        except SourceError as error:
            problems.append(str(error))
        return problems

    def look_at(self, dataset: str, body: bytes) -> list[str]:
        """What is wrong with a saved page, a sentence each. No network."""
        feed = self.feeds[dataset]
        sample = Payload(dataset, "sample", "sample", body, datetime.now(UTC))
        return self._look(feed, [self._page(feed, sample)])

    def _look(self, feed: _Feed, pages: Sequence[Page]) -> list[str]:
        dataset = self.config.datasets[feed.name]
        frame = feed.format.frame(pages)
        said = [
            f"{feed.name}: a field we do not know: {name[:40]}"
            for name in frame.attrs["new_fields"]
        ]
        good = pd.Series(True, index=frame.index)
        for column in dataset.required:
            if count := int(frame[column].isna().sum()):
                said.append(f"{feed.name}: {column} is missing in {count} of {len(frame)} rows")
                good &= frame[column].notna()
        for column, pattern in dataset.patterns.items():
            given = frame[column].notna() & frame[column].ne("")
            fits = ~given | frame[column].str.fullmatch(pattern).fillna(False).astype(bool)
            if count := int((~fits).sum()):
                said.append(
                    f"{feed.name}: {column} is not as agreed in {count} of {len(frame)} rows"
                )
                good &= fits
        self.normalise(feed.name, frame[good])
        return said

    def _link(self) -> _Link:
        """Everything that needs the environment. MisconfiguredSource where it lacks a variable."""
        if self.config.missing:
            raise MisconfiguredSource(
                f"{self.config.name}: not configured: set {', '.join(self.config.missing)}"
            )
        settings = settings_of(self.config).expand(self.config.environment)
        limits, bounds, patience = self.limits, Bounds(), Patience()
        bounds = Bounds(
            connect_seconds=limits.integer("connect", 1, 60, int(bounds.connect_seconds)),
            idle_seconds=limits.integer("idle", 1, 300, int(bounds.idle_seconds)),
            total_seconds=limits.integer("total", 1, 3600, int(bounds.total_seconds)),
            body_bytes_max=limits.integer("megabytes", 1, 1000, 64) * 1_000_000,
        )
        patience = Patience(
            attempts_max=limits.integer("attempts", 1, 20, patience.attempts_max),
            budget_seconds=limits.integer("budget", 1, 3600, int(patience.budget_seconds)),
        )
        name, ca_file = self.config.name, settings.text("ca_file", "")
        client = Client(name, self.services, RequestsTransport(name, bounds, ca_file), patience)
        base_url = settings.text("url").rstrip("/")
        return _Link(client, auth_of(settings.section("auth"), client, base_url), base_url)

    def _read(
        self, link: _Link, feed: _Feed, label: str, query: Mapping[str, str]
    ) -> Iterator[Payload]:
        """All pages of one list; again while its pages contradict each other.

        Rows may be added while we page. Reading twice is harmless (versions by id), and two
        passes that agree are the answer, odd as it may be.
        """
        before: _Reading | None = None
        for _ in range(PASSES_MAX):
            reading = _Reading()
            yield from self._read_pass(link, feed, label, query, reading)
            if not reading.doubt or (before is not None and before.ids == reading.ids):
                return
            log.warning("%s, %s: read again: %s", self.config.name, feed.name, reading.doubt)
            before = reading
        raise SourceUnavailable(
            f"{self.config.name}, {feed.name}: its pages contradicted each other "
            f"{PASSES_MAX} times, at last: {reading.doubt}"
        )

    def _read_pass(
        self, link: _Link, feed: _Feed, label: str, query: Mapping[str, str], reading: _Reading
    ) -> Iterator[Payload]:
        paginator = feed.paging()
        query = paginator.first_request(query)
        seen: set[tuple[str, ...]] = set()
        for _ in range(self.pages_max):
            payload, page = self._ask_page(link, feed, query, label + paginator.place)
            yield payload
            paginator.update_state(page)
            ids = identities(page.rows, feed.identity)
            known, had = len(seen), len(reading.ids)
            seen.update(ids)
            reading.ids += ids
            if len(seen) < len(reading.ids):
                reading.doubt = "an id comes on two pages"
            reading.doubt = paginator.doubt or reading.doubt
            if not paginator.has_more:
                return
            if had and len(seen) == known:
                reading.doubt = "a page brings nothing new, and more are promised"
                return
            query = paginator.update_request(query)
        raise LimitExceeded(
            f"{self.config.name}, {feed.name}: more than {self.pages_max} pages; "
            "raise limits.pages_max if that can be right"
        )

    def _ask_page(
        self, link: _Link, feed: _Feed, query: Mapping[str, str], place: str
    ) -> tuple[Payload, Page]:
        call = self.envelope.seal(Call("GET", link.base_url + feed.path, query=query))
        answer = self._ask(link, call)
        payload = Payload(
            dataset=feed.name, part=f"{feed.name}/{place}", name=call.path, body=answer.body,
            fetched_at=answer.received_at,
        )  # fmt: skip
        return payload, self._page(feed, payload)

    def _page(self, feed: _Feed, payload: Payload) -> Page:
        try:
            return feed.format.read(self.envelope.open(payload.body))
        except FormatMismatch as error:
            error.evidence = payload
            raise

    def _ask(self, link: _Link, call: Call) -> Answer:
        """Status 200 only. A 401 is answered with new credentials once, where there are any."""
        where = f"{self.config.name}: {call.path}"
        answer = link.client.ask(link.auth.sign(call))
        if answer.status == UNAUTHORISED and link.auth.renew():
            answer = link.client.ask(link.auth.sign(call))
        if answer.status == UNAUTHORISED:
            raise CredentialsRefused(f"{where}: the credentials were refused (401): check them")
        if answer.status == FORBIDDEN:
            raise CredentialsRefused(f"{where}: not allowed (403): ask for access to this path")
        if answer.status != OK:
            raise FormatMismatch(
                f"{where}: answered {answer.status}, which a good request never is"
            )
        return answer


def check_sample(config: SourceConfig, body: bytes) -> list[str]:
    """Map a saved page offline; a sentence for each thing wrong, empty when it maps whole.

    With several datasets, the one whose page it is decides.
    """
    # Reading a page uses nothing of what the pipeline lends.
    source = open_source(config, cast(Services, None))
    if not isinstance(source, RestSource):
        return [f"{config.name}: samples are for REST sources"]
    refused: list[str] = []
    found: list[list[str]] = []
    for dataset in config.datasets:
        try:
            found.append(source.look_at(dataset, body))
        except SourceError as error:
            refused.append(str(error))
    return min(found, key=len) if found else refused
