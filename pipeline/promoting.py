"""Rules put in force: by somebody else than who tried them, and only what was tried."""

from collections.abc import Mapping
from typing import Any

from pipeline.deciding import Undecidable, Why, note, on_edge
from pipeline.edges import Edge
from pipeline.store import Store, Transaction
from reconciliation.decisions import is_same_person
from reconciliation.definition import Definition
from reconciliation.rule_changes import refusal


def promote(store: Store, definition: Definition, why: Why) -> dict[str, Any]:
    """Put it in force: from the edge's next run on all of it is derived anew.

    Undecidable where it was not tried on this history, was tried against other rules than those
    in force, where whoever tried it is the same person, or where it changes what cannot change
    while the program runs.
    """
    name = definition.name

    def put(transaction: Transaction, edge: Edge) -> dict[str, Any]:
        tried = _tried(transaction, edge.definition, definition, why.by)
        transaction.run(
            "rules/record_promotion",
            reconciliation=name,
            version=definition.version,
            sha256=definition.sha256,
            definition={"yaml": definition.text},
            backtest_id=tried["backtest_id"],
            tested_by=tried["made_by"],
            promoted_by=why.by,
            comment=why.comment,
            known_from=edge.known_at,
        )
        return {
            "reconciliation": name,
            "version": definition.version,
            "sha256": definition.sha256,
            "replaces": edge.definition.version,
            "tested_by": tried["made_by"],
            "promoted_by": why.by,
            "known_from": edge.known_at,
        }

    told = on_edge(store, name, put)
    note(store, "promote rules", name, why, {"version": told["version"], "sha256": told["sha256"]})
    return told


def _tried(
    transaction: Transaction, before: Definition, after: Definition, by: str
) -> Mapping[str, Any]:
    """The replay that this promotion rests on."""
    wrong = refusal(before, after)
    if wrong:
        raise Undecidable(f"{after.name}: {wrong}")
    for row in transaction.rows("rules/list_versions"):
        if (row["reconciliation"], row["version"]) == (after.name, after.version) and row[
            "sha256"
        ] != after.sha256:
            raise Undecidable(
                f"{after.name}: version {after.version} was used with another text",
                "Give it a version that was never used: `./recon rules list`.",
            )
    rows = transaction.rows("rules/backtests_of", reconciliation=after.name, sha256=after.sha256)
    fresh = [row for row in rows if row["against_sha256"] == before.sha256]
    if not fresh:
        what = "was tried against other rules than those in force" if rows else "was never tried"
        raise Undecidable(
            f"{after.name}: version {after.version} {what}",
            "Try it: `./recon rules backtest --definition FILE --from DATE --to DATE`.",
        )
    others = [row for row in fresh if not is_same_person(row["made_by"], by)]
    if not others:
        raise Undecidable(
            f"{after.name}: {by} tried these rules, somebody else puts them in force",
            "Ask a second person, who names himself by --as.",
        )
    return dict(others[0])
