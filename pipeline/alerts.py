"""What a person should look at now: raised while its cause stands, cleared when it is gone."""

from pipeline.store import Store, Transaction

# kind → the statement that finds its subjects (subject, detail)
KINDS = {
    "api_down": "ops/find_api_down",
    "source_late": "ops/find_source_late",
    "not_staged": "ops/find_not_staged",
    "proof_unexplained": "ops/find_proof_unexplained",
}


def raise_alerts(store: Store) -> dict[str, int]:
    """Bring ops.alert up to date; {kind: how many stand, "raised": …, "cleared": …}."""
    return store.effect(_renew, lock="alerts")


def _renew(transaction: Transaction) -> dict[str, int]:
    counts = {"raised": 0, "cleared": 0}
    for kind, statement in KINDS.items():
        found = transaction.rows(statement)
        for row in found:
            counts["raised"] += transaction.run("ops/raise_alert", kind=kind, **row)
        counts["cleared"] += transaction.run(
            "ops/clear_alerts", kind=kind, subjects=[row["subject"] for row in found]
        )
        counts[kind] = len(found)
    return counts
