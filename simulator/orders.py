"""What customers did: orders, how they paid, what they were given back. Times in epoch seconds."""

import numpy as np
import pandas as pd

from simulator.business_days import DAY_SECONDS, IST_SECONDS, Ints, hour_end
from simulator.identifiers import random_text, same_day

# How busy each IST hour is, against the others.
HOUR_WEIGHTS = np.array(
    [2, 1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 8, 7, 6, 6, 6, 7, 8, 9, 8, 6, 5, 3]
)  # fmt: skip
METHODS = np.array(["upi", "card", "netbanking"])
METHOD_WEIGHTS = (0.6, 0.28, 0.12)
FAILED_FIRST_SHARE = 0.08
GIVEN_UP_SHARE = 0.01
LATE_CAPTURE_SHARE = 0.02
LATE_CAPTURE_SECONDS = (600, 4_800)  # below 90 minutes: a short re-read sees it
REFUND_SHARE = 0.06
LATE_BOOKING_SHARE = 0.01
LATE_SECONDS = (3_600, 72_000)  # late, yet inside the day that an entry has


def draw_times(rng: np.random.Generator, start: int, end: int, per_day: int) -> Ints:
    """`per_day` moments in every IST day from `start` on, those before `end`, sorted."""
    days = -(-(end - start) // DAY_SECONDS)
    count = per_day * days
    hours = rng.choice(24, size=count, p=HOUR_WEIGHTS / HOUR_WEIGHTS.sum())
    day = np.repeat(np.arange(days, dtype="int64"), per_day)
    times = start + day * DAY_SECONDS + hours * 3_600 + rng.integers(0, 3_600, size=count)
    times = np.maximum(times, start + 300)  # partners a few seconds off stay inside the world
    found: Ints = np.sort(times[times < end])
    return found


def draw_amounts(rng: np.random.Generator, count: int) -> Ints:
    """Paise, mostly between ten rupees and some thousands."""
    scale = rng.choice(np.array([1, 1, 1, 4, 15], dtype="int64"), size=count)
    amounts: Ints = rng.integers(1_000, 150_000, size=count) * scale
    return amounts


def booked(rng: np.random.Generator, seconds: Ints, slowest: int, *, late: bool) -> pd.DataFrame:
    """When one of our systems booked it, when the row could be read, whether that was late."""
    at = seconds + rng.integers(1, slowest, size=len(seconds))
    is_late = (rng.random(len(at)) < LATE_BOOKING_SHARE) & late
    delay = np.where(
        is_late, rng.integers(*LATE_SECONDS, size=len(at)), rng.integers(0, 4, size=len(at))
    )
    return pd.DataFrame({"booked": at, "updated": at + delay, "is_late": is_late})


def draw_orders(rng: np.random.Generator, start: int, end: int, per_day: int) -> pd.DataFrame:
    """One row an order, by time; paid in the end, but for those given up.

    `failed_before`: seconds from a failed attempt to the one that succeeded, 0 for none.
    `is_plain`: nothing unusual about it, so that a discrepancy may be put there.
    """
    created = draw_times(rng, start, end, per_day)
    # A capture on the next day would settle a day later than the creation tells.
    created = np.minimum(created, same_day(created, created + DAY_SECONDS) - 10)
    count = len(created)
    is_late = rng.random(count) < LATE_CAPTURE_SHARE
    wait = np.where(
        is_late, rng.integers(*LATE_CAPTURE_SECONDS, size=count), rng.integers(15, 90, size=count)
    )
    authorized = np.minimum(created + wait, same_day(created, created + DAY_SECONDS) - 6)
    captured = authorized + rng.integers(1, 6, size=count)
    failed = np.where(rng.random(count) < FAILED_FIRST_SHARE, rng.integers(60, 290, size=count), 0)
    is_given_up = rng.random(count) < GIVEN_UP_SHARE
    core = booked(rng, captured, 20, late=True)
    mobile = booked(rng, captured, 40, late=True)
    return pd.DataFrame(
        {
            "order_id": "order_" + random_text(rng, count, 14),
            "amount": draw_amounts(rng, count),
            "method": METHODS[rng.choice(3, size=count, p=METHOD_WEIGHTS)],
            "created": created,
            "authorized": authorized,
            "captured": captured,
            "failed_before": failed,
            "core_booked": core["booked"],
            "core_updated": core["updated"],
            "mobile_booked": mobile["booked"],
            "mobile_updated": mobile["updated"],
            "is_given_up": is_given_up,
            "is_plain": ~(
                is_late | is_given_up | (failed > 0) | core["is_late"] | mobile["is_late"]
            ),
        }
    )


def draw_refunds(rng: np.random.Generator, orders: pd.DataFrame, end: int) -> pd.DataFrame:
    """One row a refund: partial, full, or two equal ones of an order.

    `order` is the order's row. Two equal refunds share a `leg`: nothing tells them apart.
    """
    is_paid = ~orders["is_given_up"].to_numpy()
    picked = np.flatnonzero(is_paid & (rng.random(len(orders)) < REFUND_SHARE))
    kind = rng.choice(np.array(["part", "full", "twice"]), size=len(picked), p=(0.4, 0.45, 0.15))
    whole = orders["amount"].to_numpy()[picked]
    share = rng.integers(2, 9, size=len(picked))
    amount = np.where(kind == "full", whole, np.where(kind == "part", whole // share, whole // 3))
    created = orders["captured"].to_numpy()[picked] + rng.integers(
        3_600, 2 * DAY_SECONDS, size=len(picked)
    )
    once = pd.DataFrame({"order": picked, "amount": amount, "created": created, "kind": kind})
    again = once[kind == "twice"]
    again = again.assign(created=again["created"] + rng.integers(7_200, 20_000, size=len(again)))
    refunds = pd.concat([once, again])
    refunds["leg"] = len(orders) + refunds.index
    created = refunds["created"].to_numpy()
    # Equal refunds come whole within an hour, so that no hour ends on half of one.
    early = hour_end(created) - 3_600 + created % 1_500
    created = np.where(refunds["kind"] == "twice", early, created)
    # Processed on the day it was asked for.
    created = np.minimum(created, same_day(created, created + DAY_SECONDS) - 60)
    wait = rng.integers(30, 1_800, size=len(created))
    refunds["created"] = created
    refunds["processed"] = np.minimum(created + wait, same_day(created, created + DAY_SECONDS))
    refunds = refunds[refunds["created"] < end].sort_values("created", kind="stable")
    refunds = refunds.reset_index(drop=True)
    is_single = (refunds["kind"] != "twice").to_numpy()
    for system in ("core", "mobile"):
        times = booked(rng, refunds["processed"].to_numpy(), 15, late=True)
        late = times["is_late"] & is_single
        refunds[f"{system}_booked"] = times["booked"]
        refunds[f"{system}_updated"] = times["updated"].where(
            late | ~times["is_late"], times["booked"]
        )
        refunds[f"{system}_late"] = late
    refunds["is_plain"] = is_single & ~(refunds["core_late"] | refunds["mobile_late"])
    drawn: pd.DataFrame = refunds.drop(columns=["core_late", "mobile_late"])
    return drawn


def ist_text(seconds: Ints, pattern: str) -> pd.Series:
    """Epoch seconds written as IST."""
    return pd.Series(pd.to_datetime(seconds + IST_SECONDS, unit="s")).dt.strftime(pattern)
