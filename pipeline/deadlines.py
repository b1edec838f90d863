"""A scheduled run that is late: into the alert table, and by mail to those who get reports."""

from datetime import datetime

from pipeline import mailing
from pipeline.settings import Settings
from pipeline.store import Store
from reconciliation.model import IST


def missed(settings: Settings, dag_id: str, run_id: str, due: datetime) -> bool:
    """Record and mail it; False when it was recorded before and stands.

    A mail server that is down costs nothing here: the message waits in the outbox.
    """
    local = due.astimezone(IST)
    detail = f"not over by {local:%Y-%m-%d %H:%M} IST"
    store = Store.open(settings)
    if not store.once("ops/raise_deadline_alert", subject=_subject(dag_id, run_id), detail=detail):
        return False
    message = mailing.compose(
        settings,
        about=f"deadline|{dag_id}|{run_id}",
        subject=f"Deadline missed: {dag_id}",
        text=(
            f"Run {run_id} of {dag_id} was not over by {local:%Y-%m-%d %H:%M} IST.\n\n"
            "Look at the run's grid in Airflow: the task that still runs, or the one that\n"
            "waits for a retry, is the reason. What is reconciled stays reconciled; the rest\n"
            "follows when the run goes on.\n"
        ),
    )
    if mailing.queue(settings, store, message):
        mailing.deliver_queued(settings, store)
    return True


def clear(settings: Settings, dag_id: str, run_id: str) -> bool:
    """The run is over after all; True when an alert stood."""
    return (
        Store.open(settings).once("ops/clear_deadline_alert", subject=_subject(dag_id, run_id)) > 0
    )


def _subject(dag_id: str, run_id: str) -> str:
    return f"{dag_id} {run_id}"
