"""Ledger rows that belong to no reconciliation: kept by the edge that tells of their source.

Kept by load like everything else: a run looks only at what its new loads brought.
"""

import json
from collections.abc import Mapping
from typing import Any

from pipeline.edges import Edge
from pipeline.store import Transaction


def has_changed(transaction: Transaction, edge: Edge) -> bool:
    """Whether the clauses are others than the entries were found with; they are noted."""
    clauses = edge.rulebook.ledger_clauses(edge.definition.name)
    if not clauses:
        return False
    told = noted(clauses)
    return transaction.run("matching/record_no_edge_rule", **edge.params, clauses=told) > 0


def noted(clauses: Mapping[str, str]) -> str:
    """The clauses as they are noted."""
    return json.dumps(clauses, sort_keys=True)


def record(transaction: Transaction, edge: Edge, params: Mapping[str, Any]) -> None:
    """Of `dirty_entry`, those that no definition takes."""
    clauses = edge.rulebook.ledger_clauses(edge.definition.name)
    if not clauses:
        return
    transaction.run("matching/drop_no_edge", **params)
    for source, clause in clauses.items():
        transaction.admitting("matching/record_no_edge", clause, **params, source=source)
