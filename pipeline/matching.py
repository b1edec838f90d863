"""Reconcile one edge: admit what is new, match what it can touch, explain what is left.

One transaction under the edge's lock, on one snapshot. The new loads' entries are closed
over shared block keys, tier by tier: a tier's passes run on that closure alone, and what they
left open is closed over the next tier's keys. What was found is compared with what stood
(DECISIONS.md: order-free by closing the dirty set).
"""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline import breaking, no_edge, runs
from pipeline.calendars import ensure_calendar
from pipeline.edges import Arrival, Edge
from pipeline.errors import PipelineError
from pipeline.rules_in_force import rulebook
from pipeline.runs import Run
from pipeline.seating import Seating, seat_here, seating
from pipeline.store import Store, Transaction
from reconciliation.definition import Side, blocks_of
from reconciliation.model import IST, Interval
from reconciliation.rulebook import shipped

ROUNDS_MAX = 100  # of the closure; a chain of references that long is a mistake in the data

log = logging.getLogger(__name__)


class ClosureTooLong(PipelineError):
    """Entries are chained by shared references beyond the bound: somebody must look."""


def reconcile(
    store: Store,
    name: str,
    interval: Interval,
    arrivals: Mapping[str, Arrival] | None = None,
    engine: str = "auto",
) -> dict[str, Any]:
    """Match, break and prove the edge `name` as of the interval's end (or later, where it is).

    `arrivals`: the schedules of its sources; one that has none is not waited for.
    `engine`: where the passes run (pipeline/seating.py); the result is the same. Counts:
    {"as_of", "known_at", "loads", "entries", "groups_new", "groups_gone", "breaks", "opened",
    "changed", "reopened", "resolved", "proofs", "suggested"}. Run again it changes nothing.
    """
    shipped().find(name)  # nothing is begun for a name that nobody has
    run = runs.begin(store, "reconcile", name, interval)
    try:
        with store.transaction() as transaction:
            ensure_calendar(transaction, interval.end.astimezone(IST).date())
        counts = store.effect(
            lambda transaction: _reconcile(
                transaction, run, name, interval, arrivals or {}, engine=engine
            ),
            lock=f"reconcile:{name}",
            snapshot=True,
        )
    except PipelineError as error:
        runs.fail(store, run, error)
        raise
    log.info("%s: reconciled %s", name, counts)
    return counts


def _reconcile(
    transaction: Transaction,
    run: Run,
    name: str,
    interval: Interval,
    arrivals: Mapping[str, Arrival],
    *,
    engine: str,
) -> dict[str, Any]:
    runs.check(transaction, run)
    edge = Edge.read(transaction, rulebook(transaction), name, interval, arrivals)
    result = bring_up_to_date(transaction, edge, engine=engine)
    runs.finish(transaction, run, result)
    return result


def bring_up_to_date(
    transaction: Transaction, edge: Edge, *, is_decided: bool = False, engine: str = "auto"
) -> dict[str, Any]:
    """All of a run but its fence. `is_decided`: people decided something with this very tick."""
    transaction.run("matching/prefer_indexes")
    if no_edge.has_changed(transaction, edge) or not edge.is_same_rules:
        transaction.run("matching/forget_loads", **edge.params)
        transaction.run(
            "matching/record_rules",
            **edge.params,
            definition={"yaml": edge.definition.text},
        )
    has_learned = transaction.run("matching/record_severity", **edge.params) > 0
    loads = transaction.rows("matching/new_loads", **edge.params)
    counts: dict[str, Any] = {"loads": len(loads), "entries": 0, "groups_new": 0, "groups_gone": 0}
    first_day: date | None = None
    if loads or is_decided:
        counts |= match(transaction, edge, [row["load_id"] for row in loads], engine)
        days = [row["first_day"] for row in loads]
        if is_decided:  # about entries of any age
            days.append(transaction.value("matching/first_changed_day") or edge.as_of.date())
        first_day = min(days)
    counts |= breaking.explain(transaction, edge, first_day)
    learned = (
        "entries", "groups_new", "groups_gone", "open_changed", "opened", "changed", "reopened",
        "resolved", "proofs", "suggested",
    )  # fmt: skip
    has_learned = has_learned or is_decided or any(counts[name] for name in learned)
    # How far it has looked is knowledge too: ages are counted, and items fall due, by it.
    has_moved = edge.seen_until is None or edge.as_of > edge.seen_until
    has_learned = has_learned or has_moved or not edge.is_same_rules
    if has_learned:
        for step in ("record_position", "end_open_history", "record_open_history"):
            transaction.run(f"matching/{step}", **edge.params)
    known_at = edge.known_at if has_learned else edge.clock
    transaction.run("matching/move_clock", **(edge.params | {"known_at": known_at}))
    return {"as_of": edge.as_of.isoformat(), "known_at": known_at.isoformat(), **counts}


def match(
    transaction: Transaction, edge: Edge, load_ids: list[int], engine: str = "auto"
) -> dict[str, int]:
    """Admit the loads and bring the edge's groups and open entries up to date."""
    params = edge.params | {"load_ids": load_ids}
    transaction.run("matching/admit_loads", **params)
    transaction.run("matching/list_dirty_entries", **params)
    transaction.run("matching/analyze_dirty")
    no_edge.record(transaction, edge, params)
    with seating(engine) as seats:
        run_tiers(transaction, edge, params, seats)
    entries = int(transaction.value("matching/count_closure"))
    for step in (
        "list_standing_seats", "analyze_standing", "list_standing_groups", "list_seated_groups",
        "list_gone_groups", "list_new_groups", "list_day_changes",
    ):  # fmt: skip
        transaction.run(f"matching/{step}", **params)
    if edge.definition.contract.mdr_bps:
        for step in ("drop_fee_variances", "record_fee_variances"):
            transaction.run(f"matching/{step}", **params)
    transaction.run("matching/release_seats", **params)
    transaction.run("matching/end_adjustments", **params)
    gone = transaction.run("matching/end_groups", **params)
    new = transaction.run("matching/record_groups", **params)
    for step in (
        "record_adjustments", "record_seats", "drop_open_entries", "record_open_entries",
        "record_day_changes", "forget_statement_days", "forget_statement_gaps",
    ):  # fmt: skip
        transaction.run(f"matching/{step}", **params)
    for table in ("recon.open_entry", "recon.match_item"):
        transaction.refresh_statistics(table, "matching", entries)
    return {"entries": entries, "groups_new": new, "groups_gone": gone}


def run_tiers(
    transaction: Transaction, edge: Edge, params: Mapping[str, Any], seats: Seating
) -> None:
    """`seated` and `open_entry`: what the passes make of every entry the loads can touch."""
    for step in ("make_closure", "make_closure_keys", "make_parted"):
        transaction.run(f"matching/{step}")
    parted = 0
    for number, passes in enumerate(edge.definition.tiers, start=1):
        base = (number - 1) * (ROUNDS_MAX + 1)
        at = {**params, "tier": number, "round": base, "blocks": list(blocks_of(passes))}
        if number == 1:
            admit_all(transaction, edge, at)
        else:
            _let_go(transaction, at)
        written = transaction.run("matching/record_blocks", **at)
        if number == 1:
            written += transaction.run("matching/record_decision_blocks", **at)
        transaction.refresh_statistics("recon.entry_block", "matching", written)
        transaction.run("matching/list_admitted_keys", **at)
        _close_over_keys(transaction, edge, at, base)
        if number == 1:
            _open_all(transaction, edge)
            seat_here(transaction, edge.manual, edge.params)  # a crowd hides nothing from people
        else:
            transaction.run("matching/open_widened", **at)
        transaction.run("matching/hide_crowded", **at)
        parted += transaction.run("matching/list_parted", **edge.params)
        seats.seat(transaction, passes, edge.params, is_parted=parted > 0)
    transaction.run("matching/show_crowded")


def admit_all(transaction: Transaction, edge: Edge, at: Mapping[str, Any]) -> None:
    """The dirty entries that are on the edge, and the keys they had."""
    for step in ("list_dirty_keys", "drop_blocks"):
        transaction.run(f"matching/{step}", **at)
    for side in edge.definition.sides:
        _admit(transaction, edge, side)
    transaction.run("matching/list_keyed_entries")


def _let_go(transaction: Transaction, at: Mapping[str, Any]) -> None:
    """What the stronger tiers left open, and the keys of what they took or let go."""
    for step in ("clear_closure_keys", "list_released_keys", "drop_released_blocks",
                 "clear_keyed_entries", "list_open_keyed_entries"):  # fmt: skip
        transaction.run(f"matching/{step}", **at)


def _close_over_keys(
    transaction: Transaction, edge: Edge, at: Mapping[str, Any], base: int
) -> None:
    """closure_entry: every entry that a chain of the tier's keys joins to one of its own."""
    for number in range(base + 1, base + ROUNDS_MAX + 1):
        transaction.run("matching/analyze_closure_keys")
        transaction.run("matching/widen_entries", **{**at, "round": number})
        transaction.run("matching/analyze_closure")
        if transaction.run("matching/widen_keys", **{**at, "round": number}) == 0:
            return
    raise ClosureTooLong(
        f"{edge.definition.name}: references chain entries over more than {ROUNDS_MAX} steps"
    )


def _open_all(transaction: Transaction, edge: Edge) -> None:
    """The working copy the passes look at, and what they write to."""
    transaction.run("matching/open_closure", **edge.params)
    transaction.run("matching/analyze_open")
    prepare = {"three_way": "resolve_orders", "ledger_bank": "label_transfers"}
    if edge.definition.shape in prepare:
        transaction.run(f"matching/{prepare[edge.definition.shape]}", **edge.params)
    for step in ("make_crowded", "make_proposed", "make_found_group", "make_seated"):
        transaction.run(f"matching/{step}", **edge.params)


def _admit(transaction: Transaction, edge: Edge, side: Side) -> None:
    transaction.admitting(
        "matching/admit_side",
        side.where.sql,
        side=side.name,
        sources=list(side.sources),
        reconciliation=edge.definition.name,
        shape=edge.definition.shape,
    )
