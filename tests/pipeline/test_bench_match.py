"""What the benchmark measures is right: every engine finds its workload's pairs, and no other."""

import numpy as np
import pytest

from pipeline.bench_data import BANK_FIRST, KINDS, LINES, sides
from pipeline.bench_match import match_throughput

ROWS = 2_000


@pytest.fixture(scope="module")
def measured():
    return {
        engine: match_throughput(ROWS, engine=engine, with_peers=engine == "duckdb",
                                 say=lambda words: None)
        for engine in ("duckdb", "postgres")
    }  # fmt: skip


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_three_passes_find_all_but_those_without_a_reference(measured, engine):
    found = measured[engine]
    nameless = ROWS // 100
    missing = alone = ROWS // 200
    assert (found["wrong"], found["missed"]) == (0, 0)
    assert found["matches"] == ROWS - nameless - missing
    assert found["breaks"] == 2 * nameless + missing + alone + ROWS // 500


def test_the_full_set_finds_those_too(measured):
    assert measured["duckdb"]["full"] == {
        "matches": ROWS - ROWS // 200, "breaks": ROWS // 100 + ROWS // 500, "wrong": 0, "missed": 0,
    }  # fmt: skip


def test_only_what_was_asked_for_is_measured(measured):
    assert measured["duckdb"].keys() >= {"floor_s", "compute_s", "end_to_end_s", "full_s"}
    assert "postgres_s" not in measured["duckdb"]
    assert "compute_s" not in measured["postgres"]
    assert measured["duckdb"]["peers"]["pandas_merge"] > 0
    assert measured["postgres"]["peers"] == {}


def test_the_same_seed_gives_the_same_sides():
    one, again, other = sides(ROWS), sides(ROWS), sides(ROWS, seed=2)
    assert one.ledger.equals(again.ledger)
    assert one.bank.equals(again.bank)
    assert not one.ledger.equals(other.ledger)


def test_settlements_add_up_and_shares_are_as_said():
    made = sides(ROWS)
    counts = np.bincount(made.kinds)
    assert dict(zip(KINDS, counts / ROWS, strict=True)) == pytest.approx(
        {"exact": 0.955, "tolerance": 0.02, "without_reference": 0.01, "settlement": 0.01,
         "missing": 0.005}
    )  # fmt: skip
    bank = made.bank.to_pandas().set_index("entry_id")
    lines = made.ledger.to_pandas().dropna(subset="settlement")
    for settlement, group in lines.groupby("settlement"):
        credit = bank[bank["settlement"] == settlement]
        assert len(group) == LINES
        assert credit["amount_minor"].tolist() == [group["amount_minor"].sum()]
        assert set(made.pairs[group["entry_id"] - 1]) == {credit.index[0]}
    assert bank.index.min() > BANK_FIRST
