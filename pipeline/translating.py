"""A chunk of text rows as canonical rows: judged by the suite, normalised, the unfit kept aside.

What staging writes and what `verify` holds against it come from here alike.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from adapters.base import Dataset, Source
from adapters.errors import SchemaDrift
from adapters.windows import answers_from
from expectations import validate
from pipeline import quarantine
from pipeline.accounts import Accounts
from pipeline.deliveries import Chunk, Delivery
from pipeline.keys import Keys
from pipeline.merging import Counts, Piece, digests
from reconciliation.identity import occurrence_keys

# Without these a row is no entry; the suite should have said so, here it is made sure.
NEEDED = (
    "txn_id", "amount_minor", "currency", "direction", "status", "timestamp_precision",
    "business_date",
)  # fmt: skip
IST_NAME = "Asia/Kolkata"
ROWS_FOR_DRIFT = 10  # of one delivery: fewer may be bad row by row


@dataclass(slots=True)
class Translation:
    """Of one source; `stopped_at` is where something stopped it."""

    source: Source
    keys: Keys
    stopped_at: Delivery | None = None

    def piece(self, accounts: Accounts, chunk: Chunk, counts: Counts) -> Piece:
        """The chunk on its way to staging; counts are added to. SchemaDrift stops the source."""
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
        # Files and tables are cut by what they are.
        is_by_window = (
            dataset.kind == "entries"
            and dataset.later_delivery == "adds"
            and self.source.config.kind == "rest"
        )
        if dataset.kind != "entries":
            counts.rows_of_no_entry += len(accepted)
        if len(accepted) and dataset.kind == "entries":
            frame = _identified(frame)
            before = pd.DataFrame()
            if is_by_window:
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
        findings = quarantine.kept_aside(self.source, self.keys, accounts, chunk, rejected)
        if is_by_window and len(findings):
            findings, outside = _inside(
                findings.assign(chunk_row=rejected["row_no"].to_numpy()), chunk
            )
            counts.rows_outside += outside
        is_restated = dataset.later_delivery == "restates"
        if dataset.kind == "balances" and not is_restated:
            frame["part"] = ""  # a day's balance has no part: a later reading replaces it
        return Piece(
            kind=dataset.kind,
            frame=frame,
            findings=findings[quarantine.COLUMNS],
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
    it too, be it readable or not. It comes again with its own interval.
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
    absent = missing[lacking]
    names = pd.Series("", index=absent.index, dtype="string")
    for name in absent:
        names = names.where(~absent[name], names + f"{name}, ")
    names = names.str.removesuffix(", ")
    rejected = pd.DataFrame(
        {
            "row_no": frame["chunk_row"][lacking],
            "column": names,
            "reason": "cannot be read from the row: " + names,
            "code": quarantine.QUARANTINED,
        }
    )
    return frame[~lacking].reset_index(drop=True), rejected
