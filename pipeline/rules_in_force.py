"""Which definitions hold: those of the program's files, but where people put others in force."""

from pipeline.store import Transaction
from reconciliation.definition import definition_of
from reconciliation.rulebook import Rulebook, shipped


def rulebook(transaction: Transaction) -> Rulebook:
    """As the transaction sees it: a promotion is heard by the next run, in whatever process.

    A file of a higher version than what was promoted before holds again.
    """
    files = shipped()
    versions = {item.name: item.version for item in files}
    promoted = (
        definition_of(row["reconciliation"], row["yaml"])
        for row in transaction.rows("rules/promoted")
        if row["reconciliation"] in versions
    )
    return files.replacing(*(item for item in promoted if item.version >= versions[item.name]))
