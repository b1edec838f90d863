"""What people take back: that a break is closed, and a write-off they asked for."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from pipeline.deciding import Undecidable, Why, decide
from pipeline.edges import Edge
from pipeline.store import Store, Transaction
from pipeline.working_off import act, answer
from reconciliation.decisions import REOPENED, is_same_person

HINTS = {
    "matched": "A match made by hand is undone by `./recon unmatch`.",
    "auto": "Facts closed it, and open it again where they change.",
    "written_off": "Two people wrote it off: book what takes that back.",
}


def reopen(store: Store, asked: str, why: Why, environment: Mapping[str, str]) -> dict[str, Any]:
    """A break that one person closed is work again, and told as the facts are now: they may have
    closed it themselves meanwhile. Undecidable for any other.
    """

    def work(_: Transaction, __: Edge, found: RowMapping) -> dict[str, Any]:
        short = found["break_id"][:8]
        if found["status"] != "RESOLVED":
            raise Undecidable(f"break {short} is not closed: it is {found['status']}")
        if found["resolution"] not in REOPENED:
            raise Undecidable(
                f"break {short} was closed as {found['resolution']}", HINTS[found["resolution"]]
            )
        return {"event": "reopened", "status": "REOPENED"}

    told = act(store, asked, why, "reopen", work)
    # A tick later, as an event of the run: what it found while the break was closed.
    decide(store, told["reconciliation"], lambda _, __: {}, environment)
    with store.transaction() as transaction:
        (now,) = transaction.rows("decisions/find_break", break_id=told["break_id"])
    return {**told, "code": now["code"], "status": now["status"], "resolution": now["resolution"]}


def withdraw(store: Store, asked: str, why: Why) -> dict[str, Any]:
    """The maker takes the request back before the checker answers. Undecidable for others."""

    def work(transaction: Transaction, edge: Edge, found: RowMapping) -> dict[str, Any]:
        short = found["break_id"][:8]
        if found["write_off_id"] is None:
            raise Undecidable(f"no write-off of break {short} waits: it is {found['status']}")
        if not is_same_person(found["asked_by"], why.by):
            raise Undecidable(
                f"{found['asked_by']} asked for this write-off, so nobody else can withdraw it",
                "Somebody else answers with `breaks resolve --refuse`.",
            )
        answer(transaction, edge, found, "withdrawn", why)
        waits = found["status"] == "PENDING_APPROVAL"
        return {
            "event": "write_off_withdrawn",
            "status": "INVESTIGATING" if waits else found["status"],
            "resolution": found["resolution"],
        }

    return act(store, asked, why, "withdraw write-off", work)
