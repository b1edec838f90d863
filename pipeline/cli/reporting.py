"""`report`: the break report on the terminal, as CSV, HTML or JSON."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from pipeline.cli.arguments import day_that_came
from pipeline.cli.choices import known_reconciliation
from pipeline.cli.failures import Misused
from pipeline.cli.knowing import deliver, parsed, stdout, told
from pipeline.cli.options import AsJson, AsOf, Reconciliation
from pipeline.cli.output import ist, results, say
from pipeline.cli.report_tables import show
from pipeline.cli.session import installation
from pipeline.outputs import REPORT_FORMS
from pipeline.reports import first_known, read_report
from pipeline.store import Store
from reconciliation.model import Interval, moment_words
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
    form: Annotated[
        Format | None, typer.Option("--format", help="How to print it: table is the default.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write it there.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what agrees, what does not, how old it is, and what to do next.

    With --date and --as-of both: the business days up to DATE as they were known at ISO. Of today
    is what is known of it now; a later day is refused.
    """
    if as_json and form is not None:
        raise Misused(f"--json and --format {form.value} do not go together", "Give one of them.")
    until = None if date is None else day_that_came(date, "--date")
    when = parsed(as_of)
    if when is None and until is not None:
        end = Interval.of_days(until, until).end
        when = end if end <= datetime.now(UTC) else None  # of today: what is known of it now
    known_reconciliation(reconciliation)
    written = "json" if as_json else (form or Format.TABLE).value
    parameters = {
        "form": written,
        "reconciliation": reconciliation,
        "until": None if until is None else until.isoformat(),
        "is_of_now": when is None,
    }
    with installation() as (_, store):
        known = told(store, when)
        report = read_report(
            store, as_of=known, until=until, reconciliation=reconciliation, is_of_now=when is None
        )
        if report is None or known is None:
            which = f"{reconciliation} has not" if reconciliation else "no reconciliation has"
            raise Misused(f"{which} run yet", NOT_YET)
        unknown = _unknown(known, first_known(store, reconciliation)) if report.is_empty else None
        if unknown is not None and (written != "table" or output is not None):
            say(unknown)
        if output is None and written == "table":
            show(report, results(), unknown)
        elif output is None:
            deliver(store, "report", parameters, known, stdout())
        else:
            _write(store, parameters, known, output)


def _write(store: Store, parameters: dict[str, Any], known: datetime, output: Path) -> None:
    try:
        # newline: the CSV brings its own line ends.
        with output.open("w", encoding="utf-8", newline="") as file:
            deliver(store, "report", parameters, known, file)
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
        f"Nothing was known at {moment_words(when)}: what there is became known"
        f" from {ist(first)} IST on."
    )


def _as_table(report: Report) -> str:
    """As wide for everybody, so that it is the same bytes."""
    console = Console(width=120, color_system=None, record=True, file=None, quiet=False)
    with console.capture() as captured:
        show(report, console)
    return captured.get()


REPORT_FORMS["table"] = _as_table
