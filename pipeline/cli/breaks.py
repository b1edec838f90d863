"""`breaks list|show|claims`: what must be explained, the story of one, what a bank owes."""

from typing import Annotated, Any

import typer

from pipeline.break_outputs import told_breaks, work_list
from pipeline.claims import list_claims
from pipeline.cli.break_story_tables import show_break
from pipeline.cli.break_tables import show_claims, show_list
from pipeline.cli.choices import (
    known_account,
    known_code,
    known_person,
    known_reconciliation,
    known_severity,
    known_status,
)
from pipeline.cli.failures import Misused
from pipeline.cli.knowing import closed, deliver, parsed, stdout
from pipeline.cli.options import AsJson, AsOf, Reconciliation
from pipeline.cli.output import emit, say
from pipeline.cli.session import installation
from pipeline.reports import assigned_people, known_accounts, list_breaks, reconciled_until
from reconciliation.breaks import SEVERITIES, STATUSES

app = typer.Typer(help="What must be explained: list it, or show one with its story.")


@app.command("list")
def list_command(
    *,
    reconciliation: Reconciliation = None,
    code: Annotated[str | None, typer.Option("--code", help="Only this code.")] = None,
    status: Annotated[
        str | None, typer.Option("--status", help=f"Only these: {', '.join(STATUSES)}.")
    ] = None,
    severity: Annotated[
        str | None, typer.Option("--severity", help=f"Only these: {', '.join(SEVERITIES)}.")
    ] = None,
    assigned_to: Annotated[
        str | None, typer.Option("--assigned-to", metavar="NAME", help="Only what this person has.")
    ] = None,
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="LAST4", help="Only of accounts that end so."),
    ] = None,
    with_resolved: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="Rows at most.")] = 200,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List open breaks: the most severe first, then the oldest, INR before other currencies, and of
    one currency what has most at stake. What narrows it down may be combined.
    """
    when = parsed(as_of)
    known_reconciliation(reconciliation)
    known_code(code)
    known_status(status)
    known_severity(severity)
    asked: dict[str, Any] = {
        "reconciliation": reconciliation, "code": code, "status": status, "severity": severity,
        "assigned_to": assigned_to, "account": account,
        "is_live": not with_resolved and status != "RESOLVED", "rows_max": limit,
    }  # fmt: skip
    with installation() as (_, store):
        when = closed(store, when)
        known_person(assigned_to, assigned_people(store, when) if assigned_to else ())
        known_account(account, known_accounts(store, when) if account else ())
        if as_json and when is not None:
            deliver(store, "breaks", {"form": "json", **asked}, when, stdout())
            return
        if as_json:
            stdout().write(work_list(store, asked, None))
            return
        rows = list_breaks(store, as_of=when, **asked)
    show_list(rows)
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
    """List debits that are not confirmed and not back in time: 100 INR a day are claimable. What
    was closed as claimed stays until the money is back.
    """
    when = parsed(as_of)
    with installation() as (_, store):
        when = closed(store, when)
        found = list_claims(store, as_of=when, is_running=with_running)
        until = reconciled_until(store, None, when)
    if as_json:
        emit({
            "asked_as_of": when, "as_of": until, "claims": found.claims, "total": found.total,
            "claimed": found.claimed, "without_clock": found.without_clock,
        })  # fmt: skip
        return
    show_claims(found)
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
    if not break_id.strip():
        raise Misused("an empty id names no break", "See `./recon breaks list --all`.")
    with installation() as (_, store):
        when = closed(store, when)
        found = told_breaks(store, break_id.lower(), when)
        if not found:
            raise Misused(f"no break begins with {break_id!r}", "See `./recon breaks list --all`.")
        if len(found) > 1:
            raise Misused(f"several breaks begin with {break_id!r}", "Give more of the id.")
        [shown] = found
        # A clock is looked up by today's keys, so its story is no output to be made again.
        if as_json and when is not None and shown["turnaround"] is None:
            named = {"form": "json", "break_id": shown["break_id"]}
            deliver(store, "break", named, when, stdout())
            return
    if as_json:
        emit(shown)
        return
    show_break(shown)
