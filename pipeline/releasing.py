"""Second chances: stored bytes read again, and findings of the quarantine let go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pipeline import steps
from pipeline.errors import PipelineError
from pipeline.interval_runs import edges_of
from pipeline.login import os_user
from pipeline.merging import open_load
from pipeline.opening_load import PART as OPENING_PART
from pipeline.settings import Settings
from pipeline.store import Store, Transaction
from reconciliation.model import Interval


class NotThere(PipelineError):
    """No delivery or finding of that number, or none that is open."""


def list_findings(
    store: Store,
    *,
    source: str | None,
    rows_max: int,
    ids: Sequence[int] = (),
    as_of: datetime | None = None,
) -> list[dict[str, Any]]:
    """Findings of the quarantine open at `as_of` (None: now), newest first; where `ids` are
    given, these alone.
    """
    with store.transaction() as transaction:
        transaction.rows("reports/ask_as_of", as_of=as_of)
        rows = transaction.rows(
            "reports/quarantine_list", source=source, rows_max=rows_max, quarantine_ids=[*ids]
        )
    return [dict(row) for row in rows]


def reparse(settings: Settings, store: Store, delivery_id: int) -> dict[str, Any]:
    """Read a delivery's stored bytes again with the YAML as it is now, and reconcile.

    Counts of the load, and "still_refused": its findings that stand. NotThere;
    SourceRejected where it still cannot be read.
    """
    found = _row(
        store,
        "landing/delivery_place",
        NotThere(f"no delivery {delivery_id}"),
        delivery_id=delivery_id,
    )
    if str(found["part"]).startswith(OPENING_PART):
        raise NotThere(
            f"delivery {delivery_id} is a list of open items: give it again with `accounts set`"
        )
    source = str(found["source"])
    counts = steps.reparse(settings, delivery_id)
    _note(store, "reparse", f"delivery {delivery_id}", {"source": source})
    _reconcile(settings, source, Interval(found["interval_from"], found["interval_to"]))
    with store.transaction() as transaction:
        # Counts tell of new findings alone: one that stands is not found again.
        standing = transaction.value("reports/open_findings_of", delivery_id=delivery_id)
    return {"delivery_id": delivery_id, "source": source, **counts, "still_refused": standing}


def release(settings: Settings, store: Store, quarantine_id: int) -> dict[str, Any]:
    """Read the finding's delivery again: it closes when its row passes now.

    {"quarantine_id", "released", …counts}. NotThere where it is closed already.
    """
    finding = _finding(store, quarantine_id)
    counts = reparse(settings, store, finding["delivery_id"])
    with store.transaction() as transaction:
        is_open = transaction.value("reports/finding_is_open", quarantine_id=quarantine_id)
    return {"quarantine_id": quarantine_id, "released": not is_open, **counts}


def dismiss(settings: Settings, store: Store, quarantine_id: int, reason: str) -> dict[str, Any]:
    """Close a finding without its row: somebody looked, and says why it is not needed.

    A load of its own carries it, so that every reconciliation learns of it once. A delivery
    that stopped its source stops it no longer.
    """
    finding = _finding(store, quarantine_id)
    config = steps.source_config(settings, finding["source"])
    interval = Interval(finding["interval_from"], finding["interval_to"])

    def close(transaction: Transaction) -> None:
        load = open_load(transaction, config.name, interval, config.parser_version)
        transaction.run(
            "reports/close_finding", quarantine_id=quarantine_id, known_at=load.known_at
        )
        transaction.run(
            "staging/let_go",
            delivery_id=finding["delivery_id"],
            load_id=load.load_id,
            reason=f"dismissed: {reason}",
        )

    store.effect(close, lock=f"stage:{config.name}")
    _note(store, "dismiss", f"quarantine {quarantine_id}", {"reason": reason})
    _reconcile(settings, config.name, interval)
    return {"quarantine_id": quarantine_id, "released": True, "reason": reason}


def _finding(store: Store, quarantine_id: int) -> Any:
    gone = NotThere(f"no open finding {quarantine_id} in the quarantine")
    return _row(store, "reports/finding_place", gone, quarantine_id=quarantine_id)


def _row(store: Store, name: str, gone: NotThere, **params: Any) -> Any:
    with store.transaction() as transaction:
        row = transaction.row(name, **params)
    if row is None:
        raise gone
    return row


def _note(store: Store, action: str, subject: str, detail: dict[str, Any]) -> None:
    store.once(
        "audit/insert_event", actor=os_user(), action=action, subject=subject,
        detail=detail,
    )  # fmt: skip


def _reconcile(settings: Settings, source: str, interval: Interval) -> None:
    for name in edges_of(settings, [source]):
        steps.reconcile(settings, name, interval)
