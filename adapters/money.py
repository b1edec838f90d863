"""Text to minor units, exactly: one grammar per column, never a float, never a rounding.

A grammar is a pattern checked before anything is converted, so that `1e9999`, `NaN`,
`1_000`, Arabic digits or another country's grouping is refused and not read as something.
"""

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from adapters.arrow_text import arrow, refuse_unread, series
from reconciliation.model import MINOR_UNIT_DIGITS

PLAIN = r"(?P<whole>[0-9]{1,15})"
INDIAN = r"(?P<whole>[0-9]{1,3}|[0-9]{1,2}(?:,[0-9]{2}){0,5},[0-9]{3})"
MAYBE_POINT = r"(?:\.(?P<fraction>[0-9]{1,3}))?"


@dataclass(frozen=True, slots=True)
class Grammar:
    """`pattern` has the groups whole and, where it may, fraction and minus.

    `exact`: the fraction has as many digits as the currency; otherwise a shorter one is
    filled and a longer one is taken when what is over is zeros.
    """

    pattern: str
    exact: bool = True


GRAMMARS = {
    "plain": Grammar(f"{PLAIN}{MAYBE_POINT}"),  # 5000.00
    "signed": Grammar(rf"(?:(?P<minus>-)|\+)?{PLAIN}{MAYBE_POINT}"),  # -5000.00, +10500.00
    "trailing_sign": Grammar(rf"{PLAIN}{MAYBE_POINT}(?:(?P<minus>-)|\+)"),  # 1500.00-
    "indian": Grammar(f"{INDIAN}{MAYBE_POINT}"),  # 1,50,000.00
    "indian_signed": Grammar(rf"(?:(?P<minus>-)|\+)?{INDIAN}{MAYBE_POINT}"),
    "indian_drcr": Grammar(f"{INDIAN}{MAYBE_POINT} ?(?:Cr|CR|(?P<minus>Dr|DR))"),  # 500.00 Dr
    "decimal_comma": Grammar(r"(?P<whole>[0-9]{1,12}),(?P<fraction>[0-9]{1,3})?", exact=False),
    # numeric(20, 3) of a database, as text: 5000.000 is 5000.00 rupees, 5000.001 is refused.
    "numeric": Grammar(
        r"(?P<minus>-)?(?P<whole>[0-9]{1,15})(?:\.(?P<fraction>[0-9]{1,9}))?", exact=False
    ),
    # Already in minor units, whatever the currency.
    "minor": Grammar(r"(?P<whole>[0-9]{1,18})"),
    "minor_signed": Grammar(r"(?P<minus>-)?(?P<whole>[0-9]{1,18})"),
}


def minor_units(
    text: pd.Series, currency: pd.Series | str, grammar: str, *, refuse: bool = True
) -> pd.Series:
    """Amounts as nullable Int64 in each row's own minor unit; missing text stays missing.

    FormatMismatch where a text is outside the grammar, has a fraction its currency has
    not, or its currency is unknown; with `refuse=False` such a row is missing instead.
    """
    values = arrow(text)
    minor = _in_currency(values, currency, grammar)
    if refuse:
        what = f"amounts are not in the {grammar} form of their currency"
        refuse_unread(text, values, minor, what)
    return series(minor, text, "Int64")


def _in_currency(values: pa.Array, currency: pd.Series | str, name: str) -> pa.Array:
    if isinstance(currency, str):
        return _minor(values, MINOR_UNIT_DIGITS.get(currency), name)
    codes = arrow(currency)
    minor = pa.nulls(len(values), pa.int64())
    # Once per number of digits (0, 2, 3), not per row.
    for digits in sorted(
        {MINOR_UNIT_DIGITS.get(code, -1) for code in pc.unique(codes).to_pylist()}
    ):
        if digits < 0:
            continue
        alike = pa.array([code for code, of in MINOR_UNIT_DIGITS.items() if of == digits])
        chosen = pc.is_in(codes, value_set=alike.cast(codes.type))
        if pc.all(chosen).as_py():
            return _minor(values, digits, name)
        minor = pc.if_else(chosen, _minor(values, digits, name), minor)
    return minor


def _minor(values: pa.Array, digits: int | None, name: str) -> pa.Array:
    """Int64 of the text where it obeys the grammar and the currency's digits, else null."""
    if digits is None:
        return pa.nulls(len(values), pa.int64())
    grammar = GRAMMARS[name]
    found = pc.extract_regex(values, pattern=rf"\A{grammar.pattern}\z")
    parts = dict(zip([field.name for field in found.type], found.flatten(), strict=True))
    whole = pc.replace_substring(parts["whole"], ",", "")
    if not name.startswith("minor"):
        whole = _with_fraction(whole, parts.get("fraction"), digits, exact=grammar.exact)
    minor = pc.cast(whole, pa.int64())
    if "minus" in parts:
        minor = pc.if_else(pc.equal(parts["minus"], ""), minor, pc.negate(minor))
    return minor


def _with_fraction(
    whole: pa.Array, fraction: pa.Array | None, digits: int, *, exact: bool
) -> pa.Array:
    """`whole` and `digits` places of `fraction`, joined; null where that would lose or invent."""
    fraction = pc.if_else(pc.is_valid(whole), "" if fraction is None else fraction, None)
    fraction = fraction.cast(whole.type)
    if exact:
        fits = pc.equal(pc.utf8_length(fraction), digits)
    else:
        fraction = pc.utf8_rpad(fraction, digits, "0")
        over = pc.utf8_slice_codeunits(fraction, digits, 99)
        fits = pc.equal(pc.utf8_trim(over, "0"), "")
        fraction = pc.utf8_slice_codeunits(fraction, 0, digits)
    joined = pc.binary_join_element_wise(whole, fraction, pa.scalar("", whole.type))
    return pc.if_else(fits, joined, None)
