"""`breaks list|show|claims`: what must be explained, the story of one, what a bank owes."""

from typing import Annotated, Any

import typer
from rich.text import Text

from pipeline.claims import list_claims
from pipeline.cli.choices import known_code, known_reconciliation
from pipeline.cli.failures import Misused
from pipeline.cli.knowing import closed, parsed
from pipeline.cli.options import AsJson, AsOf, Reconciliation
from pipeline.cli.output import emit, ist, results, say, table
from pipeline.cli.session import installation
from pipeline.cli.tables import Listing, record
from pipeline.reports import find_breaks, list_breaks
from reconciliation.advice import FALLBACK_STEP, NEXT_STEPS
from reconciliation.turnaround import CLAIM_CURRENCY

app = typer.Typer(help="What must be explained: list it, or show one with its story.")


@app.command("list")
def list_command(
    *,
    reconciliation: Reconciliation = None,
    code: Annotated[str | None, typer.Option("--code", help="Only this code.")] = None,
    with_resolved: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="Rows at most.")] = 200,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List open breaks, oldest first."""
    when = parsed(as_of)
    known_reconciliation(reconciliation)
    known_code(code)
    with installation() as (_, store):
        rows = list_breaks(
            store,
            as_of=closed(store, when),
            reconciliation=reconciliation,
            code=code,
            is_live=not with_resolved,
            rows_max=limit,
        )
    if as_json:
        emit({"breaks": rows})
        return
    columns = (
        "id", "code", "severity", "reconciliation", "entry", "amount", "day", "age", "status",
    )  # fmt: skip
    results().print(
        table(
            "",
            columns,
            (
                (
                    row["break_id"][:8],
                    row["code"],
                    row["severity"] or "",
                    row["reconciliation"],
                    _about(row),
                    f"{row['amount']} {row['currency']}",
                    row["business_date"],
                    row["age_days"],
                    " ".join(filter(None, (row["status"], row["assigned_to"]))),
                )
                for row in rows
            ),
            right=("amount", "age"),
            spare=("status", "age", "day", "severity"),
            stack=("code", "reconciliation"),
        )
    )
    if len(rows) == limit:
        say(f"{limit} shown; there may be more: --limit, or `./recon export breaks`")


@app.command("claims")
def claims_command(
    *,
    with_running: Annotated[
        bool, typer.Option("--all", help="Clocks that have not run out too.")
    ] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List debits that are not confirmed and not back in time: 100 INR a day are claimable."""
    when = parsed(as_of)
    with installation() as (_, store):
        found = list_claims(store, as_of=closed(store, when), is_running=with_running)
    if as_json:
        emit({"claims": found.claims, "total": found.total, "without_clock": found.without_clock})
        return
    results().print(
        table(
            f"{found.total} {CLAIM_CURRENCY} claimable",
            ("id", "debit", "amount", "rail", "day", "due", "back", "days over", "claim"),
            (
                (
                    claim.break_id[:8], f"{claim.source} {claim.txn_id}",
                    f"{claim.amount} {claim.currency}", claim.rail, claim.day, claim.due_day,
                    claim.reversed_on or "", claim.days_over, claim.claimable,
                )
                for claim in found.claims
            ),
            right=("amount", "days over", "claim"),
            spare=("back", "day", "rail"),
        )
    )  # fmt: skip
    if found.without_clock:
        say(f"{found.without_clock} more on a rail without a clock: `./recon breaks list`")


@app.command("show")
def show_command(
    break_id: Annotated[str, typer.Argument(metavar="ID", help="The id, or its first characters.")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show one break: its entry, its story, and what to do next."""
    when = parsed(as_of)
    with installation() as (_, store):
        when = closed(store, when)
        found = find_breaks(store, break_id.lower(), as_of=when)
        clocks = list_claims(store, as_of=when, is_running=True, break_id=break_id.lower()).claims
    if not found:
        raise Misused(f"no break begins with {break_id!r}", "See `./recon breaks list --all`.")
    if len(found) > 1:
        raise Misused(f"several breaks begin with {break_id!r}", "Give more of the id.")
    [shown] = found
    shown["turnaround"] = clocks[0] if clocks else None
    shown["next_step"] = NEXT_STEPS.get(shown["code"], FALLBACK_STEP)
    if as_json:
        emit(shown)
        return
    out = results()
    out.print(Text(f"{shown['code']}  {shown['amount']} {shown['currency']}", style="bold"))
    facts = {
        name.replace("_", " "): str(shown[name])
        for name in (
            "break_id", "reconciliation", "severity", "status", "resolution", "source", "txn_id",
            "account_id", "business_date", "age_days", "owner", "assigned_to", "explanation",
        )
        if shown[name] is not None
    }  # fmt: skip
    if shown["quarantine_ids"]:
        facts["refused"] = f"`./recon quarantine list {_as_options(shown['quarantine_ids'])}`"
    if clocks:
        facts["turnaround"] = (
            f"{clocks[0].rail}: due {clocks[0].due_day}, {clocks[0].days_over} days over,"
            f" {clocks[0].claimable} {CLAIM_CURRENCY} claimable"
        )
    out.print(record({**facts, "what next": shown["next_step"]}))
    out.print()
    if shown["candidates"]:
        out.print(_candidates(shown["candidates"]))
        out.print()
    out.print(
        table(
            "",
            ("known at (IST)", "event", "code", "status", "amount", "explanation"),
            (
                (
                    ist(event["known_at"]), event["event"], event["code"], event["status"],
                    f"{event['amount']} {event['currency']}", _said(event),
                )
                for event in shown["history"]
            ),
            right=("amount",),
            spare=("status", "event"),
        )
    )  # fmt: skip


def _said(event: dict[str, Any]) -> str:
    """What a person did, in his words; else what the run found."""
    if event["actor"] is None:
        return str(event["explanation"])
    words = (event["reason_code"], event["comment"])
    to = f"to {event['assigned_to']}" if event["event"] == "assigned" else None
    return f"{event['actor']}: {', '.join(word for word in (to, *words) if word)}".rstrip(": ")


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
                row["reason"],
            )
            for row in rows
        ),
        right=("amount", "of 100"),
        spare=("of 100", "day"),
    )


def _about(row: dict[str, Any]) -> str:
    """The entry; where there is none because it was refused, the findings to look at."""
    entry = row["txn_id"]
    if entry is None and row["quarantine_ids"]:
        entry = f"quarantine {', '.join(str(one) for one in row['quarantine_ids'])}"
    return " ".join(filter(None, (row["source"], entry)))


def _as_options(ids: list[int]) -> str:
    return " ".join(f"--id {one}" for one in ids)
