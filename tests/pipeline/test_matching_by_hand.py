"""Matches by hand: what is refused, what the edge makes of them, and that nothing undoes them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import matching
from pipeline.deciding import Undecidable, Why
from pipeline.matching_by_hand import accept, match, unmatch
from pipeline.reports import find_breaks
from pipeline.verifying_edges import verify_edge
from pipeline.verifying_found import Verified
from reconciliation.model import HOUR
from reconciliation.rulebook import shipped
from tests.sql.ledger_book import DAY, Row, at

LATE = at(0, day=DAY + timedelta(days=2))
OURS = Row("core", "L", rrn="1")
THEIRS = Row("hdfc", "E", rrn="2")  # another reference: no pass takes the two together
PAIR = frozenset({"core:L", "hdfc:E"})
WHY = Why("wrong_reference", "asha")


@pytest.fixture
def alone(book):
    """Two entries that belong together and do not look like it, each in a break."""
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=LATE)
    assert book.groups() == set()
    return book


def by_hand(book, *names, why=WHY, edge=None):
    return match(
        book.store, [tuple(name.split(":")) for name in names], why, edge=edge, environment={}
    )


def taken_apart(book, asked, reason="wrong_partner", edge=None):
    return unmatch(book.store, asked, Why(reason, "asha"), edge=edge, environment={})


def verified(book, name="core_hdfc"):
    with book.store.transaction() as transaction:
        (state,) = (
            row for row in transaction.rows("verify/edges") if row["reconciliation"] == name
        )
        verify_edge(transaction, shipped(), state, {}, Verified())


def test_a_match_closes_its_breaks_at_once_and_says_so(alone):
    told = by_hand(alone, "core:L", "hdfc:E")

    assert alone.groups() == {PAIR}
    assert alone.live_breaks() == []
    assert {row["change"] for row in told["changes"]} == {"matched", "break resolved"}
    closed = alone.rows("select distinct status, resolution from recon.break")
    assert closed == [{"status": "RESOLVED", "resolution": "matched"}]
    (group,) = alone.rows("select pass_name, reason, difference_minor from recon.match_group")
    assert group == {
        "pass_name": "manual", "reason": "matched by hand: wrong_reference", "difference_minor": 0,
    }  # fmt: skip
    verified(alone)


def test_it_is_known_from_when_it_was_decided(alone):
    before = datetime.now(UTC)
    told = by_hand(alone, "core:L", "hdfc:E")
    known_at = datetime.fromisoformat(told["known_at"])
    assert before < known_at < datetime.now(UTC), "the run stood at an hour long ago"
    ended = taken_apart(alone, "core:L")
    assert known_at < datetime.fromisoformat(ended["known_at"]) < datetime.now(UTC)


def test_it_outlives_a_rerun_and_takes_no_tick(alone):
    by_hand(alone, "core:L", "hdfc:E")
    before = alone.rows("select xmin, * from recon.match_group")
    alone.reconcile(until=LATE)
    alone.reconcile(until=LATE + HOUR)
    assert alone.rows("select xmin, * from recon.match_group") == before


def test_it_outlives_changed_rules(alone, monkeypatch):
    by_hand(alone, "core:L", "hdfc:E")
    edge = shipped().find("core_hdfc")
    changed = replace(edge, version=edge.version + 1, text=edge.text + "#")
    monkeypatch.setattr(matching, "rulebook", lambda _: shipped().replacing(changed))
    alone.reconcile(until=LATE)
    assert alone.groups() == {PAIR}
    assert alone.live_breaks() == []


def test_it_outlives_stronger_evidence(alone):
    by_hand(alone, "core:L", "hdfc:E")
    alone.load(THEIRS.but(key="E2", rrn="1"))
    alone.reconcile(until=LATE)
    assert alone.groups() == {PAIR}


def test_it_ends_with_its_amount_or_an_entry_and_comes_back_with_them(alone):
    by_hand(alone, "core:L", "hdfc:E")
    alone.load(THEIRS.but(amount=100_01))
    alone.reconcile(until=LATE)
    assert alone.groups() == set()
    assert {row["status"] for row in alone.live_breaks()} == {"REOPENED"}
    alone.load(THEIRS)
    alone.reconcile(until=LATE)
    assert alone.groups() == {PAIR}
    alone.load(gone=[THEIRS])
    alone.reconcile(until=LATE)
    assert alone.groups() == set()
    alone.load(THEIRS)
    alone.reconcile(until=LATE)
    assert alone.groups() == {PAIR}
    verified(alone)


def test_half_of_it_is_no_match_though_it_adds_up(book):
    book.load(OURS, OURS.but(key="L2", rrn="5", at=at(11)))
    book.load(THEIRS, THEIRS.but(key="E2", rrn="6", at=at(11)))
    book.reconcile(until=LATE)
    four = by_hand(book, "core:L", "core:L2", "hdfc:E", "hdfc:E2")["named"]
    assert book.groups() == {frozenset(four)}
    book.load(gone=[OURS.but(key="L2")])
    book.load(gone=[THEIRS.but(key="E2")])
    book.reconcile(until=LATE)
    assert book.groups() == set()


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        (THEIRS.but(amount=100_01), "do not add up"),
        (THEIRS.but(status="FAILED"), "several statuses"),
        (THEIRS.but(currency="USD"), "several currencies"),
        (THEIRS.but(account="50100000002222"), "several accounts"),
    ],
)
def test_what_means_nothing_is_refused(book, theirs, words):
    book.load(OURS)
    book.load(theirs)
    book.reconcile(until=LATE)
    with pytest.raises(Undecidable, match=words):
        by_hand(book, "core:L", "hdfc:E")
    assert book.rows("select * from recon.decision") == []


def test_several_of_one_side_and_a_side_alone(book):
    book.load(OURS, OURS.but(key="L2", amount=-100_00, rrn="3", at=at(10, 1)))
    book.load(THEIRS.but(key="A", amount=30_00), THEIRS.but(key="B", amount=70_00))
    book.reconcile(until=LATE)
    with pytest.raises(Undecidable, match="do not add up"):
        by_hand(book, "core:L", "hdfc:A")
    by_hand(book, "core:L", "hdfc:A", "hdfc:B")
    assert book.groups() == {frozenset({"core:L", "hdfc:A", "hdfc:B"})}
    taken_apart(book, "core:L")
    assert book.groups() == set()
    by_hand(book, "core:L", "core:L2")
    assert book.groups() == {frozenset({"core:L", "core:L2"})}
    verified(book)


def test_a_match_of_the_passes_is_replaced_whole_or_not_at_all(book):
    book.load(OURS)
    book.load(THEIRS.but(rrn="1"), THEIRS.but(key="E2"))
    book.reconcile(until=LATE)
    with pytest.raises(Undecidable, match="holds hdfc:E as well"):
        by_hand(book, "core:L", "hdfc:E2")
    by_hand(book, "core:L", "hdfc:E", why=Why("confirmed", "asha"))
    with pytest.raises(Undecidable, match="by hand already"):
        by_hand(book, "core:L", "hdfc:E")


def test_taken_apart_it_stays_apart_until_people_match_it(book):
    book.load(OURS)
    book.load(THEIRS.but(rrn="1"))
    book.reconcile(until=LATE)
    (group,) = book.group_ids()
    taken_apart(book, group[:8])
    assert book.groups() == set()
    assert {code for code, _ in book.breaks()} == {"REF_CONFLICT"}
    verified(book)
    book.reconcile(until=LATE + HOUR)
    book.load(OURS)  # a new version of it
    book.reconcile(until=LATE + HOUR)
    assert book.groups() == set()
    by_hand(book, "core:L", "hdfc:E")
    assert book.groups() == {PAIR}
    # The match by hand has ended what kept them apart: without it the passes have them again.
    taken_apart(book, "hdfc:E", "mistake")
    (again,) = book.rows("select pass_name from recon.match_group where known_to is null")
    assert again["pass_name"] != "manual"


def test_the_right_partner_is_matched_once_the_wrong_one_is_gone(book):
    book.load(OURS)
    book.load(THEIRS.but(rrn="1"), THEIRS.but(key="E2"))
    book.reconcile(until=LATE)
    taken_apart(book, "core:L")
    by_hand(book, "core:L", "hdfc:E2")
    assert book.groups() == {frozenset({"core:L", "hdfc:E2"})}
    assert [row["subject"] for row in book.live_breaks()] == ["hdfc:E"]


def test_unknown_names_and_matches(alone):
    with pytest.raises(Undecidable, match="nothing of hdfc on any") as refused:
        by_hand(alone, "core:L", "hdfc:Z")
    assert "SOURCE:ID" in refused.value.next_step
    with pytest.raises(Undecidable, match="no standing match begins with 'abcd'"):
        taken_apart(alone, "abcd")
    with pytest.raises(Undecidable, match="no standing match begins with 'zz%'"):
        taken_apart(alone, "zz%")
    with pytest.raises(Undecidable, match="no reconciliation has a match of core:L"):
        taken_apart(alone, "core:L")
    with pytest.raises(Undecidable, match="was never reconciled"):
        by_hand(alone, "core:L", "hdfc:E", edge="core_sbi")


def test_a_near_name_is_told(book):
    book.load(OURS.but(key="CORE-000001"))
    book.load(THEIRS)
    book.reconcile(until=LATE)
    with pytest.raises(Undecidable) as refused:
        by_hand(book, "core:CORE-000002", "hdfc:E")
    assert refused.value.next_step == "Did you mean core:CORE-000001?"


def test_a_suggestion_is_accepted(book):
    book.load(OURS.but(amount=350_00, rrn="606912345678"))
    book.load(THEIRS.but(key="E1", rrn="606900000001"),
              THEIRS.but(key="E2", amount=250_00, rrn="606900000002"))  # fmt: skip
    book.reconcile()
    (broken,) = [row["break_id"] for row in book.live_breaks() if row["code"] == "MIS_IN_BANK"]
    why = Why("suggested", "asha")
    with pytest.raises(Undecidable, match="no such suggestion"):
        accept(book.store, broken, why, rank=2, kind=None, environment={})
    accept(book.store, broken, why, rank=1, kind=None, environment={})
    assert book.groups() == {frozenset({"core:L", "hdfc:E1", "hdfc:E2"})}


def test_on_the_edge_of_settlements_lines_stand_over_their_gross(book):
    payment = Row("razorpay", "pay_1", type="PAYMENT", payment_id="pay_1", order_id="o1",
                  bank_code="RAZORPAY")  # fmt: skip
    line = Row("razorpay_settlement", "l1", amount=97_64, gross=100_00, fee=2_36, tax=36,
               type="PAYMENT", payment_id="pay_2", settlement_id="s1")  # fmt: skip
    book.load(payment, payment.but(key="pay_3", payment_id="pay_3", amount=100_01))
    book.load(line)
    book.reconcile("gateway_settlement", LATE + timedelta(days=5))
    with pytest.raises(Undecidable, match="do not add up"):
        by_hand(book, "razorpay:pay_3", "razorpay_settlement:l1", edge="gateway_settlement")
    with pytest.raises(Undecidable, match="a line needs"):
        by_hand(book, "razorpay:pay_3", "razorpay:pay_1", edge="gateway_settlement")
    by_hand(book, "razorpay:pay_1", "razorpay_settlement:l1", edge="gateway_settlement")
    assert book.groups("gateway_settlement") == {
        frozenset({"razorpay:pay_1", "razorpay_settlement:l1"})
    }
    verified(book, "gateway_settlement")


ENTRIES = {
    "L": OURS, "E": THEIRS, "L2": OURS.but(key="L2", rrn="3"),
    "E2": THEIRS.but(key="E2", rrn="3"), "E3": THEIRS.but(key="E3", rrn="1"),
}  # fmt: skip


@settings(
    max_examples=3, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    order=st.permutations(sorted(ENTRIES)),
    decided_after=st.integers(0, 2),
    steps=st.lists(st.sampled_from(["run", "forget", "restate"]), max_size=3),
)
def test_decisions_hold_in_any_order_of_arrival_run_and_backfill(book, order, decided_after, steps):
    """L with E by hand, L2 and E2 apart: the same at the end, whenever and however it came."""
    first = ["L", "E", "L2", "E2"]
    first += ["E3"] if decided_after == 0 else []
    book.forget()
    for key in (key for key in order if key in first):
        book.load(ENTRIES[key])
        if decided_after == 2:
            book.reconcile(until=at(12))
    book.reconcile(until=LATE)
    for entry in ("core:L2", "core:L"):
        if entry in {name for group in book.groups() for name in group}:
            taken_apart(book, entry)
    by_hand(book, "core:L", "hdfc:E")
    for step in steps:
        if step == "forget":  # as a changed rule does, and a backfill of all
            book.execute("delete from recon.admitted_load")
        if step == "restate":
            book.load(THEIRS.but(amount=90_00))
            book.reconcile(until=LATE)
            book.load(THEIRS)
        book.reconcile(until=LATE)
    if "E3" not in first:
        book.load(ENTRIES["E3"])
    book.reconcile(until=LATE + HOUR)

    assert book.groups() == {PAIR}
    assert {subject for _, subject in book.breaks()} >= {"core:L2", "hdfc:E3"}
    verified(book)


def test_a_settlement_stands_for_its_open_lines(book):
    line = Row("razorpay_settlement", "l1@s1", amount=60_00, gross=60_00, type="PAYMENT",
               payment_id="pay_1", settlement_id="s1", settlement_utr="UTR1")  # fmt: skip
    late = Row("hdfc", "C", amount=100_00, at=at(10, day=DAY + timedelta(days=9)),
               settlement_utr="UTR1")  # fmt: skip
    book.load(line, line.but(key="l2@s1", amount=40_00), line.but(key="l3@s2", settlement_id="s2",
              settlement_utr="UTR2"))  # fmt: skip
    book.load(late)
    book.reconcile("settlement_bank", LATE + timedelta(days=12))
    told = {row["code"]: row["explanation"] for row in book.live_breaks("settlement_bank")}
    assert "2 lines of 2026-03-10 give 100.00" in told["DATE"]
    assert "1 bank credit of 100.00 (hdfc:C 100.00 INR on 2026-03-19), outside" in told["DATE"]
    with pytest.raises(Undecidable, match=r"differ by 40\.00 INR") as refused:
        by_hand(book, "razorpay_settlement:s2", "hdfc:C")
    assert "Name every entry" in refused.value.next_step
    for asked in ("s1", "utr1"):
        by_hand(book, f"razorpay_settlement:{asked}", "hdfc:C")
        assert book.groups("settlement_bank") == {
            frozenset({"razorpay_settlement:l1@s1", "razorpay_settlement:l2@s1", "hdfc:C"})
        }
        taken_apart(book, "hdfc:C", "mistake")
    with pytest.raises(Undecidable, match="nothing of razorpay_settlement"):
        by_hand(book, "razorpay_settlement:s3", "hdfc:C")


def test_what_fits_equally_is_accepted_by_its_number(book):
    """Two of theirs at one moment under our reference: nothing tells them apart."""
    book.load(OURS)
    book.load(THEIRS.but(rrn="1"), THEIRS.but(key="E2", rrn="1"))
    book.reconcile(until=LATE)
    (broken,) = [row["break_id"] for row in book.live_breaks() if row["code"] == "AMBIGUOUS"]
    (found,) = find_breaks(book.store, broken, as_of=None)
    listed = [(one["kind"], one["rank"], one["txn_id"]) for one in found["candidates"]]
    assert listed == [("fits", 1, "E"), ("fits", 2, "E2")]
    why = Why("suggested", "asha")
    with pytest.raises(Undecidable, match="has 2 suggestions") as refused:
        accept(book.store, broken, why, rank=None, kind=None, environment={})
    assert "--kind fits --rank 2 (core:L + hdfc:E2)" in refused.value.next_step
    with pytest.raises(Undecidable, match="no such suggestion"):
        accept(book.store, broken, why, rank=3, kind="fits", environment={})
    accept(book.store, broken, why, rank=2, kind="fits", environment={})
    assert book.groups() == {frozenset({"core:L", "hdfc:E2"})}
    verified(book)
