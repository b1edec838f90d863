"""What moved on our bank accounts outside the gateway, and when each side could tell of it.

A movement is one true event: the bank's row and the ledger's come of it. Times in epoch seconds.
"""

import numpy as np
import pandas as pd

from simulator.business_days import Ints, days_of, hour_end, start_of
from simulator.identifiers import digits, neft_utrs, rrns, rtgs_utrs
from simulator.narration import CITIES, NAMES, NOTES
from simulator.orders import LATE_SECONDS, booked, draw_amounts, draw_times
from simulator.world_columns import FILE_BANKS

RAILS = np.array(["UPI", "IMPS", "NEFT", "RTGS", "ATM", "POS"])
RAIL_WEIGHTS = (0.5, 0.18, 0.12, 0.03, 0.07, 0.1)
RTGS_LEAST = 2_000_000_00
CREDIT_SHARE = 0.55
LATE_ROW_SHARE = 0.015
PENDING_SHARE = 0.012
REPEATED_RRN_SHARE = 0.003
FAR_APART = 26 * 3_600
MIDNIGHT_SHARE = 0.02
MIDNIGHT_SECONDS = 25  # so near that the other side books on the other day
PARTY_BANKS = np.array(["SBIN", "HDFC", "ICIC", "UTIB", "YESB", "PUNB"])


def draw_movements(
    rng: np.random.Generator, accounts: pd.DataFrame, start: int, end: int, per_day: int
) -> pd.DataFrame:
    """One row a movement. `account` is a row of `accounts`; `pending_until` 0 for never.

    Within an account no two share a second, so that its running balance has one order.
    """
    at = _about_midnight(rng, draw_times(rng, start, end, per_day))
    count = len(at)
    account = rng.integers(len(accounts), size=count)
    at = _one_a_second(account, at)
    keep = at < end
    at, account, count = at[keep], account[keep], int(keep.sum())
    rail = RAILS[rng.choice(len(RAILS), size=count, p=RAIL_WEIGHTS)]
    # Other money than rupees comes and goes by wire.
    rail = np.where(accounts["currency"].eq("INR").to_numpy()[account], rail, "NEFT")
    amount = draw_amounts(rng, count)
    amount = np.where(rail == "RTGS", amount + RTGS_LEAST, amount)
    amount = np.where(rail == "ATM", amount // 10_000 * 10_000 + 50_000, amount)
    is_credit = (rng.random(count) < CREDIT_SHARE) & ~np.isin(rail, ("ATM", "POS"))
    party_bank = PARTY_BANKS[rng.integers(len(PARTY_BANKS), size=count)]
    moves = pd.DataFrame(
        {
            "bank": accounts["bank"].to_numpy()[account],
            "account": account,
            "currency": accounts["currency"].to_numpy()[account],
            "amount": np.where(is_credit, amount, -amount),
            "rail": rail,
            "party_bank": party_bank,
            "reference": _references(rng, rail, party_bank, at).to_numpy(),
            "at": at,
        }
    )
    moves = pd.concat([moves, _wording(rng, count)], axis="columns")
    _book(rng, moves)
    _show(rng, moves)
    return moves


def movements_of_settlements(rng: np.random.Generator, credits: pd.DataFrame) -> pd.DataFrame:
    """The gateway's payouts (bank, account, amount, reference, at) as movements like the others."""
    moves = credits.assign(
        rail="SETTLEMENT",
        currency="INR",
        party_bank="RATN",
        reference=credits["reference"].str.upper(),
    )
    moves = pd.concat([moves, _wording(rng, len(moves))], axis="columns")
    moves["core_at"] = moves["at"] + rng.integers(1, 120, size=len(moves))
    moves["core_updated"] = moves["core_at"]
    moves["visible_at"] = _first_seen(moves)
    moves["pending_until"] = 0
    moves["is_plain"] = False
    return moves


def repeat_references(rng: np.random.Generator, moves: pd.DataFrame, anchor: int) -> None:
    """Give some movements another one's RRN, as banks do: an RRN alone names nothing."""
    is_rrn = moves["rail"].isin(("UPI", "IMPS")) & moves["is_plain"]
    settled = (moves["at"] - anchor).abs() > 7_200
    pool = rng.permutation(np.flatnonzero(is_rrn & settled))
    half = min(len(pool) // 2, max(1, int(len(pool) * REPEATED_RRN_SHARE)))
    one, other = pool[:half], pool[half : 2 * half]
    first, second = moves.iloc[one], moves.iloc[other]
    apart = np.abs(first["at"].to_numpy() - second["at"].to_numpy()) > FAR_APART
    elsewhere = first["account"].to_numpy() != second["account"].to_numpy()
    unequal = first["amount"].abs().to_numpy() != second["amount"].abs().to_numpy()
    keep = elsewhere | (apart & unequal)
    references = moves["reference"].to_numpy(copy=True)
    references[other[keep]] = references[one[keep]]
    moves["reference"] = references
    is_plain = moves["is_plain"].to_numpy(copy=True)
    is_plain[one] = False
    is_plain[other] = False
    moves["is_plain"] = is_plain


def free_second(moves: pd.DataFrame, account: Ints, wanted: Ints) -> Ints:
    """The first second at or after `wanted` in which nothing moves on the account."""
    taken = moves["at"].to_numpy() * 64 + moves["account"].to_numpy()
    found = wanted.copy()
    while (clash := np.isin(found * 64 + account, taken)).any():
        found[clash] += 1
    return found


def _wording(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """What a bank's narration needs besides the reference."""
    columns = {"name": NAMES, "note": NOTES, "city": CITIES}
    drawn = {name: words[rng.integers(len(words), size=count)] for name, words in columns.items()}
    person = digits(rng.integers(10**10, size=count), 10)
    return pd.DataFrame({**drawn, "handle": person + "@upi"}).astype("str")


def _about_midnight(rng: np.random.Generator, at: Ints) -> Ints:
    """Some of these moments moved to the seconds before and after their day's end; sorted."""
    off = rng.integers(-MIDNIGHT_SECONDS, MIDNIGHT_SECONDS, size=len(at))
    moved = start_of(days_of(at) + 1) + off
    found: Ints = np.sort(np.where(rng.random(len(at)) < MIDNIGHT_SHARE, moved, at))
    return found


def _one_a_second(account: Ints, at: Ints) -> Ints:
    frame = pd.DataFrame({"account": account, "at": at})
    place = frame.groupby("account").cumcount()
    return ((frame["at"] - place).groupby(frame["account"]).cummax() + place).to_numpy()


def _references(
    rng: np.random.Generator, rail: np.ndarray, party_bank: np.ndarray, at: Ints
) -> pd.Series:
    bank4 = pd.Series(party_bank, dtype="str")
    reference = rrns(rng, at)
    reference = reference.mask(rail == "NEFT", neft_utrs(rng, bank4, at))
    return reference.mask(rail == "RTGS", rtgs_utrs(rng, bank4, at))


def _book(rng: np.random.Generator, moves: pd.DataFrame) -> None:
    """The ledger learns of a credit from the bank, and orders a debit before it happens."""
    at = moves["at"].to_numpy()
    after = booked(rng, at, 120, late=True)
    before = -rng.integers(1, 30, size=len(at))
    shift = np.where(moves["amount"] > 0, 0, at + before - after["booked"])
    moves["core_at"] = after["booked"] + shift
    moves["core_updated"] = after["updated"] + shift
    moves["is_plain"] = ~after["is_late"]


def _show(rng: np.random.Generator, moves: pd.DataFrame) -> None:
    """When the bank's row can be seen, and until when it is PENDING."""
    at = moves["at"].to_numpy()
    count = len(at)
    by_api = ~moves["bank"].isin(FILE_BANKS).to_numpy()
    is_late = by_api & (rng.random(count) < LATE_ROW_SHARE)
    is_pending = by_api & (rng.random(count) < PENDING_SHARE)
    seen = at + rng.integers(*LATE_SECONDS, size=count)
    sure = at + rng.integers(600, LATE_SECONDS[1], size=count)
    # SBI answers by whole days, as at their end: what changes there changes overnight.
    overnight = start_of(days_of(at) + 1) + 1
    is_sbi = (moves["bank"] == "sbi").to_numpy()
    moves["visible_at"] = np.where(is_late, np.where(is_sbi, overnight, seen), _first_seen(moves))
    moves["pending_until"] = np.where(is_pending, np.where(is_sbi, overnight, sure), 0)
    moves["is_plain"] &= ~(is_late | is_pending)


def _first_seen(moves: pd.DataFrame) -> Ints:
    at = moves["at"].to_numpy()
    return np.where(moves["bank"].isin(FILE_BANKS), hour_end(at), at)
