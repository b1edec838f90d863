"""`breaks list|show|claims`: what must be explained, the story of one, what a bank owes."""

from typing import Annotated

import typer

from pipeline.claims import list_claims
from pipeline.cli.break_tables import show_break, show_claims, show_list
from pipeline.cli.choices import known_code, known_reconciliation
from pipeline.cli.failures import Misused
from pipeline.cli.knowing import closed, parsed
from pipeline.cli.options import AsJson, AsOf, Reconciliation
from pipeline.cli.output import emit, say
from pipeline.cli.session import installation
from pipeline.reports import find_breaks, list_breaks
from reconciliation.advice import FALLBACK_STEP, NEXT_STEPS, REFUSED_STEP

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
    """List debits that are not confirmed and not back in time: 100 INR a day are claimable."""
    when = parsed(as_of)
    with installation() as (_, store):
        found = list_claims(store, as_of=closed(store, when), is_running=with_running)
    if as_json:
        emit({"claims": found.claims, "total": found.total, "without_clock": found.without_clock})
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
    steps = [NEXT_STEPS.get(shown["code"], FALLBACK_STEP)]
    shown["next_step"] = " ".join([REFUSED_STEP, *steps] if shown["refused_near"] else steps)
    if as_json:
        emit(shown)
        return
    show_break(shown, clocks)
