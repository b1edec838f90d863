"""Who an entry is when its source gives it no id. Pure, whole batch.

The key is made of what the bank itself wrote: account, booking date, signed amount,
narration, the hour of the file it came in, and how often the same was written before in
that file. Two true identical rows stay two; the same file read twice adds nothing; and no
key depends on another file, so the order in which files land does not matter.
"""

import hashlib

import pandas as pd

KEY_LENGTH = 32  # hex digits of the SHA-256 kept: 128 bits
# "AXIS_910020012345_20260310_10" → its hour; a part that names only a day has none.
PART_HOUR = r"_[0-9]{8}(?:_(?P<hour>[0-9]{2}))?\Z"


def occurrence_keys(entries: pd.DataFrame, parts: "pd.Series[str]") -> "pd.Series[str]":
    """One key an entry: 32 hex digits, unique within a part, the same whenever it is read.

    `entries`: the canonical columns account_number, booking_date, amount_minor, description,
    in the order of each file. `parts`: the part each row came in, aligned with them.
    ValueError where a part names no day: such a part has no place in time, and an index
    counted in it would be a row number.
    """
    hours = parts.astype("string").str.extract(PART_HOUR, expand=False).fillna("")
    named = parts.astype("string").str.contains(r"_[0-9]{8}(?:_[0-9]{2})?\Z", regex=True)
    if not named.fillna(False).all():
        raise ValueError("a part without a day in its name: its rows need an id of their own")
    written = pd.DataFrame(
        {
            "account": entries["account_number"].astype("string").fillna(""),
            "day": entries["booking_date"].dt.strftime("%Y-%m-%d").astype("string"),
            "amount": entries["amount_minor"].astype("string"),
            "narration": normal_narration(entries["description"]),
            "hour": hours,
        }
    )
    if written["day"].isna().any():
        raise ValueError("an entry without a booking date: the suite lets none through")
    columns = list(written.columns)
    index = written.assign(part=parts.astype("string")).groupby([*columns, "part"], sort=False)
    written["index"] = index.cumcount().astype("string")
    joined = written["account"].str.cat(
        written[["day", "amount", "narration", "hour", "index"]], sep="|"
    )
    # SHA-256 has no vectorised form: this is the one call a row, 1 µs each.
    return joined.map(_key).astype("string")


def normal_narration(narrations: "pd.Series[str]") -> "pd.Series[str]":
    """Upper case, runs of white space as one space, none at the ends; null is empty."""
    # Python's own upper case and white space, not Arrow's: the key must come out the same
    # wherever it is computed. Few narrations are alike, so it is one call a row, as below.
    return narrations.astype("string").fillna("").map(_normal).astype("string")


def _normal(text: str) -> str:
    return " ".join(text.upper().split())


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]
