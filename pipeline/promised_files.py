"""The files that sources promise by their YAML: as statements are told of them, which of them
came, and from where on one is still missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from adapters.arrival import FileArrival
from adapters.base import Payload, SourceConfig
from pipeline.accounts import LAST
from pipeline.calendars import ensure_calendar
from pipeline.keys import Keys
from pipeline.store import Store, Transaction
from reconciliation.model import IST, Interval

MISSING_DAYS_MAX = 35  # how far back a fetch looks for one; older ones need a backfill


@dataclass(frozen=True, slots=True)
class PromisedFiles:
    """One dataset's promise, with the calendar its business days are of."""

    source: str
    dataset: str
    calendar: str
    arrival: FileArrival


def promised_files(config: SourceConfig) -> tuple[PromisedFiles, ...]:
    """What the source promises of each of its datasets; nothing of most."""
    return tuple(
        PromisedFiles(config.name, name, config.calendar, dataset.arrival)
        for name, dataset in config.datasets.items()
        if dataset.arrival is not None
    )


def as_params(promised: Iterable[PromisedFiles]) -> dict[str, list[Any]]:
    """Parallel arrays, one place a promise: the arguments of raw.missing_files in their order."""
    promised = tuple(promised)
    return {
        "promised_sources": [one.source for one in promised],
        "promised_datasets": [one.dataset for one in promised],
        "promised_calendars": [one.calendar for one in promised],
        "promised_on_business_days": [one.arrival.each == "business_day" for one in promised],
        "promised_by_account": [one.arrival.per == "account" for one in promised],
        "due_times": [one.arrival.due_time for one in promised],
        "due_on_business_days": [one.arrival.is_due_on_business_day for one in promised],
    }


def missing_from(store: Store, config: SourceConfig, interval: Interval) -> datetime | None:
    """Where the oldest promised file begins that has not come and may still be fetched."""
    promised = promised_files(config)
    if not promised:
        return None
    today = interval.end.astimezone(IST).date()
    with store.transaction() as transaction:
        ensure_calendar(transaction, today)
        day: date | None = transaction.value(
            "landing/oldest_missing_file",
            **as_params(promised),
            until=interval.end,
            since=today - timedelta(days=MISSING_DAYS_MAX),
        )
    return None if day is None else datetime.combine(day, time(), IST)


def note_file_day(
    transaction: Transaction, keys: Keys, source: str, delivery_id: int, payload: Payload
) -> None:
    """Keep the account and day that a file's name says; of a whole day's file only."""
    if payload.day is None:
        return
    number = None if payload.account_at is None else payload.name[slice(*payload.account_at)]
    transaction.run(
        "landing/insert_file_day",
        delivery_id=delivery_id,
        source=source,
        dataset=payload.dataset,
        number_index=None if number is None else keys.index_of(number),
        last4=None if number is None else number[-LAST:],
        day=payload.day,
    )
