"""What the bank booked and what our ledger booked of each movement, right or wrong."""

import numpy as np
import pandas as pd

from simulator.accounts import ACCOUNTS_A_BANK
from simulator.business_days import Ints, hour_end
from simulator.movements import free_second
from simulator.world_columns import FILE_BANKS

GARBLED_AMOUNT = "1,23.4x"
NOT_AT_BANK = ("BANK_LOST", "CORE_FAILED_ALONE", "SUM_PART")
NOT_IN_LEDGER = (
    "CORE_LOST", "BANK_PENDING_ALONE", "BANK_FAILED_ALONE", "BANK_REVERSED", "SUM_WHOLE",
)  # fmt: skip
# Beyond a base of their own; the first two and the last two add up to the same whole.
SUM_PARTS = (11_00, 23_00, 14_00, 20_00)
SUM_BASE = (2_000_000, 9_000_000)
BANK_STATUS = {
    "BANK_FAILED": "FAILED", "BANK_FAILED_ALONE": "FAILED", "BOTH_FAILED": "FAILED",
    "BANK_PENDING": "PENDING", "BANK_PENDING_ALONE": "PENDING",
}  # fmt: skip
CORE_STATUS = {"CORE_FAILED": "FAILED", "CORE_FAILED_ALONE": "FAILED", "BOTH_FAILED": "FAILED"}
REVERSED = ("BANK_REVERSED", "BOTH_REVERSED")
REVERSAL_SECONDS = ((1_200, 2_400), (18_000, 72_000))  # every other one takes hours
CUT_TO = 13  # characters of a UTR, of 16 or 22
SHORT_BY = (15, 128)  # sevens of paise: 1 to 9 rupees, no bank's charge; no movement is below 10


def bank_rows(rng: np.random.Generator, moves: pd.DataFrame) -> pd.DataFrame:
    """Every row of every bank, in no order: movement, bank, account, amount, rail, reference,
    party, party_bank, currency, at, visible_at, pending_until, status, amount_text, first_minor,
    is_refused, case.
    """
    rows = moves.assign(movement=moves.index, is_reversal=False)
    rows = rows[~rows["case"].isin(NOT_AT_BANK)]
    size = rows["amount"].abs()
    off = 7 * rng.integers(*SHORT_BY, size=len(rows))
    size = size - off * rows["case"].eq("BANK_SHORT") + off * rows["case"].eq("BANK_OVER")
    told = np.sign(rows["amount"]) * (size + off)
    rows = rows.assign(
        amount=np.sign(rows["amount"]) * size,
        first_minor=told.where(rows["case"].eq("RESTATED"), 0),
        reference=rows["reference"].mask(
            rows["case"].eq("BANK_CUT"), rows["reference"].str.slice(0, CUT_TO)
        ),
        status=rows["case"].map(BANK_STATUS).fillna("SUCCESS"),
        amount_text=pd.Series("", index=rows.index, dtype="str")
        .mask(rows["case"].eq("GARBLED"), GARBLED_AMOUNT),
    )  # fmt: skip
    twice = rows[rows["case"].eq("BANK_TWICE")]
    twice = _moved(rows, twice, rng.integers(60, 120, size=len(twice)))
    twins = rows[rows["case"].eq("BANK_TWINS")]
    reversals = _reversals(rng, rows)
    return pd.concat([rows, twice, twins, reversals], ignore_index=True)


def core_rows(
    rng: np.random.Generator, moves: pd.DataFrame, reversals: pd.DataFrame
) -> pd.DataFrame:
    """The ledger's rows of bank movements: movement, account, amount, currency, status, rail,
    reference, booked, updated, case. `reversals` are the bank's rows that undo another.
    """
    rows = moves.assign(
        movement=moves.index, booked=moves["core_at"], updated=moves["core_updated"]
    )
    rows = rows[~rows["case"].isin(NOT_IN_LEDGER)]
    account = rows["account"].to_numpy()
    sibling = account // ACCOUNTS_A_BANK * ACCOUNTS_A_BANK + (account + 1) % ACCOUNTS_A_BANK
    rows = rows.assign(
        account=np.where(rows["case"].eq("CORE_ACCOUNT"), sibling, account),
        amount=rows["amount"].where(~rows["case"].eq("CORE_DIRECTION"), -rows["amount"]),
        currency=rows["currency"].mask(rows["case"].eq("CORE_CURRENCY"), "USD"),
        reference=rows["reference"].mask(rows["case"].eq("CORE_BARE")),
        status=rows["case"].map(CORE_STATUS).fillna("SUCCESS"),
    )  # fmt: skip
    in_parts = rows["case"].eq("CORE_PARTS")
    part = rows["amount"] // 3
    rest = rows[in_parts].assign(amount=part[in_parts])
    rows["amount"] = rows["amount"].mask(in_parts, rows["amount"] - part)
    twice = rows[rows["case"].eq("CORE_TWICE")]
    gap = rng.integers(120, 300, size=len(twice))
    twice = twice.assign(booked=twice["booked"] + gap, updated=twice["updated"] + gap)
    undone = reversals[reversals["case"].eq("BOTH_REVERSED")]
    booked = undone["at"] + rng.integers(5, 60, size=len(undone))
    undone = undone.assign(booked=booked, updated=booked)
    return pd.concat([rows, rest, twice, undone[rows.columns]], ignore_index=True)


def amounts_of_two_sums(rng: np.random.Generator, moves: pd.DataFrame) -> pd.Series:
    """The amounts of `moves` where, at each bank, the SUM_WHOLE is the sum of two of the SUM_PARTs
    and of the other two.
    """
    amount = moves["amount"].copy()
    for bank in moves.loc[moves["case"].eq("SUM_WHOLE"), "bank"].unique():
        own = moves["bank"].eq(bank)
        base = int(rng.integers(*SUM_BASE))
        parts = own & moves["case"].eq("SUM_PART")
        sign = np.sign(amount)
        amount[parts] = sign[parts] * (base + np.array(SUM_PARTS))
        whole = own & moves["case"].eq("SUM_WHOLE")
        amount[whole] = sign[whole] * (2 * base + sum(SUM_PARTS[:2]))
    return amount


def refused_keys(rows: pd.DataFrame) -> Ints:
    """The account-hours whose file lies, as hour end * 64 + account."""
    refused = rows[rows["is_refused"]]
    return np.unique(hour_end(refused["at"].to_numpy()) * 64 + refused["account"].to_numpy())


def _reversals(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """The credits that undo a debit; none in a file that is refused."""
    undone = rows[rows["case"].isin(REVERSED)]
    quick, slow = (rng.integers(*span, size=len(undone)) for span in REVERSAL_SECONDS)
    is_slow = undone["case"].eq("BANK_REVERSED") & undone.duplicated(["bank", "case"])
    at = undone["at"].to_numpy() + np.where(is_slow, slow, quick)
    in_refused = np.isin(hour_end(at) * 64 + undone["account"].to_numpy(), refused_keys(rows))
    at = np.where(in_refused, at + 7_200, at)
    undone = _moved(rows, undone, at - undone["at"].to_numpy())
    return undone.assign(amount=-undone["amount"], is_reversal=True)


def _moved(rows: pd.DataFrame, copies: pd.DataFrame, seconds: Ints) -> pd.DataFrame:
    """`copies` later by `seconds`, each in a second of its own account that is free."""
    account = copies["account"].to_numpy()
    at = free_second(rows, account, copies["at"].to_numpy() + seconds)
    by_file = copies["bank"].isin(FILE_BANKS)
    return copies.assign(at=at, visible_at=np.where(by_file, hour_end(at), at))
