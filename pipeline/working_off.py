"""What people do to a break: take it, comment on it, close it; and a write-off takes two.

Each is an event of the break with a tick of its edge's clock, so that a past report stays what
it was. What the engine finds later is compared with what was closed (breaks/list_events).
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from sqlalchemy import RowMapping

from pipeline.deciding import Undecidable, Why, note, on_edge
from pipeline.edges import Edge
from pipeline.login import os_user
from pipeline.reports import find_breaks
from pipeline.store import Store, Transaction
from reconciliation.break_story import doubts
from reconciliation.decisions import NEVER_CLOSED, is_same_person
from reconciliation.severity import shared_limits
from reconciliation.writing_off import Written, refused

IDS_MAX, NEAR_MAX, NEAR_ENOUGH = 10_000, 3, 0.7

Work = Callable[[Transaction, Edge, RowMapping], dict[str, Any]]


def find_one(store: Store, asked: str) -> str:
    """The whole id of the break that begins so; Undecidable where none or several do."""
    if not asked.strip():
        raise Undecidable("an empty id names no break", "See `./recon breaks list --all`.")
    with store.transaction() as transaction:
        found = transaction.rows("decisions/find_break", break_id=asked.lower())
        if len(found) == 1:
            return str(found[0]["break_id"])
        if found:
            raise Undecidable(f"several breaks begin with {asked!r}", "Give more of the id.")
        rows = transaction.rows("decisions/list_break_ids", rows_max=IDS_MAX)
    ids = sorted({row["break_id"][: max(len(asked), 8)] for row in rows})
    near = get_close_matches(asked.lower(), ids, NEAR_MAX, NEAR_ENOUGH)
    raise Undecidable(
        f"no break begins with {asked!r}",
        f"Did you mean {' or '.join(near)}?" if near else "See `./recon breaks list --all`.",
    )


def assign(store: Store, asked: str, to: str, by: str) -> dict[str, Any]:
    """Somebody has it from now on."""

    def work(_: Transaction, __: Edge, found: RowMapping) -> dict[str, Any]:
        _must_stand(found)
        status = "ASSIGNED" if found["status"] in ("OPEN", "REOPENED") else found["status"]
        return {"event": "assigned", "assigned_to": to, "status": status}

    return act(store, asked, Why("", by), "assign", work)


def comment(store: Store, asked: str, words: str, by: str) -> dict[str, Any]:
    """Said about it, closed or not. With the first words of whoever has it the search begins."""

    def work(_: Transaction, __: Edge, found: RowMapping) -> dict[str, Any]:
        is_begun = found["status"] in ("ASSIGNED", "REOPENED") and found["assigned_to"] == by
        status = "INVESTIGATING" if is_begun else found["status"]
        return {"event": "commented", "status": status, "resolution": found["resolution"]}

    return act(store, asked, Why("", by, words), "comment", work)


def close(store: Store, asked: str, resolution: str, why: Why) -> dict[str, Any]:
    """`claimed` or `not_a_break`: closed by one person until its code, its amount or what is
    at stake is another. As `act`, with its "warnings".
    """
    warnings = doubts(_shown(store, asked))

    def work(_: Transaction, __: Edge, found: RowMapping) -> dict[str, Any]:
        _must_be_closable(found)
        return {"event": "resolved", "status": "RESOLVED", "resolution": resolution}

    return act(store, asked, why, "resolve", work, warnings=warnings)


def ask_write_off(store: Store, asked: str, why: Why) -> dict[str, Any]:
    """The maker's half: it waits for somebody else. As `act`, with its "warnings"; Undecidable
    where nothing can be booked, or not for that reason.
    """
    warnings = doubts(_shown(store, asked))

    def work(transaction: Transaction, edge: Edge, found: RowMapping) -> dict[str, Any]:
        _must_be_closable(found)
        _must_fit(edge, found, why.reason, why.comment)
        # An older request for what the break no longer is.
        answer(transaction, edge, found, "lapsed", why)
        transaction.run(
            "decisions/ask_write_off", break_id=found["break_id"], known_at=edge.known_at,
            reason_code=why.reason, comment=why.comment, asked_by=why.by, asked_login=os_user(),
        )  # fmt: skip
        return {"event": "write_off_asked", "status": "PENDING_APPROVAL"}

    return act(store, asked, why, "ask write-off", work, warnings=warnings)


def answer_write_off(store: Store, asked: str, why: Why, *, is_approved: bool) -> dict[str, Any]:
    """The checker's half; Undecidable for whoever asked, or where the reason does not fit. As
    `act`, with "write_off", what was asked for (as `find_breaks`, with the amount, its age and who
    has it); approved, with "warnings".
    """
    shown = _shown(store, asked)
    warnings = [*doubts(shown), *_one_login(shown)] if is_approved else None

    def work(transaction: Transaction, edge: Edge, found: RowMapping) -> dict[str, Any]:
        if found["status"] != "PENDING_APPROVAL" or not found["is_as_asked"]:
            raise Undecidable(
                f"break {found['break_id'][:8]} waits for no approval: it is {found['status']}",
                f"See what closed it: `./recon breaks show {found['break_id'][:8]}`."
                if found["status"] == "RESOLVED"
                else "Ask with --resolution written_off.",
            )
        if is_same_person(found["asked_by"], why.by):
            raise Undecidable(
                f"{found['asked_by']} asked for this write-off, so somebody else must answer it",
                "`./recon breaks withdraw` takes it back.",
            )
        if is_approved:
            _must_fit(edge, found, found["reason_code"], found["comment"])
        verdict = "approved" if is_approved else "refused"
        answer(transaction, edge, found, verdict, why)
        event = f"write_off_{verdict}"
        if not is_approved:
            return {"event": event, "status": "INVESTIGATING"}
        return {"event": event, "status": "RESOLVED", "resolution": "written_off"}

    action = "approve write-off" if is_approved else "refuse write-off"
    told = act(store, asked, why, action, work, warnings=warnings)
    return {**told, "write_off": _answered(shown)}


def act(
    store: Store, asked: str, why: Why, action: str, work: Work, *,
    warnings: list[str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """`work` says which event it is and what comes of the break; both are written, and audited.

    {"break_id", "reconciliation", "code", "event", "status", "resolution", "assigned_to"}, and
    "warnings" where they are given: who acts is told them, and the audit trail how many.
    """
    break_id = find_one(store, asked)
    with store.transaction() as transaction:
        (found,) = transaction.rows("decisions/find_break", break_id=break_id)

    def locked(transaction: Transaction, edge: Edge) -> dict[str, Any]:
        (now,) = transaction.rows("decisions/find_break", break_id=break_id)
        moved = {
            "break_id": break_id, "resolution": None, "assigned_to": now["assigned_to"],
            **work(transaction, edge, now),
        }  # fmt: skip
        transaction.run(
            "decisions/record_break_event", **moved, as_of=edge.as_of, known_at=edge.known_at,
            actor=why.by, reason_code=why.reason or None, comment=why.comment or None,
        )  # fmt: skip
        return {"reconciliation": now["reconciliation"], "code": now["code"], **moved}

    told = on_edge(store, found["reconciliation"], locked)
    detail: dict[str, Any] = {"status": told["status"]}
    if warnings is not None:
        detail["warnings"] = len(warnings)
        told["warnings"] = warnings
    note(store, action, f"break {break_id}", why, detail)
    return told


def answer(transaction: Transaction, edge: Edge, found: RowMapping, verdict: str, why: Why) -> None:
    """End the request for a write-off that waits, if there is one."""
    transaction.run(
        "decisions/answer_write_off", break_id=found["break_id"], answer=verdict,
        answered_by=why.by, answered_login=os_user(), comment=why.comment, known_at=edge.known_at,
    )  # fmt: skip


def _shown(store: Store, asked: str) -> dict[str, Any]:
    (found,) = find_breaks(store, find_one(store, asked), as_of=None)
    return found


def _one_login(shown: Mapping[str, Any]) -> list[str]:
    """A warning where the database saw two names, and the machine one person."""
    request = shown["write_off"]
    if request is None or request["asked_login"] != os_user():
        return []
    return [
        f"{request['asked_by']} asked for it as the same user of the operating system"
        f" ({os_user()}) as you: two names, and maybe one person."
    ]


def _answered(shown: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the checker answers about, as it stood before he did."""
    if shown["write_off"] is None:
        return None
    facts = ("amount", "exposure", "currency", "business_date", "age_days", "assigned_to")
    return {**shown["write_off"], **{name: shown[name] for name in facts}}


def _must_fit(edge: Edge, found: RowMapping, reason: str, comment: str) -> None:
    definition = edge.definition
    told = refused(
        Written(
            found["code"], definition.shape, definition.role(found["source"]),
            found["amount_minor"], found["exposure_minor"], found["currency"],
        ),
        reason, comment, shared_limits(),
    )  # fmt: skip
    if told is not None:
        raise Undecidable(*told)


def _must_stand(found: RowMapping) -> None:
    if found["status"] == "RESOLVED":
        raise Undecidable(
            f"break {found['break_id'][:8]} is resolved already ({found['resolution']})"
        )


def _must_be_closable(found: RowMapping) -> None:
    _must_stand(found)
    if found["code"] == NEVER_CLOSED:
        raise Undecidable(
            f"{NEVER_CLOSED} is closed by nobody: money is missing until it is explained",
            "Find the entries that make it up; it closes itself when the proof comes out.",
        )
    if found["status"] == "PENDING_APPROVAL":
        raise Undecidable(
            f"break {found['break_id'][:8]} is up for {found['asked_by']}'s write-off",
            "Somebody else answers with --approve or --refuse; `breaks withdraw` takes it back.",
        )
