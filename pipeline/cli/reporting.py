"""`report`: the break report on the terminal, as CSV, HTML or JSON."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.cli.arguments import day, moment
from pipeline.cli.choices import known_reconciliation
from pipeline.cli.failures import Misused
from pipeline.cli.options import AsJson, AsOf, Reconciliation
from pipeline.cli.output import emit, ist, results, say
from pipeline.cli.report_tables import show
from pipeline.cli.session import installation
from pipeline.report_formats import as_csv, as_data, as_html
from pipeline.reports import first_known, read_report
from reconciliation.model import Interval
from reconciliation.report import Report

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
    known_reconciliation(reconciliation)
    with installation() as (_, store):
        report = read_report(store, as_of=when, until=until, reconciliation=reconciliation)
        unknown = None
        if report is not None and report.is_empty and when is not None:
            unknown = _unknown(when, first_known(store, reconciliation))
    if report is None:
        which = f"{reconciliation} has not" if reconciliation else "no reconciliation has"
        raise Misused(f"{which} run yet", NOT_YET)
    is_table = form is Format.TABLE and not as_json
    if unknown is not None and not is_table:
        say(unknown)
    if as_json:
        emit(as_data(report))
        return
    if is_table and output is None:
        show(report, results(), unknown)
        return
    text = _as_text(report, form, unknown)
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        # newline: the CSV brings its own line ends.
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as problem:
        raise Misused(
            f"--output: {output} cannot be written: {problem.strerror}", "Give another file."
        ) from None
    say(f"written to {output}")


def _unknown(when: datetime, first: datetime | None) -> str | None:
    """What to say of a moment before anything was known; None where something was."""
    if first is None or when >= first:
        return None
    return (
        f"Nothing was known at {ist(when)} IST: what there is became known"
        f" from {ist(first)} IST on."
    )


def _as_text(report: Report, form: Format, unknown: str | None) -> str:
    if form is Format.CSV:
        return as_csv(report)
    if form is Format.HTML:
        return as_html(report)
    console = Console(width=120, color_system=None, record=True, file=None, quiet=False)
    with console.capture() as captured:
        show(report, console, unknown)
    return captured.get()
