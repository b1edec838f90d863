"""One random change of one stored value, and whether `verify` names it.

    python -m tests.pipeline.mutations [--count 10000] [--seed 1] [--rows 100]

makes the small installation once and says how many of so many were caught. Each change is made
as the owner of the tables, with their guards off, in a savepoint that is rolled back. To be
fast, only what could see the change is recomputed: the source's or the edge's part of `verify`;
the bytes nobody touched are read once.
"""

import argparse
import random
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg2.extras import Json
from sqlalchemy import text

from adapters.config import load_sources
from pipeline.crypto import DataKeys
from pipeline.keys import Keys
from pipeline.merging import ENTRY_COLUMNS
from pipeline.postgres import Postgres
from pipeline.schema import migrate
from pipeline.settings import PROJECT, Settings
from pipeline.store import Store, Transaction
from pipeline.verifying import ALWAYS
from pipeline.verifying_deliveries import verify_deliveries
from pipeline.verifying_edges import verify_edge
from pipeline.verifying_found import Disagreement, Disagrees, Scope, Verified
from pipeline.verifying_loads import Loads
from reconciliation.rulebook import shipped
from tests.conftest import FAST, _execute, environment, url_of
from tests.pipeline.small_installation import ROWS, small_installation

LIVE = "known_to is null"
MARKS = ("delivery_id", "load_id", "known_from", "known_to")
SUMS = (
    "ledger_minor", "external_minor", "fees_minor", "external_entries", "waiting_ledger_minor",
    "waiting_external_minor", "difference_minor",
)  # fmt: skip
# Table → (columns, which rows). Left out is what nothing stored says a second time; DECISIONS.md
# has the list.
TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "raw.delivery": (
        ("ciphertext", "sha256", "bytes", "key_id", "part", "source", "name_cipher"), "true",
    ),
    "staging.entry": (
        (*ENTRY_COLUMNS, "source", "version", "load_id", "parser_version", "known_from",
         "known_to", "retired_load_id", "end_reason"), "true",
    ),
    "staging.balance": (
        ("account_id", "business_date", "kind", "part", "currency", "amount_minor", *MARKS), "true",
    ),
    "staging.settlement": (
        ("settlement_id", "amount_minor", "fees_minor", "tax_minor", "currency", "utr", "status",
         "created_at", *MARKS), "true",
    ),
    "staging.quarantine": (
        ("row_no", "row_key", "source_id", "business_date", "account_id", "amount_minor",
         "row_cipher"), f"{LIVE} and row_no is not null",
    ),
    "staging.load": (("entries_new", "entries_changed", "entries_retracted"), "true"),
    "staging.restatement": (
        ("part", "load_id", "account_id", "currency", "business_date", "entries_added",
         "entries_changed", "entries_retracted", "moved_minor", "known_from"), "true",
    ),
    "staging.unseen_entry": (
        ("entry_id", "version", "dataset", "business_date", "known_from", "known_to", "seal"),
        "true",
    ),
    "staging.duplicate_statement": (
        ("part", "same_part", "account_id", "currency", "business_date", "known_from"), "true",
    ),
    "recon.match_group": (
        ("match_group_id", "reconciliation", "pass_name", "rule_version", "difference_minor",
         "currency", "first_date", "last_date", "known_from"), "true",
    ),
    "recon.match_item": (
        ("reconciliation", "entry_id", "version", "side", "match_group_id"), "true",
    ),
    "recon.match_item_history": (
        ("reconciliation", "entry_id", "version", "side", "match_group_id", "known_from"), "true",
    ),
    "recon.open_entry": (
        ("version", "side", "source", "account_id", "currency", "amount_minor", "status",
         "business_date"), "true",
    ),
    "recon.open_entry_history": (
        ("reconciliation", "entry_id", "version", "side", "due_at", "reason"), LIVE,
    ),
    "recon.no_edge_entry": (("entry_id", "reconciliation", "source"), "true"),
    "recon.fee_variance": (
        ("match_group_id", "reconciliation", "entry_id", "code", "amount_minor", "explanation"),
        "true",
    ),
    "recon.severity_rule": (("rules", "known_from"), "true"),
    "recon.account_day": (
        ("account_no", "currency", "business_date", *SUMS),
        " or ".join(f"{name} <> 0" for name in SUMS),
    ),
    "recon.statement_day": (("opening_minor", "closing_minor", "opening_at", "closing_at"), "true"),
    "recon.statement_gap": (("amount_minor", "before_at", "after_at"), "true"),
    "recon.adjustment": (("match_group_id", "amount_minor", "currency", "known_from"), "true"),
    "recon.proof": (
        ("account_id", "business_date", "currency", "ledger_balance_minor", "open_external_minor",
         "open_ledger_minor", "differences_minor", "statement_balance_minor", "explained_minor",
         "unexplained_minor", "is_independent", "state", "causes", "known_from", "known_to"),
        "true",
    ),
    "recon.break": (
        ("break_id", "subject_kind", "subject_key", "entry_id", "code", "family", "status",
         "resolution", "amount_minor", "exposure_minor", "currency", "business_date", "opened_at",
         "explanation", "known_at"), "true",
    ),
    "recon.break_event": (
        ("known_at", "event", "code", "family", "status", "resolution", "amount_minor", "currency",
         "business_date", "opened_at", "entry_id", "explanation", "seal"), "true",
    ),
    "recon.candidate": (
        ("entry_id", "candidate_entry_id", "reason", "known_from", "known_to"), "true",
    ),
    "recon.suggestion": (
        ("entry_id", "kind", "rank", "score", "margin", "state", "reason", "known_from",
         "known_to"), "true",
    ),
    "recon.decision": (
        ("kind", "members", "reason_code", "comment", "decided_by", "decided_at", "known_from",
         "known_to"), "true",
    ),
    "recon.decision_member": (
        ("source", "entry_key", "known_from", "known_to"), "true",
    ),
    "recon.write_off": (
        ("code", "amount_minor", "currency", "reason_code", "comment", "asked_by", "asked_at",
         "known_from", "answered_by", "answer_comment", "asked_login", "answered_login"), "true",
    ),
}  # fmt: skip
WORDS = {
    "direction": ("CREDIT", "DEBIT"),
    "timestamp_precision": ("second", "day"),
    "end_reason": ("superseded", "retracted"),
    "kind": ("ledger_closing", "statement_opening", "statement_closing"),
    "subject_kind": ("entry", "account_day", "delivery", "source_interval", "row"),
    "resolution": ("auto", "matched", "written_off", "claimed", "not_a_break"),
    "state": ("proven", "explained", "unexplained", "unreadable", "consistent_only", "not_due"),
}
ENTRY_STATES = ("SUCCESS", "FAILED", "PENDING")
BREAK_STATES = ("OPEN", "ASSIGNED", "INVESTIGATING", "PENDING_APPROVAL", "RESOLVED", "REOPENED")


class RememberedLoads(Loads):
    """Reads the bytes of a load once: a change of staging does not change them."""

    read: dict[int, list[Any]]

    def pieces(self, load: Any, source: Any, deliveries: Any) -> Iterator[Any]:
        if load["load_id"] not in self.read:
            self.read[load["load_id"]] = list(super().pieces(load, source, deliveries))
        return iter(self.read[load["load_id"]])


@dataclass
class Mutator:
    """Changes one value at a time in what an owner's transaction sees."""

    transaction: Transaction
    settings: Settings
    rng: random.Random
    read: dict[int, list[Any]] = field(default_factory=dict)
    places: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = Keys(DataKeys(self.settings.data_keys), self.settings.index_key)
        self.configs = load_sources(PROJECT / "adapters", self.settings.environment)
        for table, (_, rows) in TABLES.items():
            self._run(f"alter table {table} disable trigger user")
            found = self._run(f"select ctid, * from {table} where {rows} order by ctid")
            self.places[table] = [dict(row) for row in found.mappings()]
        self.tables = [table for table in TABLES if self.places[table]]
        self.types = {
            (row["place"], row["name"]): row["type"]
            for row in self._run(
                "select table_schema || '.' || table_name as place, column_name as name,"
                " udt_name as type from information_schema.columns"
            ).mappings()
        }

    def _run(self, statement: str, **values: Any) -> Any:
        return self.transaction.connection.execute(text(statement), values)

    def mutate(self) -> tuple[str, Mapping[str, Any], str, Disagreement | None]:
        """(table, the row as it was, column, what is found): of a change the tables allow."""
        while True:
            table = self.rng.choice(self.tables)
            column = self.rng.choice(TABLES[table][0])
            row = self.rng.choice(self.places[table])
            with self.changed(table, row, column) as is_changed:
                if is_changed:
                    return table, row, column, self.look(table, row)

    @contextmanager
    def changed(self, table: str, row: Mapping[str, Any], column: str) -> Iterator[bool]:
        """False where the tables themselves refuse it."""
        value = self.other(table, column, row[column])
        savepoint = self.transaction.connection.begin_nested()
        try:
            try:
                done = self._run(
                    f"update {table} set {column} = :value"
                    f" where ctid = :place and {column} is distinct from :value",
                    value=value,
                    place=row["ctid"],
                )
                is_changed = done.rowcount == 1
            except Exception as refused:
                if getattr(getattr(refused, "orig", None), "pgcode", "")[:2] != "23":
                    raise
                is_changed = False
            yield is_changed
        finally:
            savepoint.rollback()

    def look(self, table: str, row: Mapping[str, Any]) -> Disagreement | None:
        verified = Verified()
        try:
            if table == "raw.delivery":
                sources = [held["source"] for held in self.transaction.rows("verify/sources")]
                scope = Scope(tuple(sources), ALWAYS.start, ALWAYS.end)
                list(verify_deliveries(self.transaction, self.keys, scope, verified))
            elif table.startswith("staging."):
                self._look_at_load(row, verified)
            else:
                self._look_at_edge(table, row, verified)
        except Disagrees as disagrees:
            return disagrees.found
        return None

    def _look_at_load(self, row: Mapping[str, Any], verified: Verified) -> None:
        name = row["source"]
        loads = RememberedLoads(
            self.transaction, self.keys, name, self.configs[name], self.settings.environment,
            verified,
        )  # fmt: skip
        loads.read = self.read
        rows = self.transaction.rows(
            "verify/loads", source=name, since=ALWAYS.start, until=ALWAYS.end
        )
        loads.marks([held["load_id"] for held in rows])
        (load,) = (held for held in rows if held["load_id"] == row["load_id"])
        loads.load(load, loads._source())

    def _look_at_edge(self, table: str, row: Mapping[str, Any], verified: Verified) -> None:
        name = row.get("reconciliation") or self._edge_of(row["break_id"])
        (state,) = (
            held for held in self.transaction.rows("verify/edges")
            if held["reconciliation"] == name
        )  # fmt: skip
        verify_edge(self.transaction, shipped(), state, self.settings.environment, verified)

    def _edge_of(self, break_id: object) -> str:
        found = self._run(
            "select reconciliation from recon.break where break_id = :break_id", break_id=break_id
        )
        return str(found.scalar_one())

    def other(self, table: str, column: str, value: Any) -> Any:
        """Another value, as near as can be: a paisa, a bit, a letter, a day."""
        kind = self.types[table, column]
        if column == "status":
            states = {"recon.break": BREAK_STATES, "staging.settlement": ()}.get(
                table, ENTRY_STATES
            )
            if states:
                return self.rng.choice([word for word in states if word != value])
        if column in WORDS and self.types[table, column] == "text":
            return self.rng.choice([word for word in WORDS[column] if word != value])
        return CHANGES[kind](self.rng, value)


def _integer(rng: random.Random, value: int | None, bits: int) -> int:
    if value is None:
        return rng.choice((0, 1))
    return rng.choice((value + 1, value - 1, value ^ 1 << rng.randrange(bits)))


def _text(rng: random.Random, value: str | None) -> str:
    if not value:
        return "0"
    at = rng.randrange(len(value))
    letter = chr(ord(value[at]) ^ 1 << rng.randrange(3))
    return value[:at] + (letter if letter.isprintable() else "~") + value[at + 1 :]


def _bytes(rng: random.Random, value: Any) -> bytes:
    if value is None:
        return b"\0"
    held = bytearray(bytes(value))
    held[rng.randrange(len(held))] ^= 1 << rng.randrange(8)
    return bytes(held)


def _moment(rng: random.Random, value: datetime | None) -> datetime:
    if value is None:
        return datetime.fromisoformat("2026-03-10T06:30:00.000007+00:00")
    steps = (timedelta(microseconds=1), timedelta(seconds=1), timedelta(hours=5, minutes=30))
    return value + rng.choice((1, -1)) * rng.choice(steps)


def _day(rng: random.Random, value: date | None) -> date:
    return date(2026, 3, 10) if value is None else value + timedelta(days=rng.choice((1, -1)))


CHANGES: dict[str, Any] = {
    "int8": lambda rng, value: _integer(rng, value, 40),
    "int4": lambda rng, value: _integer(rng, value, 20),
    "int2": lambda rng, value: _integer(rng, value, 8),
    "text": _text,
    "bytea": _bytes,
    "timestamptz": _moment,
    "date": _day,
    "bool": lambda rng, value: not value,
    "uuid": lambda rng, value: uuid.UUID(int=value.int ^ 1 << rng.randrange(128)),
    "jsonb": lambda rng, value: Json([*value, {"cause": "MIS_FILE", "amount_minor": 1}]),
}


@contextmanager
def mutator(settings: Settings, owner: Store, seed: int) -> Iterator[Mutator]:
    """On one snapshot; nothing of it is left."""
    with owner.transaction(snapshot=True) as transaction:
        yield Mutator(transaction, settings, random.Random(seed))
        transaction.connection.get_transaction().rollback()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.pipeline.mutations")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rows", type=int, default=ROWS, help="ledger entries a day")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="recon-mutations-", dir="/var/tmp") as folder:
        home = Path(folder)
        home.chmod(0o711)
        server = Postgres(home, extra=FAST)
        server.start()
        try:
            _execute(
                server,
                "create database mutated template recon owner recon_owner",
                "create database world owner recon_owner",
                "grant temporary on database mutated to recon_etl",
            )
            owner = Store(url_of(server, "owner", "mutated"))
            migrate(owner)
            settings = Settings.load(
                env=environment(url_of(server, "owner", "mutated")), home=home / "home"
            )
            world = url_of(server, "owner", "world")
            with small_installation(settings, home / "banks", world, rows=asked.rows) as reached:
                settings = reached
            return _count(settings, owner, asked.count, asked.seed)
        finally:
            server.stop()


def _count(settings: Settings, owner: Store, count: int, seed: int) -> int:
    caught: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    started = time.monotonic()
    with mutator(settings, owner, seed) as at:
        for done in range(1, count + 1):
            table, row, column, found = at.mutate()
            tried[table] += 1
            caught[table] += found is not None
            if found is None:
                sys.stdout.write(f"MISSED {table}.{column}: {row}\n")
            if done % 500 == 0 or done == count:
                took = time.monotonic() - started
                sys.stdout.write(f"{caught.total()} of {done} caught, {took:.0f} s\n")
                sys.stdout.flush()
    for table in sorted(set(TABLES) - set(tried)):
        sys.stdout.write(f"{table:28} not tried\n")
    for table in sorted(tried):
        sys.stdout.write(f"{table:28} {caught[table]} of {tried[table]}\n")
    return 0 if caught == tried else 1


if __name__ == "__main__":
    sys.exit(main())
