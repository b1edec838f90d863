"""A small set of books written straight into the tables, for what only reads them."""

import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, count

from sqlalchemy import text

from pipeline.store import Store

NOON = datetime(2026, 3, 10, 6, 30, tzinfo=UTC)  # 12:00 IST, a Tuesday
EDGE = "core_hdfc"


class Book:
    """`add_*` writes one row each; everything is known from NOON unless said otherwise."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._ids = count(1)

    def run(self, statement: str, **values: object) -> None:
        with self.store.transaction() as transaction:
            transaction.connection.execute(text(statement), values)

    def calendar(self, first: date = date(2026, 2, 1), days: int = 60) -> None:
        every = [first + timedelta(days=place) for place in range(days)]
        is_business = [day.weekday() < 5 for day in every]
        self.run(
            "insert into ops.calendar (calendar, day, is_business, business_no)"
            " select 'india_bank', *"
            " from unnest(cast(:days as date []), cast(:is_business as bool []),"
            " cast(:numbers as int []))",
            days=every, is_business=is_business, numbers=[*accumulate(map(int, is_business))],
        )  # fmt: skip

    def edge(self, *, as_of: datetime = NOON, known_at: datetime = NOON, name: str = EDGE) -> None:
        self.run(
            "insert into recon.edge (reconciliation, version, sha256, as_of, known_at)"
            " values (:name, 1, '', :as_of, :known_at)"
            " on conflict (reconciliation) do update"
            " set as_of = excluded.as_of, known_at = excluded.known_at",
            name=name, as_of=as_of, known_at=known_at,
        )  # fmt: skip

    def account(self, last4: str = "1234") -> int:
        self.run(
            "insert into ops.account (number_index, number_cipher, last4, first_source)"
            " values (:index, 'x', :last4, 'core') on conflict do nothing",
            index=last4.encode(), last4=last4,
        )  # fmt: skip
        with self.store.transaction() as transaction:
            found = transaction.connection.execute(
                text("select account_id from ops.account where last4 = :last4"), {"last4": last4}
            )
            return int(found.scalar_one())

    def entry(
        self,
        source: str = "core",
        amount: int = 100_00,
        *,
        txn_id: str | None = None,
        known_from: datetime = NOON,
        day: date = date(2026, 3, 10),
        description: str = "UPI-RAVI KUMAR-ravi@okhdfc-HDFC0001234-409374856309-RENT",
        status: str = "SUCCESS",
    ) -> int:
        number = next(self._ids)
        self.run(
            "insert into staging.entry (entry_id, version, source, dataset, entry_key, txn_id,"
            " account_id, amount_minor, currency, direction, status, occurred_at,"
            " timestamp_precision, business_date, description, fetched_at, digest, delivery_id,"
            " part, row_no, parser_version, load_id, known_from)"
            " values (:id, 1, :source, 'transactions', :key, :key, :account, :amount, 'INR',"
            " :direction, :status, :at, 'second', :day, :description, :at, :digest, 1, '', 1, '1',"
            " 1, :known_from)",
            id=number, source=source, key=txn_id or f"{source}-{number}", account=self.account(),
            amount=amount, direction="CREDIT" if amount > 0 else "DEBIT", status=status, at=NOON,
            day=day, description=description, digest=uuid.UUID(int=number), known_from=known_from,
        )  # fmt: skip
        return number

    def open_entry(
        self,
        entry_id: int,
        *,
        side: str = "ledger",
        source: str = "core",
        amount: int = 100_00,
        due_at: datetime | None = NOON,
        reason: str | None = None,
        role: str = "money",
        name: str = EDGE,
    ) -> None:
        self.run(
            "insert into recon.open_entry (reconciliation, entry_id, version, side, source,"
            " currency, amount_minor, status, business_date, due_at, role, reason)"
            " values (:name, :id, 1, :side, :source, 'INR', :amount, 'SUCCESS', '2026-03-10',"
            " :due_at, :role, :reason)",
            name=name, id=entry_id, side=side, source=source, amount=amount, due_at=due_at,
            role=role, reason=reason,
        )  # fmt: skip

    def match(
        self,
        seats: dict[int, str],
        *,
        difference: int = 0,
        known_from: datetime = NOON,
        known_to: datetime | None = None,
        name: str = EDGE,
    ) -> None:
        group = uuid.uuid5(uuid.NAMESPACE_OID, f"{name}{sorted(seats)}")
        self.run(
            "insert into recon.match_group values (:group, :name, 'reference', 1, :difference,"
            " 'INR', 'same reference', '2026-03-10', '2026-03-10', :known_from,"
            " :known_from, :known_to)",
            group=group, name=name, difference=difference, known_from=known_from,
            known_to=known_to,
        )  # fmt: skip
        for entry_id, side in seats.items():
            self.run(
                "insert into recon.match_item_history values (:name, :id, 1, :side, :group, :at)",
                name=name, id=entry_id, side=side, group=group, at=known_from,
            )  # fmt: skip

    def add_break(
        self,
        code: str = "MIS_IN_BANK",
        amount: int = 100_00,
        *,
        entry_id: int | None = None,
        day: date = date(2026, 3, 10),
        events: tuple[tuple[datetime, str, str], ...] = ((NOON, "opened", "OPEN"),),
        explanation: str = "no partner at the bank",
        name: str = EDGE,
        subject: tuple[str, str] | None = None,
        currency: str = "INR",
        exposure: int | None = None,
    ) -> uuid.UUID:
        """`events`: (known at, event, status); the last is the state now. `subject`: kind, key."""
        found = uuid.uuid4()
        self.run(
            "insert into recon.break (break_id, reconciliation, subject_kind, subject_key,"
            " entry_id, source, account_id, code, family, status, amount_minor, exposure_minor,"
            " currency, business_date, opened_at, owner, explanation, known_at)"
            " values (:id, :name, :kind, :key, :entry_id, 'core', :account, :code, 'missing',"
            " :status, :amount, :exposure, :currency, :day, :at, 'treasury', :explanation, :at)",
            id=found, name=name, kind=(subject or ("entry",))[0],
            key=subject[1] if subject else str(found), entry_id=entry_id, account=self.account(),
            code=code, status=events[-1][2], amount=amount, day=day, at=events[0][0],
            explanation=explanation, currency=currency, exposure=exposure,
        )  # fmt: skip
        for at, event, status in events:
            self.run(
                "insert into recon.break_event (break_id, known_at, event, code, family, status,"
                " amount_minor, exposure_minor, currency, business_date, opened_at, entry_id,"
                " explanation) values (:id, :at, :event, :code, 'missing', :status, :amount,"
                " :exposure, :currency, :day, :opened, :entry_id, :explanation)",
                id=found, at=at, event=event, code=code, status=status, amount=amount, day=day,
                opened=events[0][0], entry_id=entry_id, explanation=explanation,
                currency=currency, exposure=exposure,
            )  # fmt: skip
        return found

    def refused(
        self,
        key: str,
        *,
        source: str = "core",
        row_no: int | None = 1,
        code: str = "DQ_QUARANTINED",
        reason: str = "refused",
    ) -> int:
        """A finding of the quarantine: a row by its id, or with no `row_no` a whole file."""
        number = next(self._ids)
        self.run(
            "insert into raw.delivery (source, dataset, interval_from, interval_to, window_from,"
            " part, name, sha256, bytes, ciphertext, key_id, control, fetched_at)"
            " values (:source, 'transactions', :at, :at + interval '1 hour', :at, :part, :part,"
            " :part, 1, 'x', 'k', '{}', :at)",
            source=source, at=NOON, part=f"{key} {number}",
        )  # fmt: skip
        with self.store.transaction() as transaction:
            found = transaction.connection.execute(
                text(
                    "insert into staging.quarantine (source, dataset, delivery_id, part, row_no,"
                    " row_key, source_id, business_date, code, reason, load_id, known_from)"
                    " select :source, 'transactions', max(delivery_id), :key, :row_no, :key, :key,"
                    " '2026-03-10', :code, :reason, 1, :at from raw.delivery"
                    " returning quarantine_id"
                ),
                {
                    "source": source, "key": key, "row_no": row_no, "code": code, "at": NOON,
                    "reason": reason,
                },
            )  # fmt: skip
            return int(found.scalar_one())

    def proof(
        self, day: date, *, state: str = "proven", explained: int = 0, unexplained: int = 0,
        causes: str = "[]", name: str = EDGE,
    ) -> None:  # fmt: skip
        self.run(
            "insert into recon.proof (reconciliation, account_id, business_date, currency,"
            " open_external_minor, open_ledger_minor, differences_minor, explained_minor,"
            " unexplained_minor, is_independent, state, causes, known_from)"
            " values (:name, :account, :day, 'INR', 0, 0, 0, :explained, :unexplained, true,"
            " :state, cast(:causes as jsonb), :at)",
            name=name, account=self.account(), day=day, explained=explained,
            unexplained=unexplained, state=state, causes=causes, at=NOON,
        )  # fmt: skip
