"""`trace`: one order or one bank credit across every system, and where the money is now."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from pipeline.cli.failures import Misused
from pipeline.cli.knowing import closed, parsed
from pipeline.cli.options import AsJson, AsOf
from pipeline.cli.output import emit, ist, results, say
from pipeline.cli.session import installation
from pipeline.cli.trace_tables import show_entries, show_order, show_settlement
from pipeline.trace_formats import as_data
from pipeline.tracing import KINDS, trace
from reconciliation.trace import Trace


def register(app: typer.Typer) -> None:
    app.command("trace")(trace_command)


def trace_command(
    asked: Annotated[str, typer.Argument(metavar="ID", help=f"Looked up as any of: {KINDS}.")],
    *,
    limit: Annotated[
        int,
        typer.Option("--limit", min=1, max=100_000, help="Lines of a settlement; sums hold all."),
    ] = 20,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Follow one order or one bank credit through every system, and say where the money is."""
    when = parsed(as_of)
    with installation() as (_, store):
        when = closed(store, when)
        found = trace(store, asked, as_of=when, limit=limit)
    if found.is_empty:
        known = " then" if as_of else ""
        raise Misused(f"nothing{known} has the id {asked!r}", _next_step(found))
    if found.is_cut:
        say("more entries carry it than are looked at; these are the oldest")
    if as_json:
        emit({"asked_as_of": when, **as_data(found)})
        return
    _show(found, results())


def _next_step(found: Trace) -> str:
    if found.near:
        return f"Did you mean {' or '.join(found.near)}?"
    return f"Looked up are {KINDS}."


def _show(found: Trace, out: Console) -> None:
    meanings: list[tuple[Any, Any]] = [(show_order, one) for one in found.orders]
    meanings += [(show_settlement, one) for one in found.settlements]
    meanings += [(show_entries, found)] if found.entries else []
    if len(meanings) > 1:
        out.print(Text(f"{found.asked} means {len(meanings)} things; each is shown."))
        out.print()
    for show, meaning in meanings:
        if show is show_settlement:
            show(meaning, found.as_of, out)
        else:
            show(meaning, out)
    if found.as_of is not None:
        out.print(Text(f"As reconciled up to {ist(found.as_of)} IST.", style="dim"))
