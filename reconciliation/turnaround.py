"""Turnaround clocks of failed transactions, and what a bank owes for each day beyond them. Pure.

Source: RBI/2019-20/67, DPSS.CO.PD No.629/02.01.014/2019-20 of 20 September 2019, annex. T is the
day of the transaction and a calendar date, so these are calendar days, not business days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

CLAIM_A_DAY_MINOR = 100_00
CLAIM_CURRENCY = "INR"
HEAD_WORDS = 3  # of a narration: the rail stands there, further on stand names
WORD = re.compile(r"[A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Clock:
    rail: str
    days: int  # the bank has until the end of T + days


@dataclass(frozen=True, slots=True)
class Told:
    """What one side's entry tells about its rail; blank where it does not."""

    channel: str = ""
    transaction_type: str = ""
    narration: str = ""
    merchant_id: str = ""


def clock_of(*told: Told) -> Clock | None:
    """By the first side that tells a rail, the bank's before ours.

    None: no clock of the circular runs (NEFT, RTGS), or nothing tells which.
    """
    for one in told:
        for clock in _clocks(one):
            return clock
    return None


def due_day(day: date, clock: Clock) -> date:
    """The last day on which the reversal is in time."""
    return day + timedelta(days=clock.days)


def days_over(day: date, clock: Clock, until: date) -> int:
    """Days of delay when the money was back on `until`, or is not back yet on that day."""
    return max(0, (until - due_day(day, clock)).days)


def _clocks(told: Told) -> Iterator[Clock | None]:
    words = WORD.findall(told.narration.upper())[:HEAD_WORDS]
    is_payment = told.transaction_type == "PAYMENT" or bool(told.merchant_id)
    if "AEPS" in words:
        yield Clock("AePS", 5)
    if told.channel == "ATM":
        yield Clock("ATM", 5)
    if told.channel == "POS":
        yield Clock("POS", 5)
    if told.channel == "UPI" or "UPI" in words:
        # Nothing is claimed before it is surely due: to a merchant, where nothing says a person.
        yield Clock("UPI P2P", 1) if {"P2A", "P2P"} & set(words) else Clock("UPI P2M", 5)
    if "IMPS" in words:
        yield Clock("IMPS", 1)
    if "C2C" in words:
        yield Clock("card to card", 1)
    if {"NEFT", "RTGS"} & set(words):
        yield None
    if told.channel == "ONLINE" and is_payment:
        yield Clock("CNP", 5)
