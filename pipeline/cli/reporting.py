"""`report`: the break report on the terminal, as CSV, HTML or JSON."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from pipeline.cli.arguments import day, moment
from pipeline.cli.failures import Misused
from pipeline.cli.options import AsJson, AsOf, Reconciliation
from pipeline.cli.output import emit, ist, results, say, table
from pipeline.cli.session import installation
from pipeline.report_formats import as_csv, as_data, as_html
from pipeline.reports import read_report
from reconciliation.definition import find_definition
from reconciliation.model import Interval, minor_text
from reconciliation.report import AGE_BUCKETS, EdgeReport, Report

NOT_YET = "The scheduler runs them (`./recon up`), or run one hour by `./recon run`."


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    HTML = "html"


def register(app: typer.Typer) -> None:
    app.command("report")(report_command)


def report_command(
    *,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="The position at the end of this IST day."),
    ] = None,
    reconciliation: Reconciliation = None,
    as_of: AsOf = None,
    form: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write it there.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what agrees, what does not, how old it is, and what to do next.

    With --date and --as-of both: the business days up to DATE as they were known at ISO.
    """
    until = None if date is None else day(date, "--date")
    when: datetime | None = None
    if as_of is not None:
        when = moment(as_of, "--as-of", end_of_day=True)
    elif until is not None:
        when = Interval.of_days(until, until).end
    if reconciliation is not None:
        find_definition(reconciliation)
    with installation() as (_, store):
        report = read_report(store, as_of=when, until=until, reconciliation=reconciliation)
    if report is None:
        which = f"{reconciliation} has not" if reconciliation else "no reconciliation has"
        raise Misused(f"{which} run yet", NOT_YET)
    if as_json:
        emit(as_data(report))
        return
    if form is Format.TABLE and output is None:
        show(report, results())
        return
    text = _as_text(report, form)
    if output is None:
        typer.echo(text, nl=False)
        return
    # newline: the CSV brings its own line ends.
    output.write_text(text, encoding="utf-8", newline="")
    say(f"written to {output}")


def _as_text(report: Report, form: Format) -> str:
    if form is Format.CSV:
        return as_csv(report)
    if form is Format.HTML:
        return as_html(report)
    console = Console(width=120, color_system=None, record=True, file=None, quiet=False)
    with console.capture() as captured:
        show(report, console)
    return captured.get()


def show(report: Report, out: Console) -> None:
    """The report as tables."""
    out.print(Text(f"Break report as of {ist(report.as_of)} IST", style="bold"))
    out.print(
        table(
            "",
            ("reconciliation", "rate %", "entries", "matched", "open", "due", "breaks"),
            (
                (
                    edge.reconciliation, edge.rate or "–", edge.entries, edge.matched_entries,
                    edge.open_entries, edge.due_entries, edge.breaks,
                )
                for edge in report.edges
            ),
            right=("rate %", "entries", "matched", "open", "due", "breaks"),
        )
    )  # fmt: skip
    for edge in report.edges:
        _show_edge(edge, out)
    _show_next_steps(report, out)
    state = (
        Text("nothing unexplained", style="green")
        if report.unexplained_minor == 0
        else Text("SOME NOT EXPLAINED: see PROOF_UNEXPLAINED", style="bold red")
    )
    out.print(Text(f"\nProof: {report.accounts_days} account days, ") + state)


def _show_edge(edge: EdgeReport, out: Console) -> None:
    if edge.codes:
        out.print()
        out.print(
            table(
                f"{edge.reconciliation}: breaks by age in business days",
                ("code", "breaks", "amount", *AGE_BUCKETS),
                (
                    (
                        line.code, line.breaks,
                        f"{minor_text(line.amount_minor, line.currency)} {line.currency}",
                        *(count or "" for count in line.by_age),
                    )
                    for line in edge.codes
                ),
                right=("breaks", "amount", *AGE_BUCKETS),
            )
        )  # fmt: skip
        out.print(Text(f" {' '.join(edge.runbook.split())}", style="dim"))
    if edge.difference:
        out.print()
        out.print(
            table(
                f"{edge.reconciliation}: the difference, part by part",
                ("side", "part", "entries", "amount"),
                (
                    (
                        line.side, line.detail, line.entries,
                        f"{minor_text(line.amount_minor, line.currency)} {line.currency}",
                    )
                    for line in edge.difference
                ),
                right=("entries", "amount"),
            )
        )  # fmt: skip
    if edge.proofs:
        out.print()
        out.print(
            table(
                f"{edge.reconciliation}: account days that needed explaining",
                ("account", "day", "state", "explained", "unexplained", "causes"),
                (
                    (
                        line.account_id, line.business_date, line.state,
                        minor_text(line.explained_minor, line.currency),
                        minor_text(line.unexplained_minor, line.currency),
                        "; ".join(line.causes),
                    )
                    for line in edge.proofs
                ),
                right=("explained", "unexplained"),
            )
        )  # fmt: skip


def _show_next_steps(report: Report, out: Console) -> None:
    steps = {line.code: line.next_step for edge in report.edges for line in edge.codes}
    if steps:
        out.print()
        out.print(table("What to do next", ("code", "step"), sorted(steps.items())))
