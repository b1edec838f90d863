"""Kinds of reference, from the bank's own slot or out of a narration.

Shapes: RRN 12 digits (some banks pad to 16 with zeros); NEFT UTR 16 or 22, RTGS UTR 22;
UPI transaction id 35 alphanumerics; card ARN 23 digits. All are compared in upper case,
A-Z0-9 only. A reference inside a longer token is not one.
"""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from adapters.arrow_text import arrow, groups, series

KINDS = ("rrn", "utr", "upi_id", "arn")

RRN = r"\A(?:0000)?([0-9]{12})\z"
# What people and systems write where there is no reference.
NOTHING = r"\A(?:0*|NA|NIL|NONE|NULL)\z"
SPREADSHEET = r"\A[0-9](?:\.[0-9]+)?E\+?[0-9]+\z"  # 1.23E+11: the digits are lost

# Strongest first; what an earlier one found is not looked for again.
SHAPES = (
    ("utr", r"(?P<utr>[A-Z]{5}[0-9]{17})"),
    ("utr", r"(?P<utr>[A-Z]{4}[A-Z0-9][0-9]{11}|[A-Z][0-9]{15})"),
    ("upi_id", r"(?P<upi_id>[A-Z0-9]{35})"),
    ("rrn", r"(?P<rrn>(?:0000)?[0-9]{12})"),
    ("arn", r"(?P<arn>[0-9]{23})"),
)
LETTER_AND_DIGIT = r"[A-Z][A-Z0-9]*[0-9]|[0-9][A-Z0-9]*[A-Z]"


def normalised(text: pd.Series) -> pd.Series:
    """A–Z0–9 in upper case; blank, zeros, "NA" and a spreadsheet's 1.23E+11 are missing."""
    return series(_normalised(arrow(text)), text, "string")


def by_slot(reference: pd.Series) -> pd.DataFrame:
    """The bank's reference field as `rrn` or `utr`, at most one of them a row."""
    values = _normalised(arrow(reference))
    rrn = _rrn(values)
    utr = pc.if_else(pc.is_null(rrn), values, None)
    return pd.DataFrame(
        {"rrn": series(rrn, reference, "string"), "utr": series(utr, reference, "string")}
    )


def from_narration(
    narration: pd.Series, slots: tuple[str, ...] = (), account: pd.Series | None = None
) -> pd.DataFrame:
    """Columns of KINDS found in free text, the first kind that is there.

    `slots` are the bank's own patterns (RE2, on upper case, groups named after KINDS) and
    win over a bare number; `account` keeps the row's own account number from being an RRN.
    """
    text = pc.utf8_upper(arrow(narration))
    found = {kind: pa.nulls(len(text), pa.large_string()) for kind in KINDS}
    still = pc.is_valid(text)
    for slot in slots:
        still = _take(found, still, groups(pc.if_else(still, text, None), slot))
    for kind, shape in SHAPES:
        if not pc.any(still).as_py():
            break
        part = groups(pc.if_else(still, text, None), rf"(?:\A|[^A-Z0-9]){shape}(?:[^A-Z0-9]|\z)")
        if kind == "upi_id":
            mixed = pc.match_substring_regex(part[kind], pattern=LETTER_AND_DIGIT)
            part[kind] = pc.if_else(mixed, part[kind], None)
        if kind == "rrn" and account is not None:
            own = pc.fill_null(pc.equal(_rrn(part[kind]), arrow(account)), False)
            part[kind] = pc.if_else(own, None, part[kind])
        still = _take(found, still, part)
    found["rrn"] = _rrn(found["rrn"])
    return pd.DataFrame({kind: series(found[kind], narration, "string") for kind in KINDS})


def _take(found: dict[str, pa.Array], still: pa.Array, part: dict[str, pa.Array]) -> pa.Array:
    """Keep what `part` has for rows that have nothing yet; returns the rows still without."""
    open_rows = still
    for kind, values in part.items():
        new = _normalised(values)
        found[kind] = pc.if_else(pc.and_(open_rows, pc.is_valid(new)), new, found[kind])
        still = pc.and_not(still, pc.is_valid(found[kind]))
    return still


def _normalised(values: pa.Array) -> pa.Array:
    upper = pc.utf8_upper(pc.utf8_trim_whitespace(values))
    lost = pc.match_substring_regex(upper, pattern=SPREADSHEET)
    plain = pc.replace_substring_regex(upper, pattern="[^A-Z0-9]", replacement="")
    nothing = pc.or_(pc.match_substring_regex(plain, pattern=NOTHING), lost)
    return pc.if_else(nothing, None, plain)


def _rrn(values: pa.Array) -> pa.Array:
    matches = pc.match_substring_regex(values, pattern=RRN)
    return pc.if_else(matches, pc.utf8_slice_codeunits(values, -12), None)
