"""How `breaks show` tells one break: what it is, what it could belong to, what was done."""

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from pipeline.claims import Claim
from pipeline.cli.break_tables import claim_status
from pipeline.cli.output import ist, results, table
from pipeline.cli.tables import Listing, record
from reconciliation.break_story import BY_ITSELF, words_of
from reconciliation.report import at_stake
from reconciliation.turnaround import CLAIM_CURRENCY

SHA = 12


def show_break(shown: Mapping[str, Any]) -> None:
    """One break, as `breaks show` reads it, with its clock and its story."""
    out = results()
    out.print(Text(f"{shown['code']}  {shown['amount']} {shown['currency']}", style="bold"))
    facts = {"at stake": _stake_of(shown)}
    if shown["write_off"]:
        facts["write-off asked"] = asked_words(shown["write_off"])
        facts["what next"] = shown["next_step"]
    told = {**shown, "severity": _severity_of(shown), "age": _age_of(shown)}
    facts |= {
        name.replace("_", " "): str(told[name])
        for name in (
            "break_id", "reconciliation", "severity", "status", "resolution", "source", "txn_id",
            "account_id", "business_date", "age", "owner", "assigned_to", "explanation",
        )
        if told[name] is not None
    }  # fmt: skip
    if shown["window_ends"] is not None:
        facts["so far"] = f"overdue, but a partner of a day up to {shown['window_ends']} still fits"
    if shown["rule_sha256"]:
        facts["found by"] = (
            f"rules version {shown['rule_version']} ({shown['rule_sha256'][:SHA]}),"
            f" program {shown['code_version'] or 'unknown'}"
        )
    if shown["quarantine_ids"]:
        facts["refused"] = f"`./recon quarantine list {_as_options(shown['quarantine_ids'])}`"
    clock: Claim | None = shown["turnaround"]
    if clock is not None:
        facts["turnaround"] = (
            f"{clock.rail}: due {clock.due_day}, {clock.days_over} days over,"
            f" {clock.claimable} {CLAIM_CURRENCY} claimable"
            + ("" if clock.claimed_on is None else f", {claim_status(clock)}")
        )
    if shown["closed"]:
        facts["closed"] = _closed(shown["closed"])
    if shown["recovered"]:
        facts["matched since"] = _recovered(shown["recovered"])
    if shown["recovered"] or not shown["closed"]:
        facts["what next"] = shown["next_step"]  # keeps its place near the top where it has one
    out.print(record(facts))
    out.print()
    if shown["refused_near"]:
        out.print(_refused_near(shown["refused_near"]))
        out.print()
    if shown["candidates"]:
        out.print(_candidates(shown["candidates"]))
        out.print()
    if shown["contained"]:
        out.print(_contained(shown["contained"]))
        out.print()
    if shown["same_money"]:
        out.print(_same_money(shown["same_money"]))
        out.print()
    out.print(
        table(
            "",
            ("known at (IST)", "event", "code", "status", "amount", "what"),
            (
                (
                    ist(event["known_at"]), event["event"], event["code"], event["status"],
                    f"{event['amount']} {event['currency']}", words_of(event),
                )
                for event in shown["history"]
            ),
            right=("amount",),
            spare=("status", "event"),
            stack=("event", "code"),
            then=(("status", "amount"),),
        )
    )  # fmt: skip


def asked_words(request: Mapping[str, Any]) -> str:
    """Who asked for a write-off, when and why."""
    why = ", ".join(filter(None, (request["reason_code"], request["comment"])))
    return f"by {request['asked_by']}, {ist(request['asked_at'])} IST: {why}"


def _recovered(told: Mapping[str, Any]) -> str:
    by = f" by {told['decided_by']}" if told["decided_by"] else ""
    why = ", ".join(filter(None, (told["matched"], told["comment"])))
    return f"{ist(told['known_at'])} IST{by}: {why}"


def _closed(told: Mapping[str, Any]) -> str:
    by = "by the run" if told["by"] is None else f"by {told['by']}"
    asked = f" (asked for by {told['asked_by']})" if told["asked_by"] else ""
    matched, reason = told["matched"], told["reason_code"]
    if matched and reason and matched.endswith(reason):
        reason = None  # a match by hand has it in its words
    why = ", ".join(filter(None, (matched, reason, told["comment"])))
    return f"{ist(told['known_at'])} IST {by}{asked}: {why or BY_ITSELF}"


def _candidates(rows: list[dict[str, Any]]) -> Listing:
    return table(
        "what it could belong to; nothing of it is matched",
        ("kind", "entry", "amount", "day", "of 100", "why"),
        (
            (
                f"{row['kind']} {row['rank']}",
                " ".join(filter(None, (row["source"], row["txn_id"]))),
                "" if row["amount"] is None else f"{row['amount']} {row['currency']}",
                row["business_date"] or "",
                "" if row["score"] is None else row["score"],
                _with_write_off(row),
            )
            for row in rows
        ),
        right=("amount", "of 100"),
        spare=("of 100", "day"),
        stack=("amount", "day", "of 100"),
    )


def _with_write_off(row: Mapping[str, Any]) -> str:
    if row["written_off_on"] is None:
        return str(row["reason"])
    return f"written off on {row['written_off_on']} by {row['written_off_by']}; {row['reason']}"


def _contained(rows: list[dict[str, Any]]) -> Listing:
    return table(
        "what it may be part of: suggested for other breaks; nothing of it is matched",
        ("break", "kind", "of entry", "amount", "day", "with", "why"),
        (
            (
                row["break_id"][:8],
                " ".join(str(one) for one in (row["kind"], row["rank"]) if one is not None),
                f"{row['source']} {row['txn_id']}",
                f"{row['amount']} {row['currency']}",
                row["business_date"],
                " + ".join(
                    f"{name} (written off)" if name in row["written_off"] else name
                    for name in row["members"]
                ),
                row["reason"],
            )
            for row in rows
        ),
        right=("amount",),
        spare=("day",),
        stack=("break", "kind"),
    )


def _same_money(rows: list[dict[str, Any]]) -> Listing:
    return table(
        "breaks of the same money on other reconciliations",
        ("break", "code", "reconciliation", "amount", "day", "status", "because of"),
        (
            (
                row["break_id"][:8],
                row["code"],
                row["reconciliation"],
                f"{row['amount']} {row['currency']}",
                row["business_date"],
                row["resolution"] or row["status"],
                row["because"],
            )
            for row in rows
        ),
        right=("amount",),
        stack=("code", "reconciliation"),
        then=(("break", "status"), ("amount", "day")),
    )


def _refused_amount(row: Mapping[str, Any]) -> str:
    if row["amount_minor"] is None:
        return "unreadable"
    if row["currency"] is None:  # nobody's account, so nobody says of what
        return f"{row['amount_minor']} minor units"
    return f"{row['amount']} {row['currency']}"


def _refused_near(rows: list[dict[str, Any]]) -> Listing:
    return table(
        "came and was refused; may be what it lacks",
        ("id", "file", "row", "its id", "amount", "day", "code", "why"),
        (
            (
                row["quarantine_id"],
                f"{row['source']} {row['delivery_name']}",
                row["row_no"],
                row["source_id"],
                _refused_amount(row),
                row["business_date"] or "unreadable",
                row["code"],
                row["reason"],
            )
            for row in rows
        ),
        right=("id", "row", "amount"),
        spare=("its id",),
        stack=("code", "why"),
        then=(("file", "its id"), ("amount", "day"), ("id", "row")),
    )


def _severity_of(shown: Mapping[str, Any]) -> str | None:
    return ": ".join(filter(None, (shown["severity"], shown["severity_why"]))) or None


def _age_of(shown: Mapping[str, Any]) -> str | None:
    age, off = shown["age_days"], shown["days_off"]
    if age is None:
        return None
    words = "1 business day" if age == 1 else f"{age} business days"
    if not off:
        return words
    free = "1 holiday or weekend day" if off == 1 else f"{off} holidays or weekend days"
    return f"{words}, not counting {free} since"


def _stake_of(shown: Mapping[str, Any]) -> str:
    if shown["exposure"] is None:
        return "unknown: it never came, was refused whole, or its amount cannot be read"
    return at_stake(shown["exposure"], shown["currency"])


def _as_options(ids: list[int]) -> str:
    return " ".join(f"--id {one}" for one in ids)
