"""The form that truth takes: groups of entries that agree, and breaks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

PAIR_COLUMNS = ["reconciliation", "group_no", "source", "txn_id", "is_interchangeable"]
BREAK_COLUMNS = ["reconciliation", "code", "source", "txn_id"]


@dataclass(frozen=True, slots=True)
class Findings:
    """`pairs`: group, source, txn_id, is_interchangeable; `breaks`: code, source, txn_id.

    A group whose entries nothing tells apart (two equal refunds of an order) is one
    interchangeable group: any way to split it evenly is as right.
    """

    pairs: pd.DataFrame
    breaks: pd.DataFrame


def pairs_of(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """`frames` with `group` (unique over all of them), source and txn_id, as one."""
    columns = ["group", "source", "txn_id", "is_interchangeable"]
    named = [
        pd.DataFrame({"is_interchangeable": False}, index=frame.index)
        .assign(**frame)
        .assign(group=frame["group"].astype("str") + f"/{number}")[columns]
        for number, frame in enumerate(frames)
    ]
    return pd.concat(named, ignore_index=True)


def sides(merged: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Rows of `merged` (source_<name>, txn_id_<name> a side) as one group each."""
    parts = [
        pd.DataFrame(
            {
                "group": merged.index,
                "source": merged[f"source_{name}"],
                "txn_id": merged[f"txn_id_{name}"],
            }
        )
        for name in names
    ]
    return pd.concat(parts, ignore_index=True)


def breaks_of(code: pd.Series, subjects: pd.DataFrame, suffix: str = "") -> pd.DataFrame:
    """A break for each row whose `code` is not blank."""
    is_break = code.ne("")
    return pd.DataFrame(
        {
            "code": code[is_break],
            "source": subjects.loc[is_break, f"source{suffix}"],
            "txn_id": subjects.loc[is_break, f"txn_id{suffix}"],
        }
    )


def blank_subject(code: str, source: str, count: int) -> pd.DataFrame:
    """`count` breaks whose subject is no entry."""
    return pd.DataFrame({"code": [code] * count, "source": source, "txn_id": ""})


def chosen(choices: list[tuple[pd.Series, str]], index: pd.Index) -> pd.Series:
    """The code of the first condition that holds, row by row; blank where none does."""
    conditions = [condition.fillna(False).to_numpy(dtype=bool) for condition, _ in choices]
    codes = [np.array(code, dtype=object) for _, code in choices]
    found = np.select(conditions, codes, default=np.array("", dtype=object))
    return pd.Series(found, index=index, dtype="str")
