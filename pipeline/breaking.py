"""What is left open on an edge: why it may wait, what must be explained, what is proven.

Everything is derived from what stands now (open entries, what is landed, what is in
quarantine, the running balances), and compared with the breaks that stand.
"""

from datetime import date, timedelta
from typing import Any

from pipeline.edges import Edge
from pipeline.store import Transaction
from pipeline.suggesting import suggest

# The statements that find what open entries mean, in their order, by the edge's shape.
STEPS = {
    "ledger_bank": (
        "ledger_bank_pairs", "ledger_bank_contradictions", "ledger_bank_ambiguous",
        "ledger_bank_duplicates", "ledger_bank_reversals", "ledger_bank_named",
        "ledger_bank_alike", "ledger_bank_alone",
    ),
    "three_way": (
        "resolve_scene_orders", "three_way_sets", "three_way_compare", "three_way_refunds",
        "three_way_breaks", "three_way_duplicates",
    ),
    "gateway_settlement": (
        "gateway_settlement_pairs", "gateway_settlement_breaks", "gateway_settlement_overdue",
    ),
    "settlement_bank": (
        "settlement_bank_sets", "settlement_bank_breaks", "settlement_bank_credits",
    ),
}  # fmt: skip
PROOF_STEPS = (
    "list_chain_ends", "record_statement_days", "record_statement_gaps", "list_gaps",
    "list_given", "list_positions", "list_balances", "list_causes", "analyze_days", "list_proofs",
)  # fmt: skip
UNREAD_STEPS = ("list_missing_files", "list_uncovered", "list_refused", "list_refused_rows")
PROOF_DAYS = 10  # looked at again each run; older ones only where something changed there


def explain(transaction: Transaction, edge: Edge, first_day: date | None) -> dict[str, Any]:
    """Open items, proof and breaks of the edge; counts, and live breaks by code.

    `first_day`: the earliest day this run learned of, None where it learned nothing.
    """
    for step in UNREAD_STEPS:
        transaction.run(f"breaks/{step}", **edge.params)
    open_changed = transaction.run("breaks/refresh_open", **edge.params)
    proofs = prove(transaction, edge, first_day)
    find(transaction, edge)
    counts = dict.fromkeys(("opened", "changed", "reopened", "resolved"), 0)
    for row in transaction.rows("breaks/count_events"):
        counts[row["event"]] = row["breaks"]
    for step in ("record_events", "record_breaks", "end_candidates", "record_candidates"):
        transaction.run(f"breaks/{step}", **edge.params)
    suggested = suggest(transaction, edge)
    live = {
        row["code"]: row["breaks"] for row in transaction.rows("breaks/count_live", **edge.params)
    }
    return {
        "open_changed": open_changed,
        "proofs": proofs,
        **counts,
        "suggested": suggested,
        "breaks": live,
    }


def find(transaction: Transaction, edge: Edge) -> None:
    """`wanted`: every break that should stand now; `event`: what that changes."""
    for step in (*wanting(edge), "list_events"):
        transaction.run(f"breaks/{step}", **edge.params)


def wanting(edge: Edge) -> tuple[str, ...]:
    """The statements of sql/breaks that make `wanted` and `candidate_now`, in their order."""
    proof = edge.definition.proof
    return (
        "list_crowds", "list_scene", "analyze_scene", "make_findings", "make_wanted",
        *STEPS[edge.definition.shape],
        "name_parted", "name_refused", "want_entries", "want_crowds", "want_missing_hours",
        "want_missing_files", "want_quarantined", "want_restated", "want_duplicates",
        "want_shrunk", "want_no_edge",
        *(("want_disputes",) if edge.definition.shape == "gateway_settlement" else ()),
        *(("want_fees",) if edge.definition.contract.mdr_bps else ()),
        *(("want_statements",) if proof == "accounts" else ()),
        *(("want_proofs",) if proof != "none" else ()),
        "list_wanted", "list_candidates",
    )  # fmt: skip


def prove(transaction: Transaction, edge: Edge, first_day: date | None) -> int:
    """Proofs of the days this run can have changed; how many came out otherwise than before."""
    if edge.definition.proof == "none":
        return 0
    seen = (edge.seen_until or edge.as_of).date() - timedelta(days=PROOF_DAYS)
    params = edge.params | {"first_day": min(first_day or seen, seen), "is_again": False}
    for step in (*PROOF_STEPS, "end_proofs"):
        transaction.run(f"proof/{step}", **params)
    return transaction.run("proof/record_proofs", **params)
