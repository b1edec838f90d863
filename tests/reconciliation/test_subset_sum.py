"""All sets that add up, and the bound that is a result of its own."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.subset_sum import AMOUNTS_MAX, AMOUNTS_MAX_NEAR, ANSWERS_KEPT, subset_sums


@pytest.mark.parametrize(
    ("amounts", "target", "only"),
    [
        ([100, 250, 999], 350, (0, 1)),
        ([100, 250, 999], 351, None),
        ([100, 250, 350], 350, (0, 1)),  # one amount alone is no sum
        ([100, 200, 300, 400], 500, None),  # 100 + 400, 200 + 300
        ([-100, -250], -350, (0, 1)),
        ([], 0, None),
        ([5, -5], 0, (0, 1)),
        ([1 << 62, 1 << 62], 1 << 63, (0, 1)),
    ],
)
def test_the_only_answer(amounts, target, only):
    assert subset_sums(amounts, target).only == only


def test_two_answers_are_both_told_the_smaller_set_first():
    found = subset_sums([100, 200, 300, 400], 700)
    assert found.answers == ((2, 3), (0, 1, 3))
    assert (found.count, found.only) == (2, None)


@pytest.mark.parametrize(("count", "is_searched"), [(AMOUNTS_MAX, True), (AMOUNTS_MAX + 1, False)])
def test_the_bound_of_exact_sums(count, is_searched):
    found = subset_sums([1 << place for place in range(count)], 3)
    assert (found.is_searched, found.only) == (is_searched, (0, 1) if is_searched else None)


@pytest.mark.parametrize("extra", [0, 1])
def test_the_bound_with_a_tolerance(extra):
    amounts = [1000 << place for place in range(AMOUNTS_MAX_NEAR + extra)]
    found = subset_sums(amounts, 3001, tolerance=1)
    assert found.is_searched == (extra == 0)


@pytest.mark.parametrize(("off", "is_found"), [(0, True), (7, True), (-7, True), (8, False)])
def test_the_tolerance(off, is_found):
    assert bool(subset_sums([1000, 2000], 3000 + off, tolerance=7).count) == is_found


def test_no_tolerance_below_nought():
    with pytest.raises(ValueError, match="-1"):
        subset_sums([1, 2], 3, tolerance=-1)


@given(st.lists(st.integers(-50, 50), max_size=8), st.integers(-100, 100), st.integers(0, 3))
def test_it_finds_what_trying_each_finds(amounts, target, tolerance):
    tried = [
        places
        for size in range(2, len(amounts) + 1)
        for places in combinations(range(len(amounts)), size)
        if abs(sum(amounts[place] for place in places) - target) <= tolerance
    ]
    found = subset_sums(amounts, target, tolerance=tolerance)
    assert found.count == len(tried)
    assert list(found.answers) == tried[:ANSWERS_KEPT]
