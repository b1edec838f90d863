"""Amounts in minor units as the text that banks write, a whole column at a time."""

import pandas as pd

from reconciliation.model import MINOR_UNIT_DIGITS

INTEGER_DIGITS_MAX = 19  # An int64 has no more.


def plain(amount_minor: pd.Series, currency: pd.Series) -> pd.Series:
    """(150050, "INR") → "1500.50"; a minus leads. Blank stays blank.

    `amount_minor` is int64 or Int64, `currency` ISO codes; KeyError for one not known.
    """
    units = amount_minor.astype("Int64")
    text = pd.Series(pd.NA, index=units.index, dtype="string")
    for code in currency.dropna().unique():
        here = currency == code
        text[here] = _with_digits(units[here], MINOR_UNIT_DIGITS[code])
    return text


def indian(plain_text: pd.Series) -> pd.Series:
    """Group plain text as India does: "1050510.00" → "10,50,510.00"."""
    sign = plain_text.str.extract(r"^(-?)", expand=False)
    whole = plain_text.str.extract(r"^-?(\d+)", expand=False)
    fraction = plain_text.str.extract(r"(\.\d+)$", expand=False).fillna("")
    grouped, rest = whole.str[-3:], whole.str[:-3]
    for _ in range(INTEGER_DIGITS_MAX // 2):
        grouped = grouped.where(rest == "", rest.str[-2:] + "," + grouped)
        rest = rest.str[:-2]
    text: pd.Series = sign + grouped + fraction
    return text


def side(amount_minor: pd.Series, credit: str, debit: str) -> pd.Series:
    """The word for the direction: `credit` where money came in."""
    return pd.Series(credit, index=amount_minor.index, dtype="string").mask(amount_minor < 0, debit)


def _with_digits(units: pd.Series, digits: int) -> pd.Series:
    size = units.abs()
    sign = pd.Series("", index=units.index, dtype="string").mask(units < 0, "-")
    if digits == 0:
        return sign + size.astype("string")
    scale = 10**digits
    whole, fraction = (size // scale).astype("string"), (size % scale).astype("string")
    text: pd.Series = sign + whole + "." + fraction.str.zfill(digits)
    return text
