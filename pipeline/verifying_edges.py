"""Every result of an edge made again: groups from their entries, days, proofs and breaks from
what stands, by the statements that made them.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping

from pipeline import no_edge
from pipeline.breaking import PROOF_DAYS, PROOF_STEPS, UNREAD_STEPS, wanting
from pipeline.edges import BEGINNING, Edge, arrivals
from pipeline.rehearsing import Step, read_only, rehearsed
from pipeline.store import Transaction
from pipeline.suggesting import fill_suggested
from pipeline.verifying_found import NOT_CONFIGURED, Disagreement, Disagrees, Verified
from reconciliation.model import HOUR, Interval
from reconciliation.rulebook import Rulebook

DAYS = (
    Step("verify/standing_entries"),
    Step("matching/make_closure"),
    Step("matching/list_standing_seats"),
    Step("verify/standing_groups"),
    Step("matching/make_seated"),
    Step("verify/no_new_groups"),
    Step("matching/list_day_changes"),
    Step("matching/record_day_changes", into="day_taken"),
)
FEES = (
    Step("matching/make_found_group"),
    Step("matching/make_seated"),
    Step("verify/standing_found_groups"),
    Step("verify/standing_seats"),
    Step("matching/record_fee_variances", into="fee_variance_again"),
)
INTO = {
    "record_statement_days": "statement_day_again",
    "record_statement_gaps": "statement_gap_again",
}
PROMISES = {"settlement_line": "gross", "named_tolerance": "named"}  # others: nothing is left
SAID_BY = {
    "group": ("match group", "match_group_id"),
    "seat": ("seat", "match_group_id"),
    "open_entry": ("open entry", "entry_id"),
    "open_history": ("history of an open entry", "entry_id"),
    "fee_variance": ("fee beside the contract", "match_group_id"),
    "no_edge": ("list of entries without a reconciliation", "entry_id"),
    "no_edge_source": ("list of entries without a reconciliation", "entry_id"),
    "severity": ("list of severities", "reconciliation"),
    "day": ("sums of an account's day", "account_no"),
    "statement_day": ("statement day", "account_no"),
    "proof": ("proof", "account_no"),
    "break": ("break", "break_id"),
    "event": ("break, held against its last event", "break_id"),
    "candidate": ("candidate", "entry_id"),
    "suggestion": ("suggestion", "entry_id"),
    "seal": ("row that was recorded for good", "row_key"),
}
RUN_FIRST = "let its next run end first (the scheduler's, or `./recon run`), then verify again"
NEXT = (
    "Results are made anew by a run: if the entries verified above are right, restore the row"
    " from a backup, and find out who could write to the database."
)


def verify_edge(
    transaction: Transaction,
    book: Rulebook,
    state: RowMapping,
    environment: Mapping[str, str],
    verified: Verified,
) -> None:
    """Disagrees at the first result that does not come out again."""
    name = state["reconciliation"]
    definition = book.find(name)
    if (state["version"], state["sha256"]) != (definition.version, definition.sha256):
        verified.not_verifiable[
            f"{name}: made by other rules than those in force: {RUN_FIRST}"
        ] += 1
        return
    interval = Interval(state["as_of"] - HOUR, state["as_of"])
    schedules = arrivals(definition, environment)
    edge = Edge.read(transaction, book, name, interval, schedules)
    with read_only(transaction):
        for what in ("seat", "group", "open_entry", "open_history", "event", "severity"):
            _differing(transaction, edge, what, _promises(edge))
    with rehearsed(transaction, DAYS, edge.params):
        _differing(transaction, edge, "day")
    with rehearsed(transaction, FEES, edge.params):
        _differing(transaction, edge, "fee_variance")
    why = _why_not_again(transaction, edge, schedules)
    if why:
        verified.not_verifiable[f"{name}: proofs and breaks, but for their own history: {why}"] += 1
    else:
        _again(transaction, edge)
        with read_only(transaction):
            _without_edge(transaction, edge, verified)
    with read_only(transaction):
        _differing(transaction, edge, "seal")
    (counts,) = transaction.rows("verify/count_results", reconciliation=name)
    for kind, count in counts.items():
        if not (why and kind == "proofs"):
            verified.agreed[kind.replace("_", " ")] += count


def _again(transaction: Transaction, edge: Edge) -> None:
    definition = edge.definition
    proof = PROOF_STEPS if definition.proof != "none" else ()
    steps = [
        *(Step(f"breaks/{step}") for step in UNREAD_STEPS),
        *(Step(f"proof/{step}", into=INTO.get(step)) for step in proof),
        *(Step(f"breaks/{step}") for step in (*wanting(edge), "create_suggested")),
    ]
    strict_from = edge.as_of.date() - timedelta(days=PROOF_DAYS)
    params = edge.params | {
        "first_day": BEGINNING.date(), "is_again": True, "strict_from": strict_from,
    }  # fmt: skip
    with rehearsed(transaction, steps, params):
        if proof:
            _differing(transaction, edge, "statement_day")
            _differing(transaction, edge, "proof", params)
        _differing(transaction, edge, "break")
        _differing(transaction, edge, "candidate")
        fill_suggested(transaction, edge)
        _differing(transaction, edge, "suggestion")


def _without_edge(transaction: Transaction, edge: Edge, verified: Verified) -> None:
    name = edge.definition.name
    clauses = edge.rulebook.ledger_clauses(name)
    held = transaction.value("verify/noted_clauses", reconciliation=name)
    if held is not None and held != no_edge.noted(clauses):
        verified.not_verifiable[
            f"{name}: entries without a reconciliation: by other rules: {RUN_FIRST}"
        ] += 1
        return
    _differing(transaction, edge, "no_edge_source", {"ledgers": list(clauses)})
    for source, clause in clauses.items():
        found = transaction.admitting(
            "verify/differing_no_edge", clause, **edge.params, source=source
        )
        _name(edge, "no_edge", found.mappings().first())


def _why_not_again(
    transaction: Transaction, edge: Edge, schedules: Mapping[str, Any]
) -> str | None:
    """Why what must be explained cannot be derived as the last run did; None where it can."""
    sources = list(edge.definition.sources)
    if transaction.value(
        "verify/edge_is_behind", reconciliation=edge.definition.name, sources=sources
    ):
        return f"new data waits to be reconciled: {RUN_FIRST}"
    unknown = [name for name in sources if name not in schedules or not schedules[name].late_after]
    landed = transaction.rows("verify/landed_sources", sources=unknown)
    if landed:
        return f"{landed[0]['source']} {NOT_CONFIGURED}"
    return None


def _promises(edge: Edge) -> dict[str, Any]:
    passes = (*edge.definition.passes, edge.manual)
    manual = "gross" if edge.is_gross else "nothing left"
    return {
        "pass_names": [item.name for item in passes],
        "pass_promises": [
            {**PROMISES, "manual": manual}.get(item.sql, "nothing left") for item in passes
        ],
        "pass_minor_maxes": [item.parameters.get("minor_max", 0) for item in passes],
        "pass_minors": [item.parameters.get("minors", "") for item in passes],
        "pass_approval_minors": [item.parameters.get("approval_minor", 0) for item in passes],
    }


def _differing(
    transaction: Transaction, edge: Edge, what: str, params: Mapping[str, Any] | None = None
) -> None:
    params = edge.params | dict(params or {})
    _name(edge, what, transaction.row(f"verify/differing_{what}", **params))


def _name(edge: Edge, what: str, row: RowMapping | None) -> None:
    if row is None:
        return
    kind, key = SAID_BY[what]
    aspect = f", {row['what']}" if "what" in row else ""
    day = f", {row['business_date']} {row['currency']}" if "business_date" in row else ""
    raise Disagrees(
        Disagreement(
            what=f"a {kind}{aspect}",
            where=f"{edge.definition.name}, {key} {row[key]}{day}",
            stored=str(row["stored"]),
            recomputed=str(row["again"]),
            next_step=NEXT,
        )
    )
