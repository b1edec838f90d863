"""Pass rail_reference, run as SQL on a real Postgres.

Each case sets one ledger entry (INR 100.00, RRN, 10 March 10:00) against bank entries that
differ from it in one respect, at the edge and just past it.
"""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

RRN = "606912345678"
OURS = Row("core", "L1", rrn=RRN)
THEIRS = Row("hdfc", "E1", rrn=RRN)


@pytest.mark.parametrize(
    ("external", "matched"),
    [
        pytest.param([THEIRS], "E1", id="identical"),
        pytest.param([THEIRS.but(amount=100_01)], None, id="a paisa more"),
        pytest.param([THEIRS.but(amount=-100_00)], None, id="opposite sign"),
        pytest.param([THEIRS.but(currency="USD")], None, id="other currency"),
        pytest.param([THEIRS.but(account="50100000002222")], None, id="other account"),
        pytest.param([THEIRS.but(status="PENDING")], None, id="not final"),
        pytest.param([THEIRS.but(rrn="606912345679")], None, id="other reference"),
        pytest.param([THEIRS.but(at=at(23, 59, 59, DAY + timedelta(days=3)))], "E1", id="last day"),
        pytest.param([THEIRS.but(at=at(0, day=DAY + timedelta(days=4)))], None, id="a day late"),
        pytest.param([THEIRS.but(at=None)], "E1", id="a day only"),
        pytest.param([THEIRS, THEIRS.but(key="E2", at=at(10, 1))], "E1", id="twice, told apart"),
        pytest.param([THEIRS.but(key="E2", at=at(10, 1)), THEIRS], "E1", id="whatever the order"),
        pytest.param([THEIRS, THEIRS.but(key="E2")], None, id="twice at one moment"),
        pytest.param(
            [THEIRS.but(at=at(10, day=DAY - timedelta(days=4))), THEIRS.but(key="E2")],
            "E2", id="the reference of an older movement",
        ),
    ],
)  # fmt: skip
def test_one_ledger_entry(book, external, matched):
    book.load(OURS)
    book.load(*external)

    expected = [frozenset({"core:L1", f"hdfc:{matched}"})] if matched else []
    assert book.groups_of_pass("core_hdfc", "rail_rrn") == expected


def test_two_blank_references_are_not_the_same_reference(book):
    book.load(OURS.but(rrn=None), OURS.but(key="L2", rrn=""))
    book.load(THEIRS.but(rrn=None), THEIRS.but(key="E2", rrn=""))

    assert book.groups_of_pass("core_hdfc", "rail_rrn") == []


def test_two_on_each_side_are_paired_by_time(book):
    book.load(OURS, OURS.but(key="L2", at=at(11)))
    book.load(THEIRS.but(key="E2", at=at(11, 0, 5)), THEIRS.but(at=at(10, 0, 5)))

    assert set(book.groups_of_pass("core_hdfc", "rail_rrn")) == {
        frozenset({"core:L1", "hdfc:E1"}),
        frozenset({"core:L2", "hdfc:E2"}),
    }


def test_by_utr(book):
    book.load(OURS.but(rrn=None, utr="SBIN322147057322"))
    book.load(THEIRS.but(rrn=None, utr="SBIN322147057322"))

    assert book.groups_of_pass("core_hdfc", "rail_utr") == [frozenset({"core:L1", "hdfc:E1"})]
    assert book.groups_of_pass("core_hdfc", "rail_rrn") == []


@pytest.mark.parametrize(("days", "words"), [
    (0, "same day"), (1, "booking date +1"), (-2, "booking date -2"),
])  # fmt: skip
def test_the_reason_gives_the_values(book, days, words):
    book.load(OURS)
    book.load(THEIRS.but(at=at(11, day=DAY + timedelta(days=days))))
    book.reconcile(until=at(0, day=DAY + timedelta(days=4)))

    (group,) = book.rows("select reason from recon.match_group")
    assert group["reason"] == f"same RRN {RRN}, account, amount and direction, {words}"
