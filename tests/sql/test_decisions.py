"""Decisions in the database: append only, one match by hand an entry, masked for the auditor."""

import pytest
from sqlalchemy import text

from pipeline.deciding import Why
from pipeline.errors import StoreError
from pipeline.store import Store
from pipeline.working_off import ask_write_off
from tests.conftest import filled
from tests.pipeline.test_matching_by_hand import LATE, OURS, THEIRS, by_hand, taken_apart
from tests.sql.ledger_book import LedgerBook

ACCOUNT = "50100000001111"
WHY = Why("other", "asha", f"seen on {ACCOUNT}")


@pytest.fixture(scope="module")
def template(postgres):
    with filled(postgres, decide) as name:
        yield name


@pytest.fixture
def decided(store, owner_store):
    return LedgerBook(store, owner_store)


def decide(store, owner_store):
    """L and E matched by hand; L2 open in a break that waits to be written off."""
    book = LedgerBook(store, owner_store)
    book.load(OURS, OURS.but(key="L2", rrn="7"))
    book.load(THEIRS)
    book.reconcile(until=LATE)
    by_hand(book, "core:L", "hdfc:E", why=WHY)
    (broken,) = [row["break_id"] for row in book.live_breaks()]
    ask_write_off(store, broken, WHY)


def ask(store, statement, as_of=None):
    with store.transaction() as transaction:
        if as_of is not None:
            transaction.connection.execute(
                text("select set_config('report.as_of', :at, true)"), {"at": as_of.isoformat()}
            )
        return [dict(row) for row in transaction.connection.execute(text(statement)).mappings()]


@pytest.mark.parametrize("view", ["decisions", "write_offs", "break_history"])
def test_the_auditor_sees_what_was_decided_and_no_account(decided, database, view):
    rows = ask(Store(database.auditor), f"select * from report.{view} where comment <> ''")
    assert rows
    assert ACCOUNT not in str(rows)
    assert all(row["comment"].endswith("1111") for row in rows)
    assert "asha" in str(rows)


def test_the_auditor_sees_it_as_of_then(decided, database):
    auditor = Store(database.auditor)
    begun = "select known_from from recon.decision"
    (row,) = decided.rows(begun)
    count = "select count(*) as n from report.decisions"
    before = row["known_from"].replace(microsecond=0)
    assert ask(auditor, count, before) == [{"n": 0}]
    assert ask(auditor, count, row["known_from"]) == [{"n": 2}]
    taken_apart(decided, "core:L", "mistake")
    assert ask(auditor, count, row["known_from"]) == [{"n": 2}]
    assert ask(auditor, count) == [{"n": 0}]


@pytest.mark.parametrize("table", ["decision", "decision_member", "write_off"])
def test_the_auditor_reads_no_table(decided, database, table):
    with pytest.raises(StoreError):
        ask(Store(database.auditor), f"select * from recon.{table}")


@pytest.mark.parametrize("table", ["decision", "write_off", "break_event"])
def test_the_dashboard_reads_no_words_but_masked(decided, database, table):
    with pytest.raises(StoreError):
        ask(Store(database.app), f"select * from recon.{table}")
    assert ACCOUNT not in str(ask(Store(database.app), "select * from report.break_history"))


@pytest.mark.parametrize("role", ["etl", "owner"])
@pytest.mark.parametrize("statement", [
    "update recon.decision set comment = 'x'", "update recon.decision set decided_by = 'x'",
    "delete from recon.decision_member", "truncate recon.decision cascade",
    "update recon.decision_member set entry_key = 'x'", "update recon.write_off set comment = 'x'",
    "delete from recon.write_off", "delete from recon.break_event",
])  # fmt: skip
def test_nobody_changes_a_decision(decided, database, role, statement):
    with pytest.raises(StoreError):
        ask(
            Store(getattr(database, role)),
            statement if "truncate" in statement else f"{statement} returning 1",
        )


def test_an_ended_decision_is_not_begun_again(decided, owner_store):
    taken_apart(decided, "core:L", "mistake")
    with pytest.raises(StoreError) as refused:
        ask(owner_store, "update recon.decision set known_to = null returning 1")
    assert refused.value.sqlstate == "42501"


def test_an_entry_is_in_one_match_by_hand(decided, store):
    with pytest.raises(StoreError) as refused:
        ask(
            store,
            "insert into recon.decision_member select max(decision_id) + 0, 'core_hdfc',"
            " 'together', 'core', 'L', now(), null from recon.decision returning 1",
        )
    assert refused.value.sqlstate == "23505"
