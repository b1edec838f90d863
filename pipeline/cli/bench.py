"""`bench stage`: measure a step on this machine."""

from typing import Annotated

import typer
from rich.text import Text

from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, results, say

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


@app.callback()
def _group() -> None:
    """Measure a step on this machine."""
