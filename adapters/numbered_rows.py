"""Rows of several payloads in one frame, and where each of them came from."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def number_rows(rows: pd.DataFrame, counts: Sequence[int]) -> None:
    """Add `payload_no` and `row_no` of its payload, int64 from 0, to rows of payload after payload.

    `counts`: how many rows each payload has.
    """
    lengths = np.array(counts, dtype="int64")
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows["payload_no"] = np.repeat(np.arange(len(lengths), dtype="int64"), lengths)
    rows["row_no"] = np.arange(len(rows), dtype="int64") - starts


def one_below_the_other(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """What `parse` gave for each payload as what `parse_many` gives; at least one payload."""
    new_fields = {name for frame in frames for name in frame.attrs.get("new_fields", ())}
    for frame in frames:
        frame.attrs = {}  # pandas would compare them all
    rows = pd.concat(frames, ignore_index=True)
    number_rows(rows, [len(frame) for frame in frames])
    rows.attrs["new_fields"] = sorted(new_fields)
    return rows
