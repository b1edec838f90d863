"""What an engine must find in a world, from the world's own knowledge, and how it did.

Truth is made of intent (`World.links` says what belongs together), never of references, so it
shares no code and no clue with what it judges.
"""

from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from simulator.bookings import SUM_PARTS
from simulator.business_days import epoch
from simulator.comparison import SEAT, Comparison, compare_with
from simulator.truth_bank import core_bank
from simulator.truth_findings import BREAK_COLUMNS, PAIR_COLUMNS, Findings
from simulator.truth_orders import core_gateway_mobile
from simulator.truth_seen import numbers
from simulator.truth_settlements import gateway_settlement, settlement_bank
from simulator.world import BANKS, World


@dataclass(frozen=True, slots=True)
class Truth:
    """`pairs`: PAIR_COLUMNS, a row a seat; `breaks`: BREAK_COLUMNS, blank txn_id for no entry;
    `undecided`: reconciliation, source, txn_id of entries that are nobody's for certain. They
    are breaks too, and something must be said of them.
    """

    pairs: pd.DataFrame
    breaks: pd.DataFrame
    undecided: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=SEAT))

    def of(self, reconciliation: str) -> "Truth":
        """What of it is one reconciliation's."""
        frames = (self.pairs, self.breaks, self.undecided)
        return Truth(*(frame[frame["reconciliation"] == reconciliation] for frame in frames))


def truth(world: World, as_of: datetime) -> Truth:
    """All groups and live breaks of the eight reconciliations at `as_of`.

    `as_of` is the end of the last hour reconciled; ValueError outside the world's time.
    """
    if not world.history.start < as_of <= world.end:
        raise ValueError(f"the world knows nothing of {as_of.isoformat()}")
    now = epoch(as_of)
    found = {f"core_{bank}": core_bank(world, bank, now) for bank in BANKS}
    found["core_gateway_mobile"] = core_gateway_mobile(world, now)
    found["gateway_settlement"] = gateway_settlement(world, now)
    found["settlement_bank"] = settlement_bank(world, now)
    breaks = _all_breaks(found)
    return Truth(_all_pairs(found), breaks, _undecided(world, breaks))


def compare(
    expected: Truth, matches: pd.DataFrame, breaks: pd.DataFrame, candidates: pd.DataFrame
) -> dict[str, int]:
    """How `export matches`, `breaks` and `candidates` (their CSV columns, as text) meet the truth.

    Gives pairs_expected, pairs_found, pairs_wrong, breaks_expected, breaks_found,
    breaks_missed, breaks_unexpected, undecidable, undecidable_silent.
    """
    return _compared(expected, matches, breaks, candidates).counts()


def differences(
    expected: Truth, matches: pd.DataFrame, breaks: pd.DataFrame, candidates: pd.DataFrame
) -> pd.DataFrame:
    """The rows that differ, for people: problem, reconciliation, code, source, txn_id, group."""
    return _compared(expected, matches, breaks, candidates).differences()


def _compared(expected: Truth, *made_of: pd.DataFrame) -> Comparison:
    matches, breaks, candidates = made_of
    return compare_with(
        expected.pairs, expected.breaks, expected.undecided, (matches, breaks, candidates)
    )


def _undecided(world: World, breaks: pd.DataFrame) -> pd.DataFrame:
    """Of a movement that is the sum of others in two ways, once all of them are breaks."""
    movements = pd.concat([numbers(world, "SUM_WHOLE"), numbers(world, "SUM_PART")])
    ids = [world.core["txn_id"][world.links.core["movement"].isin(movements)]]
    ids += [
        world.bank(bank)["transaction_id"][world.links.banks[bank]["movement"].isin(movements)]
        for bank in BANKS
    ]
    named = breaks[breaks["txn_id"].isin(pd.concat(ids)) & breaks["code"].str.startswith("MIS_")]
    sizes = named.groupby("reconciliation")["txn_id"].transform("size")
    return named.loc[sizes.eq(1 + len(SUM_PARTS)), SEAT].reset_index(drop=True)


def _all_pairs(found: dict[str, Findings]) -> pd.DataFrame:
    frames = [one.pairs.assign(reconciliation=name) for name, one in found.items()]
    pairs = pd.concat(frames, ignore_index=True)
    pairs["group_no"] = pairs.groupby(["reconciliation", "group"], sort=False).ngroup()
    pairs = pairs.astype({"is_interchangeable": "bool", "source": "str", "txn_id": "str"})
    return pairs[PAIR_COLUMNS]


def _all_breaks(found: dict[str, Findings]) -> pd.DataFrame:
    frames = [one.breaks.assign(reconciliation=name) for name, one in found.items()]
    breaks = pd.concat(frames, ignore_index=True)[BREAK_COLUMNS].astype("str")
    return breaks.sort_values(BREAK_COLUMNS, ignore_index=True)


__all__ = ["Comparison", "Truth", "compare", "differences", "truth"]
