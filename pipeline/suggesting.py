"""Suggestions for what stands alone on an edge, kept as they change."""

import pandas as pd

from pipeline.edges import Edge
from pipeline.store import Transaction
from reconciliation.suggestions import COLUMNS, suggestions


def suggest(transaction: Transaction, edge: Edge) -> int:
    """Bring the edge's suggestions up to date; how many are new. Needs `scene` and `finding`."""
    bounds = edge.definition.suggest
    if bounds is None:
        return 0
    alone = transaction.frame("breaks/list_alone", **edge.params)
    found = suggestions(alone, bounds)
    transaction.run("breaks/create_suggested")
    transaction.copy("suggested", _as_rows(found), list(COLUMNS))
    transaction.run("breaks/end_suggestions", **edge.params)
    return transaction.run("breaks/record_suggestions", **edge.params)


def _as_rows(found: pd.DataFrame) -> pd.DataFrame:
    arrays = found["members"].map(lambda members: "{" + ",".join(map(str, members)) + "}")
    return found.assign(members=arrays.astype("string"))
