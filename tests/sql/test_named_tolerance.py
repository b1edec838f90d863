"""Pass named_tolerance: a difference that has a name; at the edge and just past it."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

UTR = "SBIN322147057322"
OURS = Row("core", "L", utr=UTR)
THEIRS = Row("hdfc", "E", utr=UTR)
LAST = at(23, day=DAY + timedelta(days=3))


@pytest.mark.parametrize(
    ("ours", "external", "matched_by"),
    [
        pytest.param({}, {"amount": 101_00}, "rounding_utr", id="a rupee over"),
        pytest.param({}, {"amount": 99_00}, "rounding_utr", id="a rupee short"),
        pytest.param({}, {"amount": 101_01}, None, id="a paisa past a rupee over"),
        pytest.param({}, {"amount": 98_99}, None, id="a paisa past a rupee short"),
        pytest.param({}, {"amount": 94_10}, "charge_utr", id="a charge kept"),
        pytest.param({}, {"amount": 94_11}, None, id="a paisa less than it"),
        pytest.param({}, {"amount": 82_30}, None, id="a charge above what needs no approval"),
        pytest.param({}, {"amount": 105_90}, None, id="nobody is paid a charge"),
        pytest.param({"amount": -100_00}, {"amount": -105_90}, "charge_utr", id="paid on top"),
        pytest.param({"amount": 50}, {"amount": -50}, None, id="a rupee across nought"),
        pytest.param({}, {"amount": 101_00, "currency": "USD"}, None, id="other currency"),
        pytest.param({}, {"amount": 101_00, "status": "PENDING"}, None, id="not final"),
        pytest.param({}, {"amount": 101_00, "account": "50100000002222"}, None, id="account"),
        pytest.param({}, {"amount": 101_00, "utr": UTR + "1"}, None, id="other reference"),
        pytest.param({}, {"amount": 101_00, "at": LAST}, "rounding_utr", id="last day"),
        pytest.param({}, {"amount": 101_00, "at": LAST + timedelta(hours=1)}, None, id="day late"),
    ],
)
def test_one_bank_entry(book, ours, external, matched_by):
    book.load(OURS.but(**ours))
    book.load(THEIRS.but(**external))
    book.reconcile(until=LAST + timedelta(days=5))
    found = book.rows("select pass_name from recon.match_group")
    assert found == ([{"pass_name": matched_by}] if matched_by else [])


@pytest.mark.parametrize("currency", ["JPY", "KWD", "USD"])
@pytest.mark.parametrize("amount", [100_01, 101_00, 94_10])
def test_what_is_small_in_rupees_has_no_name_in_other_money(book, currency, amount):
    book.load(OURS.but(currency=currency))
    book.load(THEIRS.but(amount=amount, currency=currency))
    book.reconcile()
    assert book.groups() == set()


@pytest.mark.parametrize("source", ["core", "hdfc"])
def test_a_third_of_the_reference_makes_it_no_match(book, source):
    book.load(OURS)
    book.load(THEIRS.but(amount=101_00))
    book.load(Row(source, "X", utr=UTR, amount=70_00))
    book.reconcile()
    assert book.groups() == set()


ADJUSTMENTS = "select cause, amount_minor, currency from recon.adjustment where known_to is null"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (99_50, {"cause": "rounding", "amount_minor": -50}),
        (94_10, {"cause": "bank charge with GST", "amount_minor": -590}),
    ],
)
def test_the_difference_is_a_line_of_its_own(book, amount, expected):
    book.load(OURS)
    book.load(THEIRS.but(amount=amount))
    book.reconcile()
    assert book.rows(ADJUSTMENTS) == [{**expected, "currency": "INR"}]
    (group,) = book.rows("select difference_minor, reason from recon.match_group")
    assert group["difference_minor"] == expected["amount_minor"]
    assert expected["cause"] in group["reason"]


def test_it_ends_with_its_group_and_comes_again_with_another(book):
    book.load(OURS)
    book.load(THEIRS.but(amount=99_50))
    book.reconcile()
    book.load(THEIRS)
    book.reconcile()
    assert book.rows(ADJUSTMENTS) == []
    book.load(THEIRS.but(amount=100_20))
    book.reconcile()
    assert [row["amount_minor"] for row in book.rows(ADJUSTMENTS)] == [20]
    assert book.rows("select count(*) as n from recon.adjustment") == [{"n": 2}]


SAID = (
    " The difference is bank charge with GST: above 10.00 INR people decide, and a write-off takes"
)


@pytest.mark.parametrize(
    ("ours", "theirs", "code", "is_named"),
    [
        pytest.param({}, {"amount": 82_30}, "AMT_SHORT", True, id="kept"),
        pytest.param({}, {"amount": 70_50}, "AMT_SHORT", True, id="the other one"),
        pytest.param({"amount": -100_00}, {"amount": -117_70}, "AMT_OVER", True, id="on top"),
        pytest.param({}, {"amount": 82_31}, "AMT_SHORT", False, id="a paisa less than it"),
        pytest.param({}, {"amount": 117_70}, "AMT_OVER", False, id="nobody is paid a charge"),
        pytest.param(
            {"currency": "USD"}, {"amount": 82_30, "currency": "USD"}, "AMT_SHORT", False,
            id="other money",
        ),
        pytest.param(
            {"rrn": "1", "utr": None}, {"amount": 82_30, "rrn": "1", "utr": None}, "AMT_SHORT",
            False, id="no pass of that reference",
        ),
    ],
)  # fmt: skip
def test_one_above_what_needs_no_approval_is_a_break_with_its_name(
    book, ours, theirs, code, is_named
):
    book.load(OURS.but(**ours))
    book.load(THEIRS.but(**theirs))
    book.reconcile(until=LAST)
    (found,) = book.live_breaks()
    assert found["code"] == code
    (row,) = book.rows("select explanation from recon.break")
    assert (SAID in row["explanation"]) == is_named
