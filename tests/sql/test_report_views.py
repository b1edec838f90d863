"""Schema report, read as the auditor: masked, as of any moment, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from pipeline.errors import StoreError
from pipeline.store import Store
from tests.pipeline.book import NOON, Book


@pytest.fixture
def book(owner_store):
    book = Book(owner_store)
    book.calendar()
    book.edge()
    return book


@pytest.fixture
def auditor(database):
    return Store(database.auditor)


def ask(store, statement, as_of=None):
    with store.transaction() as transaction:
        if as_of is not None:
            transaction.connection.execute(
                text("select set_config('report.as_of', :at, true)"), {"at": as_of.isoformat()}
            )
        return transaction.connection.execute(text(statement)).mappings().all()


VIEWS = (
    "entries", "matches", "breaks", "open_breaks", "break_ageing", "break_history", "open_items",
    "matched", "reconciliation_rate", "account_proof", "source_freshness", "quarantine",
    "deliveries", "runs", "alerts", "api_calls", "file_transfers", "break_candidates",
    "adjustments", "decisions", "write_offs", "break_assignments", "edges", "calendar", "accounts",
    "outputs", "promotions", "written_off",
)  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_the_auditor_may_read_every_view(auditor, book, view):
    ask(auditor, f"select * from report.{view}")


def test_every_view_says_which_question_it_answers(auditor, owner_store):
    found = ask(
        owner_store,
        "select relname, obj_description(pg_class.oid) as words from pg_class"
        " inner join pg_namespace on relnamespace = pg_namespace.oid"
        " where nspname = 'report' and relkind = 'v'",
    )
    assert {row["relname"] for row in found} == set(VIEWS)
    assert all("?" in row["words"] for row in found)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from staging.entry", "select * from raw.delivery", "select * from ops.account",
        "select * from recon.break", "delete from report.breaks",
        "insert into report.alerts (kind) values ('x')", "create table report.mine (a int)",
        "create table public.mine (a int)", "drop view report.breaks",
        "copy (select 1) to program 'true'", "select pg_read_file('/etc/passwd')",
    ],
)  # fmt: skip
def test_the_auditor_may_do_nothing_else(auditor, book, statement):
    # What a session may switch off is no boundary.
    with pytest.raises(StoreError):
        ask(auditor, f"set transaction read write; {statement}")


def test_accounts_names_and_addresses_are_masked(auditor, book):
    book.entry(description="UPI-RAVI KUMAR-ravi.k@okhdfc-HDFC0001234-409374856309-RENT")

    [row] = ask(auditor, "select * from report.entries")

    shown = " ".join(str(value) for value in row.values())
    assert row["account_id"] == "••••1234"
    for secret in ("RAVI", "KUMAR", "ravi.k", "okhdfc", "409374856309"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("MMT/IMPS/409374856309/Anita Rao/HDFC", "MMT/IMPS/••••6309/A•• R••/HDFC"),
        ("TO TRANSFER-UPI/DR/409374856309/SURESH/SBIN/s.p@ybl/rent--",
         "TO TRANSFER-UPI/DR/••••6309/S••/S••/•@•/r••--"),
        ("by debit card-OTHPOS409374856309BIGBAZAAR", "by debit card-OTHPOS••••6309B••"),
        ("NEFT CR-HDFC0000001-ACME", "NEFT CR-HDFC••••0001-A••"),
        ("राम शर्मा", "र•• श••"),
        ("O'BRIEN", "O••"),
        ("ravi-kumar@okaxis", "r••-•@•"),
        ("1234", "1234"),  # four digits are what is shown of any number
        ("12345", "••••2345"),
        ("UPI", "UPI"), ("UPIRAVI", "U••"), ("", ""), (None, None),
    ],
)  # fmt: skip
def test_narrations_keep_what_a_bank_writes_and_lose_the_person(owner_store, words, masked):
    with owner_store.transaction() as transaction:
        found = transaction.connection.execute(
            text("select report.mask_text(cast(:words as text))"), {"words": words}
        ).scalar()
    assert found == masked


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(-150050, "INR", "-1500.50"), (5, "JPY", "5"), (1, "KWD", "0.001"), (0, "INR", "0.00")],
)
def test_amounts_are_decimals_of_their_currency(owner_store, minor, currency, amount):
    [row] = ask(owner_store, f"select report.amount({minor}, '{currency}') as amount")

    assert str(row["amount"]) == amount


def test_a_moment_may_be_chosen(auditor, book):
    book.entry(known_from=NOON)

    before = ask(auditor, "select * from report.entries", NOON - timedelta(microseconds=1))

    assert before == []
    assert len(ask(auditor, "select * from report.entries", NOON)) == 1
    assert len(ask(auditor, "select * from report.entries")) == 1
