"""`export entries|matches|breaks|candidates`: for other programs, as CSV or JSON lines."""

from enum import StrEnum
from typing import Annotated

import typer

from pipeline.cli.choices import known_reconciliation
from pipeline.cli.failures import Misused
from pipeline.cli.knowing import deliver, parsed, stdout, told
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


@app.command("candidates")
def candidates_command(
    *,
    reconciliation: Reconciliation = None,
    as_of: AsOf = None,
    form: FormOption = None,
    as_json: AsLines = False,
) -> None:
    """What each break's entry could belong to: what fits equally well, and suggestions."""
    _export("candidates", reconciliation, as_of, _chosen(form, as_json=as_json))


def _chosen(form: Form | None, *, as_json: bool) -> Form:
    if as_json and form is Form.CSV:
        raise Misused("--json and --format csv do not go together", "Give one of them.")
    return Form.JSONL if as_json else form or Form.CSV


def _export(what: str, reconciliation: str | None, as_of: str | None, form: Form) -> None:
    from pipeline import export  # noqa: PLC0415

    when = parsed(as_of)
    known_reconciliation(reconciliation)
    parameters = {"table": what, "form": form.value, **export.chosen(reconciliation)}
    with installation() as (_, store):
        known = told(store, when)
        if known is None:
            # Nothing is known yet: the columns alone, which nobody need make again.
            export.write(store, what, stdout(), form=form.value)
            return
        deliver(store, "export", parameters, known, stdout())
