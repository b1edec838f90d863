"""Suggestions for what stands alone on an edge, kept as they change."""

import pandas as pd

from pipeline.edges import Edge
from pipeline.store import Transaction
from reconciliation.suggestions import COLUMNS, suggestions


def suggest(transaction: Transaction, edge: Edge) -> int:
    """Bring the edge's suggestions up to date; how many are new. Needs `scene` and `finding`."""
    if edge.definition.suggest is None:
        return 0
    transaction.run("breaks/create_suggested")
    fill_suggested(transaction, edge)
    transaction.run("breaks/end_suggestions", **edge.params)
    return transaction.run("breaks/record_suggestions", **edge.params)


def fill_suggested(transaction: Transaction, edge: Edge) -> None:
    """`suggested`, which is there and empty: what is found for what stands alone now."""
    if edge.definition.suggest is not None:
        alone = transaction.frame("breaks/list_alone", **edge.params)
        found = suggestions(alone, edge.definition.suggest)
        transaction.copy("suggested", _as_rows(found), list(COLUMNS))


def _as_rows(found: pd.DataFrame) -> pd.DataFrame:
    arrays = found["members"].map(lambda members: "{" + ",".join(map(str, members)) + "}")
    return found.assign(members=arrays.astype("string"))
