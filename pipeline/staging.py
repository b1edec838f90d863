"""Stage what is landed: parse, judge by the suite, translate, load. One transaction a source
and interval, under the source's lock; memory stays bounded whatever the batch. What an earlier
run could not stage comes along.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from adapters.base import Source, SourceConfig
from adapters.config import open_source
from adapters.errors import FormatMismatch, SchemaDrift, SourceError, SourceRejected
from pipeline import quarantine, runs
from pipeline.accounts import Accounts
from pipeline.deliveries import Chunk, Delivery, Reading
from pipeline.errors import PipelineError
from pipeline.keys import Keys
from pipeline.lending import lend
from pipeline.merging import (
    Counts,
    create_tables,
    keep_refused,
    merge,
    open_load,
)
from pipeline.rereading import note_rereadings
from pipeline.runs import Run
from pipeline.store import Store, Transaction
from pipeline.translating import Translation
from reconciliation.model import Interval

log = logging.getLogger(__name__)


def stage(
    store: Store,
    keys: Keys,
    config: SourceConfig,
    interval: Interval,
    delivery_ids: Sequence[int] | None = None,
    *,
    on_read: Callable[[float], None] = lambda seconds: None,
) -> dict[str, Any]:
    """Load what is landed for the interval or one before it, and not loaded yet; counts, and
    "already_loaded".

    `delivery_ids`: read these again instead, whatever became of them (a mended layout).
    `on_read` hears how long decrypting and parsing took, for who measures the rest.
    SourceRejected stops the source with nothing loaded; a delivery that contradicts itself is
    kept aside alone.
    """
    run = runs.begin(store, "stage", config.name, interval)
    try:
        with lend(store, keys, config) as services:
            translation = Translation(open_source(config, services), keys)
            staging = _Staging(store, translation, interval, on_read)
            counts = store.effect(
                lambda transaction: staging.load(transaction, run, delivery_ids),
                lock=f"stage:{config.name}",
            )
    except (SchemaDrift, FormatMismatch) as error:
        _note_drift(store, config, interval, translation.stopped_at, error)
        runs.fail(store, run, error)
        raise
    except (SourceError, PipelineError) as error:
        runs.fail(store, run, error)
        raise
    log.info("%s: staged %s", config.name, counts)
    return counts


@dataclass(slots=True)
class _Staging:
    store: Store
    translation: Translation
    interval: Interval
    on_read: Callable[[float], None]

    @property
    def source(self) -> Source:
        return self.translation.source

    def load(
        self, transaction: Transaction, run: Run, delivery_ids: Sequence[int] | None
    ) -> dict[str, Any]:
        runs.check(transaction, run)
        config = self.source.config
        pending = [
            Delivery.of(row)
            for row in transaction.rows(
                "staging/pending_deliveries",
                source=config.name,
                interval_to=self.interval.end,
                delivery_ids=None if delivery_ids is None else list(delivery_ids),
                restated=config.restated,
            )
        ]
        counts = Counts(deliveries=len(pending))
        if pending:
            self._load_all(transaction, pending, counts, is_again=delivery_ids is not None)
        result = {**counts.as_data(), "already_loaded": not pending}
        runs.finish(transaction, run, result)
        return result

    def _load_all(
        self, transaction: Transaction, pending: list[Delivery], counts: Counts, *, is_again: bool
    ) -> None:
        first = min(self.interval.start, *(one.interval_from for one in pending))
        config = self.source.config
        load = open_load(
            transaction, config.name, Interval(first, self.interval.end), config.parser_version
        )
        create_tables(transaction)
        wanted, left_out = _choose(pending, self.source.config, is_again=is_again)
        accounts = Accounts(self.store, self.translation.keys, load.source)
        with self.store.kept_open() as beside, ThreadPoolExecutor(1) as writer:
            reading = Reading(beside, self.translation.keys, self.source)
            # The next chunk is read and translated while this one is written.
            writing: Future[None] | None = None
            for chunk in self._chunks(reading, wanted):
                piece = self.translation.piece(accounts, chunk, counts)
                if writing is not None:
                    writing.result()
                writing = writer.submit(merge, transaction, load, piece, counts)
            if writing is not None:
                writing.result()
        self.on_read(reading.seconds)
        transaction.refresh_statistics(
            "staging.entry", "staging", counts.entries_new + counts.entries_changed
        )
        keep_refused(transaction, load, quarantine.refused(reading.refused), counts)
        ended = _endings(pending, left_out, reading)
        transaction.run(
            "staging/record_deliveries",
            load_id=load.load_id,
            delivery_ids=list(ended),
            outcomes=[outcome for outcome, _ in ended.values()],
            reasons=[reason for _, reason in ended.values()],
        )
        note_rereadings(transaction, load, config)
        transaction.run("staging/close_load", load_id=load.load_id, **counts.as_data())

    def _chunks(self, reading: Reading, wanted: list[Delivery]) -> Iterator[Chunk]:
        try:
            for chunk in reading.chunks(wanted):
                self.translation.stopped_at = chunk.deliveries[0]
                yield chunk
        except SourceRejected:
            self.translation.stopped_at = reading.stopped_at
            raise


def _choose(
    pending: list[Delivery], config: SourceConfig, *, is_again: bool
) -> tuple[list[Delivery], dict[int, tuple[str, str]]]:
    """(to be read, delivery id → (outcome, reason) of those that are not).

    Where parts are restated only the newest delivery of a part counts, and the same bytes
    under another name are nothing new.
    """
    newest: dict[tuple[str, str], Delivery] = {}
    for one in pending:
        place = (one.dataset, one.part)
        held = newest.get(place)
        if held is None or (one.fetched_at, one.sha256) > (held.fetched_at, held.sha256):
            newest[place] = one
    wanted: list[Delivery] = []
    left_out: dict[int, tuple[str, str]] = {}
    seen: dict[tuple[str, str], str] = {}
    for one in pending:
        if is_again or config.datasets[one.dataset].later_delivery == "adds":
            wanted.append(one)
        elif one.later_id is not None or newest[one.dataset, one.part] is not one:
            left_out[one.delivery_id] = ("superseded", "a newer delivery of this part is there")
        elif one.same_id is not None or seen.get((one.dataset, one.sha256), one.part) != one.part:
            left_out[one.delivery_id] = ("duplicate", "the same bytes came under another name")
        else:
            seen[one.dataset, one.sha256] = one.part
            wanted.append(one)
    return wanted, left_out


def _endings(
    pending: list[Delivery], left_out: dict[int, tuple[str, str]], reading: Reading
) -> dict[int, tuple[str, str | None]]:
    ended: dict[int, tuple[str, str | None]] = {
        one.delivery_id: ("loaded", None) for one in pending
    }
    ended.update(left_out)
    for one, reason in reading.refused:
        ended[one.delivery_id] = ("refused", reason)
    for one in reading.superseded:
        ended[one.delivery_id] = ("superseded", "unreadable; a newer delivery of it is there")
    return ended


def _note_drift(
    store: Store,
    config: SourceConfig,
    interval: Interval,
    delivery: Delivery | None,
    error: SourceRejected,
) -> None:
    """Keep the finding: the load that met it is undone, and will be until a person acts."""
    if delivery is None:
        return

    def note(transaction: Transaction) -> None:
        if transaction.value("staging/drift_is_known", delivery_id=delivery.delivery_id):
            return
        load = open_load(transaction, config.name, interval, config.parser_version)
        transaction.run("staging/create_staged_quarantine")
        findings = quarantine.refused([(delivery, str(error))], quarantine.SCHEMA)
        transaction.copy("staged_quarantine", findings, quarantine.COLUMNS)
        transaction.run(
            "staging/insert_quarantine",
            source=config.name,
            load_id=load.load_id,
            known_at=load.known_at,
        )

    store.effect(note, lock=f"stage:{config.name}")
