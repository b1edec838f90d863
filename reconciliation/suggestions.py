"""What an entry that stands alone may belong to. A suggestion never counts as matched.

Two kinds: `sum`, several entries of the other side that add up to it (pass 11), and `text`,
one of its amount whose reference is another (pass 12). Money decides who may be suggested;
days and texts only grade.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from reconciliation.subset_sum import AMOUNTS_MAX, SubsetSums, subset_sums

BEST = 3  # are shown
COLUMNS = {
    "entry_id": "int64", "kind": "string", "rank": "int64", "members": "object",
    "score": "int64", "margin": "int64", "state": "string", "reason": "string",
}  # fmt: skip
# only: nothing else fits. several: more than one answer, or not all were looked for; three are
# told. unsearched: more entries than may be searched, so of those farther off nothing is known.
STATES = ("only", "several", "unsearched")
_BLOCK = ["account_id", "currency", "direction"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far and how much is searched, of an edge's definition."""

    days_apart_max: int
    sum_entries_max: int = AMOUNTS_MAX
    text_score_min: int = 60  # of 100: texts below it are no evidence
    searches_max: int = (
        2_000  # entries looked at, the newest; of the others is said that they were not
    )


def suggestions(alone: pd.DataFrame, bounds: Bounds) -> pd.DataFrame:
    """COLUMNS, one row a suggestion, in no order; `members` are entry ids of the other side.

    `alone`: entry_id, subject_key, is_ledger, account_id, currency, amount_minor (signed), day
    (datetime64), text. Which entries are looked at first does not depend on their order.
    """
    found: list[dict[str, Any]] = []
    ordered = alone.sort_values(["day", "subject_key"], kind="stable")
    ordered = ordered.assign(direction=np.sign(ordered["amount_minor"].astype("int64")))
    newest = ordered.sort_values(["day", "subject_key"], ascending=[False, True], kind="stable")
    is_target = ordered.index.isin(newest.index[: bounds.searches_max])
    ordered = ordered.assign(is_target=is_target)
    for _, block in ordered.groupby(_BLOCK, sort=True):
        found += _of_block(block, bounds)
    told = pd.DataFrame(found, columns=list(COLUMNS)).astype(COLUMNS)
    left_out = _left_out(ordered.loc[~is_target, "entry_id"], len(ordered), bounds)
    return pd.concat([told, left_out], ignore_index=True) if len(left_out) else told


def _left_out(entry_ids: "pd.Series[int]", alone: int, bounds: Bounds) -> pd.DataFrame:
    """A row for each entry that was not looked at."""
    frame = pd.DataFrame({"entry_id": entry_ids}).assign(
        kind="sum", rank=1, score=0, margin=0, state="unsearched",
        reason=f"{alone} entries stand alone; the {bounds.searches_max} newest were searched",
    )  # fmt: skip
    frame["members"] = [[] for _ in range(len(frame))]
    return frame.reindex(columns=list(COLUMNS)).astype(COLUMNS)


def _of_block(block: pd.DataFrame, bounds: Bounds) -> Iterator[dict[str, Any]]:
    days = block["day"].to_numpy("datetime64[D]")
    amounts = block["amount_minor"].to_numpy("int64")
    ledger = block["is_ledger"].to_numpy(bool)
    for place in np.flatnonzero(block["is_target"].to_numpy(bool)).tolist():
        near = np.abs((days - days[place]).astype("int64")) <= bounds.days_apart_max
        other = near & (ledger != ledger[place])
        target = block.iloc[place]
        same = np.flatnonzero(other & (amounts == amounts[place]))
        parts = np.flatnonzero(other & (np.abs(amounts) < abs(amounts[place])))
        for found in (
            *(_by_text(target, block.iloc[same], bounds) if len(same) else ()),
            *(_by_sum(target, block.iloc[parts], bounds) if len(parts) > 1 else ()),
        ):
            yield {"entry_id": int(target["entry_id"]), **found}


def _by_text(
    target: "pd.Series[Any]", rivals: pd.DataFrame, bounds: Bounds
) -> Iterator[dict[str, Any]]:
    best = (
        rivals.assign(score=_scores(target, rivals))
        .sort_values(["score", "subject_key"], ascending=[False, True], kind="stable")
        .head(BEST + 1)
    )
    scores = [*best["score"].tolist(), 0]
    for place in range(min(BEST, len(best))):
        score = scores[place]
        evidence = "" if score >= bounds.text_score_min else ", which is no evidence"
        yield {
            "kind": "text",
            "rank": place + 1,
            "members": [int(best["entry_id"].iloc[place])],
            "score": score,
            "margin": score - scores[place + 1],
            "state": "only" if len(rivals) == 1 else "several",
            "reason": "same account, amount and direction; "
            f"their texts agree to {score} of 100{evidence}",
        }


def _by_sum(
    target: "pd.Series[Any]", parts: pd.DataFrame, bounds: Bounds
) -> Iterator[dict[str, Any]]:
    limit = min(bounds.sum_entries_max, AMOUNTS_MAX)
    nearest = _nearest(target, parts, bounds.days_apart_max, limit)
    is_whole = len(nearest) == len(parts)
    sums = subset_sums(nearest["amount_minor"].tolist(), int(target["amount_minor"]))
    best = _best(target, nearest, sums, bounds)
    for rank, (is_of_its_day, score, places) in enumerate(best, start=1):
        members = nearest.iloc[list(places)]
        evidence = "all of its day" if is_of_its_day else f"their texts agree to {score} of 100"
        yield {
            "kind": "sum",
            "rank": rank,
            "members": sorted(int(member) for member in members["entry_id"]),
            "score": score,
            "margin": 0,
            "state": "only" if sums.count == 1 and is_whole else "several",
            "reason": f"{len(places)} entries add up to it, {evidence}; "
            + _others(sums.count, is_whole=is_whole),
        }
    if not is_whole:
        yield {
            "kind": "sum", "rank": len(best) + 1, "members": [], "score": 0, "margin": 0,
            "state": "unsearched",
            "reason": f"{len(parts)} entries could be parts of it, more than the {limit} that are "
            f"searched; the {len(nearest)} nearest in days were",
        }  # fmt: skip


def _best(
    target: "pd.Series[Any]", parts: pd.DataFrame, sums: SubsetSums, bounds: Bounds
) -> list[tuple[bool, int, tuple[int, ...]]]:
    """(is of the target's day, score, places) of the answers with the best evidence."""
    graded = []
    for places in sums.answers:
        members = parts.iloc[list(places)]
        score = int(_scores(target, members).min())
        is_of_its_day = bool((members["day"] == target["day"]).all())
        if sums.count == 1 and not is_of_its_day and score < bounds.text_score_min:
            continue  # a sum alone is chance
        graded.append((is_of_its_day, score, places))
    graded.sort(key=lambda one: (not one[0], -one[1], len(one[2]), one[2]))
    return graded[:BEST]


def _nearest(
    target: "pd.Series[Any]", parts: pd.DataFrame, days_apart_max: int, limit: int
) -> pd.DataFrame:
    """The parts within as many days as hold no more than `limit`: all, or whole days of them."""
    apart = (parts["day"] - target["day"]).abs()
    for days in range(days_apart_max, -1, -1):
        near: pd.DataFrame = parts[apart <= pd.Timedelta(days=days)]
        if len(near) <= limit:
            return near
    return parts.iloc[:0]


def _others(count: int, *, is_whole: bool) -> str:
    if not is_whole:
        return f"one of {count} ways or more" if count > 1 else "others were not looked for"
    return "no others do" if count == 1 else f"one of {count} ways"


def _scores(target: "pd.Series[Any]", others: pd.DataFrame) -> "np.ndarray[Any, Any]":
    """0 to 100, whatever the order of the words."""
    scores = process.cdist(
        [target["text"]], others["text"].tolist(), scorer=fuzz.token_set_ratio, dtype=np.uint8
    )
    return np.asarray(scores[0], dtype="int64")
