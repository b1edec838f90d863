"""Amount grammars: exact both ways, and everything outside them refused."""

import re
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import FormatMismatch
from adapters.money import GRAMMARS, minor_units
from reconciliation.model import MINOR_UNIT_DIGITS

MINOR_MAX = 10**17 - 1  # 15 digits and 2 decimals
FOREIGN = [
    "", " ", "-", ".", "NaN", "nan", "Inf", "-Infinity", "1e9999", "1E5", "1e1000000", "1_000.00",
    "٥٠٠.٠٠", "५००.००", "５００.００", "1.234,56", "1 234.56", "(500.00)", "₹ 500.00", "Rs.500.00",
    "500", "500.", ".50", "500.5", "500.005", "500.00 ", " 500.00", "500.00\n", "0x10", "--5.00",
    "1000000000000000.00", "1,00,00,00,00,00,00,000.00", "5.00\x00", "500.00.00",
]  # fmt: skip


def read(text, grammar, currency="INR", **options):
    column = pd.Series([text], dtype="string", name="amount")
    return minor_units(column, currency, grammar, **options)[0]


def indian(whole: int) -> str:
    head, tail = str(whole)[:-3], str(whole)[-3:]
    pairs = re.findall(r"\d{1,2}", head[::-1])
    return ",".join([*(pair[::-1] for pair in reversed(pairs)), tail]) if head else tail


def written(minor: int, grammar: str) -> str:
    whole, cents = divmod(abs(minor), 100)
    sign = "-" if minor < 0 else ""
    return {
        "plain": f"{whole}.{cents:02d}",
        "signed": f"{sign}{whole}.{cents:02d}",
        "trailing_sign": f"{whole}.{cents:02d}{sign or '+'}",
        "indian": f"{indian(whole)}.{cents:02d}",
        "indian_signed": f"{sign}{indian(whole)}.{cents:02d}",
        "indian_drcr": f"{indian(whole)}.{cents:02d} {'Dr' if minor < 0 else 'Cr'}",
        "decimal_comma": f"{whole},{cents:02d}",
        "numeric": f"{sign}{whole}.{cents:02d}0",
        "minor": str(abs(minor)),
        "minor_signed": str(minor),
    }[grammar]


SIGNED = {"signed", "trailing_sign", "indian_signed", "indian_drcr", "numeric", "minor_signed"}


@settings(max_examples=200)
@given(st.integers(-MINOR_MAX, MINOR_MAX), st.sampled_from(sorted(GRAMMARS)))
def test_what_is_written_is_read_back_exactly(minor, grammar):
    if grammar not in SIGNED:
        minor = abs(minor)
    if grammar == "decimal_comma":
        minor %= 10**14
    assert read(written(minor, grammar), grammar) == minor


@settings(max_examples=300)
@given(
    st.text(alphabet="0123456789.,-+ eE_()₹٣CrDn", max_size=24), st.sampled_from(sorted(GRAMMARS))
)
def test_any_text_is_refused_or_is_what_decimal_reads(text, grammar):
    minor = read(text, grammar, refuse=False)
    if pd.isna(minor):
        return
    plain = text.replace(",", "." if grammar == "decimal_comma" else "")
    sign = -1 if "-" in plain or "Dr" in plain or "DR" in plain else 1
    digits = re.sub(r"[^0-9.]", "", plain)
    scale = 1 if grammar.startswith("minor") else 100
    assert minor == sign * Decimal(digits) * scale


@pytest.mark.parametrize("text", FOREIGN)
@pytest.mark.parametrize("grammar", ["plain", "signed", "indian", "indian_signed", "trailing_sign"])
def test_what_is_outside_a_grammar_is_refused(grammar, text):
    assert pd.isna(read(text, grammar, refuse=False))
    with pytest.raises(FormatMismatch, match="1 amounts are not in the"):
        read(text, grammar)


@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        ("plain", "1,500.00"),
        ("plain", "-5.00"),
        ("plain", "500-"),
        ("indian", "123,456.78"),  # grouped as elsewhere
        ("indian", "1,2,345.00"),
        ("indian", "1500.00"),  # not grouped at all
        ("indian", "1,23,456"),
        ("trailing_sign", "1500.00"),
        ("trailing_sign", "-1500.00"),
        ("signed", "1500.00-"),
        ("indian_drcr", "500 Dr"),
        ("indian_drcr", "500.00"),
        ("decimal_comma", "100.50"),
        ("minor", "500.0"),
        ("minor", "-500"),
        ("minor", "5e2"),
        ("minor", "1234567890123456789"),
        ("numeric", "5000.001"),
    ],
)
def test_a_neighbouring_grammar_is_refused(grammar, text):
    assert pd.isna(read(text, grammar, refuse=False))


@pytest.mark.parametrize(
    ("grammar", "text", "minor"),
    [
        ("indian", "1,23,456.78", 12_345_678),
        ("indian", "1,50,000.00", 15_000_000),
        ("indian", "99.00", 9_900),
        ("trailing_sign", "1500.00-", -150_000),
        ("trailing_sign", "1500.00+", 150_000),
        ("signed", "+10500.00", 1_050_000),
        ("numeric", "5000", 500_000),
        ("numeric", "5000.000", 500_000),
        ("decimal_comma", "100,", 10_000),
        ("decimal_comma", "100,5", 10_050),
        ("plain", "0.00", 0),
        ("signed", "-0.00", 0),
        ("plain", "999999999999999.99", MINOR_MAX),
    ],
)
def test_known_figures(grammar, text, minor):
    assert read(text, grammar) == minor


@pytest.mark.parametrize("currency", sorted(MINOR_UNIT_DIGITS))
def test_each_currency_has_its_own_decimals(currency):
    digits = MINOR_UNIT_DIGITS[currency]
    for places in range(4):
        text = "12" + ("." + "3" * places if places else "")
        expected = int("12" + "3" * places) if places == digits else None
        minor = read(text, "plain", currency, refuse=False)
        assert (None if pd.isna(minor) else minor) == expected


def test_a_column_of_several_currencies():
    amounts = pd.Series(
        ["500", "5.00", "5.000", "7.00", None], dtype="string", index=[9, 4, 7, 1, 0]
    )
    currencies = pd.Series(["JPY", "INR", "KWD", "XXX", "INR"], dtype="string", index=amounts.index)
    minor = minor_units(amounts, currencies, "plain", refuse=False)
    assert minor.index.tolist() == [9, 4, 7, 1, 0]
    assert minor.tolist()[:3] == [500, 500, 5_000]
    assert minor.isna().tolist() == [False, False, False, True, True]


def test_missing_stays_missing_and_an_empty_column_is_fine():
    assert pd.isna(read(None, "plain"))
    assert len(minor_units(pd.Series([], dtype="string"), "INR", "plain")) == 0
    assert (
        len(minor_units(pd.Series([], dtype="string"), pd.Series([], dtype="string"), "plain")) == 0
    )


def test_the_refusal_tells_the_row_and_never_the_text():
    column = pd.Series(["5.00", "5.00", "secret"], dtype="string", name="amount")
    with pytest.raises(FormatMismatch) as error:
        minor_units(column, "INR", "plain")
    assert "first in row 2" in str(error.value)
    assert "secret" not in str(error.value)
