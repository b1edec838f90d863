"""Where each row came from, also where a payload has no rows."""

import pandas as pd
import pytest

from adapters.numbered_rows import number_rows, one_below_the_other


@pytest.mark.parametrize(
    ("counts", "payloads", "rows"),
    [
        ([2, 0, 1], [0, 0, 2], [0, 1, 0]),
        ([0, 3], [1, 1, 1], [0, 1, 2]),
        ([1], [0], [0]),
        ([0], [], []),
        ([], [], []),
    ],
)
def test_rows_know_their_payload_and_their_place_in_it(counts, payloads, rows):
    frame = pd.DataFrame(index=pd.RangeIndex(sum(counts)))
    number_rows(frame, counts)
    assert frame["payload_no"].tolist() == payloads
    assert frame["row_no"].tolist() == rows
    assert (frame.dtypes == "int64").all()


def test_frames_one_below_the_other():
    first = pd.DataFrame({"a": ["x", "y"]}, dtype="string")
    second = pd.DataFrame({"a": ["z"], "b": ["w"]}, dtype="string")
    first.attrs["new_fields"], second.attrs["new_fields"] = ["q", "p"], ["p"]
    rows = one_below_the_other([first, second, pd.DataFrame({"a": []}, dtype="string")])
    assert rows["a"].tolist() == ["x", "y", "z"]
    assert rows["b"].isna().tolist() == [True, True, False]
    assert rows.dtypes[["a", "b"]].eq("string").all()
    assert (rows["payload_no"].tolist(), rows["row_no"].tolist()) == ([0, 0, 1], [0, 1, 0])
    assert rows.attrs["new_fields"] == ["p", "q"]
