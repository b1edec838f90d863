"""Columns of text between pandas and Arrow, whose kernels read them without a Python loop.

Arrow's patterns are RE2: `[0-9]` is ASCII only, there is no look-around, and time is linear.
"""

from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from adapters.errors import FormatMismatch

Kind = Literal["string", "Int64", "datetime64[s]"]


def arrow(text: pd.Series) -> pa.Array:
    """One Arrow array of large strings; missing stays null."""
    values = pa.array(text.astype("string"), from_pandas=True)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return values.cast(pa.large_string())


def series(values: pa.Array, like: pd.Series, dtype: Kind) -> pd.Series:
    """Back to pandas on the index of `like`."""
    if dtype == "string":
        return pd.Series(pd.array(values, dtype="string"), index=like.index)
    if dtype == "Int64":
        known = pc.fill_null(values, 0).to_numpy(zero_copy_only=False)
        missing = pc.is_null(values).to_numpy(zero_copy_only=False)
        return pd.Series(pd.arrays.IntegerArray(known.astype("int64"), missing), index=like.index)
    return pd.Series(values.to_numpy(zero_copy_only=False), index=like.index, dtype=dtype)


def refuse_unread(text: pd.Series, values: pa.Array, read: pa.Array, what: str) -> None:
    """FormatMismatch where something is written and nothing could be read from it.

    `what` goes between how many they are and the first one's row; the text itself is not shown.
    """
    bad = pc.and_(pc.is_valid(values), pc.is_null(read))
    if count := pc.sum(bad).as_py() or 0:
        place = pc.index(bad, True).as_py()
        raise FormatMismatch(f"{text.name}: {count} {what}, the first in row {place}")


def groups(values: pa.Array, pattern: str) -> dict[str, pa.Array]:
    """Named groups of the first match of `pattern`; null where it does not match.

    A group that took no part in the match is null too.
    """
    found = pc.extract_regex(values, pattern=pattern)
    names = [field.name for field in found.type]
    flat = dict(zip(names, found.flatten(), strict=True))
    return {name: pc.if_else(pc.equal(part, ""), None, part) for name, part in flat.items()}
