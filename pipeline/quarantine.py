"""Rows kept aside: who they are, why, and what they would have moved, as far as it can be read."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from adapters.base import Source
from adapters.errors import SourceError
from pipeline.accounts import Accounts
from pipeline.deliveries import Chunk, Delivery, row_texts
from pipeline.keys import Keys

QUARANTINED, SCHEMA = "DQ_QUARANTINED", "DQ_SCHEMA"
COLUMNS = [
    "dataset", "delivery_id", "part", "row_no", "row_key", "source_id", "business_date",
    "account_id", "code", "reason", "amount_minor", "row_cipher", "fetched_at",
]  # fmt: skip
ID_COLUMNS = ("txn_id", "settlement_id")
# A canonical value is only believed where none of the text it may come from was refused.
MADE_FROM = {
    "amount_minor": {"amount", "debit", "credit", "direction", "currency"},
    "business_date": {"timestamp", "booking_date", "booking_time", "value_date"},
    "occurred_at": {"timestamp", "booking_date", "booking_time", "value_date"},
    "account_number": {"account_number"},
}
SOURCE_ID_MAX = 200

log = logging.getLogger(__name__)


def kept_aside(
    source: Source, keys: Keys, accounts: Accounts, chunk: Chunk, rejected: pd.DataFrame
) -> pd.DataFrame:
    """Findings for staging.quarantine, one a rejected row, with when it occurred, where that can
    be read.

    `rejected`: row_no (place in the chunk), column (comma-separated), reason, code.
    """
    if rejected.empty:
        return pd.DataFrame(columns=[*COLUMNS, "occurred_at"])
    at = rejected["row_no"].to_numpy("int64")
    rows = chunk.rows.iloc[at].reset_index(drop=True)
    places = chunk.places[at]
    deliveries = np.array([one.delivery_id for one in chunk.deliveries], dtype="int64")
    texts = row_texts(rows)
    ids = _own_ids(rows)
    read = _readable(source, chunk, rows, rejected)
    frame = pd.DataFrame(
        {
            "dataset": chunk.dataset,
            "delivery_id": deliveries[places],
            "part": [chunk.deliveries[place].part for place in places],
            "row_no": chunk.row_nos[at],
            "row_key": _row_keys(ids, texts, places),
            "source_id": ids,
            "business_date": read["business_date"],
            "occurred_at": read["occurred_at"],
            "account_id": accounts.ids(read["account_number"]),
            "code": rejected["code"].to_numpy(),
            "reason": rejected["reason"].to_numpy(),
            "amount_minor": read["amount_minor"],
            "fetched_at": [chunk.deliveries[place].fetched_at for place in places],
        }
    )
    # Few rows, and each is sealed to its own place.
    frame["row_cipher"] = [
        keys.data.seal(text.encode(), row_place(delivery_id, row_no))
        for text, delivery_id, row_no in zip(
            texts, frame["delivery_id"], frame["row_no"], strict=True
        )
    ]
    return frame


def refused(findings: Sequence[tuple[Delivery, str]], code: str = QUARANTINED) -> pd.DataFrame:
    """Findings for whole deliveries: no row, the part as their key."""
    frame = pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    if not findings:
        return frame
    deliveries = [delivery for delivery, _ in findings]
    return frame.reindex(range(len(findings))).assign(
        dataset=[one.dataset for one in deliveries],
        delivery_id=[one.delivery_id for one in deliveries],
        part=[one.part for one in deliveries],
        row_key=[one.part for one in deliveries],
        code=code,
        reason=[reason for _, reason in findings],
        fetched_at=pd.to_datetime([one.fetched_at for one in deliveries], utc=True),
        row_no=pd.array([pd.NA] * len(findings), dtype="Int64"),
        business_date=pd.Series([pd.NaT] * len(findings), dtype="datetime64[s]"),
    )


def row_place(delivery_id: int, row_no: int) -> bytes:
    """What a kept row's ciphertext is bound to."""
    return f"quarantine|{delivery_id}|{row_no}".encode()


def _own_ids(rows: pd.DataFrame) -> "pd.Series[str]":
    for column in ID_COLUMNS:
        if column in rows:
            ids = rows[column].astype("string").str.slice(0, SOURCE_ID_MAX)
            return ids.mask(ids.str.strip().eq("").fillna(False))
    return pd.Series(pd.NA, index=rows.index, dtype="string")


def _row_keys(
    ids: "pd.Series[str]", texts: Sequence[str], places: "np.ndarray[Any, Any]"
) -> "pd.Series[str]":
    """The own id, else a hash of the text; and which of its equals in the delivery it is."""
    hashes = pd.Series(
        [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts], dtype="string"
    )
    keys = ids.fillna(hashes)
    turn = pd.Series(range(len(keys))).groupby([keys, places]).cumcount()
    return keys.where(turn.eq(0), keys + "#" + turn.astype("string"))


def _readable(
    source: Source, chunk: Chunk, rows: pd.DataFrame, rejected: pd.DataFrame
) -> pd.DataFrame:
    """amount_minor, business_date, occurred_at, account_number of rejected rows; NA where in
    doubt.

    Refused text is left out so that the others can be translated, and nothing that may have come
    from it is believed. What is read of a row is the same whatever came with it.
    """
    blank = pd.DataFrame(
        {
            "amount_minor": pd.Series(pd.NA, index=rows.index, dtype="Int64"),
            "business_date": pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]"),
            "occurred_at": pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us, UTC]"),
            "account_number": pd.Series(pd.NA, index=rows.index, dtype="string"),
        }
    )
    bad = rejected["column"].str.split(r", | and ", regex=True).reset_index(drop=True)
    refused = {
        column: bad.map(lambda names, column=column: column in names)
        for column in {name for names in bad for name in names} & set(rows.columns)
    }
    canonical = _translated(source, chunk, rows, refused, _good_row(chunk, rejected))
    if canonical is None:
        return blank
    for column, made_from in MADE_FROM.items():
        if column in canonical:
            doubt = bad.map(lambda names, made_from=made_from: bool(made_from & set(names)))
            blank[column] = canonical[column].reset_index(drop=True).mask(doubt.astype(bool))
    return blank


def _good_row(chunk: Chunk, rejected: pd.DataFrame) -> "pd.Series[str] | None":
    is_good = np.ones(len(chunk.rows), dtype=bool)
    is_good[rejected["row_no"].to_numpy("int64")] = False
    return chunk.rows.iloc[int(np.flatnonzero(is_good)[0])] if is_good.any() else None


def _translated(
    source: Source,
    chunk: Chunk,
    rows: pd.DataFrame,
    refused: "Mapping[str, pd.Series[bool]]",
    good: "pd.Series[str] | None",
) -> pd.DataFrame | None:
    """The rows without what was refused; where a source cannot read them so, with a good row's
    text in its place. None where neither can be read.
    """
    for stand_in in (None,) if good is None else (None, good):
        patched = rows.copy()
        for column, where in refused.items():
            patched.loc[where, column] = pd.NA if stand_in is None else stand_in[column]
        patched["row_no"] = np.arange(len(patched), dtype="int64")
        try:
            canonical = source.normalise(chunk.dataset, patched)
        except (SourceError, ValueError, KeyError, ArithmeticError, TypeError) as error:
            problem = type(error).__name__
            continue
        if len(canonical) == len(rows):
            return canonical
        problem = "rows are lost"
    log.info("%s: kept rows not translated: %s", source.config.name, problem)
    return None
