"""Whole lists over HTTP, page by page, read again while their pages contradict each other."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from adapters.auth import Auth
from adapters.base import Dataset, Payload
from adapters.client import Client
from adapters.config import settings_of
from adapters.errors import CredentialsRefused, FormatMismatch, LimitExceeded, SourceUnavailable
from adapters.http import Answer, Call
from adapters.json_pages import Page, PageFormat, identities
from adapters.paging import Paginator, Query, paging_of
from adapters.windows import Queries, window_of
from reconciliation.model import Interval

log = logging.getLogger(__name__)

OK, UNAUTHORISED, FORBIDDEN = 200, 401, 403
PASSES_MAX = 3


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


class Feed:
    """What one dataset's YAML says of its list; MisconfiguredSource where it is wrong."""

    def __init__(self, source: str, dataset: Dataset, envelope: Envelope) -> None:
        section = settings_of(dataset)
        self.name = dataset.name
        self.path = section.text("path")
        self.window: Callable[[Interval], Queries] = window_of(section.section("window"))
        self.paging: Callable[[], Paginator] = paging_of(section.section("paging"))
        self.format = PageFormat(source, dataset, section)
        self.identity = section.texts("identity")
        self.envelope = envelope

    def page(self, payload: Payload) -> Page:
        """FormatMismatch, with the payload as its evidence."""
        try:
            return self.format.read(self.envelope.open(payload.body))
        except FormatMismatch as error:
            error.evidence = payload
            raise


class _Pass:
    """One reading of all pages: which identities came, in what order, and why to doubt it.

    Identities are kept as hashes, so that a long list costs some 70 bytes a row.
    """

    def __init__(self) -> None:
        self.doubt = ""
        self.rows = 0
        self._seen: set[int] = set()
        self._order = hashlib.sha256()

    def add(self, ids: Sequence[tuple[str, ...]]) -> int:
        """Take one page's identities; how many of them are new."""
        before = len(self._seen)
        self._seen.update(map(hash, ids))
        self._order.update(repr(ids).encode("utf-8", "surrogatepass"))
        self.rows += len(ids)
        if len(self._seen) < self.rows:
            self.doubt = "an id comes twice"
        return len(self._seen) - before

    def agrees_with(self, other: "_Pass | None") -> bool:
        return other is not None and self._order.digest() == other._order.digest()


class Listing:
    def __init__(self, client: Client, auth: Auth, base_url: str, pages_max: int) -> None:
        self.source = client.source
        self._client = client
        self._auth = auth
        self._base_url = base_url
        self._pages_max = pages_max

    def read(self, feed: Feed, window: Interval) -> Iterator[Payload]:
        for label, query in feed.window(window):
            yield from self._read_list(feed, label, query)

    def first_page(self, feed: Feed, window: Interval) -> Payload:
        _, query = feed.window(window)[0]
        return self._ask_page(feed, feed.paging().first_request(query), "first")[0]

    def _read_list(self, feed: Feed, label: str, query: Query) -> Iterator[Payload]:
        """Rows may come in while we page, or a page may be lost.

        Reading twice is harmless (versions by id), and two passes that agree are the
        answer, odd as it may be.
        """
        before: _Pass | None = None
        for _ in range(PASSES_MAX):
            reading = _Pass()
            yield from self._read_pass(feed, label, query, reading)
            if not reading.doubt or reading.agrees_with(before):
                return
            log.warning("%s, %s: read again: %s", self.source, feed.name, reading.doubt)
            before = reading
        raise SourceUnavailable(
            f"{self.source}, {feed.name}: its pages contradicted each other {PASSES_MAX} times, "
            f"at last: {before.doubt if before else ''}"
        )

    def _read_pass(self, feed: Feed, label: str, query: Query, reading: _Pass) -> Iterator[Payload]:
        paginator = feed.paging()
        query = paginator.first_request(query)
        for number in range(self._pages_max):
            payload, page = self._ask_page(feed, query, label + paginator.place)
            yield payload
            paginator.update_state(page)
            new = reading.add(identities(page.rows, feed.identity))
            reading.doubt = paginator.doubt or reading.doubt
            if not paginator.has_more:
                return
            if number and not new:
                reading.doubt = "a page brings nothing new and promises more"
                return
            query = paginator.update_request(query)
        raise LimitExceeded(
            f"{self.source}, {feed.name}: more than {self._pages_max} pages; raise "
            "limits.pages_max in its YAML if that can be right"
        )

    def _ask_page(self, feed: Feed, query: Mapping[str, str], place: str) -> tuple[Payload, Page]:
        call = feed.envelope.seal(Call("GET", self._base_url + feed.path, query=query))
        answer = self._ask(call)
        payload = Payload(
            dataset=feed.name, part=f"{feed.name}/{place}", name=call.path, body=answer.body,
            fetched_at=answer.received_at,
        )  # fmt: skip
        return payload, feed.page(payload)

    def _ask(self, call: Call) -> Answer:
        """Status 200 only; a 401 is met with new credentials, once."""
        where = f"{self.source}: {call.path}"
        answer = self._client.ask(self._auth.sign(call))
        if answer.status == UNAUTHORISED:
            self._auth.renew()
            answer = self._client.ask(self._auth.sign(call))
        if answer.status == UNAUTHORISED:
            raise CredentialsRefused(f"{where}: the credentials were refused twice (401)")
        if answer.status == FORBIDDEN:
            raise CredentialsRefused(f"{where}: not allowed (403): ask for access to this path")
        if answer.status != OK:
            raise FormatMismatch(f"{where}: answered {answer.status} to a request it should know")
        return answer
