"""The judge tells right from wrong, the worlds are as said, and a small one is met."""

import pandas as pd
import pytest

from pipeline.accuracy_cases import CASES, TURNS, world
from pipeline.bench_accuracy import accuracy, judge, seeds_of

STORIES = 1


@pytest.fixture(scope="module")
def measured():
    steps = []
    found = accuracy([3, 4], STORIES, lambda *step: steps.append(step))
    return found, steps


def test_a_small_world_is_met_case_by_case(measured):
    found, steps = measured
    whole = found["all"]
    assert found["is_met"]
    assert (whole["false"], whole["missed"], whole["matched"], whole["silent"]) == (0, 0, 0, 0)
    assert whole["cases"] == []
    assert whole["recall"] == 1
    assert whole["right"] == whole["decidable"] > 45
    assert whole["ambiguous"] > 0 < whole["suggested"]
    assert whole["ambiguous"] + whole["suggested"] == whole["undecidable"]
    assert [done for done, *_ in steps] == [0, 1, 2]


def test_the_same_seed_gives_the_same_world_and_every_case():
    one, again, other = world(3, STORIES), world(3, STORIES), world(4, STORIES)
    pd.testing.assert_frame_equal(one, again)
    assert not one["rrn"].equals(other["rrn"])
    assert set(one["case"]) == set(CASES)
    assert set(one["turn"]) == set(range(TURNS))
    assert not set(one["key"]) & set(other["key"])
    assert not (one["undecidable"] & one["group"].notna()).any()


def groups(*keys):
    return pd.DataFrame({"keys": [list(one) for one in keys]})


def said(**words):
    return pd.DataFrame(
        [{"entry_key": key, "said": word} for key, word in words.items()],
        columns=["entry_key", "said"],
    )


TOLD = pd.DataFrame(
    [
        {"case": case, "key": key, "story": key[0], "group": group, "undecidable": undecidable,
         "is_last": is_last}
        for case, key, group, undecidable, is_last in [
            ("exact", "aL", "a", False, True), ("exact", "aE", "a", False, True),
            ("late", "bL", "b", False, True), ("late", "bE", "b", False, True),
            ("late", "bE", None, False, False),
            ("alike", "cL", None, True, True), ("alike", "cE", None, True, True),
            ("alone", "dL", None, False, True),
        ]
    ]
)  # fmt: skip
RIGHT = [("aL", "aE"), ("bE", "bL")]


@pytest.mark.parametrize(
    ("found", "words", "expected"),
    [
        pytest.param(RIGHT, {"cL": "ambiguous", "cE": "ambiguous"},
                     {"right": 2, "false": 0, "missed": 0, "ambiguous": 1}, id="right"),
        pytest.param(RIGHT, {"cL": "ambiguous", "cE": "suggested"}, {"suggested": 1}, id="either"),
        pytest.param(RIGHT, {"cL": "ambiguous"}, {"silent": 1, "cases": {"alike"}}, id="silent"),
        pytest.param(RIGHT[:1], {}, {"right": 1, "missed": 1, "false": 0}, id="missed"),
        pytest.param([("aL", "bE"), RIGHT[0]], {}, {"false": 1, "missed": 1}, id="false"),
        pytest.param([("aL", "aE", "dL")], {}, {"false": 1, "missed": 2}, id="one too many"),
        pytest.param([*RIGHT, ("cL", "cE")], {}, {"false": 1, "matched": 1}, id="undecidable"),
        pytest.param([], {}, {"right": 0, "missed": 2, "false": 0}, id="nothing"),
    ],
)  # fmt: skip
def test_the_judge(found, words, expected):
    judged = judge(TOLD, groups(*found), said(**words))
    assert {name: getattr(judged, name) for name in expected} == expected
    assert judged.is_met == (
        judged.right == 2 and not judged.false and not judged.silent
    )  # of two, one missed is far below the bar


@pytest.mark.parametrize(
    ("words", "seeds"), [("1-3", [1, 2, 3]), ("7", [7]), ("3,1-2,3", [1, 2, 3])]
)
def test_seeds(words, seeds):
    assert seeds_of(words) == seeds


@pytest.mark.parametrize("words", ["", "x", "1-", "1-2-3"])
def test_what_is_no_list_of_seeds(words):
    with pytest.raises(ValueError, match="invalid literal"):
        seeds_of(words)
