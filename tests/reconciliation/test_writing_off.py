"""What may be written off for which reason, at each edge and just past it."""

from dataclasses import replace

import pytest

from reconciliation.breaks import CODES
from reconciliation.severity import shared_limits
from reconciliation.writing_off import DATA_FAMILIES, REASONS, Written, reasons_for, refused

LIMITS = {"INR": 1000_00_00, "JPY": 20_000, "KWD": 35_000_000}
SHORT = Written("AMT_SHORT", "ledger_bank", "ledger", -1_00, None, "INR")
ALONE = Written("MIS_IN_LEDGER", "ledger_bank", "external", -50_00, None, "INR")


def fits(written, reason):
    return reason in reasons_for(written, LIMITS)


def words(written, reason, comment=""):
    return " ".join(refused(written, reason, comment, LIMITS) or ())


@pytest.mark.parametrize(
    ("amount", "currency", "is_fine"),
    [
        (1_00, "INR", True), (-1_00, "INR", True), (1_01, "INR", False), (-1_01, "INR", False),
        (1, "JPY", True), (2, "JPY", False), (1_000, "KWD", True), (1_001, "KWD", False),
    ],
)  # fmt: skip
def test_rounding_is_at_most_one_unit_of_the_currency(amount, currency, is_fine):
    assert fits(replace(SHORT, amount_minor=amount, currency=currency), "rounding") is is_fine


def test_rounding_needs_two_sides():
    assert not fits(replace(ALONE, amount_minor=50), "rounding")


@pytest.mark.parametrize(("amount", "is_fine"), [(999_99, True), (1000_00, False)])
def test_uneconomic_is_below_the_limit_of_its_currency(amount, is_fine):
    assert fits(replace(ALONE, amount_minor=amount), "uneconomic") is is_fine
    assert fits(replace(ALONE, amount_minor=-amount), "uneconomic") is is_fine


def test_what_is_at_stake_counts_where_it_is_more():
    doubted = Written("STS_BANK_DIFFERS", "ledger_bank", "ledger", 0, 1000_00, "INR")
    assert not fits(doubted, "uneconomic")
    assert fits(replace(doubted, exposure_minor=999_99), "uneconomic")
    assert not fits(replace(SHORT, exposure_minor=1_01), "rounding")


@pytest.mark.parametrize(
    ("written", "is_fine"),
    [
        (ALONE, True), (SHORT, True), (replace(SHORT, code="FEE_MDR_VARIANCE"), True),
        (replace(ALONE, code="MIS_IN_SETTLEMENT", shape="settlement_bank"), True),
        (replace(ALONE, code="MIS_IN_BANK", side="ledger"), False),
        (replace(ALONE, shape="gateway_settlement"), False),
        (replace(ALONE, amount_minor=1), False), (replace(ALONE, amount_minor=-1), True),
        (replace(ALONE, code="DUP_SAME_SOURCE"), False), (replace(ALONE, shape=None), False),
    ],
)  # fmt: skip
def test_a_bank_charge_is_alone_at_a_bank_or_a_difference(written, is_fine):
    assert fits(written, "bank_charge") is is_fine


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("code", [
    *(code.name for code in CODES.values() if code.family in DATA_FAMILIES), "MIS_FILE", "NO_EDGE",
])  # fmt: skip
def test_data_is_never_written_off(code, reason):
    told = refused(replace(ALONE, code=code), reason, "agreed with the board", LIMITS)
    assert told is not None
    assert "about data, so there is nothing to book" in told[0]
    assert told[1]  # what to do instead


def test_what_differs_by_nothing_is_not_written_off():
    assert "differs by nothing" in words(replace(SHORT, code="DATE", amount_minor=0), "agreed", "x")


@pytest.mark.parametrize("reason", ["agreed", "other"])
def test_some_reasons_need_words(reason):
    assert "--comment is missing" in words(ALONE, reason)
    assert "--comment is missing" in words(ALONE, reason, " ")
    assert words(ALONE, reason, "x") == ""


def test_a_refusal_says_which_reasons_fit():
    told = words(replace(SHORT, amount_minor=-3_20_000_00), "rounding")
    assert "rounding does not fit AMT_SHORT of 320000.00 INR" in told
    assert "at most 1.00 INR" in told
    assert "What fits: bank_charge, agreed, other" in told
    assert "less than 1000.00 INR" in words(replace(ALONE, amount_minor=1000_00), "uneconomic")
    assert "no such reason" in words(ALONE, "wrong_match")
    assert words(ALONE, "bank_charge") == ""


def test_every_currency_has_its_limit():
    for currency in shared_limits():
        assert reasons_for(replace(ALONE, currency=currency), shared_limits())
