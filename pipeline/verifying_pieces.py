"""One chunk made again, held against what its load wrote: entries, balances, headers, findings."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import RowMapping

from pipeline.deliveries import Chunk, row_texts
from pipeline.keys import Keys
from pipeline.merging import (
    BALANCE_COLUMNS,
    ENTRY_COLUMNS,
    SETTLEMENT_COLUMNS,
    Piece,
    digests,
)
from pipeline.quarantine import row_place
from pipeline.store import Transaction
from pipeline.verifying_found import Disagreement, Disagrees, Verified
from pipeline.verifying_rows import NEXT_ROW, compare, compare_own_digests

ROW = ("delivery_id", "row_no")
BALANCE = ("delivery_id", "account_id", "business_date", "kind", "part", "currency")
HEADER = ("delivery_id", "settlement_id")
ITEM = ("delivery_id", "entry_key")
# What an open item says; its bank follows the account as it was set then, and so the digest.
ITEM_COLUMNS = [name for name in ENTRY_COLUMNS if name not in {"row_no", "bank_code", "digest"}]
REREAD = "entries, but for their own digest: read again since"
FINDING_COLUMNS = (
    "dataset", "part", "row_key", "source_id", "business_date", "account_id", "amount_minor",
    "row_text",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PieceCheck:
    """Of one load. `chunk`: the piece's text rows; None for open items, whose rows have a key
    alone. Disagrees.
    """

    transaction: Transaction
    keys: Keys
    load: RowMapping
    verified: Verified
    seen: Counter[str] = field(default_factory=Counter)

    def verify(self, piece: Piece, chunk: Chunk | None) -> None:
        if piece.kind == "entries":
            self._entries(piece, is_numbered=chunk is not None)
        elif piece.kind == "balances":
            self._balances(piece)
        else:
            self._headers(piece)
        if chunk is not None:
            self._findings(piece, chunk)

    @property
    def place(self) -> str:
        return f"{self.load['source']}, load {self.load['load_id']}"

    def _stored(self, what: str, piece: Piece) -> pd.DataFrame:
        rows = self.transaction.frame(
            f"verify/{what}_of_deliveries",
            load_id=self.load["load_id"],
            delivery_ids=list(piece.delivery_ids),
        )
        self.seen[what] += len(rows)
        return rows

    def all_seen(self) -> None:
        """Disagrees where the load wrote rows that say they are of other deliveries."""
        (written,) = self.transaction.rows("verify/rows_of_load", load_id=self.load["load_id"])
        for what, count in written.items():
            if count != self.seen[what]:
                raise Disagrees(
                    Disagreement(
                        what=f"{what} of a load",
                        where=self.place,
                        stored=f"{count} rows",
                        recomputed=f"{self.seen[what]} of deliveries that hold {what}",
                        next_step=NEXT_ROW,
                    )
                )

    def _entries(self, piece: Piece, *, is_numbered: bool) -> None:
        stored = self._stored("entries", piece)
        stored["digest"] = stored["digest"].str.replace("-", "")
        is_reread = stored["is_reread"].to_numpy(dtype=bool)
        key, columns = (ROW, ENTRY_COLUMNS) if is_numbered else (ITEM, ITEM_COLUMNS)
        held = stored[~is_reread].reset_index(drop=True)
        compare("staging.entry", held, piece.frame, place=self.place, key=key, columns=columns)
        if len(stored):
            compare_own_digests(self.place, stored, digests(stored[ENTRY_COLUMNS]))
        self.verified.agreed["entries"] += len(held)
        if is_reread.any():
            self.verified.not_verifiable[REREAD] += int(is_reread.sum())
        frame = piece.frame
        if len(frame):
            self._present(
                "entry",
                frame,
                entry_keys=frame["entry_key"].tolist(),
                digests=frame["digest"].tolist(),
                updated=_moments(frame["source_updated_at"]),
                fetched=_moments(frame["fetched_at"]),
            )

    def _balances(self, piece: Piece) -> None:
        stored = self._stored("balances", piece)
        again = _last(piece.frame, BALANCE, BALANCE_COLUMNS)
        compare(
            "staging.balance", stored, again,
            place=self.place, key=BALANCE, columns=("amount_minor",),
        )  # fmt: skip
        self.verified.agreed["balances"] += len(stored)
        if len(again):
            self._present(
                "balance",
                again,
                account_ids=again["account_id"].tolist(),
                days=[day.date() for day in again["business_date"]],
                kinds=again["kind"].tolist(),
                parts=again["part"].tolist(),
                currencies=again["currency"].tolist(),
                amounts=again["amount_minor"].tolist(),
                fetched=_moments(again["fetched_at"]),
            )

    def _headers(self, piece: Piece) -> None:
        stored = self._stored("settlements", piece)
        again = _last(piece.frame, HEADER, SETTLEMENT_COLUMNS)
        own = {*HEADER, "row_no", "fetched_at"}
        columns = [name for name in SETTLEMENT_COLUMNS if name not in own]
        compare("staging.settlement", stored, again, place=self.place, key=HEADER, columns=columns)
        self.verified.agreed["settlement headers"] += len(stored)
        if len(again):
            self._present("settlement", again, settlement_ids=again["settlement_id"].tolist())

    def _findings(self, piece: Piece, chunk: Chunk) -> None:
        """Rows kept aside. One that is closed may have been mended since."""
        stored = self._stored("findings", piece)
        if stored.empty:
            return
        again = piece.findings.drop_duplicates(list(ROW)).reset_index(drop=True)
        made = pd.MultiIndex.from_frame(again[list(ROW)].astype("int64"))
        known = pd.MultiIndex.from_frame(stored[list(ROW)].astype("int64")).isin(made)
        is_asked = known | stored["known_to"].isna().to_numpy()
        stored = stored.assign(row_text=_opened(self.keys, stored))
        again = again.assign(row_text=_row_texts(chunk, again) if len(again) else [])
        compare(
            "staging.quarantine", stored[is_asked].reset_index(drop=True), again,
            place=self.place, key=ROW, columns=FINDING_COLUMNS,
        )  # fmt: skip
        self.verified.agreed["rows in quarantine"] += int(is_asked.sum())
        if not is_asked.all():
            self.verified.not_verifiable["rows once in quarantine"] += int((~is_asked).sum())

    def _present(self, what: str, frame: pd.DataFrame, **columns: Any) -> None:
        """Disagrees where a row that was read is neither held nor replaced by a newer one."""
        row = self.transaction.row(
            f"verify/absent_{what}",
            source=self.load["source"],
            delivery_ids=frame["delivery_id"].tolist(),
            row_nos=frame["row_no"].tolist(),
            **columns,
        )
        if row is None:
            return
        raise Disagrees(
            Disagreement(
                what=f"a row of staging.{what}",
                where=f"{self.place}, delivery_id {row['delivery_id']}, row_no {row['row_no']}",
                stored="no such row, and none that is newer",
                recomputed=str(row["name"]),
                next_step=NEXT_ROW,
            )
        )


def _opened(keys: Keys, stored: pd.DataFrame) -> list[str]:
    return [
        keys.data.unseal(cipher, row_place(delivery_id, row_no)).decode()
        for cipher, delivery_id, row_no in zip(
            stored["row_cipher"], stored["delivery_id"], stored["row_no"], strict=True
        )
    ]


def _row_texts(chunk: Chunk, again: pd.DataFrame) -> list[str]:
    ids = pd.Series([one.delivery_id for one in chunk.deliveries]).to_numpy()[chunk.places]
    rows = pd.MultiIndex.from_arrays([ids, chunk.row_nos])
    at = rows.get_indexer(pd.MultiIndex.from_frame(again[list(ROW)].astype("int64")))
    return row_texts(chunk.rows.iloc[at])


def _last(frame: pd.DataFrame, key: tuple[str, ...], columns: list[str]) -> pd.DataFrame:
    """Of a key that a delivery holds twice, the last row counts."""
    if frame.empty:
        return pd.DataFrame(columns=columns)
    return frame.sort_values("row_no").drop_duplicates(list(key), keep="last")


def _moments(column: "pd.Series[Any]") -> list[Any]:
    return [None if pd.isna(moment) else moment.to_pydatetime() for moment in column]
