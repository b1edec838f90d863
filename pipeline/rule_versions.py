"""Which rules there are and were: shipped, used, put in force."""

from collections.abc import Mapping
from typing import Any

from pipeline.deciding import Undecidable
from pipeline.rules_in_force import rulebook
from pipeline.store import Store
from reconciliation.definition import Definition, definition_of
from reconciliation.rulebook import Rulebook, shipped

SHA_LENGTH_MIN = 4
TOLD = ("first_used_at", "promoted_at", "promoted_by", "tested_by", "comment", "despite_wrong")


def in_force(store: Store) -> Rulebook:
    """As they hold now."""
    with store.transaction() as transaction:
        return rulebook(transaction)


def versions(store: Store) -> list[dict[str, Any]]:
    """Every definition known: shipped, used or put in force, by reconciliation and in order.

    {"reconciliation", "version", "sha256", "title", "passes", "origin" (shipped, promoted or
    past), "is_in_force", "first_used_at", "promoted_at", "promoted_by", "tested_by", "comment",
    "despite_wrong" (None: never put in force by a promotion)}
    """
    with store.transaction() as transaction:
        held = rulebook(transaction)
        rows = [dict(row) for row in transaction.rows("rules/list_versions")]
    known = {row["sha256"] for row in rows}
    rows += [
        {"reconciliation": item.name, "version": item.version, "sha256": item.sha256,
         "yaml": item.text}
        for item in shipped() if item.sha256 not in known
    ]  # fmt: skip
    files = {item.sha256 for item in shipped()}
    standing = {item.sha256 for item in held}
    return [_version(row, files, standing) for row in sorted(rows, key=_by_name)]


def stored(store: Store, name: str, mark: str) -> Definition:
    """One that was ever used or put in force: by its version, or the beginning of its SHA-256.

    Undecidable where none or several fit.
    """
    with store.transaction() as transaction:
        rows = [
            row for row in transaction.rows("rules/list_versions")
            if row["reconciliation"] == name
        ]  # fmt: skip
    fits = {
        row["sha256"]: row for row in rows
        if (mark.isdecimal() and row["version"] == int(mark))
        or (len(mark) >= SHA_LENGTH_MIN and row["sha256"].startswith(mark))
    }  # fmt: skip
    if len(fits) != 1:
        there = ", ".join(f"{name}@{row['version']} ({row['sha256'][:12]})" for row in rows)
        what = "no rules" if not fits else "several rules"
        raise Undecidable(
            f"{what} {name}@{mark}",
            f"There are {there}; name one by its SHA-256." if rows else "Nothing ran by any yet.",
        )
    (row,) = fits.values()
    return definition_of(name, row["yaml"], f"{name}@{mark}")


def _version(row: Mapping[str, Any], files: set[str], standing: set[str]) -> dict[str, Any]:
    definition = definition_of(row["reconciliation"], row["yaml"])
    origin = "promoted" if row.get("promoted_at") else "past"
    return {
        "reconciliation": definition.name,
        "version": definition.version,
        "sha256": definition.sha256,
        "title": definition.title,
        "passes": [item.name for item in definition.passes],
        "origin": "shipped" if definition.sha256 in files else origin,
        "is_in_force": definition.sha256 in standing,
        **{name: row.get(name) for name in TOLD},
    }


def _by_name(row: Mapping[str, Any]) -> str:
    return str(row["reconciliation"])
