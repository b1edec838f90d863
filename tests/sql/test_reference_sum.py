"""Pass reference_sum: many of one reference against one or many; at the edge and just past it."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

UTR = "SBIN322147057322"
OURS = Row("core", "L", utr=UTR, amount=60_00)
MORE = OURS.but(key="L2", amount=40_00)
THEIRS = Row("hdfc", "E", utr=UTR, amount=100_00)
LAST = at(23, day=DAY + timedelta(days=3))


@pytest.mark.parametrize(
    ("ours", "theirs", "is_matched"),
    [
        pytest.param([OURS, MORE], [THEIRS], True, id="two to one"),
        pytest.param([OURS.but(amount=100_00)], [THEIRS.but(amount=70_00),
                     THEIRS.but(key="E2", amount=30_00)], True, id="one to two"),
        pytest.param([OURS, MORE], [THEIRS.but(amount=90_00), THEIRS.but(key="E2", amount=10_00)],
                     True, id="two to two"),
        pytest.param([OURS, MORE], [THEIRS.but(amount=100_01)], False, id="a paisa more"),
        pytest.param([OURS, MORE.but(amount=-40_00)], [THEIRS.but(amount=20_00)], False,
                     id="directions are apart"),
        pytest.param([OURS, MORE.but(status="FAILED")], [THEIRS], False, id="one failed"),
        pytest.param([OURS, MORE.but(account="50100000002222")], [THEIRS], False, id="account"),
        pytest.param([OURS, MORE.but(currency="USD")], [THEIRS], False, id="currency"),
        pytest.param([OURS, MORE.but(utr=UTR + "0")], [THEIRS], False, id="other reference"),
        pytest.param([OURS, MORE], [THEIRS.but(at=LAST)], True, id="last day"),
        pytest.param([OURS, MORE], [THEIRS.but(at=LAST + timedelta(hours=1))], False, id="late"),
        pytest.param([OURS, MORE], [], False, id="nothing there"),
    ],
)  # fmt: skip
def test_sums(book, ours, theirs, is_matched):
    book.load(*ours)
    if theirs:
        book.load(*theirs)
    expected = [frozenset({f"{row.source}:{row.key}" for row in (*ours, *theirs)})]
    found = book.groups_of_pass("core_hdfc", "sum_utr")
    assert found == (expected if is_matched else [])


@pytest.mark.parametrize("batch", ["38RR0012345612345678100326", "004512", "B202603100007"],
                         ids=["POS batch", "deposit slip", "NACH batch"])  # fmt: skip
def test_a_batch_against_its_one_credit(book, batch):
    sales = [OURS.but(key=f"L{n}", utr=batch, amount=n * 10_01) for n in range(1, 6)]
    book.load(*sales, OURS.but(key="L9", amount=1))
    book.load(THEIRS.but(utr=batch, amount=15 * 10_01))
    book.reconcile(until=LAST)
    assert book.groups() == {frozenset({"hdfc:E", *(f"core:{row.key}" for row in sales)})}
    (group,) = book.rows("select reason from recon.match_group")
    assert group["reason"] == (
        f"5 ledger and 1 bank entries of reference {batch}, equal in sum to the paisa"
    )


def test_one_to_one_is_not_its_business(book):
    book.load(OURS)
    book.load(THEIRS.but(amount=60_00))
    assert book.groups_of_pass("core_hdfc", "sum_utr") == []


def test_as_many_of_one_amount_on_each_side_are_interchangeable_instead(book):
    book.load(OURS, OURS.but(key="L2"))
    book.load(THEIRS.but(amount=60_00), THEIRS.but(key="E2", amount=60_00))
    assert book.groups_of_pass("core_hdfc", "sum_utr") == []


@pytest.mark.parametrize(("entries_max", "is_matched"), [(3, True), (2, False)])
def test_the_bound(book, entries_max, is_matched):
    book.load(OURS, MORE)
    book.load(THEIRS)
    found = book.groups_of_pass("core_hdfc", "sum_utr", entries_max=entries_max)
    assert bool(found) == is_matched


def test_its_difference_is_nothing_and_its_reason_counts(book):
    book.load(OURS, MORE)
    book.load(THEIRS)
    book.reconcile()
    (group,) = book.rows("select pass_name, difference_minor, reason from recon.match_group")
    assert (group["pass_name"], group["difference_minor"]) == ("sum_utr", 0)
    assert "2 ledger and 1 bank entries" in group["reason"]
