"""`bench stage|match|delta|accuracy`: measure a step on this machine."""

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.text import Text

from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, results, say
from pipeline.cli.progress import bar

app = typer.Typer(help="Measure a step on this machine.")


@app.command("stage")
def stage_command(
    *,
    rows: Annotated[
        int, typer.Option("--rows", min=1_000, max=10_000_000, help="Payments to stage.")
    ] = 100_000,
    as_json: AsJson = False,
) -> None:
    """Measure how fast landed payments become entries, in a database of its own."""
    from pipeline.bench import stage_throughput  # noqa: PLC0415  it brings the whole engine

    say(f"making, landing and staging {rows} payments")
    measured = stage_throughput(rows)
    if as_json:
        emit(measured)
        return
    for name, value in measured.items():
        results().print(Text(f"{name:12} {value}"))


class Engine(StrEnum):
    AUTO = "auto"
    POSTGRES = "postgres"
    DUCKDB = "duckdb"


@app.command("match")
def match_command(
    *,
    rows: Annotated[
        int, typer.Option("--rows", min=1_000, max=20_000_000, help="Entries on each side.")
    ] = 1_000_000,
    engine: Annotated[
        Engine, typer.Option("--engine", help="Measure one engine alone; auto: both.")
    ] = Engine.AUTO,
    peers: Annotated[
        bool,
        typer.Option(help="Compare with datacompy (where it is installed) and a pandas merge."),
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Match two sides of which the truth is known, in a database of their own; medians of three."""
    from pipeline.bench_match import match_throughput  # noqa: PLC0415  it brings both engines

    measured = match_throughput(rows, engine=engine.value, with_peers=peers, say=say)
    if as_json:
        emit(measured)
    else:
        for name, value in measured.items():
            results().print(Text(f"{name:14} {value}"))
    if measured["wrong"] or measured["missed"]:
        raise typer.Exit(1)


@app.command("delta")
def delta_command(
    *,
    rows: Annotated[
        int, typer.Option("--rows", min=200, max=1_000_000, help="New rows an hour, both sides.")
    ] = 50_000,
    small: Annotated[
        int, typer.Option("--small", min=1_000, max=100_000_000, help="Rows of the short history.")
    ] = 500_000,
    large: Annotated[
        int, typer.Option("--large", min=1_000, max=100_000_000, help="Rows of the long history.")
    ] = 10_000_000,
    as_json: AsJson = False,
) -> None:
    """Reconcile an hour's new rows beside a short and a long history; medians of three.

    The long one is staged and matched first: minutes, and 2 GB of disk a million rows.
    """
    from pipeline.bench_delta import delta_beside_history  # noqa: PLC0415  the whole engine

    measured = delta_beside_history(rows, small, large, say=say)
    if as_json:
        emit(measured)
        return
    for name, value in measured.items():
        results().print(Text(f"{name:16} {value}"))


@app.command("accuracy")
def accuracy_command(
    *,
    seeds: Annotated[str, typer.Option("--seeds", help="Worlds, as 1-50 or 3,7,9.")] = "1-50",
    stories: Annotated[
        int, typer.Option("--stories", min=1, max=1_000, help="Times each case is told a world.")
    ] = 20,
    as_json: AsJson = False,
) -> None:
    """Match worlds made to be hard, and judge every group; exit 1 below the bar.

    The bar: no group that is no true set, 99.9 % of what can be decided, and of what cannot every
    entry ambiguous or suggested.
    """
    from pipeline.bench_accuracy import accuracy, seeds_of  # noqa: PLC0415  the whole engine

    try:
        asked = seeds_of(seeds)
    except ValueError:
        raise typer.BadParameter(
            f"{seeds!r} is no list like 1-50 or 3,7,9", param_hint="--seeds"
        ) from None
    with bar("worlds") as advance:
        found = accuracy(asked, stories, advance)
    if as_json:
        emit(found)
    else:
        for name, value in {**found["seeds"], "all": found["all"]}.items():
            results().print(Text(_said(name, value)))
    if not found["is_met"]:
        raise typer.Exit(1)


def _said(name: str, judged: dict[str, Any]) -> str:
    words = (
        f"{name:>4}  {judged['right']} of {judged['decidable']} right, {judged['false']} false,"
        f" {judged['missed']} missed; {judged['undecidable']} undecidable:"
        f" {judged['ambiguous']} ambiguous, {judged['suggested']} suggested,"
        f" {judged['silent']} silent"
    )
    return f"{words}: {', '.join(judged['cases'])}" if judged["cases"] else words


@app.callback()
def _group() -> None:
    """Measure a step on this machine."""
