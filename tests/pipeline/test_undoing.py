"""What people take back: a closing by one of them, and a write-off before it is answered."""

import pytest

from pipeline import undoing, working_off
from pipeline.deciding import Undecidable, Why
from pipeline.errors import StoreError
from pipeline.reports import find_breaks
from reconciliation.model import HOUR
from tests.pipeline.test_matching_by_hand import LATE, OURS, THEIRS, by_hand, verified

CLOSED = Why("test_entry", "asha", "a test of the terminal")
BACK = Why("mistake", "ravi", "it was none")


def state(book):
    (found,) = book.rows("select status, resolution, resolved_at from recon.break")
    return found["status"], found["resolution"]


def told(book, broken, as_of=None):
    (found,) = find_breaks(book.store, broken, as_of=as_of)
    return found


def events(book, broken):
    return [(one["event"], one["actor"]) for one in told(book, broken)["history"]]


@pytest.mark.parametrize("resolution", ["not_a_break", "claimed"])
def test_what_one_person_closed_is_opened_again(book, broken, resolution):
    working_off.close(book.store, broken, resolution, CLOSED)
    closed_at = told(book, broken)["closed"]["known_at"]
    moved = undoing.reopen(book.store, broken[:8], BACK, {})

    assert (moved["status"], moved["resolution"]) == ("REOPENED", None)
    assert state(book) == ("REOPENED", None)
    found = told(book, broken)
    assert (found["closed"], found["status"]) == (None, "REOPENED")
    assert found["history"][-1]["comment"] == "it was none"
    assert events(book, broken) == [("opened", None), ("resolved", "asha"), ("reopened", "ravi")]
    assert told(book, broken, closed_at)["closed"]["by"] == "asha"  # as it was
    verified(book)
    book.reconcile(until=LATE + HOUR)
    assert state(book) == ("REOPENED", None)
    working_off.close(book.store, broken, resolution, CLOSED)  # and may be closed again
    assert state(book) == ("RESOLVED", resolution)


def test_facts_may_have_closed_it_meanwhile(book, broken):
    working_off.close(book.store, broken, "not_a_break", CLOSED)
    book.load(THEIRS.but(rrn=OURS.rrn))
    book.reconcile(until=LATE + HOUR)
    assert state(book) == ("RESOLVED", "not_a_break")
    moved = undoing.reopen(book.store, broken, BACK, {})
    assert (moved["status"], moved["resolution"]) == ("RESOLVED", "auto")
    assert [one for one, _ in events(book, broken)][-2:] == ["reopened", "resolved"]
    verified(book)


def test_what_is_told_is_brought_up_to_date(book, broken):
    working_off.close(book.store, broken, "not_a_break", CLOSED)
    book.refuse("hdfc", row_key="H9", day=LATE.date(), account=OURS.account, amount=OURS.amount)
    book.reconcile(until=LATE + HOUR)
    undoing.reopen(book.store, broken, BACK, {})
    assert "come and been refused" in told(book, broken)["explanation"]
    verified(book)


def test_nothing_else_is_opened_by_people(book, broken):
    with pytest.raises(Undecidable, match="is not closed: it is OPEN"):
        undoing.reopen(book.store, broken, BACK, {})
    working_off.ask_write_off(book.store, broken, Why("uneconomic", "asha"))
    working_off.answer_write_off(book.store, broken, Why("", "ravi"), is_approved=True)
    with pytest.raises(Undecidable, match="closed as written_off") as refused:
        undoing.reopen(book.store, broken, BACK, {})
    assert "book what takes that back" in refused.value.next_step
    # Nor by who goes round the program.
    with pytest.raises(StoreError) as refused, book.store.transaction() as transaction:
        transaction.run(
            "decisions/record_break_event", break_id=broken, status="REOPENED", resolution=None,
            assigned_to=None, as_of=LATE, known_at=LATE + 10_000 * HOUR, event="reopened",
            actor="asha", reason_code="mistake", comment=None,
        )  # fmt: skip
    assert refused.value.sqlstate == "23514"


def test_a_match_by_hand_is_undone_elsewhere(book, broken):
    book.load(THEIRS)
    book.reconcile(until=LATE)
    by_hand(book, "core:L", "hdfc:E")
    with pytest.raises(Undecidable, match="closed as matched") as refused:
        undoing.reopen(book.store, broken, BACK, {})
    assert "unmatch" in refused.value.next_step


def test_a_write_off_is_withdrawn_by_who_asked(book, broken):
    with pytest.raises(Undecidable, match="no write-off of break"):
        undoing.withdraw(book.store, broken, BACK)
    working_off.ask_write_off(book.store, broken, Why("uneconomic", "asha"))
    with pytest.raises(Undecidable, match="asha asked for this write-off"):
        undoing.withdraw(book.store, broken, BACK)
    with pytest.raises(StoreError) as refused, book.store.transaction() as transaction:
        transaction.run(
            "decisions/answer_write_off", break_id=broken, answer="withdrawn",
            answered_by="ravi", answered_login="x", comment="", known_at=LATE + HOUR,
        )  # fmt: skip
    assert refused.value.sqlstate == "23514"

    moved = undoing.withdraw(book.store, broken, Why("mistake", " Asha", "too early"))
    assert (moved["status"], moved["resolution"]) == ("INVESTIGATING", None)
    with pytest.raises(Undecidable, match="waits for no approval"):
        working_off.answer_write_off(book.store, broken, Why("", "ravi"), is_approved=True)
    # It may be asked for again, and is history.
    working_off.ask_write_off(book.store, broken, Why("uneconomic", "asha"))
    rows = book.rows("select answer, answered_by from report.write_offs order by write_off_id")
    assert [tuple(row.values()) for row in rows] == [("withdrawn", " Asha"), (None, None)]
    assert [one for one, _ in events(book, broken)] == [
        "opened", "write_off_asked", "write_off_withdrawn", "write_off_asked",
    ]  # fmt: skip
    verified(book)
