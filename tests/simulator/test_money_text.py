"""Amounts as text: exponents, signs and India's grouping, at every width."""

import pandas as pd
import pytest

from simulator import money_text


def column(*values, dtype="Int64"):
    return pd.Series(list(values), dtype=dtype)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "INR", "0.00"),
        (5, "INR", "0.05"),
        (-5, "INR", "-0.05"),
        (150_050, "INR", "1500.50"),
        (-100, "INR", "-1.00"),
        (7, "JPY", "7"),
        (-7, "JPY", "-7"),
        (7, "KWD", "0.007"),
        (10**17, "INR", "1000000000000000.00"),
    ],
)
def test_plain(minor, currency, text):
    assert money_text.plain(column(minor), column(currency, dtype="string")).tolist() == [text]


def test_a_blank_stays_blank_and_currencies_mix():
    text = money_text.plain(column(None, 1, 1), column("INR", "JPY", "KWD", dtype="string"))

    assert text.isna().tolist() == [True, False, False]
    assert text[1:].tolist() == ["1", "0.001"]


@pytest.mark.parametrize(
    ("plain", "indian"),
    [
        ("0.05", "0.05"),
        ("999.00", "999.00"),
        ("1000.00", "1,000.00"),
        ("99999.00", "99,999.00"),
        ("100000.00", "1,00,000.00"),
        ("-1050510.00", "-10,50,510.00"),
        ("9223372036854775807", "92,23,37,20,36,85,47,75,807"),
    ],
)
def test_indian(plain, indian):
    assert money_text.indian(column(plain, dtype="string")).tolist() == [indian]


def test_no_rows_give_no_text():
    nothing = column(dtype="string")

    assert money_text.indian(money_text.plain(column(), nothing)).empty


def test_side():
    assert money_text.side(column(1, 0, -1), "CR", "DR").tolist() == ["CR", "CR", "DR"]
