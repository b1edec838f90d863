"""Text to instants and dates by the source's own rule, never by a guess.

A form is `iso` (with its offset, or Z), `epoch` (whole seconds, UTC) or a strptime
format. What a format reads is written back and compared, so 31/02, a missing zero or a
stray character is refused and not rolled over into another day.
"""

from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from adapters.arrow_text import arrow, refuse_unread, series
from reconciliation.model import IST

DATE, CLOCK = "[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
ISO = rf"\A{DATE}T{CLOCK}(Z|[+-][0-9]{{2}}:?[0-9]{{2}})\z"
EPOCH = r"\A[0-9]{9,10}\z"  # 13 digits are milliseconds, and another contract
YEAR_MIN, YEAR_MAX = 2000, 2100  # a bank's year 0026 is a slip, not a date


def instants(text: pd.Series, form: str, zone: ZoneInfo = IST, *, refuse: bool = True) -> pd.Series:
    """datetime64[us, UTC]; a format without an offset is local time in `zone`.

    Missing stays missing. FormatMismatch on text of another form; NaT with `refuse=False`.
    """
    values = arrow(text)
    if form == "epoch":
        read = pc.cast(_only(values, EPOCH), pa.int64()).cast(pa.timestamp("s", "UTC"))
    elif form == "iso":
        read = _iso(_only(values, ISO))
    else:
        local = series(_by_format(values, form), text, "datetime64[s]")
        read = pa.array(local.dt.tz_localize(zone).dt.tz_convert("UTC"), from_pandas=True)
    read = _plausible(read.cast(pa.timestamp("us", "UTC")))
    if refuse:
        refuse_unread(text, values, read, f"times are not of the form {form}")
    naive = read.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    return pd.Series(naive, index=text.index).dt.tz_localize("UTC")


def dates(text: pd.Series, form: str, *, refuse: bool = True) -> pd.Series:
    """datetime64[s] at midnight without a zone; `form` is a strptime format of a date."""
    values = arrow(text)
    read = _plausible(_by_format(values, form))
    if refuse:
        refuse_unread(text, values, read, f"times are not of the form {form}")
    return series(read, text, "datetime64[s]")


def local_dates(moments: pd.Series, zone: ZoneInfo = IST) -> pd.Series:
    """The day each instant falls on in `zone`, as datetime64[s] at midnight."""
    local: pd.Series = moments.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    return local.astype("datetime64[s]")


def _only(values: pa.Array, pattern: str) -> pa.Array:
    return pc.if_else(pc.match_substring_regex(values, pattern=pattern), values, None)


def _iso(values: pa.Array) -> pa.Array:
    try:
        return pc.cast(values, pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:  # one 30 February among them: the slow way finds which
        read = pd.to_datetime(
            series(values, pd.Series(index=range(len(values))), "string"),
            format="ISO8601", utc=True, errors="coerce",
        )  # fmt: skip
        return pa.array(read, from_pandas=True).cast(pa.timestamp("us", "UTC"))


def _by_format(values: pa.Array, form: str) -> pa.Array:
    read = pc.strptime(values, format=form, unit="s", error_is_null=True)
    again = pc.utf8_upper(pc.strftime(read, format=form))
    return pc.if_else(pc.equal(again, pc.utf8_upper(values).cast(again.type)), read, None)


def _plausible(read: pa.Array) -> pa.Array:
    year = pc.year(read)
    inside = pc.and_(pc.greater_equal(year, YEAR_MIN), pc.less(year, YEAR_MAX))
    return pc.if_else(inside, read, None)
