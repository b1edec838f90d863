"""The hour that is measured is one: its rows are new, and matched beside a matched history."""

import pytest

from pipeline import bench_delta
from pipeline.bench_data import sides


@pytest.fixture(scope="module")
def measured():
    runs = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench_delta, "ROUNDS", 1)
        patch.setattr(bench_delta, "CHUNK_ENTRIES", 1_000)

        def counted(*given, **named):
            runs.append(reconcile(*given, **named))
            return runs[-1]

        reconcile = bench_delta.reconcile
        patch.setattr(bench_delta, "reconcile", counted)
        found = bench_delta.delta_beside_history(400, 1_000, 3_000, say=lambda words: None)
    return found, runs


def test_the_history_is_matched_whole(measured):
    found, runs = measured
    history = runs[:3]  # one chunk of the short one, two of the long
    assert [run["entries"] for run in history] == [954, 1_910, 954]
    assert all(run["groups_new"] * 2 == run["entries"] and not run["breaks"] for run in history)
    assert (found["history_small"], found["history_large"]) == (954, 2_864)


def test_the_hour_brings_what_is_new_and_no_more(measured):
    found, runs = measured
    made = sides(200, days=1)
    for hour in runs[3:]:
        assert hour["entries"] == len(made.ledger) + len(made.bank)
        assert hour["groups_new"] > 190
        assert hour["breaks"]
    assert len(runs) == 5
    assert found["ratio"] == pytest.approx(
        found["history_large_s"] / found["history_small_s"], abs=0.01
    )
