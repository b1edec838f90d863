"""`accounts list|set`: what each account held at go-live, from which the proof starts."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.accounts import list_accounts
from pipeline.cli.failures import Misused
from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, results, say, table
from pipeline.cli.session import installation
from pipeline.opening_balances import GoLive, read_go_live, set_accounts
from reconciliation.calendars import CALENDARS
from reconciliation.model import minor_text

app = typer.Typer(help="Accounts and what they held at go-live.")


@app.command("list")
def list_command(*, as_json: AsJson = False) -> None:
    """List the accounts met or configured, each as its last four."""
    with installation() as (_, store):
        rows = [
            {
                "account_id": f"••••{row['last4']}",
                "bank_code": row["bank_code"],
                "currency": row["currency"],
                "calendar": row["calendar"],
                "opening_date": row["opening_date"],
                "opening_ledger": _text(row["opening_ledger_minor"], row["currency"]),
                "opening_statement": _text(row["opening_statement_minor"], row["currency"]),
                "state": row["state"],
            }
            for row in list_accounts(store)
        ]
    if as_json:
        emit({"accounts": rows})
        return
    columns = list(rows[0]) if rows else ["account_id"]
    shown = ([row[name] for name in columns] for row in rows)
    results().print(table("", columns, shown, right=("opening_ledger", "opening_statement")))


@app.command("set")
def set_command(
    *,
    number: Annotated[
        str | None, typer.Argument(metavar="NUMBER", help="The account's full number.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="A JSON list of accounts instead."),
    ] = None,
    bank: Annotated[str | None, typer.Option("--bank", metavar="CODE")] = None,
    currency: Annotated[str | None, typer.Option("--currency", metavar="ISO")] = None,
    calendar: Annotated[
        str | None, typer.Option("--calendar", metavar="NAME", help=" or ".join(CALENDARS) + ".")
    ] = None,
    opening_date: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The day at whose end the balances stood."),
    ] = None,
    opening_ledger: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Our ledger's balance then.")
    ] = None,
    opening_statement: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="The bank's balance then.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set opening balances. A number in a file does not end up in your shell's history."""
    if (number is None) == (file is None):
        raise Misused("give either NUMBER or --file", "See `./recon accounts set --help`.")
    if file is not None:
        go_live = read_go_live(file)
    else:
        given = {
            "account_number": number,
            "bank_code": bank,
            "currency": currency,
            "calendar": calendar,
            "opening_date": opening_date,
            "opening_ledger": opening_ledger,
            "opening_statement": opening_statement,
        }
        account = {name: value for name, value in given.items() if value is not None}
        go_live = GoLive([account])
    with installation() as (settings, _):
        counts = set_accounts(settings, go_live)
    if as_json:
        emit(counts)
    else:
        say(f"{counts['accounts']} set")


def _text(minor: int | None, currency: str | None) -> str | None:
    return None if minor is None else minor_text(minor, currency or "INR")
