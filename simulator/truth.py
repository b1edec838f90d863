"""What an engine must find in a world, from the world's own knowledge, and how it did.

Truth is made of intent (`World.links` says what belongs together), never of references, so it
shares no code and no clue with what it judges.
"""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from simulator.business_days import epoch
from simulator.comparison import Comparison, compare_with
from simulator.truth_bank import core_bank
from simulator.truth_findings import BREAK_COLUMNS, PAIR_COLUMNS, Findings
from simulator.truth_orders import core_gateway_mobile
from simulator.truth_settlements import gateway_settlement, settlement_bank
from simulator.world import BANKS, World


@dataclass(frozen=True, slots=True)
class Truth:
    """`pairs`: PAIR_COLUMNS, a row a seat; `breaks`: BREAK_COLUMNS, blank txn_id for no entry."""

    pairs: pd.DataFrame
    breaks: pd.DataFrame

    def of(self, reconciliation: str) -> "Truth":
        """What of it is one reconciliation's."""
        pairs, breaks = self.pairs, self.breaks
        return Truth(
            pairs[pairs["reconciliation"] == reconciliation],
            breaks[breaks["reconciliation"] == reconciliation],
        )


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
    return Truth(_all_pairs(found), _all_breaks(found))


def compare(expected: Truth, matches: pd.DataFrame, breaks: pd.DataFrame) -> dict[str, int]:
    """How `export matches` and `export breaks` (their CSV columns, as text) meet the truth.

    Gives pairs_expected, pairs_found, pairs_wrong, breaks_expected, breaks_found,
    breaks_missed, breaks_unexpected.
    """
    return compare_with(expected.pairs, expected.breaks, matches, breaks).counts()


def differences(expected: Truth, matches: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """The rows that differ, for people: problem, reconciliation, code, source, txn_id, group."""
    return compare_with(expected.pairs, expected.breaks, matches, breaks).differences()


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
