"""`doctor`: what is configured, reachable or wrong, and the next step, a sentence each."""

import typer
from rich.text import Text

from pipeline.cli.failures import CheckFound
from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, results
from pipeline.cli.session import load_settings
from pipeline.doctor import examine

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
        out = results()
        for finding in findings:
            word, style = MARKS[finding.state]
            out.print(Text(f"{word} ", style=style) + Text(f"{finding.what}: {finding.sentence}"))
            if finding.next_step:
                out.print(Text(f"      → {finding.next_step}"))
    if wrong:
        raise CheckFound(
            f"{len(wrong)} of {len(findings)} checks found something",
            "Do what the arrows say, from the top.",
        )
