"""Payloads of one dataset parsed together, though some of them may be bad."""

from collections.abc import Callable, Sequence
from typing import cast

import pandas as pd

from adapters.base import BatchSource, Payload, Source
from adapters.errors import SourceRejected
from adapters.numbered_rows import one_below_the_other

# A turn reads all that is left again; one by one costs as much as some ten to forty turns.
TURNS_MAX = 8

# Whether the others may go on without the payload at that place, which was refused so.
CanLack = Callable[[int, SourceRejected], bool]


def parse(
    source: Source, payloads: Sequence[Payload], can_lack: CanLack
) -> tuple[pd.DataFrame, list[int]]:
    """(text rows, the places in `payloads` they are of); what can be lacked is left out.

    `payload_no` counts those places, `row_no` a payload's rows, both from 0; `attrs` names the
    `new_fields`. Of several payloads that cannot be lacked the first one's error is raised.
    """
    left = list(range(len(payloads)))
    for _ in range(TURNS_MAX if hasattr(source, "parse_many") else 0):
        if not left:
            break
        try:
            together = [payloads[place] for place in left]
            return cast(BatchSource, source).parse_many(together), left
        except SourceRejected as error:
            bad = next((place for place in left if payloads[place] is error.evidence), None)
            # One by one says whether another one before it stops the source as well.
            if bad is None or not can_lack(bad, error):
                break
            left.remove(bad)
    return _apart(source, payloads, left, can_lack)


def _apart(
    source: Source, payloads: Sequence[Payload], places: Sequence[int], can_lack: CanLack
) -> tuple[pd.DataFrame, list[int]]:
    frames: dict[int, pd.DataFrame] = {}
    for place in places:
        try:
            frames[place] = source.parse(payloads[place])
        except SourceRejected as error:
            if not can_lack(place, error):
                raise
    rows = one_below_the_other(list(frames.values())) if frames else pd.DataFrame()
    return rows, list(frames)
