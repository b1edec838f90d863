"""The verdict on one delivery: which rows may be used, which are kept aside and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from expectations import facts, judge
from expectations.suites import Check, Suite, load

QUARANTINED = "DQ_QUARANTINED"
CONFLICT = "DQ_CONFLICT"
# Where a row came from, in rows of several deliveries read at once; nothing it says itself.
DELIVERY, PLACE = "payload_no", "row_no"
# Below this, a column that is wrong in every row may still be wrong row by row.
ROWS_FOR_DRIFT = 10

TWICE = "the same id comes twice in this delivery with other content: ask the source which holds"

Rows = np.ndarray[Any, Any]  # positions, or a mask over them

REJECTED_COLUMNS = {"row_no": "int64", "column": "string", "reason": "string", "code": "string"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the suite says of the rows of a delivery, or of several.

    accepted: bool, aligned with the rows. rejected: one line a row, `row_no` counting the rows
    given from 0. repeated: rows left out because an earlier one of the
    same delivery says the very same. drift: a sentence a column that is gone or retyped;
    where there is one, nothing is accepted and the source should stop.
    """

    accepted: "pd.Series[bool]"
    rejected: pd.DataFrame
    repeated: int
    drift: tuple[str, ...]


def validate(
    suite: str, rows: pd.DataFrame, *, required: tuple[str, ...], patterns: Mapping[str, str]
) -> Verdict:
    """Judge text rows by a suite. Pure but for Great Expectations itself.

    `patterns`: column → the full regular expression its text obeys; where it has the groups
    `year`, `month` and `day`, the day must also exist, and where it has the group `fraction`, that
    has as many digits as the row's `currency` (a column). Rows of several deliveries carry
    `payload_no`, their delivery's number: the same id in two of them is no conflict.
    ValueError for an unknown suite.
    """
    shape = load(suite)
    gone = tuple(f"{column}: the field is gone" for column in required if column not in rows)
    if gone or rows.empty:
        return _nothing(rows, gone)

    texts = facts.texts(rows.drop(columns=[DELIVERY, PLACE], errors="ignore"))
    checks = _checks(shape, rows, patterns)
    held = {check: _hold(texts, check, patterns) for check in checks}
    failed = _failed(held)
    if drift := _drift(texts, failed, required):
        return _nothing(rows, drift)

    refusals = [_refusal(rows, check, mask) for check, mask in failed.items()]
    for native, positions in zip(
        shape.natives, judge.failing_rows(rows, shape.natives), strict=True
    ):
        if positions is None:
            return _nothing(rows, (native.reason,))
        column = str(native.kwargs.get("column", ""))
        refusals.append(_lines(positions, column, f"{column} {native.reason}".strip()))
    return _put_together(rows, shape, refusals)


def _checks(suite: Suite, rows: pd.DataFrame, patterns: Mapping[str, str]) -> list[Check]:
    """The suite's checks on columns that are there, and those that every source has."""
    checks = [check for check in suite.checks if set(check.columns) <= set(rows.columns)]
    for column, pattern in patterns.items():
        if column not in rows:
            continue
        checks.append(Check((column,), "pattern", "is not written as agreed"))
        if facts.names_a_day(pattern):
            checks.append(Check((column,), "day", "names a day that does not exist"))
        if facts.names_a_fraction(pattern) and "currency" in rows:
            reason = "has not the decimals of its currency"
            checks.append(Check((column, "currency"), "fraction", reason))
    checks += [
        Check((column,), "is_storable", "holds a NUL or more text than a field can have")
        for column in rows.columns
        if column not in (DELIVERY, PLACE)
    ]
    return list(dict.fromkeys(checks))


def _hold(texts: facts.Texts, check: Check, patterns: Mapping[str, str]) -> Rows:
    column = check.columns[0]
    if check.holds == "pattern":
        return facts.obeys(texts[column], patterns[column])
    if check.holds == "day":
        return facts.is_a_real_day(texts[column], patterns[column])
    if check.holds == "fraction":
        return facts.has_all_its_decimals(texts[column], texts["currency"], patterns[column])
    return facts.FACTS[check.holds](texts, check.columns)


def _failed(held: Mapping[Check, Rows]) -> dict[Check, Rows]:
    """The checks that fail somewhere, each with the rows where it does.

    Great Expectations is asked once a column, whether all that is said of it holds: it takes
    some 6 ms an expectation, whatever the rows. Which check it was is then seen here.
    """
    by_column: dict[str, Rows] = {}
    for check, mask in held.items():
        column = check.columns[0]
        by_column[column] = by_column[column] & mask if column in by_column else mask
    # One question while all is well, which is nearly always; a question a column otherwise.
    everything = np.logical_and.reduce(list(by_column.values()))
    if not judge.failing_facts(pd.DataFrame({"everything": everything})):
        return {}
    refused = judge.failing_facts(pd.DataFrame(by_column))
    return {
        check: ~mask
        for check, mask in held.items()
        if check.columns[0] in refused and not mask.all()
    }


def _drift(
    texts: facts.Texts, failed: Mapping[Check, Rows], required: tuple[str, ...]
) -> tuple[str, ...]:
    """Required columns that no row of many fills as agreed: another type, not bad rows."""
    sentences = []
    for check, mask in failed.items():
        column = check.columns[0]
        if column not in required or check.holds not in ("pattern", "is_given"):
            continue
        given = facts.is_given(texts, [column])
        counted = given if check.holds == "pattern" else np.ones(len(mask), dtype=bool)
        if counted.sum() >= ROWS_FOR_DRIFT and mask[counted].all():
            sentences.append(f"{column}: {check.reason}, in all {int(counted.sum())} rows")
    return tuple(sentences)


def _refusal(rows: pd.DataFrame, check: Check, mask: Rows) -> pd.DataFrame:
    positions = np.flatnonzero(mask)
    named = " and ".join(check.columns) if check.holds == "is_one_alone" else check.columns[0]
    lines = _lines(positions, named, f"{named} {check.reason}")
    if check.holds in ("pattern", "fraction", "has_its_decimals", "has_room"):
        # The form, never the content: it tells a person what to look for.
        form = facts.shape(rows[check.columns[0]].astype("string").iloc[positions])
        lines["reason"] = lines["reason"] + ' (written like "' + form.to_numpy() + '")'
    return lines


def _put_together(rows: pd.DataFrame, suite: Suite, refusals: list[pd.DataFrame]) -> Verdict:
    refused = np.zeros(len(rows), dtype=bool)
    rejected = _lines(np.array([], dtype="int64"), "", "").assign(code=QUARANTINED)
    if refusals:
        rejected = _one_line_a_row(refusals).assign(code=QUARANTINED)
        refused[rejected["row_no"].to_numpy(dtype="int64")] = True

    conflicting, repeated = _same_identity(rows, suite)
    if len(conflicts := np.flatnonzero(conflicting & ~refused)):
        lines = _lines(conflicts, ", ".join(_identity(rows, suite)), TWICE).assign(code=CONFLICT)
        rejected = pd.concat([rejected, lines]).sort_values("row_no", ignore_index=True)
    repeats = repeated & ~refused & ~conflicting
    return Verdict(
        accepted=pd.Series(~(refused | conflicting | repeats), index=rows.index),
        rejected=rejected[list(REJECTED_COLUMNS)].astype(REJECTED_COLUMNS),
        repeated=int(repeats.sum()),
        drift=(),
    )


def _one_line_a_row(refusals: list[pd.DataFrame]) -> pd.DataFrame:
    """In the order of the rows; several reasons in one row are one line that says them all."""
    lines = pd.concat(refusals).sort_values("row_no", kind="stable", ignore_index=True)
    if not lines["row_no"].duplicated().any():
        return lines
    return lines.groupby("row_no", as_index=False).agg(
        {"column": _joined(", "), "reason": _joined("; ")}
    )


def _same_identity(rows: pd.DataFrame, suite: Suite) -> tuple[Rows, Rows]:
    """(id held by several rows that differ, later copy of a row that is wholly the same)."""
    columns = list(_identity(rows, suite))
    none = np.zeros(len(rows), dtype=bool)
    if not columns:
        return none, none
    given = facts.is_given(facts.texts(rows[columns[:1]]), columns)
    rows = rows.drop(columns=PLACE, errors="ignore")
    columns += [DELIVERY] if DELIVERY in rows else []
    shared = given & rows.duplicated(subset=columns, keep=False).to_numpy(dtype=bool)
    if not shared.any():
        return none, none
    repeated = shared & rows.duplicated(keep="first").to_numpy(dtype=bool)
    groups = rows.groupby(columns, dropna=False).ngroup().to_numpy()
    contents = np.bincount(groups[shared & ~repeated], minlength=groups.max() + 1)
    return shared & (contents[groups] > 1), repeated


def _identity(rows: pd.DataFrame, suite: Suite) -> tuple[str, ...]:
    return next((one for one in suite.identity if set(one) <= set(rows.columns)), ())


def _lines(positions: Rows, column: str, reason: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row_no": positions.astype("int64"),
            "column": pd.Series([column] * len(positions), dtype="string"),
            "reason": pd.Series([reason] * len(positions), dtype="string"),
        }
    )


def _joined(separator: str) -> Callable[[Iterable[str]], str]:
    return lambda values: separator.join(dict.fromkeys(values))


def _nothing(rows: pd.DataFrame, drift: tuple[str, ...]) -> Verdict:
    empty = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in REJECTED_COLUMNS.items()})
    return Verdict(pd.Series(False, index=rows.index, dtype=bool), empty, 0, drift)
