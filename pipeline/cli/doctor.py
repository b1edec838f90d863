"""`doctor`: what is configured, reachable or wrong, and the next step, a sentence each."""

from collections.abc import Sequence
from itertools import groupby

import typer
from rich.table import Table
from rich.text import Text

from pipeline.cli.failures import CheckFound
from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, results
from pipeline.cli.session import load_settings
from pipeline.doctor import examine
from pipeline.doctor_sources import Finding

MARKS = {"ok": ("ok   ", "green"), "note": ("note ", "yellow"), "wrong": ("WRONG", "bold red")}


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor_command)


def doctor_command(*, as_json: AsJson = False) -> None:
    """Say what is configured, what can be reached, what is wrong, and what to do next."""
    findings = examine(load_settings())
    wrong = [finding for finding in findings if finding.state == "wrong"]
    if as_json:
        emit({"findings": findings, "wrong": len(wrong)})
    else:
        results().print(_lines(findings))
    if wrong:
        raise CheckFound(
            f"{len(wrong)} of {len(findings)} checks found something",
            "Do what the arrows say, from the top.",
        )


def _lines(findings: Sequence[Finding]) -> Table:
    """A line a finding, long ones folded beside their mark; each next step once, below the last
    of those beside one another that have it.
    """
    made = Table.grid(padding=(0, 1))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    told: set[str] = set()
    for next_step, group in groupby(findings, key=lambda finding: finding.next_step):
        for finding in group:
            word, style = MARKS[finding.state]
            made.add_row(Text(word, style=style), Text(f"{finding.what}: {finding.sentence}"))
        if next_step and next_step not in told:
            made.add_row("", Text(f"→ {next_step}"))
        told.add(next_step)
    return made
