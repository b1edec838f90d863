"""Stage what is landed: parse, judge by the suite, translate, load. One transaction a source
and interval, under the source's lock; memory stays bounded whatever the batch. What an earlier
run could not stage comes along.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from adapters.base import Dataset, Source, SourceConfig
from adapters.config import open_source
from adapters.errors import FormatMismatch, SchemaDrift, SourceError, SourceRejected
from adapters.windows import answers_from
from expectations import validate
from pipeline import quarantine, runs
from pipeline.accounts import Accounts
from pipeline.deliveries import Chunk, Delivery, Reading
from pipeline.errors import PipelineError
from pipeline.keys import Keys
from pipeline.lending import lend
from pipeline.merging import (
    Counts,
    Piece,
    create_tables,
    digests,
    keep_refused,
    merge,
    open_load,
)
from pipeline.runs import Run
from pipeline.store import Store, Transaction
from reconciliation.identity import occurrence_keys
from reconciliation.model import Interval

# Without these a row is no entry; the suite should have said so, here it is made sure.
NEEDED = (
    "txn_id", "amount_minor", "currency", "direction", "status", "timestamp_precision",
    "business_date",
)  # fmt: skip
IST_NAME = "Asia/Kolkata"
ROWS_FOR_DRIFT = 10  # of one delivery: fewer may be bad row by row

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
            staging = _Staging(store, keys, open_source(config, services), interval, on_read)
            counts = store.effect(
                lambda transaction: staging.load(transaction, run, delivery_ids),
                lock=f"stage:{config.name}",
            )
    except (SchemaDrift, FormatMismatch) as error:
        _note_drift(store, config, interval, staging.stopped_at, error)
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
    keys: Keys
    source: Source
    interval: Interval
    on_read: Callable[[float], None]
    stopped_at: Delivery | None = None  # where we were when something stopped us

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
                restated=[
                    name
                    for name, dataset in config.datasets.items()
                    if dataset.later_delivery == "restates"
                ],
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
        accounts = Accounts(self.store, self.keys, load.source)
        with self.store.kept_open() as beside, ThreadPoolExecutor(1) as writer:
            reading = Reading(beside, self.keys, self.source)
            # The next chunk is read and translated while this one is written.
            writing: Future[None] | None = None
            for chunk in self._chunks(reading, wanted):
                piece = self._translate(accounts, chunk, counts)
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
        transaction.run("staging/close_load", load_id=load.load_id, **counts.as_data())

    def _chunks(self, reading: Reading, wanted: list[Delivery]) -> Iterator[Chunk]:
        try:
            for chunk in reading.chunks(wanted):
                self.stopped_at = chunk.deliveries[0]
                yield chunk
        except SourceRejected:
            self.stopped_at = reading.stopped_at
            raise

    def _translate(self, accounts: Accounts, chunk: Chunk, counts: Counts) -> Piece:
        dataset = self.source.config.datasets[chunk.dataset]
        counts.rows_parsed += len(chunk.rows)
        judged = chunk.rows.assign(payload_no=chunk.places, row_no=chunk.row_nos)
        verdict = validate(
            dataset.suite, judged, required=dataset.required, patterns=dataset.patterns
        )
        drift = list(verdict.drift) if len(chunk.rows) else []  # no rows have no columns to miss
        drift += self._drift_of_one(chunk, dataset, verdict.rejected)
        if drift:
            raise SchemaDrift(f"{self.source.config.name}, {chunk.dataset}: {'; '.join(drift)}")
        counts.rows_repeated += verdict.repeated
        frame, rejected = pd.DataFrame(), verdict.rejected
        accepted = np.flatnonzero(verdict.accepted.to_numpy(dtype=bool))
        if len(accepted):
            frame = self._canonical(chunk, accepted)
        if len(accepted) and dataset.kind == "entries":
            frame = _identified(frame)
            before = pd.DataFrame()
            if self.source.config.kind == "rest" and dataset.later_delivery == "adds":
                frame, outside = _inside(frame, chunk)
                counts.rows_outside += outside
                frame, before = _not_before(frame, chunk, dataset)
            frame, unreadable = _complete(frame)
            rejected = pd.concat([rejected, before, unreadable], ignore_index=True)
        if "account_number" in frame:
            frame["account_id"] = accounts.ids(
                frame["account_number"], frame.get("bank_code"), frame["currency"]
            )
        if len(frame) and dataset.kind == "entries":
            frame["digest"] = digests(frame)
        is_restated = dataset.later_delivery == "restates"
        if dataset.kind == "balances" and not is_restated:
            frame["part"] = ""  # a day's balance has no part: a later reading replaces it
        return Piece(
            kind=dataset.kind,
            frame=frame,
            findings=quarantine.kept_aside(self.source, self.keys, accounts, chunk, rejected),
            dataset=chunk.dataset,
            delivery_ids=[one.delivery_id for one in chunk.deliveries],
            restated_parts=[one.part for one in chunk.deliveries] if is_restated else (),
        )

    def _drift_of_one(self, chunk: Chunk, dataset: Dataset, rejected: pd.DataFrame) -> list[str]:
        """A required field refused in every row of one delivery of many: its shape is another.

        The suite sees the chunk whole, where the good deliveries hide the bad one.
        """
        if rejected.empty:
            return []
        rows = np.bincount(chunk.places, minlength=len(chunk.deliveries))
        places = chunk.places[rejected["row_no"].to_numpy("int64")]
        columns = rejected["column"].str.split(", ")
        for column in dataset.required:
            is_hit = columns.map(lambda names, column=column: column in names).to_numpy(bool)
            hits = np.bincount(places[is_hit], minlength=len(chunk.deliveries))
            bad = np.flatnonzero((hits == rows) & (rows >= ROWS_FOR_DRIFT))
            if len(bad):
                self.stopped_at = chunk.deliveries[bad[0]]
                return [f"{column}: not as agreed in all {rows[bad[0]]} rows of a delivery"]
        return []

    def _canonical(self, chunk: Chunk, accepted: "np.ndarray[Any, Any]") -> pd.DataFrame:
        """Accepted rows (places in the chunk) as canonical columns, each with its origin."""
        rows = chunk.rows.iloc[accepted].reset_index(drop=True)
        rows["row_no"] = np.arange(len(rows), dtype="int64")
        frame = self.source.normalise(chunk.dataset, rows).reset_index(drop=True)
        return _with_origin(frame, chunk, accepted[frame["row_no"].to_numpy("int64")])


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


def _with_origin(frame: pd.DataFrame, chunk: Chunk, at: "np.ndarray[Any, Any]") -> pd.DataFrame:
    places = chunk.places[at]
    ids = np.array([one.delivery_id for one in chunk.deliveries], dtype="int64")
    parts = pd.array([one.part for one in chunk.deliveries], dtype="string")
    fetched = pd.to_datetime([one.fetched_at for one in chunk.deliveries], utc=True)
    return frame.assign(
        dataset=pd.Series(chunk.dataset, index=frame.index, dtype="string"),
        delivery_id=ids[places],
        part=parts[places],
        fetched_at=fetched[places],
        row_no=chunk.row_nos[at],
        chunk_row=at,
    )


def _identified(frame: pd.DataFrame) -> pd.DataFrame:
    """Every entry with a key and a public id: the source's own, else derived from its content."""
    keys = frame["entry_key"]
    blank = keys.isna() | keys.eq("").fillna(False)
    if blank.any():
        without = frame[blank]
        keys = keys.copy()
        keys[blank] = occurrence_keys(without, without["part"])
    ids = frame["txn_id"]
    return frame.assign(
        entry_key=keys, txn_id=ids.mask(ids.isna() | ids.eq("").fillna(False), keys)
    )


def _inside(frame: pd.DataFrame, chunk: Chunk) -> tuple[pd.DataFrame, int]:
    """Leave out what lies beyond its delivery's interval: an API that takes whole days sends
    it too.

    It comes again with its own interval. Files and tables are cut by what they are.
    """
    ends = pd.to_datetime([one.interval_to for one in chunk.deliveries], utc=True)
    places = chunk.places[frame["chunk_row"].to_numpy("int64")]
    end = pd.Series(ends[places], index=frame.index)
    beyond = frame["occurred_at"].ge(end).fillna(False).to_numpy(dtype=bool)
    if not beyond.any():
        return frame, 0
    return frame[~beyond].reset_index(drop=True), int(beyond.sum())


def _not_before(
    frame: pd.DataFrame, chunk: Chunk, dataset: Dataset
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows that belong in the answer, as rejections those dated before what was asked for).

    Nobody can say what such a row is: a bank that ignores its window, or a wrong date.
    """
    begins = pd.to_datetime(
        [answers_from(dataset.settings, one.window_from) for one in chunk.deliveries], utc=True
    )
    places = chunk.places[frame["chunk_row"].to_numpy("int64")]
    begin = pd.Series(begins[places], index=frame.index)
    first_day = begin.dt.tz_convert(IST_NAME).dt.tz_localize(None).dt.normalize()
    day = frame["booking_date"].fillna(frame["business_date"])
    by_day = frame["occurred_at"].isna() & day.lt(first_day)
    is_before = (frame["occurred_at"].lt(begin) | by_day).fillna(False).to_numpy(dtype=bool)
    if not is_before.any():
        return frame, pd.DataFrame()
    rejected = pd.DataFrame(
        {
            "row_no": frame["chunk_row"][is_before],
            "column": "amount, window",  # what it would move is not believed
            "reason": begin[is_before]
            .dt.tz_convert(IST_NAME)
            .dt.strftime("it is dated before %Y-%m-%d %H:%M IST, where what was asked for begins"),
            "code": quarantine.QUARANTINED,
        }
    )
    return frame[~is_before].reset_index(drop=True), rejected


def _complete(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows that have what every entry needs, the others as rejections)."""
    missing = frame[list(NEEDED)].isna()
    lacking = missing.any(axis=1).to_numpy(dtype=bool)
    if not lacking.any():
        return frame, pd.DataFrame()
    names = missing[lacking].apply(lambda row: ", ".join(row.index[row]), axis=1)
    rejected = pd.DataFrame(
        {
            "row_no": frame["chunk_row"][lacking],
            "column": names,
            "reason": "cannot be read from the row: " + names,
            "code": quarantine.QUARANTINED,
        }
    )
    return frame[~lacking].reset_index(drop=True), rejected


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
