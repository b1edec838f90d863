"""Statement files of one dataset: which they are, what they say, and the entries in them.

    file: 'AXIS_(?P<account>[0-9]{4,20})_(?P<day>[0-9]{8})_(?P<hour>[0-9]{2})\\.csv'
    format: {type: delimited, trailer: TRAILER}    # adapters.formats.delimited
    format: {type: json, account: account_number, count: count, total_debit: …, rows: …}
    fields: {amount: amount, …}                    # or debit and credit, one of them blank;
                                                   # timestamp, or booking_date and booking_time
    narration_word: '^([A-Z]+)'                    # its channel and type where no field says them

Beside them the words of `adapters.statement`.
"""

import re
from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa

from adapters import statement
from adapters.base import Dataset, Payload, SourceConfig
from adapters.config import settings_of
from adapters.errors import DeliveryRefused, SourceError, SourceRejected
from adapters.files import account_of, masked, period_of
from adapters.formats import delimited, json_statement
from adapters.formats.proof import Promise, Statement, contradictions
from adapters.numbered_rows import number_rows
from reconciliation.model import IST

KEYS = ("file", "format", "fields", "narration_word", *statement.KEYS)
ENVELOPE = ("account", "count", "total_debit", "total_credit", "rows")
NAME_GROUPS = {"account", "day"}
NEEDED = ("description", "reference_number", "status", "balance")
ALTERNATIVES = (  # one of each
    (("amount", "direction"), ("debit", "credit")),
    (("timestamp",), ("booking_date", "booking_time")),
)


class StatementFiles:
    """MisconfiguredSource, with file and line, from the constructor alone."""

    def __init__(self, config: SourceConfig, dataset: Dataset) -> None:
        section = settings_of(dataset)
        section.only(*KEYS)
        self.config, self.dataset = config, dataset
        self.words = statement.words_of(dataset, needed=())
        self.fields: Mapping[str, str] = section.text_map("fields")
        for names in (NEEDED, *(self._chosen(one, other) for one, other in ALTERNATIVES)):
            for name in names:
                section.section("fields").text(name)
                if name not in dataset.required:
                    raise section.error("fields", f"{name} must be under required too")
        try:
            self.pattern = re.compile(section.text("file"), re.ASCII)
        except re.error as problem:
            raise section.error("file", f"no pattern: {problem}") from None
        if not set(self.pattern.groupindex) >= NAME_GROUPS:
            raise section.error("file", "needs the groups account and day")
        self._narration_word = section.text("narration_word", "")
        form = section.section("format")
        self._type = form.choice("type", ("delimited", "json"))
        form.only("type", *(("trailer",) if self._type == "delimited" else ENVELOPE))
        self._trailer = form.text("trailer") if self._type == "delimited" else ""
        self._envelope = {} if self._trailer else {key: form.text(key) for key in ENVELOPE}

    def _chosen(self, one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
        return other if set(other) & set(self.fields) else one

    def control(self, body: bytes) -> dict[str, str]:
        """The totals the file declares; nothing where it cannot be read (`parse` says why)."""
        try:
            return self._read(body, "").control
        except SourceError:
            return {}

    def parse(self, payload: Payload) -> pd.DataFrame:
        """Text rows, in the order of the file, once the file has proven itself.

        DeliveryRefused (this file alone) or SchemaDrift, with the payload as evidence.
        """
        rows = self.parse_many([payload])
        return rows.drop(columns=["payload_no", "row_no"])

    def parse_many(self, payloads: Sequence[Payload]) -> pd.DataFrame:
        """The rows of several files, and where each came from.

        Beside the text columns: `payload_no` (place in `payloads`) and `row_no` (place in its
        file), both int64 from 0. What one bad file raises carries it as `evidence`.
        """
        read = [self._statement(payload) for payload in payloads]
        statements, promises = [one for one, _ in read], [promise for _, promise in read]
        table = pa.concat_tables([one.rows for one in statements], promote_options="default")
        rows = pd.DataFrame(
            {name: pd.array(table[name].combine_chunks(), dtype="string")
             for name in table.column_names}
        )  # fmt: skip
        number_rows(rows, [one.rows.num_rows for one in statements])
        wrong = contradictions(
            statements,
            promises,
            rows.assign(timestamp=_timestamp(rows)),
            self.words,
            self.config.currency,
        )
        for place in sorted(wrong):
            refused = DeliveryRefused(f"{self._label(payloads[place])}: {wrong[place]}")
            refused.evidence = payloads[place]
            raise refused
        new = {name for one in statements for name in one.new_fields if self._is_new(name)}
        rows.attrs["new_fields"] = sorted(new)
        return rows

    def entries(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Canonical entries. Where rows have no id, entry_key and txn_id stay blank."""
        rows = rows.copy()
        for column in ("txn_id", "currency", *self.fields):
            if column not in rows and column != "currency":
                rows[column] = pd.Series(pd.NA, index=rows.index, dtype="string")
        if "debit" in self.fields:
            _join_sides(rows)
        rows["timestamp"] = _timestamp(rows)
        if self._narration_word:
            word = rows["description"].str.upper().str.extract(self._narration_word, expand=False)
            rows["channel"] = rows["transaction_type"] = word.astype("string")
        return statement.entries(self.config, self.words, rows)

    def _statement(self, payload: Payload) -> tuple[Statement, Promise]:
        try:
            found = self.pattern.fullmatch(payload.name)
            period = period_of(found) if found else None
            if found is None or period is None:
                raise DeliveryRefused(f"{self._label(payload)}: is not a name agreed with the bank")
            read = self._read(payload.body, self._label(payload))
        except SourceRejected as error:
            error.evidence = payload
            raise
        return read, Promise(found["account"], period.start.astimezone(IST).date())

    def _label(self, payload: Payload) -> str:
        found = self.pattern.fullmatch(payload.name)
        return f"{self.config.name}: {masked(payload.name, account_of(found) if found else None)}"

    def _read(self, body: bytes, label: str) -> Statement:
        required = self.dataset.required
        if self._type == "delimited":
            return delimited.read(body, self.fields, required, self._trailer, label)
        return json_statement.read(body, self.fields, required, self._envelope, label)

    def _is_new(self, name: str) -> bool:
        return name not in self.dataset.known


def _timestamp(rows: pd.DataFrame) -> pd.Series:
    """The one field of it, or date and time in one text."""
    if "booking_time" not in rows:
        return rows["timestamp"]
    return rows["booking_date"].str.cat(rows["booking_time"], sep=" ")


def _join_sides(rows: pd.DataFrame) -> None:
    """Debit and credit columns as amount and direction, in place.

    The suite lets a row through only with one of them; the other is blank or zero.
    """
    has_credit = rows["credit"].fillna("").str.contains("[1-9]").astype(bool)
    rows["amount"] = rows["debit"].mask(has_credit, rows["credit"])
    rows["direction"] = pd.Series("DEBIT", index=rows.index, dtype="string").mask(
        has_credit, "CREDIT"
    )
