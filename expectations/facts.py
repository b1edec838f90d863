"""What can be said of each row, as columns of booleans: the vectorised half of a suite.

A fact is true where the row is in order. Great Expectations judges these columns
(`expectations.judge`): asking it to run the regular expressions itself costs ten
times as much, because it does so in Python, row by row.

Columns come as Arrow text with "" for null. Blank means empty or only spaces. A blank value
is never *ill-formed*; whether it may be blank at all is a fact of its own, `is_given`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.model import MINOR_UNIT_DIGITS

TEXT_CHARACTERS_MAX = 65_536  # a narration has at most some hundred; the rest is not one
DAY_GROUPS = ("year", "month", "day")
FRACTION = "fraction"
SHAPE_CHARACTERS_MAX = 24
# 16 significant digits and more: with three decimals no longer inside 64 bits.
TOO_LARGE = r"\A[^0-9]*[0,]*[1-9](?:,?[0-9]){15}"
MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
FEBRUARY = 2

Mask = np.ndarray[Any, Any]  # bool, one a row
Texts = Mapping[str, Any]  # column → Arrow text
Fact = Callable[[Texts, Sequence[str]], Mask]


def texts(rows: pd.DataFrame) -> Texts:
    return {str(column): _text(rows[column]) for column in rows.columns}


def _text(values: pd.Series) -> Any:
    array = pa.array(values.astype("string"), from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return pc.fill_null(array.cast(pa.large_string()), "")


def is_given(rows: Texts, columns: Sequence[str]) -> Mask:
    return _mask(pc.not_equal(pc.utf8_trim_whitespace(rows[columns[0]]), ""))


def is_one_alone(rows: Texts, columns: Sequence[str]) -> Mask:
    """One of two amounts says something: the other is blank or zero."""
    one, other = (_mask(pc.match_substring_regex(rows[column], "[1-9]")) for column in columns)
    return one ^ other


def is_money_we_know(rows: Texts, columns: Sequence[str]) -> Mask:
    known = pa.array([*MINOR_UNIT_DIGITS, ""], pa.large_string())
    return _mask(pc.is_in(rows[columns[0]], value_set=known))


def has_room(rows: Texts, columns: Sequence[str]) -> Mask:
    """The amount in minor units fits into 64 bits."""
    return ~_mask(pc.match_substring_regex(rows[columns[0]], TOO_LARGE))


def has_its_decimals(rows: Texts, columns: Sequence[str]) -> Mask:
    """No decimal beyond the currency's own says anything: 1.500 INR is 1.50, 1.505 is not."""
    amount, currency = (rows[column] for column in columns)
    held = np.ones(len(amount), dtype=bool)
    for digits in set(MINOR_UNIT_DIGITS.values()):
        codes = [code for code, places in MINOR_UNIT_DIGITS.items() if places == digits]
        is_this = _mask(pc.is_in(currency, value_set=pa.array(codes, pa.large_string())))
        if is_this.any():
            says_more = pc.match_substring_regex(amount, rf"\.[0-9]{{{digits}}}[0-9]*[1-9]")
            held &= ~(is_this & _mask(says_more))
    return held


def is_storable(rows: Texts, columns: Sequence[str]) -> Mask:
    value = rows[columns[0]]
    if _is_plainly_storable(value):
        return np.ones(len(value), dtype=bool)
    has_nul = _mask(pc.match_substring(value, "\x00"))
    return ~has_nul & _mask(pc.less_equal(pc.utf8_length(value), TEXT_CHARACTERS_MAX))


def _is_plainly_storable(value: Any) -> bool:
    """Of all rows at once, by their bytes: nearly always so, and ten times as quick."""
    _, offsets, data = value.buffers()
    if data is None:
        return True
    ends = np.frombuffer(offsets, dtype="int64")[value.offset : value.offset + len(value) + 1]
    octets = np.frombuffer(data, dtype="uint8")[ends[0] : ends[-1]]
    return bool(octets.all() and np.diff(ends).max(initial=0) <= TEXT_CHARACTERS_MAX)


FACTS: Mapping[str, Fact] = {
    "is_given": is_given,
    "is_one_alone": is_one_alone,
    "is_money_we_know": is_money_we_know,
    "has_room": has_room,
    "has_its_decimals": has_its_decimals,
    "is_storable": is_storable,
}


def obeys(values: Any, pattern: str) -> Mask:
    r"""Whether each whole text matches `pattern`, digits being 0–9 and nothing else.

    Arrow's engine is linear in time but has no look-around; a pattern that needs it is
    tried by Python, once for each distinct text.
    """
    try:
        held = _mask(pc.match_substring_regex(values, rf"\A(?:{pattern})\z"))
    except pa.ArrowInvalid:
        compiled = re.compile(pattern, re.ASCII)
        encoded = pc.dictionary_encode(values)
        matches = [compiled.fullmatch(one) is not None for one in encoded.dictionary.to_pylist()]
        held = _mask(pc.take(pa.array(matches, pa.bool_()), encoded.indices))
    return held if held.all() else held | ~is_given({"": values}, [""])


def names_a_day(pattern: str) -> bool:
    return set(DAY_GROUPS) <= set(re.compile(pattern).groupindex)


def names_a_fraction(pattern: str) -> bool:
    return FRACTION in re.compile(pattern).groupindex


def has_all_its_decimals(amounts: Any, currencies: Any, pattern: str) -> Mask:
    """Whether the group `fraction` of `pattern` is as long as the currency's own: 1500 JPY,
    1500.00 INR, 1500.000 KWD. Texts that do not match are left to `obeys`, and blank or unknown
    currencies to theirs.
    """
    found = _groups(amounts, pattern, [FRACTION])[FRACTION]
    length = pc.utf8_length(found)  # null where the pattern does not match
    held = np.ones(len(amounts), dtype=bool)
    for digits in set(MINOR_UNIT_DIGITS.values()):
        codes = [code for code, places in MINOR_UNIT_DIGITS.items() if places == digits]
        is_this = _mask(pc.is_in(currencies, value_set=pa.array(codes, pa.large_string())))
        held &= ~is_this | _mask(pc.fill_null(pc.equal(length, digits), True))
    return held


def is_a_real_day(values: Any, pattern: str) -> Mask:
    """Whether the groups `year`, `month` and `day` of `pattern` are a day of the calendar.

    Texts that do not match are left to `obeys`; two digits of a year are 20xx.
    """
    # A column holds few distinct days, and a time behind them changes nothing.
    encoded = pc.dictionary_encode(values)
    found = _groups(encoded.dictionary, pattern, DAY_GROUPS)
    year, month, day = (_number(found[group]) for group in DAY_GROUPS)
    year = np.where(year < 100, year + 2000, year)  # noqa: PLR2004
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    known_month = (month >= 1) & (month < len(MONTH_DAYS))
    longest = MONTH_DAYS[np.where(known_month, month, 0)] + (leap & (month == FEBRUARY))
    real = known_month & (day >= 1) & (day <= longest)
    unread = _mask(pc.is_null(found["day"]))
    held: Mask = (real | unread)[np.asarray(encoded.indices)]
    return held


def shape(values: "pd.Series[str]") -> "pd.Series[str]":
    """The form of a text without its content: "1,50.00 Dr" → "9,99.99 AA"."""
    cut = values.fillna("").str.slice(0, SHAPE_CHARACTERS_MAX).astype(object)
    digits = cut.str.replace(r"\d", "9", regex=True)
    letters = digits.str.replace(r"[^\W\d_]", "A", regex=True)
    return letters.str.replace(r"[^\x20-\x7e₹]", "?", regex=True).astype("string")


def _groups(values: Any, pattern: str, names: Sequence[str]) -> dict[str, Any]:
    """Text of these groups; null where the pattern does not match."""
    # Arrow extracts named groups only.
    named = re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)
    try:
        fields = pc.extract_regex(values, rf"\A(?:{named})\z")
    except pa.ArrowInvalid:
        plain = values.to_pandas().astype(object)
        found = plain.str.extract(rf"\A(?:{named})\Z", flags=re.ASCII)
        return {group: pa.array(found[group], pa.large_string()) for group in names}
    return {group: pc.struct_field(fields, group) for group in names}


def _number(values: Any) -> Mask:
    """Text of digits as integers; 0 where it is anything else."""
    digits = pc.if_else(pc.match_substring_regex(values, r"\A[0-9]{1,4}\z"), values, "0")
    return np.asarray(pc.cast(pc.fill_null(digits, "0"), pa.int64()))


def _mask(values: Any) -> Mask:
    return np.asarray(values, dtype=bool)
