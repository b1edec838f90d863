"""How long to wait before asking again."""

import random


def backoff(attempt: int, longest: float, first: float = 2.0) -> float:
    """Seconds after attempt 1, 2, …: at most `first`, doubled each time, at most `longest`.

    Full jitter: workers that failed together do not come back together.
    """
    ceiling = min(first * 2.0 ** (attempt - 1), longest)
    return random.uniform(0, ceiling)  # noqa: S311  (no secret depends on it)
