"""The one configured REST adapter: everything a bank's API is, from its YAML.

Source keys: url, auth (`adapters.auth`), ca_file, limits. Dataset keys: path, window
(`adapters.windows`), paging (`adapters.paging`), identity (their names of what tells rows
apart), the page format (`adapters.json_pages`), and the words of its rows
(`adapters.statement`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import pandas as pd

from adapters import statement
from adapters.auth import auth_of
from adapters.base import Payload, Services, SourceConfig
from adapters.client import Client, Patience
from adapters.config import expanded, settings_of
from adapters.errors import SourceError
from adapters.http import Bounds, RequestsTransport
from adapters.json_pages import KEYS as PAGE_KEYS
from adapters.json_pages import Page
from adapters.listing import Envelope, Feed, Listing, PlainEnvelope
from adapters.numbered_rows import number_rows
from reconciliation.model import HOUR, Interval, floor_hour

DATASET_KEYS = ("path", "window", "paging", "identity", *PAGE_KEYS, *statement.KEYS)
LIMIT_KEYS = ("pages_max", "megabytes", "connect", "idle", "total", "attempts", "budget")
PAGES_MAX_DEFAULT, MEGABYTES_DEFAULT = 2_000, 64


class RestSource:
    envelope: Envelope = PlainEnvelope()

    def __init__(self, config: SourceConfig, services: Services) -> None:
        self.config = config
        self.services = services
        settings_of(config).only("url", "auth", "ca_file", "limits")
        settings_of(config).section("limits", {}).only(*LIMIT_KEYS)
        for dataset in config.datasets.values():
            settings_of(dataset).only(*DATASET_KEYS)
        self.feeds = {
            name: Feed(config.name, dataset, self.envelope)
            for name, dataset in config.datasets.items()
        }
        self.words = self.words_of()

    def words_of(self) -> Mapping[str, statement.Words]:
        """How rows become entries, by dataset; none where a subclass normalises by itself."""
        return {name: statement.words_of(one) for name, one in self.config.datasets.items()}

    def fetch(self, window: Interval) -> Iterator[Payload]:
        listing = self._connect()
        for feed in self.feeds.values():
            yield from listing.read(feed, window)

    def parse(self, payload: Payload) -> pd.DataFrame:
        feed = self.feeds[payload.dataset]
        return feed.format.frame([feed.page(payload)])

    def parse_many(self, payloads: Sequence[Payload]) -> pd.DataFrame:
        datasets = {payload.dataset for payload in payloads}
        if len(datasets) != 1:
            raise ValueError(f"payloads of one dataset, not of {sorted(datasets)}")
        feed = self.feeds[datasets.pop()]
        lengths: list[int] = []

        def pages() -> Iterator[Page]:
            for payload in payloads:
                page = feed.page(payload)
                lengths.append(len(page.rows))
                yield page

        frame = feed.format.frame(pages())
        number_rows(frame, lengths)
        return frame

    def normalise(self, dataset: str, rows: pd.DataFrame) -> pd.DataFrame:
        return statement.entries(self.config, self.words[dataset], rows)

    def check(self) -> list[str]:
        """Asks for the first page of each dataset's last whole hour, and has it judged."""
        end = floor_hour(datetime.now(UTC))
        said: list[str] = []
        try:
            listing = self._connect()
            for feed in self.feeds.values():
                page = listing.first_page(feed, Interval(end - HOUR, end))
                said += self.services.judge(self, page)
        except SourceError as error:
            said.append(str(error))
        return said

    def _connect(self) -> Listing:
        """Everything that needs the environment. MisconfiguredSource where it lacks a variable."""
        name, settings = self.config.name, expanded(self.config)
        limits, bounds, patience = settings.section("limits", {}), Bounds(), Patience()
        megabytes = limits.integer("megabytes", 1, 1_000, MEGABYTES_DEFAULT)
        bounds = Bounds(
            connect_seconds=limits.integer("connect", 1, 60, int(bounds.connect_seconds)),
            idle_seconds=limits.integer("idle", 1, 300, int(bounds.idle_seconds)),
            total_seconds=limits.integer("total", 1, 3_600, int(bounds.total_seconds)),
            body_bytes_max=megabytes * 1_000_000,
        )
        patience = Patience(
            attempts_max=limits.integer("attempts", 1, 20, patience.attempts_max),
            budget_seconds=limits.integer("budget", 1, 3_600, int(patience.budget_seconds)),
        )
        transport = RequestsTransport(name, bounds, settings.text("ca_file", ""))
        client = Client(name, self.services, transport, patience)
        base_url = settings.text("url").rstrip("/")
        auth = auth_of(settings.section("auth"), client, base_url)
        pages_max = limits.integer("pages_max", 1, 1_000_000, PAGES_MAX_DEFAULT)
        return Listing(client, auth, base_url, pages_max)
