"""One attempt at a step, fenced: when a later attempt has begun, this one's work is undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import StaleAttempt
from pipeline.store import Store, Transaction
from reconciliation.model import Interval

ERROR_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Run:
    run_id: int
    attempt: int
    step: str
    subject: str
    interval: Interval

    def __str__(self) -> str:
        return f"{self.step} {self.subject} {self.interval}, attempt {self.attempt}"


def begin(store: Store, step: str, subject: str, interval: Interval) -> Run:
    """Begin an attempt; every earlier one of the same step and interval is stale from now on."""

    def take(transaction: Transaction) -> Run:
        row = transaction.row(
            "ops/begin_run",
            step=step,
            subject=subject,
            interval_from=interval.start,
            interval_to=interval.end,
        )
        if row is None:
            raise StaleAttempt(f"{step} {subject} {interval}: no attempt could begin")
        return Run(row["run_id"], row["attempt"], step, subject, interval)

    return store.effect(take)


def check(transaction: Transaction, run: Run) -> None:
    """StaleAttempt when a later attempt has begun: ask before long work."""
    if not transaction.value("ops/is_current_run", run_id=run.run_id, attempt=run.attempt):
        raise StaleAttempt(f"{run}: a later attempt has begun")


def finish(transaction: Transaction, run: Run, counts: Mapping[str, Any]) -> None:
    """The last statement of the step's transaction. StaleAttempt undoes it."""
    done = transaction.run(
        "ops/finish_run", run_id=run.run_id, attempt=run.attempt, counts=dict(counts)
    )
    if done == 0:
        raise StaleAttempt(f"{run}: a later attempt has begun; nothing of this one is kept")


def fail(store: Store, run: Run, error: Exception) -> None:
    """Note why the attempt failed. `error` is one of ours, whose text holds no data."""
    store.once(
        "ops/fail_run",
        run_id=run.run_id,
        attempt=run.attempt,
        error=f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS_MAX],
    )
