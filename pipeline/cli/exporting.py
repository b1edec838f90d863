"""`export entries|matches|breaks`: the contract for other programs, as CSV or JSON lines."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from pipeline.cli.arguments import moment
from pipeline.cli.options import AsOf, Reconciliation
from pipeline.cli.session import installation

app = typer.Typer(help="Entries, matches and breaks for other programs; columns are a contract.")


class Form(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


FormOption = Annotated[Form, typer.Option("--format", help="csv or jsonl.")]


@app.command("entries")
def entries_command(
    *, reconciliation: Reconciliation = None, as_of: AsOf = None, form: FormOption = Form.CSV
) -> None:
    """Every entry as it was last known."""
    _export("entries", reconciliation, as_of, form)


@app.command("matches")
def matches_command(
    *, reconciliation: Reconciliation = None, as_of: AsOf = None, form: FormOption = Form.CSV
) -> None:
    """Every seat of every match group."""
    _export("matches", reconciliation, as_of, form)


@app.command("breaks")
def breaks_command(
    *, reconciliation: Reconciliation = None, as_of: AsOf = None, form: FormOption = Form.CSV
) -> None:
    """Every break, whatever its status."""
    _export("breaks", reconciliation, as_of, form)


def _export(what: str, reconciliation: str | None, as_of: str | None, form: Form) -> None:
    from pipeline import export  # noqa: PLC0415

    when = None if as_of is None else moment(as_of, "--as-of", end_of_day=True)
    with installation() as (_, store):
        export.write(
            store, what, sys.stdout, form=form.value, reconciliation=reconciliation, as_of=when
        )
