"""Pass interchangeable: k on each side that nothing tells apart; at the edge and just past it."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

OURS = [Row("core", f"L{n}") for n in range(3)]
THEIRS = [Row("hdfc", f"E{n}") for n in range(3)]
NEXT = at(23, day=DAY + timedelta(days=1))


def keys(*rows):
    return frozenset(f"{row.source}:{row.key}" for row in rows)


@pytest.mark.parametrize(
    ("ours", "theirs", "is_matched"),
    [
        pytest.param(OURS[:2], THEIRS[:2], True, id="two and two"),
        pytest.param(OURS, THEIRS, True, id="three and three"),
        pytest.param(OURS, THEIRS[:2], False, id="three and two"),
        pytest.param(OURS[:2], THEIRS, False, id="two and three"),
        pytest.param(OURS[:1], THEIRS[:1], False, id="one and one is a pair"),
        pytest.param(OURS[:2], [row.but(amount=100_01) for row in THEIRS[:2]], False, id="amount"),
        pytest.param(OURS[:2], [row.but(rrn="1") for row in THEIRS[:2]], False, id="references"),
        pytest.param([row.but(rrn="1") for row in OURS[:2]], [row.but(rrn="1") for row in
                     THEIRS[:2]], True, id="one reference for all"),
        pytest.param(OURS[:2], [row.but(at=NEXT) for row in THEIRS[:2]], True, id="next day"),
        pytest.param(OURS[:2], [row.but(at=NEXT + timedelta(hours=1)) for row in THEIRS[:2]],
                     False, id="a day late"),
        pytest.param(OURS[:2], [THEIRS[0], THEIRS[1].but(status="FAILED")], False, id="one failed"),
        pytest.param(OURS[:2], [THEIRS[0], THEIRS[1].but(account="50100000002222")], False,
                     id="one elsewhere"),
    ],
)  # fmt: skip
def test_sets(book, ours, theirs, is_matched):
    book.load(*ours)
    book.load(*theirs)
    expected = [keys(*ours, *theirs)] if is_matched else []
    assert book.groups_of_pass("core_hdfc", "interchangeable") == expected


@pytest.mark.parametrize(
    ("other", "is_matched"),
    [
        pytest.param(Row("hdfc", "X", rrn="9"), False, id="theirs"),
        pytest.param(Row("core", "X", rrn="9"), False, id="ours"),
        pytest.param(Row("hdfc", "X", rrn="9", at=NEXT), False, id="theirs, a day later"),
        pytest.param(Row("hdfc", "X", rrn="9", at=NEXT + timedelta(hours=1)), True, id="further"),
        pytest.param(Row("hdfc", "X", rrn="9", amount=100_01), True, id="another amount"),
        pytest.param(Row("hdfc", "X", rrn="9", account="50100000002222"), True, id="elsewhere"),
        pytest.param(Row("hdfc", "X", rrn="9", status="PENDING"), True, id="moves no money"),
    ],
)
def test_without_reference_none_may_stand_near_that_could_be_anys(book, other, is_matched):
    for source in ("core", "hdfc"):
        book.load(*(row for row in (*OURS[:2], *THEIRS[:2], other) if row.source == source))
    assert bool(book.groups_of_pass("core_hdfc", "interchangeable")) == is_matched


def test_with_a_reference_what_has_another_is_no_rival(book):
    book.load(*(row.but(rrn="1") for row in OURS[:2]))
    book.load(*(row.but(rrn="1") for row in THEIRS[:2]), Row("hdfc", "X", rrn="9"))
    assert book.groups_of_pass("core_hdfc", "interchangeable") == [keys(*OURS[:2], *THEIRS[:2])]


def test_the_window_is_of_the_set_and_no_chain_of_days(book):
    book.load(OURS[0], OURS[1].but(at=NEXT))
    book.load(THEIRS[0].but(at=NEXT), THEIRS[1].but(at=NEXT + timedelta(hours=1)))
    assert book.groups_of_pass("core_hdfc", "interchangeable") == []


@pytest.mark.parametrize(("entries_max", "is_matched"), [(4, True), (3, False)])
def test_the_bound(book, entries_max, is_matched):
    book.load(*OURS[:2])
    book.load(*THEIRS[:2])
    found = book.groups_of_pass("core_hdfc", "interchangeable", entries_max=entries_max)
    assert bool(found) == is_matched


def test_twins_that_the_references_leave_open_are_one_group_and_no_break(book):
    book.load(*(row.but(rrn="1") for row in OURS[:2]))
    book.load(*(row.but(rrn="1") for row in THEIRS[:2]))
    book.reconcile()
    (group,) = book.rows("select pass_name, reason from recon.match_group")
    assert group["pass_name"] == "interchangeable"
    assert group["reason"].startswith("FUNGIBLE: 2 entries on each side")
    assert book.breaks() == set()
