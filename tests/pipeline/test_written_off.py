"""What two people wrote off is not booked twice: nobody matches it unawares, and it is told."""

import pytest

from pipeline import working_off
from pipeline.deciding import Undecidable, Why
from pipeline.matching_by_hand import accept
from pipeline.reports import find_breaks
from pipeline.tracing import trace
from reconciliation.model import HOUR
from tests.pipeline.test_matching_by_hand import (
    LATE,
    OURS,
    PAIR,
    THEIRS,
    by_hand,
    taken_apart,
    verified,
)
from tests.sql.test_fees import EDGE as FEES
from tests.sql.test_fees import FRIDAY_NIGHT, PAYMENT, taking

CAME = Why("recovered", "asha", "paid after all")


@pytest.fixture
def lost(book):
    """The id of the break of core:L, written off by two; hdfc:E may be its partner."""
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=LATE)
    (broken,) = [row["break_id"] for row in book.live_breaks() if row["code"] == "MIS_IN_BANK"]
    working_off.ask_write_off(book.store, broken, Why("uneconomic", "asha"))
    working_off.answer_write_off(book.store, broken, Why("", "ravi"), is_approved=True)
    return str(broken)


def other(book):
    (found,) = [str(row["break_id"]) for row in book.live_breaks()]
    return found


def shown(book, broken, as_of=None):
    (found,) = find_breaks(book.store, broken, as_of=as_of)
    return found


def test_it_is_matched_for_that_reason_alone(book, lost):
    for act in (
        lambda: by_hand(book, "core:L", "hdfc:E"),
        lambda: accept(
            book.store, other(book), Why("suggested", "asha"), rank=None, kind=None, environment={}
        ),
    ):
        with pytest.raises(Undecidable, match=r"core:L is written off: 100\.00 INR") as refused:
            act()
        assert f"by asha and ravi (break {lost[:8]})" in str(refused.value)
        assert "--reason recovered" in refused.value.next_step
    assert book.groups() == set()

    told = by_hand(book, "core:L", "hdfc:E", why=CAME)
    assert [str(one["break_id"]) for one in told["written_off"]] == [lost]
    assert book.groups() == {PAIR}
    assert book.rows("select reason_code from recon.decision") == [{"reason_code": "recovered"}]
    verified(book)


def test_the_reason_is_of_what_was_written_off(book):
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=LATE)
    with pytest.raises(Undecidable, match="none of these entries is written off on core_hdfc"):
        by_hand(book, "core:L", "hdfc:E", why=CAME)
    (broken,) = [row["break_id"] for row in book.live_breaks() if row["code"] == "MIS_IN_BANK"]
    working_off.ask_write_off(book.store, broken, Why("uneconomic", "asha"))
    by_hand(book, "core:L", "hdfc:E")  # only asked for


def test_the_story_tells_both(book, lost):
    assert shown(book, lost)["recovered"] is None
    before = shown(book, lost)["history"][-1]["known_at"]
    by_hand(book, "core:L", "hdfc:E", why=CAME)
    told = shown(book, lost)
    assert (told["resolution"], told["closed"]["by"]) == ("written_off", "ravi")
    assert told["recovered"]["matched"] == "matched by hand: recovered"
    assert (told["recovered"]["decided_by"], told["recovered"]["comment"]) == (
        "asha", "paid after all",
    )  # fmt: skip
    assert told["next_step"].startswith("Matched after it was written off: reverse the write-off")
    assert shown(book, lost, before)["recovered"] is None
    taken_apart(book, "core:L", "mistake")
    assert shown(book, lost)["recovered"] is None


def test_the_engine_may_match_it_later_and_the_story_says_so(book, lost):
    book.load(THEIRS.but(key="E9", rrn=OURS.rrn))
    book.reconcile(until=LATE + HOUR)
    assert book.groups() == {frozenset({"core:L", "hdfc:E9"})}
    told = shown(book, lost)
    assert told["recovered"]["matched"].startswith("same RRN 1")
    assert told["recovered"]["decided_by"] is None
    assert told["next_step"].startswith("Matched after it was written off")
    verified(book)


def test_what_names_it_says_so(book, lost):
    (near,) = [one for one in shown(book, other(book))["candidates"] if one["txn_id"] == "L"]
    closed_at = shown(book, lost)["closed"]["known_at"]
    assert near["written_off_by"] == "asha and ravi"
    assert near["written_off_on"] is not None
    (then,) = shown(book, other(book), closed_at - HOUR)["candidates"]
    assert then["written_off_by"] is None
    (entry,) = trace(book.store, "L", as_of=None, limit=10).entries
    assert [one.closing for one in entry.standings[0].closed] == [
        f"MIS_IN_BANK {lost[:8]} was written off"
    ]


def test_another_break_of_which_it_is_part_says_so(book):
    """E1 and E2 add up to ours; E1 is written off."""
    book.load(OURS.but(amount=350_00, rrn="606912345678"))
    book.load(THEIRS.but(key="E1", rrn="606900000001"),
              THEIRS.but(key="E2", amount=250_00, rrn="606900000002"))  # fmt: skip
    book.reconcile(until=LATE)
    broken = {row["subject"]: str(row["break_id"]) for row in book.live_breaks()}
    working_off.ask_write_off(book.store, broken["hdfc:E1"], Why("uneconomic", "asha"))
    working_off.answer_write_off(book.store, broken["hdfc:E1"], Why("", "ravi"), is_approved=True)
    (within,) = shown(book, broken["hdfc:E2"])["contained"]
    assert (within["members"], within["written_off"]) == (["hdfc:E1", "hdfc:E2"], ["hdfc:E1"])


def test_no_reason_fits_it_at_the_approval_any_more(book, monkeypatch):
    book.load(OURS)
    book.reconcile(until=LATE)
    (broken,) = [row["break_id"] for row in book.live_breaks()]
    for reason, words in (("rounding", "at most 1.00 INR"), ("bank_charge", "took and has alone")):
        with pytest.raises(Undecidable, match=words) as refused:
            working_off.ask_write_off(book.store, broken, Why(reason, "asha"))
        assert "What fits: uneconomic, agreed, other" in refused.value.next_step
    working_off.ask_write_off(book.store, broken, Why("uneconomic", "asha"))
    monkeypatch.setattr(working_off, "shared_limits", lambda: {"INR": 100_00})
    with pytest.raises(Undecidable, match="uneconomic does not fit"):
        working_off.answer_write_off(book.store, broken, Why("", "ravi"), is_approved=True)
    assert shown(book, broken)["status"] == "PENDING_APPROVAL"
    told = working_off.answer_write_off(book.store, broken, Why("", "ravi"), is_approved=False)
    assert told["write_off"]["reason_code"] == "uneconomic"


def test_both_logins_are_kept(book, lost):
    (row,) = book.rows("select asked_login, answered_login from report.write_offs")
    assert row["asked_login"] == row["answered_login"] is not None


def test_another_login_is_no_warning(book, monkeypatch):
    book.load(OURS)
    book.reconcile(until=LATE)
    (broken,) = [row["break_id"] for row in book.live_breaks()]
    working_off.ask_write_off(book.store, broken, Why("uneconomic", "asha"))
    monkeypatch.setattr(working_off, "os_user", lambda: "somebody")
    told = working_off.answer_write_off(book.store, broken, Why("", "ravi"), is_approved=True)
    assert told["warnings"] == []


def test_a_fee_that_was_written_off_is_no_entry_that_was(book):
    """Its payment stood matched, and what it was paid is not booked twice."""
    book.load(PAYMENT)
    book.load(taking(3_54, 54))
    book.reconcile(FEES, FRIDAY_NIGHT)
    (broken,) = [str(row["break_id"]) for row in book.live_breaks(FEES)]
    working_off.ask_write_off(book.store, broken, Why("bank_charge", "asha"))
    working_off.answer_write_off(book.store, broken, Why("", "ravi"), is_approved=True)
    assert shown(book, broken)["resolution"] == "written_off"
    assert shown(book, broken)["recovered"] is None
    assert book.rows("select * from report.written_off") == []
    (group,) = book.group_ids(FEES)
    taken_apart(book, group[:8])
    by_hand(book, "razorpay:pay_1", "razorpay_settlement:pay_1@setl_1", edge=FEES)
