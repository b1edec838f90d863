"""`match` and `unmatch`: entries that people name, found on an edge, and decided about."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from sqlalchemy import RowMapping

from pipeline.deciding import Undecidable, Why, apart, as_params, decide, end, note, together
from pipeline.edges import Edge
from pipeline.store import Store, Transaction
from reconciliation.decisions import RECOVERED, Named, refusal

Names = Sequence[tuple[str, str]]  # (source, key or public id)
GROUP_ID = re.compile(r"[0-9a-f-]{4,36}")
NAMES_MAX, NEAR_MAX, NEAR_ENOUGH = 10_000, 3, 0.6


def match(
    store: Store, names: Names, why: Why, *, edge: str | None, environment: Mapping[str, str]
) -> dict[str, Any]:
    """Match these entries by hand. {"decision_id", "ended", "was", "named", "written_off"} and what
    `decide` tells; "written_off": which of them two people had (columns of list_written_off).

    Undecidable: not there, on several edges (say which), part of a larger match, no sum, written
    off where the reason is not RECOVERED.
    """
    name = edge or _common_edge(store, names)

    def work(transaction: Transaction, on: Edge) -> dict[str, Any]:
        rows = _located(transaction, names, name)
        keys = [(row["source"], row["entry_key"]) for row in rows]
        fields = Named.__slots__
        told = refusal(
            [Named(**{field: row[field] for field in fields}) for row in rows],
            on.params["ledger_side"], by_account=on.params["by_account"], is_gross=on.is_gross,
        )  # fmt: skip
        if told:
            raise Undecidable(*told)
        _refuse_halves(transaction, on, keys, rows)
        lost = _written_off(transaction, rows, name, why)
        named = [f"{source}:{key}" for source, key in sorted(set(keys))]
        return {**together(transaction, on, keys, why), "named": named, "written_off": lost}

    told = decide(store, name, work, environment)
    note(store, "match", f"decision {told['decision_id']}", why, {"named": told["named"]})
    return told


def must_be_there(store: Store, names: Names, edge: str | None) -> None:
    """Undecidable where a name means no entry, or several."""
    with store.transaction() as transaction:
        _located(transaction, names, edge)


def accept(
    store: Store, break_id: str, why: Why, *, rank: int | None, kind: str | None,
    environment: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """Match a break's entry with its suggestion of that kind and rank, None: its only one. As
    `match`; Undecidable, naming each, where several are meant.
    """
    with store.transaction() as transaction:
        rows = transaction.rows("decisions/suggestion", break_id=break_id, rank=rank, kind=kind)
    if not rows:
        raise Undecidable(
            f"break {break_id[:8]} has no such suggestion",
            f"See `./recon breaks show {break_id[:8]}`.",
        )
    ways: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        ways.setdefault((row["kind"], row["rank"]), []).append(
            f"{row['source']}:{row['entry_key']}"
        )
    if len(ways) > 1:
        said = (
            f"--kind {of} --rank {at} ({' + '.join(names)})" for (of, at), names in ways.items()
        )
        raise Undecidable(
            f"break {break_id[:8]} has {len(ways)} suggestions: which one?",
            f"Say {' or '.join(said)}.",
        )
    names = [(row["source"], row["entry_key"]) for row in rows]
    edge = rows[0]["reconciliation"]
    return match(store, names, why, edge=edge, environment=environment)


def unmatch(
    store: Store, asked: str, why: Why, *, edge: str | None, environment: Mapping[str, str]
) -> dict[str, Any]:
    """Undo the match of that id, or of the entry `source:id`.

    One made by hand ends, and the passes have its entries again; one that a pass made is taken
    apart: no pass seats two of its entries together until people match them.
    """
    group_id, name = _group(store, asked, edge)

    def work(transaction: Transaction, on: Edge) -> dict[str, Any]:
        seats = transaction.rows("decisions/list_group", group_id=group_id)
        if not seats:
            raise Undecidable(f"match {group_id[:8]} was released in the meantime")
        keys = [(row["source"], row["entry_key"]) for row in seats]
        told = {"match_group_id": group_id, "named": [":".join(key) for key in keys]}
        if seats[0]["pass_name"] != on.manual.name:
            return {**apart(transaction, on, keys, why), **told}
        params = on.params | as_params(keys)
        standing = transaction.rows("decisions/list_overtaken", **params)
        was = [dict(row) for row in standing if row["kind"] == "together"]
        ids = [one["decision_id"] for one in was]
        end(transaction, on, ids, why, why.reason)
        return {"decision_id": None, "ended": ids, "was": was, **told}

    told = decide(store, name, work, environment)
    note(store, "unmatch", f"match {group_id}", why, {"named": told["named"]})
    return told


def _located(transaction: Transaction, names: Names, edge: str | None) -> list[RowMapping]:
    """A row an entry and edge; every name means one entry, or the lines of one settlement, else
    Undecidable.
    """
    rows = transaction.rows(
        "decisions/list_named", reconciliation=edge,
        sources_named=[source for source, _ in names], names=[name for _, name in names],
    )  # fmt: skip
    located = []
    for source, name in dict.fromkeys(names):
        found = [row for row in rows if (row["source"], row["name"]) == (source, name)]
        found = [row for row in found if row["entry_key"] == name] or found
        if not found:
            raise _unknown(transaction, source, name, edge)
        is_settlement = all(row["is_settlement"] for row in found)
        if len({row["entry_id"] for row in found}) > 1 and not is_settlement:
            keys = sorted({f"{source}:{row['entry_key']}" for row in found})
            raise Undecidable(
                f"several entries of {source} are called {name!r}",
                f"Give its key: {' or '.join(keys[:NEAR_MAX])}.",
            )
        located += found
    return located


def _unknown(transaction: Transaction, source: str, name: str, edge: str | None) -> Undecidable:
    known = transaction.rows(
        "decisions/list_open_names", source=source, reconciliation=edge, rows_max=NAMES_MAX
    )
    near = get_close_matches(name, [row["txn_id"] for row in known], NEAR_MAX, NEAR_ENOUGH)
    where = f"on {edge}" if edge else "on any reconciliation"
    return Undecidable(
        f"nothing of {source} {where} is called {name!r}",
        f"Did you mean {' or '.join(f'{source}:{one}' for one in near)}?" if near
        else "An entry is SOURCE:ID, as `./recon export entries` has it.",
    )  # fmt: skip


def _common_edge(store: Store, names: Names) -> str:
    with store.transaction() as transaction:
        rows = _located(transaction, names, None)
    on: dict[int, set[str]] = {}
    for row in rows:
        on.setdefault(row["entry_id"], set()).add(row["reconciliation"])
    return _only(set.intersection(*on.values()), "holds all of these entries")


def _only(edges: set[str], what: str) -> str:
    if not edges:
        raise Undecidable(f"no reconciliation {what}")
    if len(edges) > 1:
        raise Undecidable(
            f"more than one reconciliation {what}",
            f"Say --reconciliation {' or '.join(sorted(edges))}.",
        )
    return edges.pop()


def _group(store: Store, asked: str, edge: str | None) -> tuple[str, str]:
    """(id, edge) of the live match meant."""
    source, colon, name = asked.partition(":")
    with store.transaction() as transaction:
        if colon:
            seated = {
                row["reconciliation"]: row["match_group_id"]
                for row in _located(transaction, [(source, name)], edge)
                if row["match_group_id"]
            }
            found = _only(set(seated), f"has a match of {asked}")
            return seated[found], found
        rows = []
        if GROUP_ID.fullmatch(asked.lower()) and len(asked.replace("-", "")) <= 32:  # noqa: PLR2004
            rows = transaction.rows("decisions/list_group", group_id=asked.lower())
    groups = {row["match_group_id"]: row["reconciliation"] for row in rows}
    if not groups:
        raise Undecidable(
            f"no standing match begins with {asked!r}",
            "See `./recon export matches`, or give one of its entries as SOURCE:ID.",
        )
    if len(groups) > 1:
        raise Undecidable(f"several matches begin with {asked!r}", "Give more of the id.")
    ((group_id, name),) = groups.items()
    if edge not in (None, name):
        raise Undecidable(f"match {group_id[:8]} is of {name}, not of {edge}")
    return group_id, name


def _written_off(
    transaction: Transaction, rows: Sequence[RowMapping], name: str, why: Why
) -> list[dict[str, Any]]:
    """What two people wrote off and came after all: matched with that reason, or booked twice."""
    of_entry = {row["entry_id"]: f"{row['source']}:{row['entry_key']}" for row in rows}
    lost = transaction.rows(
        "decisions/list_written_off", reconciliation=name, entry_ids=sorted(of_entry)
    )
    if not lost and why.reason == RECOVERED:
        raise Undecidable(
            f"none of these entries is written off on {name}",
            f"{RECOVERED} is the reason for those that are; give another.",
        )
    for row in lost:
        if why.reason != RECOVERED:
            raise Undecidable(
                f"{of_entry[row['entry_id']]} is written off: {row['amount']} {row['currency']},"
                f" {row['reason_code']}, on {row['written_off_on']} by {row['asked_by']} and"
                f" {row['answered_by']} (break {row['break_id'][:8]})",
                f"Did the money come after all? Match it with `--reason {RECOVERED}`, and reverse"
                " the write-off in the books.",
            )
    return [dict(row) for row in lost]


def _refuse_halves(
    transaction: Transaction, on: Edge, keys: Names, rows: Sequence[RowMapping]
) -> None:
    """A match is replaced whole or not at all: its rest would fall open unsaid."""
    for row in transaction.rows("decisions/list_divided", **on.params, **as_params(keys)):
        raise Undecidable(
            f"match {row['match_group_id'][:8]} holds {row['source']}:{row['txn_id']} as well",
            f"Name it too, or `./recon unmatch {row['match_group_id'][:8]}` first.",
        )
    groups = {row["match_group_id"] for row in rows}
    if len(groups) == 1 and None not in groups:
        seats = transaction.rows("decisions/list_group", group_id=groups.pop())
        if seats[0]["pass_name"] == on.manual.name:
            raise Undecidable("they are matched by hand already")
