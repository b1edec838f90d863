"""`export entries|matches|breaks`: the contract for other programs, as CSV or JSON lines."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from pipeline.cli.arguments import moment
from pipeline.cli.choices import known_reconciliation
from pipeline.cli.failures import Misused
from pipeline.cli.options import AsOf, Reconciliation
from pipeline.cli.session import installation

app = typer.Typer(help="Entries, matches and breaks for other programs; columns are a contract.")


class Form(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


FormOption = Annotated[Form | None, typer.Option("--format", help="csv (the default) or jsonl.")]
AsLines = Annotated[bool, typer.Option("--json", help="As --format jsonl: one object a line.")]


@app.command("entries")
def entries_command(
    *,
    reconciliation: Reconciliation = None,
    as_of: AsOf = None,
    form: FormOption = None,
    as_json: AsLines = False,
) -> None:
    """Every entry as it was last known."""
    _export("entries", reconciliation, as_of, _chosen(form, as_json=as_json))


@app.command("matches")
def matches_command(
    *,
    reconciliation: Reconciliation = None,
    as_of: AsOf = None,
    form: FormOption = None,
    as_json: AsLines = False,
) -> None:
    """Every seat of every match group."""
    _export("matches", reconciliation, as_of, _chosen(form, as_json=as_json))


@app.command("breaks")
def breaks_command(
    *,
    reconciliation: Reconciliation = None,
    as_of: AsOf = None,
    form: FormOption = None,
    as_json: AsLines = False,
) -> None:
    """Every break, whatever its status."""
    _export("breaks", reconciliation, as_of, _chosen(form, as_json=as_json))


def _chosen(form: Form | None, *, as_json: bool) -> Form:
    if as_json and form is Form.CSV:
        raise Misused("--json and --format csv do not go together", "Give one of them.")
    return Form.JSONL if as_json else form or Form.CSV


def _export(what: str, reconciliation: str | None, as_of: str | None, form: Form) -> None:
    from pipeline import export  # noqa: PLC0415

    when = None if as_of is None else moment(as_of, "--as-of", end_of_day=True)
    known_reconciliation(reconciliation)
    with installation() as (_, store):
        export.write(
            store, what, sys.stdout, form=form.value, reconciliation=reconciliation, as_of=when
        )
