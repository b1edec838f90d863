"""Ledger rows that belong to no reconciliation: kept by the edge that tells of their source.

Kept by load like everything else: a run looks only at what its new loads brought.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from pipeline.edges import Edge
from pipeline.statements import sql
from pipeline.store import Transaction
from reconciliation.definition import ledger_clauses


def has_changed(transaction: Transaction, edge: Edge) -> bool:
    """Whether the clauses are others than the entries were found with; they are noted."""
    clauses = ledger_clauses(edge.definition.name)
    if not clauses:
        return False
    told = json.dumps(clauses, sort_keys=True)
    return transaction.run("matching/record_no_edge_rule", **edge.params, clauses=told) > 0


def record(transaction: Transaction, edge: Edge, params: Mapping[str, Any]) -> None:
    """Of `dirty_entry`, those that no definition takes."""
    clauses = ledger_clauses(edge.definition.name)
    if not clauses:
        return
    transaction.run("matching/drop_no_edge", **params)
    for source, clause in clauses.items():
        # Clauses were checked word by word (reconciliation/where.py) and hold no parameters.
        statement = sql("matching/record_no_edge").replace(":admits", clause)
        transaction.connection.execute(text(statement), {**params, "source": source})
