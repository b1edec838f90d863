"""The commands of `./recon`, gathered. What they do is in the module of their family."""

from typing import Annotated

import typer

from pipeline.cli import (
    accounts,
    backfilling,
    bench,
    breaks,
    demo,
    doctor,
    exporting,
    knowing,
    matching,
    quarantine,
    reporting,
    rules,
    running,
    services,
    sources,
    tracing,
    verifying,
    working_off,
)

app = typer.Typer(
    name="recon",
    help="Fetch, match and explain money that moves through several systems. "
    "`./recon demo` shows it all; `./recon test` sets up and runs the test suite.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its boxes fit no narrow terminal and no log
    epilog="Exit codes: 0 done, 1 internal error or failed test, 2 usage or configuration, "
    "3 no source reached, 4 everything refused, 5 partly done, 6 a check found something, "
    "130 interrupted.",
)


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and every log.")] = False,
) -> None:
    """Reconcile banks, gateway and ledger, hour by hour."""
    del debug  # read in __main__, before anything can fail


demo.register(app)
services.register(app)
running.register(app)
backfilling.register(app)
reporting.register(app)
tracing.register(app)
working_off.register(breaks.app)
app.add_typer(breaks.app, name="breaks")
matching.register(app)
app.add_typer(quarantine.app, name="quarantine")
quarantine.register(app)
app.add_typer(rules.app, name="rules")
app.add_typer(accounts.app, name="accounts")
app.add_typer(exporting.app, name="export")
app.add_typer(sources.app, name="sources")
doctor.register(app)
verifying.register(app)
knowing.register(app)
app.add_typer(bench.app, name="bench")
