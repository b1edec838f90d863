"""Entries, matches, breaks and their candidates for other programs: CSV or JSON lines, streamed, as
of any moment.

The columns are a contract. Rows come in a fixed order, so the same knowledge gives the same
bytes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import pandas as pd

from pipeline.errors import PipelineError
from pipeline.store import Store
from reconciliation.rulebook import shipped

FORMS = ("csv", "jsonl")
COLUMNS = {
    "entries": (
        "source", "txn_id", "amount", "direction", "currency", "status", "timestamp",
        "value_date", "account_id", "bank_code", "channel", "transaction_type",
        "reference_number", "description", "settlement_utr", "order_id", "version",
    ),
    "matches": (
        "reconciliation", "match_group_id", "pass_name", "rule_version", "side", "source",
        "txn_id", "amount", "difference",
    ),
    "breaks": (
        "break_id", "reconciliation", "code", "family", "status", "source", "txn_id", "amount",
        "currency", "business_date", "opened_at", "age_days", "explanation",
    ),
    "candidates": (
        "break_id", "reconciliation", "kind", "rank", "state", "source", "txn_id", "score",
        "margin", "reason",
    ),
}  # fmt: skip
ROWS_AT_ONCE = 50_000
# What a spreadsheet would run; a number, negative or not, stays as it is.
FORMULA = r"^(?=[=+\-@\t\r])(?!-?[0-9]+(?:\.[0-9]+)?$)"


class Out(Protocol):
    """What text is written to."""

    def write(self, text: str, /) -> object: ...


def write(
    store: Store,
    what: str,
    out: Out,
    *,
    form: str = "csv",
    reconciliations: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
    as_of: datetime | None = None,
) -> int:
    """Write one table to `out`; how many rows. `as_of` None: everything known.

    `reconciliations`, `sources` (of entries): these alone, as `chosen` says; None: all.
    """
    if what not in COLUMNS or form not in FORMS:
        raise PipelineError(f"nothing to export: {what} as {form}")
    params = chosen(None)
    if reconciliations is not None:
        params["reconciliations"] = list(reconciliations)
    if sources is not None:
        params["sources"] = list(sources)
    columns = list(COLUMNS[what])
    if form == "csv":
        out.write(",".join(columns) + "\n")
    rows = 0
    with store.transaction(snapshot=True) as transaction:
        transaction.rows("reports/ask_as_of", as_of=as_of)
        for frame in transaction.frames(f"reports/export_{what}", ROWS_AT_ONCE, **params):
            _write(frame[columns], form, out)
            rows += len(frame)
    return rows


def chosen(reconciliation: str | None) -> dict[str, list[str]]:
    """The reconciliations, and the sources of theirs, that one name stands for; None: all."""
    names = [shipped().find(reconciliation)] if reconciliation else list(shipped())
    return {
        "reconciliations": [item.name for item in names],
        "sources": sorted({source for item in names for source in item.sources}),
    }


def _write(frame: pd.DataFrame, form: str, out: Out) -> None:
    if form == "jsonl":
        out.write(str(frame.to_json(orient="records", lines=True, force_ascii=False)))
        return
    texts = [str(name) for name in frame if frame[name].dtype == "string"]
    safe = frame[texts].apply(lambda column: column.str.replace(FORMULA, "'", regex=True))
    rows = frame.assign(**{name: safe[name] for name in texts})
    out.write(rows.to_csv(index=False, header=False, lineterminator="\n"))
