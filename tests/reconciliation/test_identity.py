"""Keys of rows without an id: the same however often they are read, apart where they differ."""

import hashlib

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.identity import normal_narration, occurrence_keys

PART = "AXIS_5010_20260310_10"


def frame(*rows: tuple) -> tuple[pd.DataFrame, pd.Series]:
    """Rows of (account, day, minor units, narration, part)."""
    data = pd.DataFrame(list(rows), columns=["account", "day", "minor", "narration", "part"])
    entries = pd.DataFrame(
        {
            "account_number": data["account"].astype("string"),
            "booking_date": pd.to_datetime(data["day"]).astype("datetime64[s]"),
            "amount_minor": data["minor"].astype("int64"),
            "description": data["narration"].astype("string"),
        }
    )
    return entries, data["part"].astype("string")


def row(minor=500, narration="UPI/1/ASHA", part=PART, account="5010", day="2026-03-10"):
    return (account, day, minor, narration, part)


def keys(*rows) -> list[str]:
    return occurrence_keys(*frame(*rows)).tolist()


def test_the_formula_to_the_letter():
    text = "5010|2026-03-10|-500|UPI/1/ASHA RENT|10|0"

    assert keys(row(-500, "  upi/1/asha\t\u00a0 rent ")) == [
        hashlib.sha256(text.encode()).hexdigest()[:32]
    ]


@pytest.mark.parametrize(
    "other",
    [{"minor": 501}, {"minor": -500}, {"narration": "UPI/2/ASHA"}, {"account": "5011"},
     {"day": "2026-03-11"}, {"part": "AXIS_5010_20260310_11"}],
)  # fmt: skip
def test_any_difference_is_another_key(other):
    first, second = keys(row(), row(**other))
    assert first != second


def test_true_identical_rows_stay_as_many_as_they_are():
    first = keys(row(), row(), row())

    assert len(set(first)) == 3
    assert keys(row(), row()) == first[:2]


def test_another_file_never_changes_a_key():
    later, other = "AXIS_5010_20260310_11", "AXIS_5010_20260311_10"
    alone = keys(row(), row())
    together = keys(row(part=later), row(), row(part=other, day="2026-03-11"), row())

    assert [together[1], together[3]] == alone


def test_a_daily_part_has_no_hour_and_a_page_has_no_place():
    assert len(set(keys(row(part="BANK_5010_20260310"), row()))) == 2
    for part in (
        "payments/000300",
        "AXIS_5010",
        "AXIS_5010_20260310_1",
        "AXIS_5010_20260310_10.csv",
    ):
        with pytest.raises(ValueError, match="without a day"):
            keys(row(part=part))


def test_no_rows_and_no_narration():
    assert keys() == []
    assert len(keys(row(narration=None))) == 1
    with pytest.raises(ValueError, match="booking date"):
        keys(row(day=None))


# The machine may be busy: this is about keys, not about milliseconds.
@settings(deadline=None, max_examples=50)
@given(
    rows=st.lists(st.tuples(st.sampled_from([100, -100]), st.sampled_from(["A", "a ", "B"]),
                            st.sampled_from(["10", "11"])), max_size=12),
    seed=st.randoms(use_true_random=False),
)  # fmt: skip
def test_keys_are_a_function_of_each_file_and_unique(rows, seed):
    given_rows = [row(minor, text, f"AXIS_5010_20260310_{hour}") for minor, text, hour in rows]
    whole = keys(*given_rows) if given_rows else []
    assert len(set(whole)) == len(whole)
    # Files in any order and interleaved, rows in their own order: the same keys.
    hours = ["10", "11"]
    seed.shuffle(hours)
    apart = [one for hour in hours for one in given_rows if one[4].endswith(hour)]
    assert sorted(keys(*apart) if apart else []) == sorted(whole)


def test_narrations_as_python_reads_them():
    texts = pd.Series(["straße\u2003 x", None, " \n", "é"], dtype="string")

    assert normal_narration(texts).tolist() == ["STRASSE X", "", "", "É"]
