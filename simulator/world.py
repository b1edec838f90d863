"""A world as it is handed about: what each party says happened, and what really did.

Frames hold what goes over the wire and, in further columns, when it could be seen, so that a
server can answer as at any moment. Moments are `datetime64[us, UTC]` in whole seconds, except in
the gateway's frames, which keep Razorpay's epoch seconds. Amounts are integers in minor units.
`simulator.world_building` draws one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from reconciliation.model import HOUR, Interval
from simulator.world_columns import (
    ACCOUNT_COLUMNS,
    BALANCE_COLUMNS,
    BANK_COLUMNS,
    BANKS,
    FILE_BANKS,
    FILE_COLUMNS,
    LEDGER_COLUMNS,
    LINE_FIELDS,
    PAYMENT_FIELDS,
    PAYMENT_HISTORY,
    REFUND_FIELDS,
    REFUND_HISTORY,
    SETTLEMENT_FIELDS,
)

__all__ = [
    "ACCOUNT_COLUMNS",
    "BALANCE_COLUMNS",
    "BANKS",
    "BANK_COLUMNS",
    "FILE_BANKS",
    "FILE_COLUMNS",
    "LEDGER_COLUMNS",
    "LINE_FIELDS",
    "PAYMENT_FIELDS",
    "PAYMENT_HISTORY",
    "REFUND_FIELDS",
    "REFUND_HISTORY",
    "SETTLEMENT_FIELDS",
    "Links",
    "World",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Links:
    """What belongs together: the world's intent, never sent to anyone.

    Each frame runs parallel to its namesake and says which true movement of a bank account
    (`movement`), or which payment or refund of an order (`leg`), a row tells of; -1 where none.
    """

    core: pd.DataFrame  # movement, leg
    mobile: pd.DataFrame  # leg
    payments: pd.DataFrame  # leg
    refunds: pd.DataFrame  # leg
    settlements: pd.DataFrame  # movement, rest: of one paid in two parts
    banks: Mapping[str, pd.DataFrame]  # movement
    cases: pd.DataFrame  # what was injected: kind (movement, leg, settlement), number, case
    jumps: pd.DataFrame  # bank, account_number, day, code, amount_minor


@dataclass(frozen=True, slots=True)
class World:
    seed: int
    rows: int  # ledger entries a day
    history: Interval  # go-live to the anchor; the world itself runs a day further
    banks: Mapping[str, pd.DataFrame]
    payments: pd.DataFrame
    refunds: pd.DataFrame
    settlements: pd.DataFrame
    settlement_lines: pd.DataFrame
    core: pd.DataFrame
    mobile: pd.DataFrame
    balances: pd.DataFrame
    accounts: pd.DataFrame
    files: pd.DataFrame
    links: Links

    def bank(self, name: str) -> pd.DataFrame:
        """BANK_COLUMNS of one of BANKS, by account and time."""
        return self.banks[name]

    @property
    def anchor(self) -> datetime:
        return self.history.end

    @property
    def end(self) -> datetime:
        """Nothing is known past this moment."""
        return self.history.end + timedelta(days=1)

    @property
    def last_hour(self) -> Interval:
        return Interval(self.history.end - HOUR, self.history.end)
