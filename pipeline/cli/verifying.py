"""`verify`: is what is stored what it was made from?"""

from typing import Annotated

import typer
from rich.text import Text

from pipeline.cli.arguments import day_that_came, days
from pipeline.cli.choices import known_source
from pipeline.cli.failures import CheckFound, Partly
from pipeline.cli.options import AsJson, Sources
from pipeline.cli.output import emit, results
from pipeline.cli.progress import bar
from pipeline.cli.session import installation, load_settings
from pipeline.verifying_found import NOT_CONFIGURED

EVER = ("1900-01-01", "2199-12-31")


def register(parent: typer.Typer) -> None:
    parent.command("verify")(verify_command)


def verify_command(
    *,
    start: Annotated[
        str,
        typer.Option(
            "--from", metavar="DATE", show_default="the first ever", help="First IST day."
        ),
    ] = EVER[0],
    end: Annotated[
        str,
        typer.Option(
            "--to", metavar="DATE", show_default="the last there is", help="Last IST day, included."
        ),
    ] = EVER[1],
    source: Sources = None,
    as_json: AsJson = False,
) -> None:
    """Read the stored bytes again and recompute entries, matches, proofs and breaks.

    Names the first thing that does not agree, and ends with 6; with 5 where a source has to be
    configured first. Nothing is written. --from and
    --to choose what was fetched for those days; results are always recomputed whole.
    """
    from pipeline.verifying import verify  # noqa: PLC0415  it brings the whole engine

    day_that_came(start, "--from")  # a later one would look at nothing and call it well
    interval = days(start, end)
    settings = load_settings()
    for name in source or ():
        known_source(name, settings)
    # Hundreds of steps: nobody reads them in a log, where the counts say what was looked at.
    with (
        installation() as (settings, store),
        bar("steps verified", has_lines=False) as advance,
    ):
        verified = verify(settings, store, interval=interval, sources=source, advance=advance)
    if as_json:
        emit(verified.as_data())
    else:
        for name, count in verified.agreed.items():
            results().print(Text(f"{count:>12}  {name}"))
        for name, count in verified.not_verifiable.items():
            results().print(Text(f"{count:>12}  not verifiable: {name}"))
    found = verified.found
    if found is not None:
        raise CheckFound(
            f"{found.what} does not agree: {found.where}; stored: {found.stored};"
            f" recomputed: {found.recomputed}",
            found.next_step,
        )
    if any(name.endswith(NOT_CONFIGURED) for name in verified.not_verifiable):
        raise Partly(
            "proofs and breaks of some reconciliations could not be made again: a source that they"
            " are of is not configured; the rest agrees",
            "Configure it as it was (`./recon sources list`), or in a demo's home start its banks"
            " with `./recon demo`; then verify again.",
        )
    if not as_json:
        rest = sum(verified.not_verifiable.values())
        words = "everything agrees" if not rest else f"all agrees but {rest} not verifiable, above"
        results().print(Text(words))
