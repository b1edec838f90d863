"""`quarantine list|release` and `reparse`: what was refused, and its second chance."""

from typing import Annotated, Any

import typer

from pipeline.cli.choices import known_source
from pipeline.cli.failures import Misused, Partly, Refused
from pipeline.cli.knowing import closed, parsed
from pipeline.cli.options import AsJson, AsOf
from pipeline.cli.output import emit, results, table, tell
from pipeline.cli.session import installation, load_settings
from pipeline.releasing import NotThere, dismiss, list_findings, release, reparse

app = typer.Typer(help="Rows and files that were refused, and why.")


def register(parent: typer.Typer) -> None:
    parent.command("reparse")(reparse_command)


@app.command("list")
def list_command(
    *,
    source: Annotated[str | None, typer.Option("--source", metavar="NAME")] = None,
    ids: Annotated[
        list[int] | None,
        typer.Option("--id", metavar="ID", help="Only this finding; may be given again."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000)] = 200,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List open findings, newest first; rows count from 1. The rows themselves stay encrypted."""
    known_source(source, load_settings())
    when = parsed(as_of)
    with installation() as (_, store):
        when = closed(store, when)
        rows = list_findings(store, source=source, rows_max=limit, ids=ids or (), as_of=when)
    if as_json:
        emit({"asked_as_of": when, "quarantine": rows})
        return
    results().print(
        table(
            "",
            ("id", "source", "delivery", "file", "row", "its id", "day", "code", "reason"),
            (
                (
                    row["quarantine_id"], row["source"], row["delivery_id"], row["delivery_name"],
                    "whole" if row["row_no"] is None else row["row_no"], row["source_id"],
                    row["business_date"], row["code"], row["reason"],
                )
                for row in rows
            ),
            right=("id", "delivery", "row"),
            spare=("day", "its id", "file"),
            stack=("code", "reason"),
            then=(("id", "delivery"), ("source", "day"), ("file", "its id")),
        )
    )  # fmt: skip


@app.command("release")
def release_command(
    *,
    quarantine_id: Annotated[int, typer.Argument(metavar="ID", help="From `quarantine list`.")],
    dismissed: Annotated[
        str | None,
        typer.Option("--dismiss", metavar="REASON", help="Close it without its row, and say why."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read a finding's delivery again with the YAML as it is now; it closes if it passes."""
    if dismissed is not None and not dismissed.strip():
        raise Misused("--dismiss needs a reason", "It is kept in the audit trail.")
    with installation() as (settings, store):
        try:
            if dismissed is not None:
                outcome = dismiss(settings, store, quarantine_id, dismissed.strip())
            else:
                outcome = release(settings, store, quarantine_id)
        except NotThere as gone:
            raise Misused(str(gone), "See `./recon quarantine list`.") from None
    _tell(outcome, as_json)
    if not outcome["released"]:
        raise Refused(
            f"finding {quarantine_id} is still refused",
            "Mend the source's YAML, have it sent again, or --dismiss it with a reason.",
        )


def reparse_command(
    *,
    delivery: Annotated[int, typer.Argument(metavar="DELIVERY", help="Its number.")],
    as_json: AsJson = False,
) -> None:
    """Read a delivery's stored bytes again, after its layout was mended."""
    with installation() as (settings, store):
        try:
            outcome = reparse(settings, store, delivery)
        except NotThere as gone:
            raise Misused(str(gone), "See `./recon quarantine list` for numbers.") from None
    _tell(outcome, as_json)
    standing = outcome["still_refused"]
    if outcome["refused"] or (standing and standing >= outcome["rows_parsed"]):
        raise Refused(f"delivery {delivery} is still refused", "See `./recon quarantine list`.")
    if standing:
        raise Partly(
            f"{standing} of {outcome['rows_parsed']} rows of delivery"
            f" {delivery} are still refused; the rest is loaded",
            "See `./recon quarantine list`.",
        )


def _tell(outcome: dict[str, Any], as_json: bool) -> None:
    if as_json:
        emit(outcome)
        return
    tell(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in outcome.items()))
