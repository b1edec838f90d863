"""What a replay warns of: false matches and lost ones, at none and just past it."""

import pytest

from reconciliation.trial import in_order, warnings, wrong_matches


def judged(found=10, wrong=0, expected=10):
    return {
        "pairs_found": found, "pairs_wrong": wrong, "pairs_expected": expected,
        "recall": f"{found / expected:.4f}",
    }  # fmt: skip


@pytest.mark.parametrize(("before", "after", "words"), [
    (judged(), judged(), []),
    (judged(wrong=2), judged(), []),
    (judged(), judged(wrong=1), ["1 of the matches that the changed rules make are wrong"]),
    (judged(found=9), judged(found=10), []),
    (judged(), judged(found=9), ["they find 9 of 10 (recall 0.9000), the rules in force 10"]),
    (judged(wrong=1), judged(found=8, wrong=2), ["2 of the matches", "the rules in force 10"]),
])  # fmt: skip
def test_each_with_its_numbers(before, after, words):
    result = {"truth": {"after": after, "before": before}}
    told = warnings(result)
    assert len(told) == len(words)
    for sentence, word in zip(told, words, strict=True):
        assert word in sentence
    assert wrong_matches(result) == after["pairs_wrong"]


@pytest.mark.parametrize("result", [{}, {"truth": None}, {"truth": {}}])
def test_where_nobody_knows_the_truth_nothing_is_said(result):
    assert warnings(result) == []
    assert wrong_matches(result) == 0


def test_before_comes_first():
    assert list(in_order({"after": 1, "before": 2})) == ["before", "after"]
    assert in_order(None) is None
