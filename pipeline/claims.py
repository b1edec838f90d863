"""The claim list: money that left our accounts, was not confirmed and is not back in time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pipeline.store import Store
from reconciliation.model import IST, minor_text
from reconciliation.turnaround import (
    CLAIM_A_DAY_MINOR,
    CLAIM_CURRENCY,
    Clock,
    Told,
    clock_of,
    days_over,
    due_day,
)

CLAIMS_READ_MAX = 100_000
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """One clock and what it comes to; `days_over` 0 while it runs, or where it was in time."""

    break_id: str
    reconciliation: str
    status: str
    source: str
    txn_id: str  # the bank's debit
    ledger_txn_id: str
    amount: str
    currency: str
    rail: str
    day: date  # T
    due_day: date
    reversed_on: date | None
    days_over: int
    claimable: str  # in CLAIM_CURRENCY
    claimed_on: date | None  # the IST day on which a person closed the break as claimed
    claimed_by: str | None


@dataclass(frozen=True, slots=True)
class Claims:
    claims: tuple[Claim, ...]
    without_clock: int  # breaks of this kind on a rail that the circular does not name

    @property
    def total(self) -> str:
        return _sum(self.claims)

    @property
    def claimed(self) -> str:
        """What of the total was claimed already, and is not back."""
        return _sum(claim for claim in self.claims if claim.claimed_on is not None)


def _sum(claims: Iterable[Claim]) -> str:
    days = sum(claim.days_over for claim in claims)
    return minor_text(days * CLAIM_A_DAY_MINOR, CLAIM_CURRENCY)


def list_claims(
    store: Store,
    *,
    as_of: datetime | None = None,
    is_running: bool = False,
    break_id: str | None = None,
) -> Claims:
    """What is claimable as known at `as_of` (None: everything known), the oldest first.

    `is_running`: clocks that have not run out too. `break_id`: of this break, or of those whose
    id begins so. A day counts once it has begun: an `as_of` of midnight is the day before's.
    """
    with store.transaction() as transaction:
        transaction.rows("reports/ask_as_of", as_of=as_of)
        rows = [
            dict(row)
            for row in transaction.rows(
                "reports/break_claims", break_id=break_id, rows_max=CLAIMS_READ_MAX
            )
        ]
    found = [_claim(row, clock) for row in rows if (clock := _clock(row)) is not None]
    claims = [claim for claim in found if _stands(claim, is_running=is_running)]
    return Claims(tuple(claims), len(rows) - len(found))


def _stands(claim: Claim, *, is_running: bool) -> bool:
    """What closed by itself without the money coming back was confirmed or booked after all; what a
    person closed as claimed stands until the money is back.
    """
    if claim.claimed_on is not None:
        return claim.reversed_on is None
    is_open = claim.status != "RESOLVED" or claim.reversed_on is not None
    return is_open and (is_running or claim.days_over > 0)


def _clock(row: Mapping[str, Any]) -> Clock | None:
    return clock_of(
        Told(*(row[name] or "" for name in (
            "channel", "transaction_type", "narration", "merchant_id",
        ))),
        Told(*(row[name] or "" for name in (
            "ledger_channel", "ledger_type", "ledger_narration", "ledger_merchant_id",
        ))),
    )  # fmt: skip


def _claim(row: Mapping[str, Any], clock: Clock) -> Claim:
    until = row["reversed_on"] or (row["as_of"] - TICK).astimezone(IST).date()
    over = days_over(row["day"], clock, until)
    return Claim(
        break_id=row["break_id"],
        reconciliation=row["reconciliation"],
        status=row["status"],
        source=row["source"],
        txn_id=row["txn_id"],
        ledger_txn_id=row["ledger_txn_id"],
        amount=minor_text(row["amount_minor"], row["currency"]),
        currency=row["currency"],
        rail=clock.rail,
        day=row["day"],
        due_day=due_day(row["day"], clock),
        reversed_on=row["reversed_on"],
        days_over=over,
        claimable=minor_text(over * CLAIM_A_DAY_MINOR, CLAIM_CURRENCY),
        claimed_on=row["claimed_on"],
        claimed_by=row["claimed_by"],
    )
