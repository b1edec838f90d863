"""Matched and taken apart by hand: a decision is written, and its edge follows at once.

One transaction under the edge's lock, as a reconciliation, with a tick of its own that is
later than every report that was made of the edge.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pipeline import matching
from pipeline.edges import TICK, Arrival, Edge, arrivals
from pipeline.errors import PipelineError
from pipeline.login import os_user
from pipeline.redaction import clean
from pipeline.rules_in_force import rulebook
from pipeline.seating import asked_engine
from pipeline.store import Store, Transaction
from reconciliation.model import HOUR, Interval
from reconciliation.rulebook import Rulebook

Keys = Iterable[tuple[str, str]]  # (source, entry key)


class Undecidable(PipelineError):
    """What was asked for is not there, or no longer, or means nothing: a sentence says which."""

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(what)
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Why:
    """Who decided, and for which reason."""

    reason: str
    by: str
    comment: str = ""


def on_edge(store: Store, name: str, work: Callable[[Transaction, Edge], Any]) -> dict[str, Any]:
    """Run `work`, which changes no match, under the edge's lock, with a tick of its own.

    Undecidable where the edge was never reconciled.
    """

    def locked(transaction: Transaction) -> Any:
        edge = _edge(transaction, rulebook(transaction), name, {})
        told = work(transaction, edge)
        # The clock alone: changed rules are still to be seen by the next run.
        transaction.run("decisions/move_clock", reconciliation=name, known_at=edge.known_at)
        return told

    found: dict[str, Any] = store.effect(locked, lock=f"reconcile:{name}", snapshot=True)
    return found


def decide(
    store: Store,
    name: str,
    work: Callable[[Transaction, Edge], Mapping[str, Any]],
    environment: Mapping[str, str],
) -> dict[str, Any]:
    """`work` writes decisions; the edge is brought up to date with them, as of where it stands.

    What `work` returned, {"reconciliation", "known_at"}, the counts of a run, and "changes":
    [{"change", "id", "what", "words"}].
    """

    def locked(transaction: Transaction) -> dict[str, Any]:
        book = rulebook(transaction)
        edge = _edge(transaction, book, name, arrivals(book.find(name), environment))
        told = work(transaction, edge)
        counts = matching.bring_up_to_date(
            transaction, edge, is_decided=True, engine=asked_engine(environment)
        )
        changes = transaction.rows(
            "decisions/list_changes", reconciliation=name, known_at=edge.known_at
        )
        return {
            **told, "reconciliation": name, **counts, "changes": [dict(row) for row in changes],
        }  # fmt: skip

    return store.effect(locked, lock=f"reconcile:{name}", snapshot=True)


def together(transaction: Transaction, edge: Edge, keys: Keys, why: Why) -> dict[str, Any]:
    """A manual match of these entries; what it replaces of earlier decisions ends.

    {"decision_id", "ended", "was"}: the ids of the ended ones, and each as list_overtaken has it.
    """
    named = as_params(keys)
    overtaken = transaction.rows("decisions/list_overtaken", **edge.params, **named)
    ids = [row["decision_id"] for row in overtaken]
    end(transaction, edge, ids, why, f"replaced: {why.reason}")
    return {
        "decision_id": _record(transaction, edge, "together", named, why), "ended": ids,
        "was": [dict(row) for row in overtaken],
    }  # fmt: skip


def apart(transaction: Transaction, edge: Edge, keys: Keys, why: Why) -> dict[str, Any]:
    """No automatic pass may seat two of these entries together any more."""
    decision_id = _record(transaction, edge, "apart", as_params(keys), why)
    return {"decision_id": decision_id, "ended": [], "was": []}


def end(transaction: Transaction, edge: Edge, ids: list[int], why: Why, reason: str) -> None:
    transaction.run(
        "decisions/end", decision_ids=ids, known_at=edge.known_at, ended_by=why.by,
        end_reason=reason,
    )  # fmt: skip


def note(store: Store, action: str, subject: str, why: Why, detail: Mapping[str, Any]) -> None:
    """Into the audit trail: the login, whom it says it acts for, and no account number."""
    store.once(
        "audit/insert_event",
        actor=os_user(),
        action=action,
        subject=subject,
        detail={
            **detail, "by": clean(why.by), "reason": why.reason, "comment": clean(why.comment),
        },
    )  # fmt: skip


def wall_clock() -> datetime:
    return datetime.now(UTC)


def _edge(
    transaction: Transaction, book: Rulebook, name: str, arrivals: Mapping[str, Arrival]
) -> Edge:
    (found,) = transaction.rows("matching/edge_state", reconciliation=name)
    if found["as_of"] is None:
        raise Undecidable(
            f"{name} was never reconciled", "See `./recon run` or `./recon backfill`."
        )
    interval = Interval(found["as_of"] - HOUR, found["as_of"])
    edge = Edge.read(transaction, book, name, interval, arrivals)
    # Later than what was reported as of where the edge stands, though nothing was learned then; and
    # by the wall's clock where that is later still: people ask as of when they decided.
    later = max(max(edge.clock, edge.as_of) + TICK, wall_clock())
    return replace(edge, known_at=max(later, found["next_moment"] or later))


def _record(
    transaction: Transaction, edge: Edge, kind: str, named: Mapping[str, Any], why: Why
) -> int:
    return int(
        transaction.value(
            "decisions/record", reconciliation=edge.definition.name, known_at=edge.known_at,
            kind=kind, reason_code=why.reason, comment=why.comment, decided_by=why.by, **named,
        )
    )  # fmt: skip


def as_params(keys: Keys) -> dict[str, Any]:
    distinct = sorted(set(keys))
    return {
        "sources_named": [source for source, _ in distinct],
        "entry_keys": [key for _, key in distinct],
    }
