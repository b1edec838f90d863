"""Our accounts at five banks, two of them in money without paise, and the gateway's for us."""

import numpy as np
import pandas as pd

from simulator.business_days import Ints, dates
from simulator.identifiers import scattered

# As each bank writes them: leading zeros are part of the number.
PREFIX_AND_WIDTH = {
    "hdfc": ("5010", 14),
    "icici": ("0405", 12),
    "sbi": ("000000", 17),
    "axis": ("91", 15),
    "kotak": ("64", 10),
}
ACCOUNTS_A_BANK = 2  # in rupees
# Besides: accounts in money of no and of three decimals.
FOREIGN = (("hdfc", "JPY"), ("hdfc", "KWD"))
RUPEE_ACCOUNTS = ACCOUNTS_A_BANK * len(PREFIX_AND_WIDTH)
IFSC = {
    "hdfc": "HDFC0000240", "icici": "ICIC0000405", "sbi": "SBIN0001537",
    "axis": "UTIB0000173", "kotak": "KKBK0000958",
}  # fmt: skip
GATEWAY_ACCOUNT = "RZPCLEARING01"  # where core and mobile book orders
MERCHANT_ID = "ACMERETAIL001"


def draw_accounts(rng: np.random.Generator) -> pd.DataFrame:
    """Columns bank, account_number, currency: ACCOUNTS_A_BANK of each bank, in the banks' order,
    then FOREIGN.
    """
    rupees, foreign = [], []
    for bank, (prefix, width) in PREFIX_AND_WIDTH.items():
        currencies = ["INR"] * ACCOUNTS_A_BANK + [code for at, code in FOREIGN if at == bank]
        numbers = prefix + scattered(rng, len(currencies), width - len(prefix))
        own = pd.DataFrame({"bank": bank, "account_number": numbers, "currency": currencies})
        rupees.append(own.iloc[:ACCOUNTS_A_BANK])
        foreign.append(own.iloc[ACCOUNTS_A_BANK:])
    return pd.concat([*rupees, *foreign], ignore_index=True)


def opening_balances(accounts: pd.DataFrame, debits: Ints, first_day: int) -> pd.DataFrame:
    """World.accounts: enough in each account at go-live that no row overdraws it.

    `debits` is what each account will pay out, in minor units, positive.
    """
    opening = 50_000_000_00 + (debits // 1_000_000_00) * 1_000_000_00
    return pd.DataFrame(
        {
            "account_number": accounts["account_number"],
            "bank_code": accounts["bank"].str.upper(),
            "currency": accounts["currency"],
            "opening_date": dates(np.full(len(accounts), first_day - 1)),
            "opening_ledger_minor": opening,
            "opening_statement_minor": opening,
        }
    )
