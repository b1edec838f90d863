"""Sources are staged by several threads: each gets the verdict on its own rows."""

from concurrent.futures import ThreadPoolExecutor

import pandas as pd

from expectations.judge import failing_facts

ROUNDS = 24


def test_threads_do_not_get_each_others_verdicts():
    frames = [
        pd.DataFrame({f"fact_{number % 3}": [True] * 50 + [number % 2 == 0]})
        for number in range(ROUNDS)
    ]
    with ThreadPoolExecutor(3) as pool:
        verdicts = list(pool.map(failing_facts, frames))

    assert verdicts == [
        [] if number % 2 == 0 else [f"fact_{number % 3}"] for number in range(ROUNDS)
    ]
