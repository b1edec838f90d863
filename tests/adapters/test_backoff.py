"""Waiting: doubled each time, never longer than allowed, not all together."""

import pytest

from adapters.backoff import backoff


@pytest.mark.parametrize(
    ("attempt", "longest", "most"),
    [(1, 20, 2), (2, 20, 4), (4, 20, 16), (5, 20, 20), (60, 20, 20), (3, 0.5, 0.5), (3, 0, 0)],
)
def test_a_random_share_of_a_ceiling_that_doubles(attempt, longest, most):
    waits = [backoff(attempt, longest) for _ in range(200)]
    assert min(waits) >= 0
    assert most * 0.8 <= max(waits) <= most
    assert len(set(waits)) > 1 or most == 0


def test_the_first_one_may_be_shorter():
    assert max(backoff(3, 20, first=0.5) for _ in range(200)) <= 2
