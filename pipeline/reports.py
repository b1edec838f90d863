"""The break report, read back from the `report` views as of any moment, and mailed."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import yaml

from pipeline.rules_in_force import rulebook
from pipeline.store import Store, Transaction
from reconciliation import report as data
from reconciliation.advice import ANSWER_STEP, RECOVERED_STEP, steps
from reconciliation.break_story import closing, days_off, window_ends
from reconciliation.breaks import ALONE
from reconciliation.decisions import RESOLUTIONS
from reconciliation.definition import Definition, definition_of
from reconciliation.report import Report
from reconciliation.rulebook import Rulebook
from reconciliation.severity import why
from reconciliation.yaml_place import DefinitionError

BREAKS_READ_MAX = 100_000  # more than people can work off; the count says so
# What reports/break_list takes, and what it means where nothing is said.
ANY_BREAK: Mapping[str, Any] = MappingProxyType({
    "reconciliation": None, "code": None, "status": None, "severity": None, "assigned_to": None,
    "account": None, "until": None, "is_live": True, "rows_max": BREAKS_READ_MAX,
})  # fmt: skip
SAME_MONEY_DAYS_MAX = 10  # references repeat: further apart it is another movement
REFUSED_NEAR_MAX = 10  # refused rows shown with a break; more tell nobody which one it is


def read_report(
    store: Store,
    *,
    as_of: datetime | None = None,
    until: date | None = None,
    reconciliation: str | None = None,
    is_of_now: bool = False,
) -> Report | None:
    """What was known at `as_of` (None: everything); None before the first reconciliation.

    `until` leaves out breaks and proofs of later business days. `is_of_now`: nobody asked for
    `as_of`, it is the last moment at which anything became known.
    """
    with store.transaction(snapshot=True) as transaction:
        made = _read(transaction, as_of, until, reconciliation)
    return made if made is None or not is_of_now else replace(made, asked_as_of=None)


def _read(
    transaction: Transaction, as_of: datetime | None, until: date | None, name: str | None
) -> Report | None:
    transaction.rows("reports/ask_as_of", as_of=as_of)
    (known,) = transaction.rows("reports/latest_known", reconciliation=name)
    if not known["is_any"]:
        return None
    latest = known["as_of"] or as_of
    if latest is None:
        return None

    held = rulebook(transaction)

    def rows(view: str, **parameters: Any) -> Any:
        return transaction.rows(f"reports/{view}", reconciliation=name, **parameters)

    given = {**ANY_BREAK, "reconciliation": name, "until": until}
    listed: Any = transaction.rows("reports/break_list", **given)
    made = data.build(
        as_of=latest if as_of is None else min(latest, as_of),
        rates=rows("reconciliation_rate"),
        ageing=rows("break_ageing", until=until),
        matched=rows("matched"),
        open_items=rows("open_items"),
        proofs=rows("account_proof", until=until),
        sources=[dict(row) for row in transaction.rows("reports/source_freshness")],
        breaks=listed,
        runbooks=_runbooks(transaction, held),
        shapes={item.name: item.shape for item in held},
    )
    return replace(made, asked_as_of=as_of, until=until)


def _runbooks(transaction: Transaction, held: Rulebook) -> dict[str, str]:
    """As the definitions said it that the edges stood by then."""
    found = {item.name: item.runbook for item in held}
    for name, text in _replaced(transaction, held).items():
        found[name] = str(yaml.safe_load(text).get("runbook", ""))
    return found


def _replaced(transaction: Transaction, held: Rulebook) -> dict[str, str]:
    """The words of the definitions that the edges stood by then and no longer do."""
    current = {item.name: item.sha256 for item in held}
    return {
        row["reconciliation"]: row["yaml"]
        for row in transaction.rows("reports/rules_then")
        if row["sha256"] != current.get(row["reconciliation"])
    }


def _definition(transaction: Transaction, held: Rulebook, name: str) -> Definition | None:
    """The one that the edge stood by then; of those in force, `held`, where that is written as it
    no longer may be.
    """
    text = _replaced(transaction, held).get(name)
    if text is not None:
        with suppress(DefinitionError):
            return definition_of(name, text)
    return next((item for item in held if item.name == name), None)


def list_breaks(store: Store, *, as_of: datetime | None, **asked: Any) -> list[dict[str, Any]]:
    """Breaks, the most severe first, as the columns of `report.breaks`; `asked`: of ANY_BREAK,
    `account` as the last four of its number.

    `quarantine_ids`: the findings a break is about, where it is about what was refused.
    """
    with store.transaction() as transaction:
        transaction.rows("reports/ask_as_of", as_of=as_of)
        rows = transaction.rows("reports/break_list", **{**ANY_BREAK, **asked})
        return _with_findings(transaction, [dict(row) for row in rows])


def assigned_people(store: Store, as_of: datetime | None) -> list[str]:
    """Whom breaks were ever given to, as known at `as_of`."""
    return _names(store, "assigned_people", as_of)


def known_accounts(store: Store, as_of: datetime | None) -> list[str]:
    """The accounts by the last four of their numbers, as known at `as_of`."""
    return _names(store, "known_accounts", as_of)


def _names(store: Store, statement: str, as_of: datetime | None) -> list[str]:
    with store.transaction() as transaction:
        transaction.rows("reports/ask_as_of", as_of=as_of)
        return [str(next(iter(row.values()))) for row in transaction.rows(f"reports/{statement}")]


def find_breaks(store: Store, break_id: str, *, as_of: datetime | None) -> list[dict[str, Any]]:
    """The break whose id begins so, with its `history`, how it was `closed`, what its entry could
    belong to, its `candidates`, whose candidate or suggestion its entry is part of in turn,
    `contained` (columns of reports/break_contained), the breaks of other reconciliations that are
    of the `same_money` (columns of reports/break_same_money), what may be its partner and was
    refused, `refused_near` (columns of `report.quarantine` and the amount, None where it cannot be
    read; at most REFUSED_NEAR_MAX), the `write_off` that waits for an answer (columns of
    reports/write_off_waiting), how its entry was matched after it was written off, `recovered`
    (columns of reports/break_recovered), each None where it was not, and its `next_step`;
    `severity_why`, how many days its age leaves out, `days_off`, and until when its partner may
    come, `window_ends`. Two where several begin so.
    """
    with store.transaction() as transaction:
        transaction.rows("reports/ask_as_of", as_of=as_of)
        rows = transaction.rows("reports/break_detail", break_id=break_id)
        found = _with_findings(transaction, [dict(row) for row in rows])
        held = rulebook(transaction)
        for item in found:
            events = transaction.rows("reports/break_history", break_id=item["break_id"])
            item["history"] = [dict(event) for event in events]
            item["closed"] = closing(item["history"])
            near = transaction.rows("reports/break_candidates", break_id=item["break_id"])
            item["candidates"] = [dict(one) for one in near]
            within = transaction.rows("reports/break_contained", break_id=item["break_id"])
            item["contained"] = [dict(one) for one in within]
            item["same_money"] = _same_money(transaction, held, item["break_id"])
            edge = _definition(transaction, held, item["reconciliation"])
            item["severity_why"] = _severity_why(item)
            item["days_off"] = days_off(item)
            # Of two sides that are searched day by day; others wait for a file or a settlement.
            is_searched = edge is not None and edge.shape == "ledger_bank"
            item["window_ends"] = (
                window_ends(item, edge.days_apart_max) if edge and is_searched else None
            )
            item["refused_near"] = _refused_near(transaction, item, edge)
            waits = item["status"] == "PENDING_APPROVAL"
            item["write_off"] = _one(transaction, "write_off_waiting", item) if waits else None
            item["recovered"] = _one(transaction, "break_recovered", item)
            item["next_step"] = _next_step(item, edge)
    return found


def _next_step(found: Mapping[str, Any], edge: Definition | None) -> str:
    if found["recovered"]:
        return RECOVERED_STEP
    advised = steps(
        found["code"],
        edge.shape if edge else None,
        edge.role(found["source"]) if edge else None,
        is_refused_near=bool(found["refused_near"]),
        suggested_by=_suggested_by(found),
        same_money=[_name(one) for one in found["same_money"] if one["resolution"] is None],
    )
    if found["write_off"] is None:
        return advised
    maker, short = found["write_off"]["asked_by"], str(found["break_id"])[:8]
    return f"{ANSWER_STEP.format(maker, short)} {advised}"


def _one(transaction: Transaction, view: str, found: Mapping[str, Any]) -> dict[str, Any] | None:
    row = transaction.row(f"reports/{view}", break_id=found["break_id"])
    return None if row is None else dict(row)


def _same_money(transaction: Transaction, held: Rulebook, break_id: str) -> list[dict[str, Any]]:
    rows = transaction.rows(
        "reports/break_same_money",
        break_id=break_id,
        by_people=list(RESOLUTIONS),
        of_wholes=[one.name for one in held if one.shape == "settlement_bank"],
        days_apart_max=SAME_MONEY_DAYS_MAX,
    )
    return [dict(row) for row in rows]


def _name(found: Mapping[str, Any]) -> str:
    return f"{found['code']} {found['break_id'][:8]} on {found['reconciliation']}"


def _severity_why(item: dict[str, Any]) -> str | None:
    """Takes the rules and the minor units out of `item`: they are not for readers."""
    rules, minor = item.pop("severity_rules"), item.pop("exposure_minor")
    if rules is None:
        return None
    return why(rules, item["code"], minor, item["currency"], item["age_days"])


def _suggested_by(found: Mapping[str, Any]) -> str | None:
    """The first characters of the break whose sum or text holds its entry, its own first."""
    if any(one["kind"] != "fits" and one["txn_id"] is not None for one in found["candidates"]):
        return str(found["break_id"])[:8]
    holders = (one["break_id"][:8] for one in found["contained"] if one["kind"] != "fits")
    return next(holders, None)


def _refused_near(
    transaction: Transaction, found: Mapping[str, Any], edge: Definition | None
) -> list[dict[str, Any]]:
    if found["status"] == "RESOLVED" or found["code"] not in ALONE or edge is None:
        return []
    rows = transaction.rows(
        "reports/break_refused",
        break_id=found["break_id"],
        other_sources=edge.lacking(found["code"], found["source"]),
        days_apart_max=edge.days_apart_max,
        rows_max=REFUSED_NEAR_MAX,
    )
    return [dict(row) for row in rows]


def first_known(store: Store, reconciliation: str | None) -> datetime | None:
    """Since when anything is known of that reconciliation, of any where it is None."""
    with store.transaction() as transaction:
        found: datetime | None = transaction.value(
            "reports/first_known", reconciliation=reconciliation
        )
    return found


def reconciled_until(
    store: Store, reconciliation: str | None, as_of: datetime | None
) -> datetime | None:
    """How far the edges, or this one, were reconciled as known at `as_of`; None: not at all."""
    with store.transaction() as transaction:
        transaction.rows("reports/ask_as_of", as_of=as_of)
        (known,) = transaction.rows("reports/latest_known", reconciliation=reconciliation)
    latest: datetime | None = known["as_of"]
    return latest if latest is None or as_of is None else min(latest, as_of)


def _with_findings(transaction: Transaction, breaks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [item["break_id"] for item in breaks if item["txn_id"] is None]
    rows = transaction.rows("reports/break_findings", break_ids=ids) if ids else []
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        found[row["break_id"]].append(row["quarantine_id"])
    return [{**item, "quarantine_ids": found.get(item["break_id"], [])} for item in breaks]
