"""Which orders, refunds and movements something is wrong with, and what: each at most once.

A case names what happened in the world, not what an engine should call it.
"""

from typing import Any

import numpy as np
import pandas as pd

from simulator.bookings import SUM_PARTS
from simulator.business_days import (
    IST_SECONDS,
    Ints,
    days_of,
    hour_end,
    plus_business_days,
    start_of,
)
from simulator.quotas import FILE_QUOTAS, MOVEMENT_QUOTAS, ORDER_QUOTAS, REFUND_QUOTAS
from simulator.world_columns import BANKS, FILE_BANKS

Mask = np.ndarray[Any, np.dtype[np.bool_]]

OLD = 26 * 3_600  # before the anchor: every day's grace is over
YOUNG = (2 * 3_600, 20 * 3_600)
NEAR_MIDNIGHT = 85_000  # seconds of the day; what follows a case stays on its day
MIDNIGHT = 30  # seconds of it: where one side books a day before the other
API_BANKS = tuple(name for name in BANKS if name not in FILE_BANKS)
REFUSED_HOURS = (17, 21)  # IST; no payout of the gateway arrives then

BANK_WITH_FILES_AND_IDS = "kotak"


def order_cases(rng: np.random.Generator, orders: pd.DataFrame, anchor: int) -> pd.Series:
    """A case for each order, blank for most."""
    created = orders["created"].to_numpy()
    quiet = (created + IST_SECONDS) % 86_400 < NEAR_MIDNIGHT
    free = orders["is_plain"].to_numpy() & quiet
    return _choose(rng, ORDER_QUOTAS, _windows(created, anchor), free)


def refund_cases(rng: np.random.Generator, refunds: pd.DataFrame, anchor: int) -> pd.Series:
    free = refunds["is_plain"].to_numpy(copy=True)
    return _choose(rng, REFUND_QUOTAS, _windows(refunds["created"].to_numpy(), anchor), free)


def movement_cases(
    rng: np.random.Generator, moves: pd.DataFrame, anchor: int
) -> tuple[pd.Series, pd.Series]:
    """(a case for each movement, blank for most; whether its bank row is in a refused file)."""
    at = moves["at"].to_numpy()
    old = at < anchor - OLD
    debit = ((moves["amount"] < 0) & (moves["rail"] != "ATM")).to_numpy()
    young = (at > anchor - YOUNG[1]) & (at < anchor - YOUNG[0])
    refused, near = _refused_file(rng, moves, old)
    free = moves["is_plain"].to_numpy() & ~near
    second = (at + IST_SECONDS) % 86_400
    quiet = second < NEAR_MIDNIGHT
    bank = moves["bank"].to_numpy()
    case = np.full(len(moves), "", dtype=object)
    lying = bank[refused][0] if refused.any() else FILE_BANKS[0]
    once = {
        "GARBLED": rng.choice(np.array(API_BANKS)),
        "BALANCE_JUMP": rng.choice(np.array(API_BANKS)),
        "FILE_JUMP": next(name for name in FILE_BANKS if name != lying),
    }
    days = days_of(at)
    # A day's statement is judged a day after its end.
    judged = start_of(days + 2) <= anchor
    jumpy = judged & _inside_its_day(moves)
    of_days = {
        "old": old, "young": young, "old debit": old & debit,
        "old rupees": old & (moves["currency"] == "INR").to_numpy(),
        "old wire": old & moves["rail"].isin(("NEFT", "RTGS")).to_numpy(),
        "old alone": old & ~moves.duplicated(["account", "amount"], keep=False).to_numpy(),
        "BALANCE_JUMP": jumpy, "FILE_JUMP": jumpy & _first_of_file(moves), "GARBLED": old,
    }  # fmt: skip
    windows = {name: mask & quiet for name, mask in of_days.items()}
    windows["midnight"] = old & ((second < MIDNIGHT) | (second >= 86_400 - MIDNIGHT))
    pair = _two_of_a_file(rng, moves, free & quiet & old & (bank == BANK_WITH_FILES_AND_IDS))
    case[pair] = "SAME_ID"
    free[pair] = False
    for name in BANKS:
        five = _of_one_day(rng, moves, free & windows["old"] & (bank == name), 1 + len(SUM_PARTS))
        case[five[:1]], case[five[1:]] = "SUM_WHOLE", "SUM_PART"
        free[five] = False
    quotas = [(name, name, 1, where) for name, where in once.items()]
    quotas += FILE_QUOTAS
    quotas += [(*quota, name) for quota in MOVEMENT_QUOTAS for name in BANKS]
    for name, when, count, where in quotas:
        pool = np.flatnonzero(free & windows[when] & (bank == where))
        taken = rng.permutation(pool)[:count]
        case[taken] = name
        free[taken] = False
    return pd.Series(case, dtype="str"), pd.Series(refused)


def _windows(created: Any, anchor: int) -> dict[str, Mask]:
    due = plus_business_days(days_of(created), 2)
    is_over = start_of(due + 1) <= anchor
    is_final = start_of(plus_business_days(due, 1) + 1) <= anchor
    return {
        "old": created < anchor - OLD,
        "young": (created > anchor - YOUNG[1]) & (created < anchor - YOUNG[0]),
        "settled": is_over,
        "overdue": is_over & ~is_final,
        "unsettled": is_final,
    }


def _choose(
    rng: np.random.Generator,
    quotas: tuple[tuple[str, str, int], ...],
    windows: dict[str, Mask],
    free: Mask,
) -> pd.Series:
    case = np.full(len(free), "", dtype=object)
    for name, when, count in quotas:
        taken = rng.permutation(np.flatnonzero(free & windows[when]))[:count]
        case[taken] = name
        free[taken] = False
    return pd.Series(case, dtype="str")


def _refused_file(rng: np.random.Generator, moves: pd.DataFrame, old: Mask) -> tuple[Mask, Mask]:
    """(rows of one file that its own trailer contradicts, rows of that bank around it).

    All of it is ordinary, and was booked by the ledger within the file's own hour.
    """
    end = hour_end(moves["at"].to_numpy())
    hour = (end - 1 + IST_SECONDS) % 86_400 // 3_600
    is_same_hour = hour_end(moves["core_at"].to_numpy()) == end
    suits = old & moves["bank"].isin(FILE_BANKS).to_numpy()
    suits &= (hour >= REFUSED_HOURS[0]) & (hour <= REFUSED_HOURS[1])
    key = end * 64 + moves["account"].to_numpy()
    good = moves["is_plain"].to_numpy() & is_same_hour
    files = (
        pd.DataFrame({"key": key, "good": good})[suits].groupby("key")["good"].agg(["all", "size"])
    )
    candidates = files.index[files["all"] & (files["size"] > 1)].to_numpy()
    if not len(candidates):
        nothing = np.zeros(len(moves), dtype=bool)
        return nothing, nothing
    chosen = rng.choice(candidates)
    refused = key == chosen
    near = (moves["bank"] == moves["bank"].to_numpy()[refused][0]).to_numpy()
    return refused, near & (np.abs(end - chosen // 64) <= 3_600)


def _two_of_a_file(rng: np.random.Generator, moves: pd.DataFrame, free: Mask) -> Ints:
    """Where two movements are that one file tells of; none where no file holds two."""
    places = np.flatnonzero(free)
    key = hour_end(moves["at"].to_numpy()) * 64 + moves["account"].to_numpy()
    keys = pd.Series(key[places])
    shared = keys[keys.duplicated()].to_numpy()
    if not len(shared):
        return places[:0]
    found: Ints = places[(keys == rng.choice(shared)).to_numpy()][:2]
    return found


def _of_one_day(rng: np.random.Generator, moves: pd.DataFrame, free: Mask, count: int) -> Ints:
    """Where `count` movements are of one account, day and direction; none where no day has them."""
    places = np.flatnonzero(free)
    key = days_of(moves["at"].to_numpy()) * 128 + moves["account"].to_numpy() * 2
    key = (key + (moves["amount"] > 0).to_numpy())[places]
    keys, sizes = np.unique(key, return_counts=True)
    enough = keys[sizes >= count]
    if not len(enough):
        return places[:0]
    found: Ints = places[key == rng.choice(enough)][:count]
    return found


def _inside_its_day(moves: pd.DataFrame) -> Mask:
    """Neither the account's first row of its day nor its last."""
    day = pd.Series(days_of(moves["at"].to_numpy()))
    groups = moves["at"].groupby([moves["account"], day])
    inside: Mask = (
        (moves["at"] > groups.transform("min")) & (moves["at"] < groups.transform("max"))
    ).to_numpy()
    return inside


def _first_of_file(moves: pd.DataFrame) -> Mask:
    hour = pd.Series(hour_end(moves["at"].to_numpy()))
    first = moves["at"].groupby([moves["account"], hour]).transform("min")
    is_first: Mask = (moves["at"] == first).to_numpy()
    return is_first
