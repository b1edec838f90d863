"""Stored rows held against the same rows made again: the first cell that differs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.verifying_found import Disagreement, Disagrees

# Whose values are not for a screen or a log: they are only said to differ.
UNTOLD = {"description", "upi_id", "reference_number", "account_id", "row_cipher", "raw_method"}
NEXT_ROW = (
    "The row was changed after it was staged: restore it from a backup. If only our code"
    " changed since, give the source's YAML a new parser_version."
)


def compare(
    table: str,
    stored: pd.DataFrame,
    again: pd.DataFrame,
    *,
    place: str,
    key: Sequence[str],
    columns: Sequence[str],
) -> None:
    """Disagrees at the first stored row that is not there again, or has another value.

    `again` has one row a key. `place` names load and source.
    """
    if stored.empty:
        return
    if again.empty:
        again = again.reindex(columns=[*key, *columns])
    left = pd.MultiIndex.from_frame(_plain(stored, key))
    right = pd.MultiIndex.from_frame(_plain(again, key))
    at = right.get_indexer(left)
    lost = np.flatnonzero(at < 0)
    first: tuple[int, str] | None = (int(lost[0]), "") if len(lost) else None
    held = np.flatnonzero(at >= 0)
    beside = again.iloc[at[held]].reset_index(drop=True)
    for column in columns:
        mine = stored[column].iloc[held].reset_index(drop=True)
        differs = np.flatnonzero(_differs(mine, beside[column]))
        if len(differs) and (first is None or held[differs[0]] < first[0]):
            first = (int(held[differs[0]]), column)
    if first is None:
        return
    row, column = first
    where = ", ".join(f"{name} {stored[name].iloc[row]}" for name in key if name not in UNTOLD)
    told = (
        (_told(column, stored[column].iloc[row]), _told(column, again[column].iloc[at[row]]))
        if column
        else ("this row", "no such row in its delivery")
    )
    raise Disagrees(
        Disagreement(
            what=f"{table}.{column}" if column else f"a row of {table}",
            where=f"{place}, {where}",
            stored=told[0],
            recomputed=told[1],
            next_step=NEXT_ROW,
        )
    )


def compare_own_digests(place: str, stored: pd.DataFrame, again: "pd.Series[str]") -> None:
    """Disagrees where a row's digest is not the hash of its own columns."""
    differs = np.flatnonzero(_differs(stored["digest"], again))
    if not len(differs):
        return
    row = int(differs[0])
    raise Disagrees(
        Disagreement(
            what="staging.entry.digest",
            where=f"{place}, delivery_id {stored['delivery_id'].iloc[row]},"
            f" row_no {stored['row_no'].iloc[row]}",
            stored=str(stored["digest"].iloc[row]),
            recomputed=f"{again.iloc[row]} from the row's own columns",
            next_step=NEXT_ROW,
        )
    )


def _plain(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """The key's columns with the same types on both sides."""
    return pd.DataFrame({name: _values(frame[name]) for name in key})


def _values(column: "pd.Series[Any]") -> "pd.Series[Any]":
    if isinstance(column.dtype, pd.DatetimeTZDtype) or column.dtype.kind == "M":
        moments = column.astype("datetime64[us, UTC]") if column.dt.tz else column.astype(
            "datetime64[us]"
        )  # fmt: skip
        return moments.astype("object").where(moments.notna(), None).reset_index(drop=True)
    return column.astype("object").where(column.notna(), None).reset_index(drop=True)


def _differs(mine: "pd.Series[Any]", other: "pd.Series[Any]") -> "np.ndarray[Any, Any]":
    left, right = _values(mine), _values(other)
    is_blank = left.isna().to_numpy() & right.isna().to_numpy()
    return ~((left == right).to_numpy(dtype=bool, na_value=False) | is_blank)


def _told(column: str, value: Any) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return "nothing"
    return "another text" if column in UNTOLD else str(value)
