"""Suggestions as they are kept: made for what stands alone, ended when it does not any more."""

from datetime import timedelta

from pipeline.reports import find_breaks
from tests.sql.ledger_book import DAY, Row, at

OURS = Row("core", "L", amount=350_00, rrn="606912345678")
PARTS = [
    Row("hdfc", "E1", amount=100_00, rrn="606900000001"),
    Row("hdfc", "E2", amount=250_00, rrn="606900000002"),
]
LIVE = (
    "select entry.entry_key as key, kind, state, cardinality(members) as members"
    " from recon.suggestion inner join staging.entry using (entry_id)"
    " where suggestion.known_to is null and entry.known_to is null order by 1, 2, rank"
)


def test_a_sum_is_suggested_and_matches_nothing(book):
    book.load(OURS)
    book.load(*PARTS)
    counts = book.reconcile()
    assert counts["suggested"] == 1
    assert book.rows(LIVE) == [{"key": "L", "kind": "sum", "state": "only", "members": 2}]
    assert book.groups() == set()
    assert {code for code, _ in book.breaks()} == {"MIS_IN_BANK", "MIS_IN_LEDGER"}


def test_a_second_run_changes_nothing(book):
    book.load(OURS)
    book.load(*PARTS)
    book.reconcile()
    before = book.rows("select xmin, * from recon.suggestion")
    assert book.reconcile()["suggested"] == 0
    assert book.rows("select xmin, * from recon.suggestion") == before


def test_it_ends_when_the_partner_comes(book):
    book.load(OURS)
    book.load(*PARTS)
    book.reconcile()
    book.load(Row("hdfc", "E3", amount=350_00, rrn="606912345678"))
    book.reconcile()
    assert book.rows(LIVE) == []
    assert len(book.rows("select * from recon.suggestion")) == 1


def test_nothing_is_suggested_before_it_is_overdue(book):
    book.load(OURS)
    book.load(*PARTS)
    book.reconcile(until=at(12))
    assert book.rows(LIVE) == []


def test_one_of_its_amount_with_another_reference(book):
    book.load(OURS, OURS.but(key="L2", rrn="606912345000", at=at(9, day=DAY + timedelta(days=9))))
    book.load(Row("hdfc", "E", amount=350_00, rrn="606999999999"))
    book.reconcile(until=at(0, day=DAY + timedelta(days=12)))
    assert book.rows(LIVE) == [
        {"key": "E", "kind": "text", "state": "only", "members": 1},
        {"key": "L", "kind": "text", "state": "only", "members": 1},
    ]


def test_a_break_shows_what_its_entry_could_belong_to(book):
    book.load(OURS)
    book.load(*PARTS)
    book.reconcile()
    (shown,) = [
        found
        for row in book.live_breaks()
        if row["code"] == "MIS_IN_BANK"
        for found in find_breaks(book.store, row["break_id"], as_of=None)
    ]
    assert [(one["kind"], one["source"], one["txn_id"]) for one in shown["candidates"]] == [
        ("sum", "hdfc", "E1"), ("sum", "hdfc", "E2"),
    ]  # fmt: skip
    assert "2 entries add up to it" in shown["candidates"][0]["reason"]


def test_an_ambiguous_break_lists_every_candidate(book):
    book.load(OURS)
    book.load(*(Row("hdfc", key, amount=350_00, rrn=OURS.rrn) for key in ("E1", "E2")))
    book.reconcile()
    ((shown,),) = [
        find_breaks(book.store, row["break_id"], as_of=None)
        for row in book.live_breaks()
        if row["code"] == "AMBIGUOUS"
    ]
    assert [(one["kind"], one["txn_id"]) for one in shown["candidates"]] == [
        ("fits", "E1"), ("fits", "E2"),
    ]  # fmt: skip
