"""Entries, matches and breaks for other programs: CSV or JSON lines, streamed, as of any moment.

The columns are a contract. Rows come in a fixed order, so the same knowledge gives the same
bytes.
"""

from datetime import datetime
from typing import TextIO

import pandas as pd

from pipeline.errors import PipelineError
from pipeline.store import Store
from reconciliation.definition import find_definition, load_definitions

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
}  # fmt: skip
ROWS_AT_ONCE = 50_000
# What a spreadsheet would run; a number, negative or not, stays as it is.
FORMULA = r"^(?=[=+\-@\t\r])(?!-?[0-9]+(?:\.[0-9]+)?$)"


def write(
    store: Store,
    what: str,
    out: TextIO,
    *,
    form: str = "csv",
    reconciliation: str | None = None,
    as_of: datetime | None = None,
) -> int:
    """Write one table to `out`; how many rows. `as_of` None: everything known.

    `reconciliation`: one edge only; of entries, those of its sources.
    """
    if what not in COLUMNS or form not in FORMS:
        raise PipelineError(f"nothing to export: {what} as {form}")
    names = [find_definition(reconciliation)] if reconciliation else list(load_definitions())
    params = {
        "as_of": as_of,
        "reconciliations": [item.name for item in names],
        "sources": sorted({source for item in names for source in item.sources}),
    }
    columns = list(COLUMNS[what])
    if form == "csv":
        out.write(",".join(columns) + "\n")
    rows = 0
    with store.transaction() as transaction:
        for frame in transaction.frames(f"reports/export_{what}", ROWS_AT_ONCE, **params):
            _write(frame[columns], form, out)
            rows += len(frame)
    return rows


def _write(frame: pd.DataFrame, form: str, out: TextIO) -> None:
    if form == "jsonl":
        frame.to_json(out, orient="records", lines=True, force_ascii=False)
        return
    texts = [str(name) for name in frame if frame[name].dtype == "string"]
    safe = frame[texts].apply(lambda column: column.str.replace(FORMULA, "'", regex=True))
    frame.assign(**{name: safe[name] for name in texts}).to_csv(
        out, index=False, header=False, lineterminator="\n"
    )
