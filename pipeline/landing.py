"""Land a source's interval: fetch outside any transaction, keep each payload as it came.

Each payload lands in a transaction of its own under (source, interval, part, sha256), so a
kill at any moment loses nothing and a rerun adds nothing; coverage is written last.
"""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.base import Payload, SourceConfig
from adapters.config import open_source
from adapters.errors import MisconfiguredSource, RateLimited, SourceError, SourceRejected
from pipeline import runs
from pipeline.errors import PipelineError
from pipeline.evidence import sealed, sha256_of
from pipeline.file_names import kept_name, kept_part, sealed_names
from pipeline.keys import Keys
from pipeline.lending import lend
from pipeline.promised_files import missing_from, note_file_day, promised_files
from pipeline.runs import Run
from pipeline.store import Store, Transaction
from reconciliation.model import IST, Interval, floor_hour

DEEP_READ_HOUR = 2  # IST: banks and gateways are quiet, the day's late changes are in
DAY = timedelta(days=1)
REFUSED = "refused"  # in `control`: evidence only

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """What is fetched for an interval."""

    interval: Interval
    covered_from: datetime  # the interval, and the gap before it
    fetched_from: datetime  # and the trailing re-read
    is_deep: bool

    @property
    def fetch(self) -> Interval:
        return Interval(self.fetched_from, self.interval.end)


def window_of(
    config: SourceConfig,
    interval: Interval,
    covered_to: datetime | None,
    *,
    deep: bool = True,
    reach: datetime | None = None,
) -> Window:
    """From where coverage ended (or the interval begins), less the trailing window; or from
    `reach`, where a promised file begins that has not come, if that is earlier. Where files of
    a day are promised it begins at midnight, for a file is taken when its whole day lies inside.

    Once a night the source is read deep: in the run whose interval holds 02:00 IST, unless
    it is a day or longer. `deep=False` leaves that out.
    """
    begin = interval.start if covered_to is None else min(interval.start, covered_to)
    is_deep = deep and interval.end - interval.start < DAY and _holds_deep_hour(interval)
    back = config.deep_window if is_deep else config.trailing_window
    fetched_from = floor_hour(begin - back)
    if promised_files(config):
        fetched_from = fetched_from.astimezone(IST).replace(hour=0).astimezone(UTC)
    return Window(interval, begin, min(fetched_from, reach or fetched_from), is_deep)


def land(store: Store, keys: Keys, config: SourceConfig, interval: Interval) -> dict[str, Any]:
    """Fetch and keep; {"deliveries", "new", "bytes", "already_landed", …}.

    SourceUnavailable or SourceRejected: what came before it is kept, coverage is not written.
    """
    run = runs.begin(store, "land", config.name, interval)
    try:
        _must_be_configured(config)
        covered_to = _covered_to(store, config.name, interval)
        reach = missing_from(store, config, interval)
        window = window_of(config, interval, covered_to, reach=reach)
        try:
            counts = _fetch(store, keys, config, window)
        except RateLimited:
            if not window.is_deep:
                raise
            # The deep read may not take the hour's share of the quota.
            log.warning("%s: no quota for the deep read; reading the hour alone", config.name)
            window = window_of(config, interval, covered_to, deep=False, reach=reach)
            counts = _fetch(store, keys, config, window)
        store.effect(
            lambda transaction: _cover(transaction, run, window, counts),
            lock=f"land:{config.name}",
        )
    except (SourceError, PipelineError) as error:
        runs.fail(store, run, error)
        raise
    counts["already_landed"] = counts["deliveries"] > 0 and counts["new"] == 0
    return counts


def _fetch(store: Store, keys: Keys, config: SourceConfig, window: Window) -> dict[str, Any]:
    counts = {"deliveries": 0, "new": 0, "bytes": 0}
    with (
        lend(store, keys, config, is_deep=window.is_deep) as services,
        store.kept_open() as kept,
    ):
        try:
            for payload in open_source(config, services).fetch(window.fetch):
                is_new = keep(kept, keys, config.name, window, payload)
                counts["deliveries"] += 1
                counts["new"] += is_new
                counts["bytes"] += len(payload.body)
        except SourceRejected as error:
            _keep_evidence(kept, keys, config.name, window, error)
            raise
    log.info("%s: fetched %s", config.name, counts)
    return {**counts, "window_from": window.fetched_from.isoformat()}


def keep(store: Store, keys: Keys, source: str, window: Window, payload: Payload) -> bool:
    """Keep one payload in a transaction; False when these bytes are landed already."""
    sha256 = sha256_of(payload.body)
    name, part = kept_name(keys, payload.name, payload.account_at), kept_part(keys, payload)
    key_id, ciphertext = sealed(keys.data, payload.body, source=source, part=part, sha256=sha256)
    name_cipher = None
    if (name, part) != (payload.name, payload.part):
        name_cipher = sealed_names(keys.data, payload, source=source, part=part, sha256=sha256)

    def insert(transaction: Transaction) -> bool:
        delivery_id = transaction.value(
            "landing/insert_delivery",
            source=source,
            dataset=payload.dataset,
            interval_from=window.interval.start,
            interval_to=window.interval.end,
            window_from=window.fetched_from,
            part=part,
            name=name,
            name_cipher=name_cipher,
            sha256=sha256,
            bytes=len(payload.body),
            ciphertext=ciphertext,
            key_id=key_id,
            control=dict(payload.control),
            fetched_at=payload.fetched_at,
            modified_at=payload.modified_at,
        )
        if payload.modified_at is not None:
            transaction.run(
                "landing/insert_file_seen",
                source=source,
                name=name,
                bytes=len(payload.body),
                modified_at=payload.modified_at,
                sha256=sha256,
                part=part,
            )
        if delivery_id is not None:
            note_file_day(transaction, keys, source, delivery_id, payload)
        return delivery_id is not None

    return store.effect(insert)


def _keep_evidence(
    store: Store, keys: Keys, source: str, window: Window, error: SourceRejected
) -> None:
    """The answer that was refused, for a person to look at; it is never staged."""
    refused = error.evidence
    if isinstance(refused, Payload):
        keep(
            store,
            keys,
            source,
            window,
            replace(
                refused,
                # A place of its own: the same bytes may be good once a layout is mended.
                part=f"{REFUSED}/{refused.part}",
                control={**refused.control, REFUSED: type(error).__name__},
                modified_at=None,
                day=None,
            ),
        )


def _cover(transaction: Transaction, run: Run, window: Window, counts: dict[str, Any]) -> None:
    transaction.run(
        "landing/insert_coverage",
        source=run.subject,
        interval_from=window.covered_from,
        interval_to=window.interval.end,
        deliveries=counts["deliveries"],
    )
    runs.finish(transaction, run, counts)


def _covered_to(store: Store, source: str, interval: Interval) -> datetime | None:
    with store.transaction() as transaction:
        covered_to: datetime | None = transaction.value(
            "landing/coverage_before", source=source, start=interval.start
        )
    return covered_to


def _must_be_configured(config: SourceConfig) -> None:
    if config.missing:
        raise MisconfiguredSource(f"{config.name} is {config.lack}")


def _holds_deep_hour(interval: Interval) -> bool:
    return any(hour.start.astimezone(IST).hour == DEEP_READ_HOUR for hour in interval.hours())
