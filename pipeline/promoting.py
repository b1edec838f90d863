"""Rules put in force: by somebody else than who tried them, and only what was tried."""

from collections.abc import Mapping
from typing import Any

from pipeline.deciding import Undecidable, Why, note, on_edge
from pipeline.edges import Edge
from pipeline.rules_in_force import rulebook
from pipeline.store import Store, Transaction
from reconciliation.decisions import is_same_person
from reconciliation.definition import Definition
from reconciliation.rule_changes import refusal


def preview(store: Store, definition: Definition, by: str) -> dict[str, Any]:
    """What `promote` would tell, "promoted_by" and "known_from" None; nothing is put in force."""
    with store.transaction() as transaction:
        before = rulebook(transaction).find(definition.name)
        return _told(before, definition, _tried(transaction, before, definition, by))


def promote(store: Store, definition: Definition, why: Why) -> dict[str, Any]:
    """Put it in force: from the edge's next run on all of it is derived anew.

    {"reconciliation", "version", "sha256", "replaces", "tested_by", "promoted_by", "known_from",
    "rests_on"}, the last the replay: {"backtest_id", "made_by", "made_at", "from", "to",
    "against_version", "code_version", "matches", "breaks", "raised", "truth"}.

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
        told = _told(edge.definition, definition, tried)
        return {**told, "promoted_by": why.by, "known_from": edge.known_at}

    told = on_edge(store, name, put)
    note(store, "promote rules", name, why, {"version": told["version"], "sha256": told["sha256"]})
    return told


def _told(before: Definition, after: Definition, tried: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reconciliation": after.name, "version": after.version, "sha256": after.sha256,
        "replaces": before.version, "tested_by": tried["made_by"], "promoted_by": None,
        "known_from": None,
        "rests_on": {
            "backtest_id": tried["backtest_id"], "made_by": tried["made_by"],
            "made_at": tried["made_at"], "from": tried["interval_from"],
            "to": tried["interval_to"], "against_version": tried["against_version"],
            "code_version": tried["code_version"], **tried["result"],
        },
    }  # fmt: skip


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
