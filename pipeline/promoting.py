"""Rules put in force: by somebody else than who tried them, and only what was tried."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.deciding import Undecidable, Why, note, on_edge
from pipeline.edges import Edge
from pipeline.rules_in_force import rulebook
from pipeline.store import Store, Transaction
from reconciliation.decisions import is_same_person
from reconciliation.definition import Definition
from reconciliation.rule_changes import refusal
from reconciliation.trial import in_order, loss_told, wrong_matches, wrong_told


def preview(store: Store, definition: Definition, by: str) -> dict[str, Any]:
    """What `promote` would tell, "promoted_by" and "known_from" None; nothing is put in force."""
    with store.transaction() as transaction:
        before = rulebook(transaction).find(definition.name)
        return _told(before, definition, _tried(transaction, before, definition, by))


def hindrance(store: Store, definition: Definition) -> str | None:
    """Why this text cannot take the place of the rules in force, whatever its trial shows."""
    with store.transaction() as transaction:
        before = rulebook(transaction).find(definition.name)
        if definition.sha256 == before.sha256:
            return None
        found = _hindrance(transaction, before, definition)
        return None if found is None else found[0]


def promote(
    store: Store, definition: Definition, why: Why, *, despite_wrong: bool = False
) -> dict[str, Any]:
    """Put it in force: from the edge's next run on all of it is derived anew.

    {"reconciliation", "version", "sha256", "replaces", "tested_by", "promoted_by", "known_from",
    "despite_wrong", "warnings", "rests_on"}, the last the replay: {"backtest_id", "made_by",
    "made_at", "from", "to", "against_version", "code_version", "matches", "breaks", "raised",
    "truth"}.

    Undecidable where it was not tried on this history, was tried against other rules than those
    in force, where whoever tried it is the same person, where it changes what cannot change
    while the program runs, or where a trial of it found wrong matches and nobody says
    `despite_wrong`.
    """
    name = definition.name

    def put(transaction: Transaction, edge: Edge) -> dict[str, Any]:
        tried = _tried(transaction, edge.definition, definition, why.by)
        told = _told(edge.definition, definition, tried)
        is_wrong = tried["wrong"] is not None
        if is_wrong and not despite_wrong:
            raise Undecidable(
                f"{name}: {tried['wrong']}",
                "Mend the rules, or give --despite-wrong to put them in force all the same; it is"
                " kept with your name.",
            )
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
            despite_wrong=is_wrong,
        )
        return {
            **told, "promoted_by": why.by, "known_from": edge.known_at, "despite_wrong": is_wrong,
        }  # fmt: skip

    told = on_edge(store, name, put)
    kept = ("version", "sha256", "despite_wrong")
    note(store, "promote rules", name, why, {key: told[key] for key in kept})
    return told


def _told(before: Definition, after: Definition, tried: Mapping[str, Any]) -> dict[str, Any]:
    result = {**tried["result"], "truth": in_order(tried["result"].get("truth"))}
    return {
        "reconciliation": after.name, "version": after.version, "sha256": after.sha256,
        "replaces": before.version, "tested_by": tried["made_by"], "promoted_by": None,
        "known_from": None, "despite_wrong": False,
        "warnings": [words for words in (tried["wrong"], loss_told(result)) if words],
        "rests_on": {
            "backtest_id": tried["backtest_id"], "made_by": tried["made_by"],
            "made_at": tried["made_at"], "from": tried["interval_from"],
            "to": tried["interval_to"], "against_version": tried["against_version"],
            "code_version": tried["code_version"], **result,
        },
    }  # fmt: skip


def _hindrance(
    transaction: Transaction, before: Definition, after: Definition
) -> tuple[str, str] | None:
    """Why it cannot be put in force by anybody, and what to do; None: it can."""
    wrong = refusal(before, after)
    if wrong:
        return wrong, ""
    for row in transaction.rows("rules/list_versions"):
        if (row["reconciliation"], row["version"]) == (after.name, after.version) and row[
            "sha256"
        ] != after.sha256:
            return (
                f"version {after.version} was used with another text",
                "Give it a version that was never used: `./recon rules list`.",
            )
    return None


def _tried(
    transaction: Transaction, before: Definition, after: Definition, by: str
) -> Mapping[str, Any]:
    """The replay that this promotion rests on; "wrong": the false matches that were found."""
    hindered = _hindrance(transaction, before, after)
    if hindered:
        what, next_step = hindered
        raise Undecidable(f"{after.name}: {what}", next_step)
    rows = transaction.rows("rules/backtests_of", reconciliation=after.name, sha256=after.sha256)
    fresh = [dict(row) for row in rows if row["against_sha256"] == before.sha256]
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
    return {**others[0], "wrong": _wrong(others[0], fresh)}


def _wrong(rests_on: Mapping[str, Any], trials: Sequence[Mapping[str, Any]]) -> str | None:
    """What the worst trial by this program found: a shorter one later takes nothing back."""
    same = [row for row in trials if row["code_version"] == rests_on["code_version"]]
    worst = max(same, key=lambda row: wrong_matches(row["result"]))
    words = wrong_told(worst["result"])
    return words and f"backtest {worst['backtest_id']} found that {words}"
