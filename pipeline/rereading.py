"""What a source said again: statements restated or sent twice, entries left out."""

from adapters.base import SourceConfig
from pipeline.merging import Load
from pipeline.opening_load import PARSER_VERSION
from pipeline.store import Transaction


def note_rereadings(transaction: Transaction, load: Load, config: SourceConfig) -> None:
    """Once all of the load is merged and its deliveries are recorded."""
    at = {"source": load.source, "load_id": load.load_id, "known_at": load.known_at}
    if config.restated:
        transaction.run("staging/record_restatements", **at, restated=config.restated)
        transaction.run("staging/record_duplicates", **at)
    # Our own tables are read by when a row changed: what is unchanged is not in a reading.
    added = [
        name
        for name, one in config.datasets.items()
        if one.kind == "entries" and one.later_delivery == "adds"
    ]
    if config.kind == "rest" and added:
        transaction.run("staging/end_unseen_entries", source=load.source, known_at=load.known_at)
        transaction.run(
            "staging/record_unseen_entries",
            **at,
            datasets=added,
            opening_version=PARSER_VERSION,
        )
