"""What is not there: hours that did not land, files and rows that were refused, crowds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline import matching
from reconciliation.rulebook import shipped
from tests.sql.ledger_book import DAY, Row, at

OURS = Row("core", "L", rrn="1", at=at(10, 30))
LATE = at(0, day=DAY + timedelta(days=2))


def covered_but(book):
    """Everything is landed but the bank's 10 to 12 o'clock."""
    for source in ("core", "hdfc"):
        book.arrive(source, hours=2)
    book.cover("core", at(0), LATE)
    book.cover("hdfc", at(0), at(10))
    book.cover("hdfc", at(12), LATE)


def test_a_missing_range_is_one_break_and_holds_back_its_entries(book):
    covered_but(book)
    book.load(OURS, OURS.but(key="L2", rrn="2", at=at(13)))
    book.reconcile(until=LATE)

    assert book.breaks() == {("MIS_FILE", "source_interval"), ("MIS_IN_BANK", "core:L2")}
    held = book.rows("select reason from recon.open_entry where due_at is null")
    assert held == [{"reason": "MIS_FILE"}]


@pytest.mark.parametrize(("moment", "is_held"), [
    (at(9, 44, 59), False), (at(9, 45), True), (at(12, 14, 59), True), (at(12, 15), False),
])  # fmt: skip
def test_a_partner_may_be_a_quarter_of_an_hour_off(book, moment, is_held):
    covered_but(book)
    book.load(OURS.but(at=moment))
    book.reconcile(until=LATE)
    assert (("MIS_IN_BANK", "core:L") in book.breaks()) is not is_held


@pytest.mark.parametrize(("until", "is_late"), [(at(12), False), (at(13), True)])
def test_an_hour_is_late_by_its_own_schedule(book, until, is_late):
    for source in ("core", "hdfc"):
        book.arrive(source, hours=2)
    book.cover("core", at(0), LATE)
    book.cover("hdfc", at(0), at(10))
    book.reconcile(until=until)
    assert (book.breaks() == {("MIS_FILE", "source_interval")}) is is_late


def test_it_closes_when_the_hours_come(book):
    covered_but(book)
    book.load(OURS)
    book.reconcile(until=LATE)
    book.cover("hdfc", at(10), at(12))
    book.reconcile(until=LATE)
    assert book.breaks() == {("MIS_IN_BANK", "core:L")}


def test_what_is_landed_and_not_staged_is_as_good_as_missing(book):
    covered_but(book)
    book.cover("hdfc", at(10), at(12))
    delivery = book.wait("hdfc", at(11), at(12))  # the run of 11 fetched what was missing before
    book.load(OURS)
    book.reconcile(until=LATE)
    assert book.breaks() == {("MIS_FILE", "source_interval")}
    assert "not landed" not in book.live_breaks()[0]["explanation"]
    book.execute(
        "delete from staging.waiting_delivery where delivery_id = :delivery", delivery=delivery
    )
    book.reconcile(until=LATE)
    assert book.breaks() == {("MIS_IN_BANK", "core:L")}


@pytest.mark.parametrize("waiting", [
    (at(0), at(12)),  # a backfill of a day whose hours are staged
    (at(9), at(11)),  # it ends inside what the run of 11 covered
])  # fmt: skip
def test_another_landing_that_waits_uncovers_nothing(book, waiting):
    covered_but(book)
    book.cover("hdfc", at(10), at(12))
    book.wait("hdfc", *waiting)
    book.load(OURS)
    book.reconcile(until=LATE)
    assert book.breaks() == {("MIS_IN_BANK", "core:L")}


def test_a_source_whose_first_hour_is_not_staged_is_missed_from_then_on(book):
    for source in ("core", "hdfc"):
        book.arrive(source, hours=2)
    book.cover("core", at(0), LATE)
    book.cover("hdfc", at(10), LATE)
    book.wait("hdfc", at(10), LATE)
    book.reconcile(until=LATE)
    (found,) = book.live_breaks()
    assert found["subject_key"] == "hdfc:2026-03-10T04:30Z"


def test_a_source_that_never_landed_is_missed_since_the_edge_began(book):
    for source in ("core", "hdfc"):
        book.arrive(source, hours=2)
    book.cover("core", at(0), LATE)
    book.reconcile(until=LATE)
    (found,) = book.live_breaks()
    assert found["subject_key"] == "hdfc:2026-03-09T18:30Z"
    assert (found["source"], found["amount_minor"], found["business_date"]) == ("hdfc", 0, DAY)


def test_nobody_waits_for_a_source_that_is_not_configured(book):
    book.cover("core", at(0), LATE)
    book.arrive("core", hours=2)
    book.reconcile(until=LATE)
    assert book.breaks() == set()


def test_a_refused_file_is_one_break_and_holds_back_its_hour(book):
    book.refuse("hdfc", part="AXIS_0001_20260310_10")
    book.load(OURS, OURS.but(key="L2", rrn="2", at=at(12)))
    book.reconcile(until=LATE)

    assert book.breaks() == {("DQ_QUARANTINED", "delivery"), ("MIS_IN_BANK", "core:L2")}
    held = book.rows("select reason from recon.open_entry where due_at is null")
    assert held == [{"reason": "DQ_QUARANTINED"}]


def test_a_refused_file_that_was_replaced(book):
    book.refuse("hdfc", part="AXIS_0001_20260310_10")
    book.reconcile(until=LATE)
    book.execute("update staging.quarantine set known_to = now()")
    book.reconcile(until=LATE)
    assert book.breaks() == set()


def test_a_refused_row_is_told_on_one_edge_only(book):
    book.refuse("hdfc", row_key="T1", day=DAY, account="50100000001111", amount=5_00)
    book.refuse("core", row_key="T2", day=DAY)
    for name in ("core_hdfc", "settlement_bank", "core_axis"):
        book.reconcile(name, LATE)
    assert [book.breaks(name) for name in ("core_hdfc", "settlement_bank", "core_axis")] == [
        {("DQ_QUARANTINED", "row")}, set(), {("DQ_QUARANTINED", "row")},
    ]  # fmt: skip
    (found,) = book.live_breaks()
    assert (found["amount_minor"], found["source"]) == (5_00, "hdfc")


def test_a_refused_row_is_over_when_it_can_be_read(book):
    book.refuse("hdfc", row_key="T1", day=DAY)
    book.reconcile(until=LATE)
    book.load(Row("hdfc", "T1", rrn="1"))
    book.load(OURS)
    book.reconcile(until=LATE)
    assert book.breaks() == set()


@pytest.mark.parametrize(("bound", "codes"), [
    (4, {("DUP_SAME_SOURCE", "core:L1"), ("DUP_SAME_SOURCE", "core:L2")}),
    (3, {("UNSEARCHED", "core:L0")}),
])  # fmt: skip
def test_a_crowd_is_not_searched_and_says_so(book, monkeypatch, bound, codes):
    narrow = replace(shipped().find("core_hdfc"), block_size_max=bound)
    monkeypatch.setattr(matching, "rulebook", lambda _: shipped().replacing(narrow))
    book.load(*(OURS.but(key=f"L{n}", at=at(10, n)) for n in range(3)))
    book.load(Row("hdfc", "E", rrn="1"))
    book.reconcile(until=LATE)

    assert book.breaks() == codes
    assert len(book.groups()) == (bound == 4)
