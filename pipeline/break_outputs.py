"""The work list and the story of one break as text for programs, the same again as of then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pipeline.claims import list_claims
from pipeline.json_text import line_of
from pipeline.reports import find_breaks, list_breaks, reconciled_until
from pipeline.store import Store


def told_breaks(store: Store, break_id: str, as_of: datetime | None) -> list[dict[str, Any]]:
    """As `find_breaks`, each with its `turnaround` (a Claim, None without a clock)."""
    found = find_breaks(store, break_id, as_of=as_of)
    clocks = list_claims(store, as_of=as_of, is_running=True, break_id=break_id).claims
    of_break = {clock.break_id: clock for clock in reversed(clocks)}
    for one in found:
        one["turnaround"] = of_break.get(one["break_id"])
    return found


def work_list(store: Store, parameters: Mapping[str, Any], as_of: datetime | None) -> str:
    """`parameters`: what `list_breaks` takes. Says what was asked for, and how far the books were
    reconciled by then.
    """
    until = reconciled_until(store, parameters["reconciliation"], as_of)
    rows = list_breaks(store, as_of=as_of, **parameters)
    return line_of({"asked_as_of": as_of, "as_of": until, "breaks": rows})


def story(store: Store, parameters: Mapping[str, Any], as_of: datetime | None) -> str | None:
    """`parameters`: {"break_id"}, whole. None where there is no such break.

    What a clock says is looked up by today's keys: the story of a break that has one may come
    out otherwise later.
    """
    found = told_breaks(store, parameters["break_id"], as_of)
    return line_of(found[0]) if found else None
