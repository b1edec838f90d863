"""What the gateway pays out: lines, headers, and the bank credits they arrive as.

Money captured on a day is settled two bank days later, in several settlements, each with a UTR
and a bank account of its own.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.business_days import DAY_SECONDS, Ints, plus_business_days, start_of
from simulator.disputes import dispute_lines
from simulator.identifiers import random_text, razorpay_ids, settlement_utrs
from simulator.payouts import PAID_MORE
from simulator.world_columns import LINE_FIELDS, SETTLEMENT_FIELDS

SETTLE_DAYS = 2
SETTLEMENTS_A_DAY = 8
FIRST_PAYOUT_SECONDS = 34_200  # 09:30 IST
PAYOUT_STEP_SECONDS = 1_500
NEXT_DAY_SECONDS = 32_400  # the last payout of a day arrives at 09:00 of the next bank day
ADJUSTED_SHARE = 0.4
CASES = ("SHORT", "OVER", "HEADER", "MISSING", "EARLY", *PAID_MORE)  # by batch; the last is clean
SPLIT, NEGATIVE = 2, 4  # batches of the second day: paid in two parts; refunds beyond payments
REST_OF = 3  # the second part is a third
BATCHES_LEAST = 6


@dataclass(frozen=True, slots=True)
class Settled:
    lines: pd.DataFrame  # LINE_FIELDS
    headers: pd.DataFrame  # SETTLEMENT_FIELDS, case, credit_account, credit_at, credit, rest


def settle(
    rng: np.random.Generator, items: pd.DataFrame, end: int, anchor: int, accounts: int
) -> Settled:
    """Settle what is to be settled before `end`.

    `items`: entity_id, type (payment, refund), credit, debit, amount, fee, tax, created_at,
    payment_id, order_id, method, notes, `day`, the IST day it was captured or refunded on, and
    `is_twice`, whether another settlement lists it once more, `is_held`, whether it is listed
    and kept back.
    """
    day = plus_business_days(items["day"].to_numpy(), SETTLE_DAYS)
    batches = max(1, min(SETTLEMENTS_A_DAY, len(items) // 40))
    batch = _batches(rng, items, day, batches)
    number = day * SETTLEMENTS_A_DAY + batch
    numbers, settlement = np.unique(number, return_inverse=True)
    settled_at = (
        start_of(numbers // SETTLEMENTS_A_DAY)
        + FIRST_PAYOUT_SECONDS
        + numbers % SETTLEMENTS_A_DAY * PAYOUT_STEP_SECONDS
        + rng.integers(600, size=len(numbers))
    )
    headers = pd.DataFrame({"batch": numbers % SETTLEMENTS_A_DAY, "created_at": settled_at})
    headers["id"] = razorpay_ids(rng, "setl_", settled_at)
    headers["utr"] = settlement_utrs(rng, settled_at)
    headers["case"] = _cases(headers, anchor, batches)
    items = items.assign(settlement=settlement)
    again = items[items["is_twice"] & (len(numbers) > 1)]
    # In the settlement before; the very first one has only one after it. None in one of refunds.
    before = again["settlement"].sub(1).abs()
    again = again.assign(settlement=before - headers["case"].eq("NEGATIVE").to_numpy()[before])
    disputed = dispute_lines(rng, headers, items)
    lines = pd.concat([items, again, _other_lines(rng, headers), disputed], ignore_index=True)
    lines = lines.assign(is_held=lines["is_held"].eq(True))
    lines = lines[settled_at[lines["settlement"]] < end]
    headers = _summed(headers[settled_at < end], lines, accounts, rng)
    of = headers.loc[lines["settlement"]]
    lines = lines.assign(
        settled_at=of["created_at"].to_numpy(),
        settlement_id=of["id"].to_numpy(),
        settlement_utr=of["utr"].to_numpy(),
    )
    return Settled(_line_fields(lines), headers.reset_index(drop=True))


def _batches(rng: np.random.Generator, items: pd.DataFrame, day: Ints, batches: int) -> Ints:
    """Which payout of its day carries each item. One of the second day has its refunds alone."""
    found: Ints = rng.integers(batches, size=len(items))
    days = np.unique(day)
    if batches < BATCHES_LEAST or len(days) == 1:
        return found
    is_second, is_refund = day == days[1], items["type"].eq("refund").to_numpy()
    found = np.where(is_second & (found == NEGATIVE), NEGATIVE + 1, found)
    return np.where(is_second & is_refund, NEGATIVE, found)


def _cases(headers: pd.DataFrame, anchor: int, batches: int) -> pd.Series:
    """What goes wrong: only in payouts so old that even a missing credit is overdue; and what is
    unusual.
    """
    day = (headers["created_at"].to_numpy() + 19_800) // 86_400
    overdue = start_of(plus_business_days(day, 1) + 1) <= anchor
    case = headers["batch"].map(dict(enumerate(CASES)))
    # One payout of each kind, and some clean ones.
    first_day = day == day.min() if len(day) else overdue
    case = case.where(overdue & first_day).fillna("")
    if batches < BATCHES_LEAST:
        return case
    is_second = pd.Series(day).rank(method="dense").eq(2)
    for name, batch in (("SPLIT", SPLIT), ("NEGATIVE", NEGATIVE)):
        case = case.mask(is_second & headers["batch"].eq(batch), name)
    return case


def _other_lines(rng: np.random.Generator, headers: pd.DataFrame) -> pd.DataFrame:
    """Adjustments and transfers: in the sum, without a payment; none where a case is."""
    clean = headers.index[headers["case"].eq("")].to_numpy()
    adjusted = clean[rng.random(len(clean)) < ADJUSTED_SHARE]
    moved = clean[rng.random(len(clean)) < ADJUSTED_SHARE]
    settlement = np.concatenate([adjusted, moved])
    is_transfer = np.arange(len(settlement)) >= len(adjusted)
    amount = rng.integers(100, 900, size=len(settlement))
    fee = np.where(is_transfer, 2, 0)
    created = headers["created_at"].to_numpy()[settlement] - 7_200
    suffix = random_text(rng, len(settlement), 14)
    return pd.DataFrame(
        {
            "entity_id": ("adj_" + suffix).mask(is_transfer, "trf_" + suffix),
            "type": np.where(is_transfer, "transfer", "adjustment"),
            "debit": amount + fee,
            "credit": 0,
            "amount": amount,
            "fee": fee,
            "tax": 0,
            "created_at": created,
            "notes": "[]",
            "settlement": settlement,
        }
    )


def _summed(
    headers: pd.DataFrame, lines: pd.DataFrame, accounts: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Headers with their sums, and the credit that our bank saw of each."""
    paid = lines[~lines["is_held"]]
    sums = (
        paid.assign(net=paid["credit"] - paid["debit"])
        .groupby("settlement")[["net", "fee", "tax"]]
        .sum()
    )
    sums = sums.reindex(headers.index, fill_value=0)
    case, count = headers["case"], len(headers)
    off = rng.integers(10_000, 50_000, size=count)
    # HEADER: something was held back that no line shows; the bank paid what the header says.
    amount = sums["net"] - np.where(case.eq("HEADER"), off, 0)
    credit = amount + np.where(case.eq("OVER"), off, 0) - np.where(case.eq("SHORT"), off, 0)
    rest = (amount // REST_OF).where(case.eq("SPLIT"), 0)
    last = headers["batch"].eq(headers["batch"].max()) & case.eq("")
    settled_at = headers["created_at"].to_numpy()
    next_day = start_of(plus_business_days((settled_at + 19_800) // 86_400, 1)) + NEXT_DAY_SECONDS
    return headers.assign(
        entity="settlement",
        amount=amount.astype("int64"),
        status="processed",
        fees=sums["fee"].astype("int64"),
        tax=sums["tax"].astype("int64"),
        credit=(credit - rest).astype("int64"),
        rest=rest.astype("int64"),
        credit_account=_spread(headers, accounts),
        credit_at=np.where(
            last,
            next_day + rng.integers(3_000, size=count),
            settled_at + rng.integers(300, 5_400, size=count),
        )
        - DAY_SECONDS * case.eq("EARLY"),
    )[[*SETTLEMENT_FIELDS, "case", "credit_account", "credit_at", "credit", "rest"]]


def _spread(headers: pd.DataFrame, accounts: int) -> Ints:
    """An account for each payout: every bank gets some."""
    day = (headers["created_at"].to_numpy() + 19_800) // 86_400
    found: Ints = (headers["batch"].to_numpy() * 3 + day) % accounts
    return found


def _line_fields(lines: pd.DataFrame) -> pd.DataFrame:
    blank = pd.Series(pd.NA, index=lines.index, dtype="str")
    is_card = lines["method"].eq("card")
    lines = lines.assign(
        currency="INR",
        on_hold=lines["is_held"] & lines["dispute_id"].isna(),
        settled=~lines["is_held"],
        posted_at=pd.Series(pd.NA, index=lines.index, dtype="Int64"),
        credit_type="default",
        description=blank,
        order_receipt=blank,
        card_network=blank.mask(is_card, "Visa"),
        card_issuer=blank.mask(is_card, "HDFC"),
        card_type=blank.mask(is_card, "credit"),
        dispute_id=lines["dispute_id"].astype("str"),
    )[list(LINE_FIELDS)]
    amounts = ("debit", "credit", "amount", "fee", "tax", "created_at", "settled_at")
    lines = lines.astype(dict.fromkeys(amounts, "int64"))
    return lines.sort_values(["settled_at", "entity_id"], kind="stable", ignore_index=True)
