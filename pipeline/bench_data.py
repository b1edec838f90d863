"""Two sides for `bench match`, and the truth about them; the same for the same `rows` and `seed`.

Of `rows` ledger entries: 2 % stand in the bank with a few paise or a day between, 1 % without
their reference, 1 % as settlements of 20 lines to one credit, 0.5 % not at all, all others alike;
0.5 % more stand in the bank alone and 0.2 % twice.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

FIRST_DAY = 20_514  # 2026-03-02, in days since 1970
DAYS = 28
ACCOUNTS = 200
LINES = 20  # of one settlement
TOLERANCE_MINOR = 100
BANK_FIRST = 1_000_000_000  # the bank's ids begin here: ledger n is bank BANK_FIRST + n
SHARES = {"exact": 0.955, "tolerance": 0.02, "without_reference": 0.01, "settlement": 0.01}


@dataclass(frozen=True)
class Sides:
    """Arrow tables of (entry_id, account_id, amount_minor, day, moment, reference, reference_key,
    settlement); `pairs`: ledger id → bank id, 0 where it has none.
    """

    ledger: pa.Table
    bank: pa.Table
    pairs: Any
    kinds: Any  # of each ledger entry, an index into KINDS


KINDS = (*SHARES, "missing")
NAMELESS = KINDS.index("without_reference")


def sides(rows: int, seed: int = 1, first: int = 0, days: int = DAYS) -> Sides:
    """`first`: how many entries other calls have made; references go on after theirs."""
    random = np.random.default_rng(seed)
    sizes = [int(rows * share) for share in SHARES.values()]
    sizes[3] -= sizes[3] % LINES  # whole settlements
    sizes.append(rows - sum(sizes))
    kinds = np.repeat(np.arange(len(KINDS)), sizes)
    number = np.arange(1, rows + 1)
    ledger = {
        "entry_id": number,
        "account_id": random.integers(1, ACCOUNTS + 1, rows),
        # Distinct within an account and day, so that what has no reference is still told apart.
        "amount_minor": 100_00 + number * 7,
        "day": FIRST_DAY + random.integers(0, days, rows),
        "second": random.integers(0, 80_000, rows),
        "reference": 600_000_000_000 + 3 * first + random.permutation(rows * 3)[:rows],
    }
    settled = np.flatnonzero(kinds == KINDS.index("settlement"))
    settlement = np.full(rows, -1)
    settlement[settled] = np.arange(len(settled)) // LINES
    first_lines = settled[::LINES]
    for name in ("day", "account_id"):
        ledger[name][settled] = np.repeat(ledger[name][first_lines], LINES)

    single = np.flatnonzero(kinds <= NAMELESS)
    bank = {name: values[single].copy() for name, values in ledger.items()}
    bank["entry_id"] += BANK_FIRST
    bank["second"] += 60
    near = np.flatnonzero(kinds[single] == KINDS.index("tolerance"))
    bank["amount_minor"][near[::2]] += random.integers(1, TOLERANCE_MINOR + 1, len(near[::2]))
    bank["day"][near[1::2]] += 1
    nameless = kinds[single] == NAMELESS
    credits = {name: values[first_lines].copy() for name, values in ledger.items()}
    credits["entry_id"] += BANK_FIRST
    credits["amount_minor"] = ledger["amount_minor"][settled].reshape(-1, LINES).sum(axis=1)
    twice = random.choice(np.flatnonzero(kinds[single] == 0), int(rows * 0.002), replace=False)
    again = {name: values[twice].copy() for name, values in bank.items()}
    again["entry_id"] += BANK_FIRST
    again["second"] += 3600
    alone = {
        "entry_id": 3 * BANK_FIRST + np.arange(int(rows * 0.005)),
        "account_id": random.integers(1, ACCOUNTS + 1, int(rows * 0.005)),
        "amount_minor": 50_00 + 3 * np.arange(int(rows * 0.005)),
        "day": FIRST_DAY + random.integers(0, days, int(rows * 0.005)),
        "second": random.integers(0, 80_000, int(rows * 0.005)),
        "reference": 900_000_000_000 + first + np.arange(int(rows * 0.005)),
    }
    parts = [bank, credits, again, alone]
    whole = {name: np.concatenate([part[name] for part in parts]) for name in bank}
    blank = np.zeros(len(whole["entry_id"]), dtype=bool)
    blank[: len(single)] = nameless
    blank[len(single) : len(single) + len(credits["entry_id"])] = True
    held = np.full(len(whole["entry_id"]), -1)
    held[len(single) : len(single) + len(credits["entry_id"])] = np.arange(len(first_lines))
    pairs = np.zeros(rows, dtype="int64")
    pairs[single] = number[single] + BANK_FIRST
    pairs[settled] = np.repeat(number[first_lines] + BANK_FIRST, LINES)
    mixed = random.permutation(len(whole["entry_id"]))
    return Sides(
        _table(ledger, settlement >= 0, settlement, random.permutation(rows)),
        _table(whole, blank, held, mixed),
        pairs,
        kinds,
    )


def _table(columns: Any, blank: Any, settlement: Any, order: Any) -> pa.Table:
    """Shuffled: nothing lies beside its partner."""
    reference = pa.array(columns["reference"][order], mask=blank[order]).cast(pa.string())
    held = pa.array(settlement[order], mask=settlement[order] < 0)
    moments = (columns["day"] * 86_400 + columns["second"])[order] * 1_000_000
    return pa.table(
        {
            "entry_id": pa.array(columns["entry_id"][order], pa.int64()),
            "account_id": pa.array(columns["account_id"][order], pa.int32()),
            "amount_minor": pa.array(columns["amount_minor"][order], pa.int64()),
            "day": pa.array(columns["day"][order].astype("int32")).cast(pa.date32()),
            "moment": pa.array(moments, pa.timestamp("us", "UTC")),
            "reference": reference,
            "settlement": pc.binary_join_element_wise("SETL", held.cast(pa.string()), ""),
        }
    )
