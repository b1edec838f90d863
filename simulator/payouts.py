"""Credits of the gateway at our banks beside the one that each settlement has."""

import numpy as np
import pandas as pd

from simulator.accounts import ACCOUNTS_A_BANK
from simulator.business_days import plus_business_days, start_of
from simulator.identifiers import settlement_utrs

PAID_MORE = ("PAID_ELSEWHERE", "PAID_AGAIN")  # at another bank; on the bank's other account
AGAIN_SECONDS = 1_800


def stray_credit(rng: np.random.Generator, anchor: int, accounts: int) -> pd.DataFrame:
    """A payout that reached our bank and that no feed of the gateway knows."""
    day = plus_business_days(np.array([(anchor + 19_800) // 86_400]), -3)
    at = start_of(day) + 50_000 + rng.integers(3_600, size=1)
    return pd.DataFrame(
        {
            "account": rng.integers(accounts, size=1),
            "amount": rng.integers(2_000_000, 9_000_000, size=1),
            "reference": settlement_utrs(rng, at),
            "at": at,
            "case": "STRAY",
        }
    )


def rest_credits(headers: pd.DataFrame) -> pd.DataFrame:
    """The second parts of what is paid in two, as `second_credits`."""
    split = headers[headers["case"].eq("SPLIT")]
    return pd.DataFrame(
        {
            "account": split["credit_account"],
            "amount": split["rest"],
            "reference": split["utr"],
            "at": split["credit_at"] + AGAIN_SECONDS,
            "case": "SPLIT_REST",
        }
    )


def second_credits(headers: pd.DataFrame, accounts: int) -> pd.DataFrame:
    """The payouts that arrived once more: account, amount, reference, at, case."""
    paid = headers[headers["case"].isin(PAID_MORE)]
    own = paid["credit_account"]
    bank, place = own // ACCOUNTS_A_BANK * ACCOUNTS_A_BANK, own % ACCOUNTS_A_BANK
    is_elsewhere = paid["case"].eq("PAID_ELSEWHERE")
    sibling = bank + (place + 1) % ACCOUNTS_A_BANK
    return pd.DataFrame(
        {
            "account": sibling.mask(is_elsewhere, (own + ACCOUNTS_A_BANK) % accounts),
            "amount": paid["credit"],
            "reference": paid["utr"],
            "at": paid["credit_at"] + AGAIN_SECONDS,
            "case": paid["case"],
        }
    )
