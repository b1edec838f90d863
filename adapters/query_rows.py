"""Rows of a query as CSV and back, and the canonical rows in them.

    window: updated_at        # :from and :to are instants, the end excluded
    window: business_dates    # :from and :to are days that have ended, both included
    query: select …           # amounts as numeric or text, never float
    fields: {account_number: account_id, …}

Entries have the words of `adapters.statement`; balances `amount: {grammar}`, `times:
{business_date}` and `balance_kind`. Everything is text on the way: what a database read once
is kept byte for byte, like a bank's page.
"""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from adapters import money, statement, times
from adapters.base import Dataset, Payload, SourceConfig
from adapters.config import settings_of
from adapters.errors import FormatMismatch, MisconfiguredSource, SchemaDrift
from adapters.numbered_rows import one_below_the_other
from reconciliation.model import IST, Interval, as_entries

WINDOWS = ("updated_at", "business_dates")
BALANCE_KINDS = ("ledger_closing", "statement_opening", "statement_closing")
BALANCE_FIELDS = ("account_number", "business_date", "currency", "amount")
# Columns of ENTRY_COLUMNS that only our own systems have, copied where `fields` maps them.
OWN_COLUMNS = ("order_id", "payment_id", "merchant_id", "bank_code")
UTC_TEXT = "%Y-%m-%dT%H:%M:%SZ"


class QueryRows:
    """One dataset of a SQL source. MisconfiguredSource from the constructor alone."""

    def __init__(self, config: SourceConfig, dataset: Dataset) -> None:
        section = settings_of(dataset)
        is_balances = dataset.kind == "balances"
        own = ("balance_kind", "amount", "times") if is_balances else statement.KEYS
        section.only("query", "window", "fields", *own)
        self.config, self.dataset = config, dataset
        self.where = f"{config.name}, {dataset.name}"
        self.query = section.text("query")
        self.window = section.choice("window", WINDOWS)
        self.fields = section.text_map("fields")
        self.words: statement.Words | None = None
        if is_balances:
            for name in BALANCE_FIELDS:
                section.section("fields").text(name)
            self.balance_kind = section.choice("balance_kind", BALANCE_KINDS)
            self.grammar = section.section("amount").choice("grammar", tuple(money.GRAMMARS))
            self.day_form = section.section("times").text("business_date")
        else:
            self.words = statement.words_of(dataset)

    def bounds(self, window: Interval) -> dict[str, Any] | None:
        """Values of :from and :to; None where the window holds no such day."""
        if self.window == "updated_at":
            return {"from": window.start, "to": window.end}
        # A closing balance is final when its day is over, not before.
        last = (window.end.astimezone(IST) - timedelta(days=1)).date()
        first = window.start.astimezone(IST).date()
        return {"from": first, "to": last} if first <= last else None

    def as_csv(self, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
        """The rows with a header, all fields text, null blank and empty text quoted."""
        if len(set(names)) < len(names):
            raise MisconfiguredSource(f"{self.where}: the query names a column twice")
        columns = zip(*rows, strict=True) if rows else ([] for _ in names)
        table = pa.table(
            [self._as_text(name, values) for name, values in zip(names, columns, strict=True)],
            names=list(names),
        )
        sink = io.BytesIO()
        pyarrow.csv.write_csv(table, sink)
        return sink.getvalue()

    def parse(self, payload: Payload) -> pd.DataFrame:
        try:
            table = self._table(payload.body)
        except (FormatMismatch, SchemaDrift) as error:
            error.evidence = payload
            raise
        rows = pd.DataFrame(
            {
                ours: pd.Series(pd.array(table[theirs].combine_chunks(), dtype="string"))
                for ours, theirs in self.fields.items()
                if theirs in table.column_names
            }
        )
        rows.attrs["new_fields"] = [
            name for name in table.column_names if name not in self.dataset.known
        ]
        return rows

    def parse_many(self, payloads: Sequence[Payload]) -> pd.DataFrame:
        """The rows of several payloads, with `payload_no` and `row_no`, both from 0."""
        return one_below_the_other([self.parse(payload) for payload in payloads])

    def normalise(self, rows: pd.DataFrame) -> pd.DataFrame:
        if self.words is None:
            return self._balances(rows)
        entries = statement.entries(self.config, self.words, rows)
        for column in OWN_COLUMNS:
            if column in rows:
                entries[column] = statement.given(rows[column])
        if "updated_at" in rows:
            entries["source_updated_at"] = times.instants(rows["updated_at"], self.words.timestamp)
        return entries

    def _balances(self, rows: pd.DataFrame) -> pd.DataFrame:
        return as_entries(
            {
                "row_no": statement.row_numbers(rows),
                "account_number": rows["account_number"],
                "business_date": times.dates(rows["business_date"], self.day_form),
                "kind": statement.filled(rows, self.balance_kind),
                "currency": rows["currency"],
                "amount_minor": money.minor_units(rows["amount"], rows["currency"], self.grammar),
            },
            "balances",
        )

    def _as_text(self, name: str, values: Sequence[Any]) -> pa.Array:
        """One column; what has no exact text is refused, with the remedy."""
        try:
            column = pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            raise self._unfit(name, "mixes types or has one that is no text") from None
        kind = column.type
        if pa.types.is_floating(kind):
            raise self._unfit(name, "is a float, and money in floats is not exact")
        if pa.types.is_timestamp(kind):
            if kind.tz is None:
                raise self._unfit(name, "is a time without a zone")
            return pc.strftime(column.cast(pa.timestamp("us", "UTC")), format=UTC_TEXT)
        if pa.types.is_boolean(kind) or pa.types.is_nested(kind) or pa.types.is_binary(kind):
            raise self._unfit(name, f"is {kind}")
        return column.cast(pa.large_string())

    def _unfit(self, name: str, problem: str) -> MisconfiguredSource:
        return MisconfiguredSource(
            f"{self.where}: the column {name} {problem}: cast it to text in the query"
        )

    def _table(self, body: bytes) -> pa.Table:
        header = body.partition(b"\n")[0].decode(errors="replace").replace('"', "").split(",")
        try:
            table = pyarrow.csv.read_csv(
                io.BytesIO(body),
                read_options=pyarrow.csv.ReadOptions(block_size=len(body) + 1, use_threads=False),
                parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types={name: pa.large_string() for name in header},
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                    null_values=[""],
                ),
            )
        except pa.ArrowInvalid:
            raise FormatMismatch(f"{self.where}: the rows kept are not CSV any more") from None
        required = self.dataset.required
        if gone := [one for one in required if self.fields[one] not in table.column_names]:
            raise SchemaDrift(f"{self.where}: the query no longer gives {', '.join(gone)}")
        return table
