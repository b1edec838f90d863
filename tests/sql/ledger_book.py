"""Books for tests: entries by the handful, loaded in any order, reconciled by the real engine.

A `LedgerBook` writes what `stage` would have written (loads, versions, coverage, balances,
quarantine) and reads back groups and breaks as sets that a test can compare.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pandas as pd
from sqlalchemy import text

from adapters.arrival import FileArrival
from pipeline import matching
from pipeline.calendars import ensure_calendar
from pipeline.edges import Arrival, Edge
from pipeline.promised_files import PromisedFiles
from pipeline.seating import propose
from pipeline.store import Store
from reconciliation.model import HOUR, IST, Interval, floor_hour
from reconciliation.rulebook import shipped

DAY = date(2026, 3, 10)  # a Tuesday
# The tables of the schemas that hold something, with those that refer to them.
WRITTEN = """
with recursive emptied as (
    select class.oid
    from pg_class as class
    inner join pg_namespace as schema on class.relnamespace = schema.oid
    where class.relkind in ('r', 'p') and pg_relation_size(class.oid) > 0
        and (
            schema.nspname = any(:schemas)
            or format('%s.%s', schema.nspname, class.relname) = any(:besides)
        )
    union
    select conrelid
    from emptied
    inner join pg_constraint on confrelid = emptied.oid and contype = 'f'
)

select
    format('%I.%I', schema.nspname, class.relname) as name,
    exists (
        select from pg_trigger where tgrelid = class.oid and not tgisinternal
    ) as is_guarded
from emptied
inner join pg_class as class using (oid)
inner join pg_namespace as schema on class.relnamespace = schema.oid
"""


def at(hour: int, minute: int = 0, second: int = 0, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=IST)


@dataclass(frozen=True)
class Row:
    """One entry; `key` is its id within the source. Amounts in paise, positive = to us."""

    source: str
    key: str
    amount: int = 100_00
    currency: str = "INR"
    status: str = "SUCCESS"
    at: datetime | None = field(default_factory=lambda: at(10))
    day: date | None = None
    account: str = "50100000001111"
    bank_code: str | None = "HDFC"
    rrn: str | None = None
    utr: str | None = None
    reference: str | None = None
    order_id: str | None = None
    payment_id: str | None = None
    type: str = "TRANSFER"
    channel: str | None = None
    method: str | None = None
    description: str | None = None
    settlement_id: str | None = None
    settlement_utr: str | None = None
    gross: int | None = None
    fee: int | None = None
    tax: int | None = None
    balance: int | None = None
    on_hold: bool | None = None
    dispute_id: str | None = None
    part: str = ""

    def but(self, **changes: Any) -> "Row":
        return replace(self, **changes)


class LedgerBook:
    def __init__(self, store: Store, owner_store: Store) -> None:
        self.store = store
        self.owner_store = owner_store
        self.engine = "auto"
        self._start()
        with store.transaction() as transaction:
            ensure_calendar(transaction, DAY)

    def _start(self) -> None:
        self._entry_ids: dict[tuple[str, str], int] = {}
        self._versions: dict[tuple[str, str], int] = {}
        self._rows = count(1)
        self._accounts: dict[str, int] = {}
        self._known = count(1)
        self.arrivals: dict[str, Arrival] = {}

    def forget(self) -> None:
        """Empty every table but the calendars, as the owner may and nobody else."""
        self._start()
        self._truncate("raw", "staging", "recon", besides="ops.account ops.opening_item")

    def forget_results(self) -> None:
        """Staging stays as it is, with all its versions; nothing was ever reconciled."""
        self._truncate("recon")

    def _truncate(self, *schemas: str, besides: str = "") -> None:
        """Empty what was written to; a table that takes no room was not."""
        with self.owner_store.transaction() as transaction:
            asked = {"schemas": list(schemas), "besides": besides.split()}
            found = transaction.connection.execute(text(WRITTEN), asked).mappings().all()
            if not found:
                return
            guarded = [row["name"] for row in found if row["is_guarded"]]
            emptied = ", ".join(row["name"] for row in found)
            for table in guarded:
                transaction.connection.execute(text(f"alter table {table} disable trigger user"))
            transaction.connection.execute(text(f"truncate {emptied} restart identity"))
            for table in guarded:
                transaction.connection.execute(text(f"alter table {table} enable trigger user"))

    # writing

    def load(self, *rows: Row, gone: Iterable[Row] = ()) -> int:
        """One load of one source: new entries and versions of `rows`, retraction of `gone`."""
        sources = {row.source for row in (*rows, *gone)}
        (source,) = sources
        with self.store.transaction() as transaction:
            connection = transaction.connection
            # Not before anything somebody was told of, as every load.
            known_at = connection.execute(
                text("select greatest(:wanted, recon.next_moment() + interval '1 second')"),
                {"wanted": at(0) + timedelta(seconds=next(self._known))},
            ).scalar_one()
            load_id = connection.execute(
                text(
                    "insert into staging.load (source, interval_from, interval_to, known_at,"
                    " parser_version) values (:source, :start, :end, :known_at, '1')"
                    " returning load_id"
                ),
                {"source": source, "start": at(0), "end": at(1), "known_at": known_at},
            ).scalar_one()
            for row, reason in [
                *((row, "superseded") for row in rows),
                *((row, "retracted") for row in gone),
            ]:
                connection.execute(
                    text(
                        "update staging.entry set known_to = :known_at, retired_load_id = :load,"
                        " end_reason = :reason where source = :source and entry_key = :key"
                        " and known_to is null"
                    ),
                    {"known_at": known_at, "load": load_id, "reason": reason,
                     "source": row.source, "key": row.key},
                )  # fmt: skip
            if rows:
                frame = pd.DataFrame(
                    [self._entry(transaction, row, load_id, known_at) for row in rows],
                    dtype="object",
                ).astype("string")
                transaction.copy("staging.entry", frame)
        return load_id

    def _entry(self, transaction: Any, row: Row, load_id: int, known_at: datetime) -> Any:
        place = (row.source, row.key)
        self._versions[place] = self._versions.get(place, 0) + 1
        day = row.day or (row.at or at(0)).astimezone(IST).date()
        values: dict[str, Any] = {
            "entry_id": self._entry_ids.setdefault(place, len(self._entry_ids) + 1),
            "version": self._versions[place],
            "source": row.source,
            "dataset": "transactions",
            "entry_key": row.key,
            "txn_id": row.key,
            "account_id": self.account(row.account, transaction),
            "bank_code": row.bank_code,
            "amount_minor": row.amount,
            "currency": row.currency,
            "direction": "CREDIT" if row.amount >= 0 else "DEBIT",
            "status": row.status,
            "occurred_at": row.at,
            "timestamp_precision": "day" if row.at is None else "second",
            "business_date": day,
            "booking_date": day,
            "transaction_type": row.type,
            "channel": row.channel,
            "raw_method": row.method,
            "description": row.description,
            "rrn": row.rrn,
            "utr": row.utr,
            "reference_number": row.reference,
            "order_id": row.order_id,
            "payment_id": row.payment_id,
            "settlement_id": row.settlement_id,
            "settlement_utr": row.settlement_utr,
            "gross_minor": row.gross,
            "fee_minor": row.fee,
            "tax_minor": row.tax,
            "balance_minor": row.balance,
            "on_hold": row.on_hold,
            "dispute_id": row.dispute_id,
            "fetched_at": known_at,
            "digest": uuid.uuid4(),
            "delivery_id": 1,
            "part": row.part,
            "row_no": next(self._rows),
            "parser_version": "1",
            "load_id": load_id,
            "known_from": known_at,
        }
        return {name: None if value is None else str(value) for name, value in values.items()}

    def account(self, number: str, transaction: Any = None) -> int:
        if number not in self._accounts:
            statement = (
                "insert into ops.account (number_index, number_cipher, last4, bank_code, currency,"
                " first_source) values (:index, 'x', :last4, 'HDFC', 'INR', 'core')"
                " returning account_id"
            )
            values = {"index": hashlib.sha256(number.encode()).digest(), "last4": number[-4:]}
            if transaction is None:
                self._accounts[number] = self.execute(statement, **values)
            else:
                found = transaction.connection.execute(text(statement), values)
                self._accounts[number] = found.scalar_one()
        return self._accounts[number]

    def execute(self, statement: str, /, **values: Any) -> Any:
        """Run one statement; the first value it returns, if any."""
        with self.store.transaction() as transaction:
            result = transaction.connection.execute(text(statement), values)
            return result.scalar() if result.returns_rows else None

    def arrive(self, source: str, hours: int, *, is_by_file: bool = False) -> None:
        """The source has a schedule: an hour of it is late that long after its end."""
        self.arrivals[source] = Arrival(timedelta(hours=hours), is_by_file)

    def promise(self, source: str, arrival: FileArrival, calendar: str = "india_bank") -> None:
        """The source's `transactions` come in files that are due by this."""
        files = (PromisedFiles(source, "transactions", calendar, arrival),)
        self.arrivals[source] = replace(self.arrivals[source], files=files, is_by_file=True)

    def file(
        self, source: str, day: date, account: str | None = None, *, is_staged: bool = True
    ) -> int:
        """A landed file of a whole day; its delivery's id."""
        start = at(0, day=day) + timedelta(days=1)
        delivery = self.wait(source, start, start + HOUR)
        self.execute(
            "insert into raw.file_day values (:delivery, :source, 'transactions', :index, :last4,"
            " :day)",
            delivery=delivery, source=source, day=day, last4=account and account[-4:],
            index=account and hashlib.sha256(account.encode()).digest(),
        )  # fmt: skip
        if is_staged:
            self.stage(delivery)
        return delivery

    def stage(self, delivery: int) -> None:
        self.execute(
            "delete from staging.waiting_delivery where delivery_id = :delivery", delivery=delivery
        )

    def cover(self, source: str, start: datetime, end: datetime) -> None:
        self.execute(
            "insert into raw.coverage values (:source, :start, :end, 1, now())",
            source=source, start=start, end=end,
        )  # fmt: skip

    def wait(self, source: str, start: datetime, end: datetime) -> int:
        """A delivery that is landed and not staged; its id."""
        delivery = self.execute(
            "insert into raw.delivery (source, dataset, window_from, interval_from, interval_to,"
            " part, name, sha256, bytes, ciphertext, key_id, fetched_at) values (:source,"
            " 'transactions', :start, :start, :end, 'p', 'n', :sha, 1, 'x', 'k', now())"
            " returning delivery_id",
            source=source, start=start, end=end, sha=uuid.uuid4().hex,
        )  # fmt: skip
        self.execute(
            "insert into staging.waiting_delivery values (:delivery, :source, :start, :end)",
            delivery=delivery, source=source, start=start, end=end,
        )  # fmt: skip
        return int(delivery)

    def opening(self, account: str, ledger: int, statement: int, day: date) -> None:
        self.execute(
            "update ops.account set opening_date = :day, opening_ledger_minor = :ledger,"
            " opening_statement_minor = :statement, state = 'configured' where account_id = :id",
            day=day, ledger=ledger, statement=statement, id=self.account(account),
        )  # fmt: skip

    def balance(self, account: str, day: date, amount: int, source: str = "core") -> None:
        load_id = self.load_nothing(source)
        self.execute(
            "insert into staging.balance (source, account_id, business_date, kind, currency,"
            " amount_minor, delivery_id, load_id, known_from) values (:source, :account, :day,"
            " 'ledger_closing', 'INR', :amount, 1, :load, now())",
            source=source, account=self.account(account), day=day, amount=amount, load=load_id,
        )  # fmt: skip

    def header(self, settlement_id: str, utr: str, amount: int) -> None:
        load_id = self.load_nothing("razorpay_settlement")
        self.execute(
            "insert into staging.settlement (source, settlement_id, amount_minor, currency, utr,"
            " status, delivery_id, load_id, known_from) values ('razorpay_settlement', :id,"
            " :amount, 'INR', :utr, 'SUCCESS', 1, :load, now())",
            id=settlement_id, amount=amount, utr=utr, load=load_id,
        )  # fmt: skip

    def load_nothing(self, source: str) -> int:
        found = self.execute(
            "insert into staging.load (source, interval_from, interval_to, known_at,"
            " parser_version) values (:source, :start, :end, :known_at, '1') returning load_id",
            source=source, start=at(0), end=at(1),
            known_at=at(0) + timedelta(seconds=next(self._known)),
        )  # fmt: skip
        return int(found)

    def refuse(
        self, source: str, *, part: str = "p", row_key: str | None = None,
        amount: int | None = None, day: date | None = None, account: str | None = None,
        start: datetime | None = None,
    ) -> None:  # fmt: skip
        """A row (or, without `row_key`, a whole delivery) in quarantine."""
        start = start or at(10)
        delivery = self.execute(
            "insert into raw.delivery (source, dataset, window_from, interval_from, interval_to,"
            " part, name, sha256, bytes, ciphertext, key_id, fetched_at) values (:source,"
            " 'transactions', :start, :start, :end, :part, 'n', :sha, 1, 'x', 'k', now())"
            " returning delivery_id",
            source=source, start=start, end=start + HOUR, part=part, sha=uuid.uuid4().hex,
        )  # fmt: skip
        self.execute(
            "insert into staging.quarantine (source, dataset, delivery_id, part, row_no, row_key,"
            " source_id, business_date, account_id, code, reason, amount_minor, load_id,"
            " known_from) values (:source, 'transactions', :delivery, :part, :row_no, :key,"
            " :source_id, :day, :account, 'DQ_QUARANTINED', 'cannot be read', :amount, :load,"
            " now())",
            source=source, delivery=delivery, part=part, row_no=None if row_key is None else 3,
            key=row_key or part, source_id=row_key, day=day, amount=amount,
            account=None if account is None else self.account(account),
            load=self.load_nothing(source),
        )  # fmt: skip

    # running

    def reconcile(self, name: str = "core_hdfc", until: datetime | None = None) -> dict[str, Any]:
        end = floor_hour(until or at(0, day=DAY + timedelta(days=2)))
        interval = Interval(end - HOUR, end)
        return matching.reconcile(self.store, name, interval, self.arrivals, self.engine)

    def groups_of_pass(self, name: str, pass_name: str, **changes: Any) -> list[frozenset[str]]:
        """What one pass proposes for everything that is loaded, as sets of source:key."""
        definition = shipped().find(name)
        item = next(item for item in definition.passes if item.name == pass_name)
        item = replace(item, parameters={**item.parameters, **changes})
        interval = Interval(at(0), at(1))
        loads = self.rows("select load_id from staging.load")
        with self.store.transaction() as transaction:
            edge = Edge.read(transaction, shipped(), name, interval, {})
            params = edge.params | {"load_ids": [row["load_id"] for row in loads]}
            transaction.run("matching/list_dirty_entries", **params)
            for step in ("make_closure", "make_closure_keys"):
                transaction.run(f"matching/{step}")
            matching.admit_all(transaction, edge, params | {"round": 0, "blocks": []})
            transaction.run("matching/open_closure", **params)
            prepare = {"three_way": "resolve_orders", "ledger_bank": "label_transfers"}
            if definition.shape in prepare:
                transaction.run(f"matching/{prepare[definition.shape]}", **params)
            transaction.run("matching/make_proposed")
            propose(transaction, item, params)
            found = transaction.connection.execute(
                text(
                    "select array_agg(subject_key) as keys from proposed"
                    " inner join open_entry using (entry_id) group by group_key"
                )
            )
            groups = [frozenset(keys) for (keys,) in found]
            transaction.connection.rollback()
        return groups

    # reading

    def rows(self, statement: str, /, **values: Any) -> list[Mapping[str, Any]]:
        with self.store.transaction() as transaction:
            found = transaction.connection.execute(text(statement), values)
            return [dict(row) for row in found.mappings()]

    def groups(self, name: str = "core_hdfc") -> set[frozenset[str]]:
        """Live groups as sets of source:key."""
        found = self.rows(
            "select array_agg(entry.source || ':' || entry.entry_key) as keys"
            " from recon.match_group inner join recon.match_item using (match_group_id)"
            " inner join staging.entry on match_item.entry_id = entry.entry_id"
            " and match_item.version = entry.version"
            " where match_group.reconciliation = :name and match_group.known_to is null"
            " group by match_group_id",
            name=name,
        )
        return {frozenset(row["keys"]) for row in found}

    def group_ids(self, name: str = "core_hdfc") -> set[str]:
        found = self.rows(
            "select match_group_id from recon.match_group"
            " where reconciliation = :name and known_to is null",
            name=name,
        )
        return {str(row["match_group_id"]) for row in found}

    def breaks(self, name: str = "core_hdfc") -> set[tuple[str, str]]:
        """Live breaks as (code, subject)."""
        return {(row["code"], row["subject"]) for row in self.live_breaks(name)}

    def live_breaks(self, name: str = "core_hdfc") -> list[Mapping[str, Any]]:
        return self.rows(
            "select cast(break_id as text) as break_id, code, subject_key, subject_kind,"
            " amount_minor, status, explanation, opened_at, business_date, source,"
            " case subject_kind when 'entry' then subject_key else subject_kind end as subject"
            " from recon.break where reconciliation = :name and status <> 'RESOLVED'"
            " order by code, subject_key",
            name=name,
        )

    def proofs(self, name: str = "core_hdfc") -> list[Mapping[str, Any]]:
        return self.rows(
            "select * from recon.proof where reconciliation = :name and known_to is null"
            " order by account_id, currency, business_date",
            name=name,
        )
