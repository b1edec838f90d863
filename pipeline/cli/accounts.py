"""`accounts list|set`: what each account held at go-live and what was open then, from which
the proof starts.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.accounts import list_accounts, list_opening_items
from pipeline.cli.failures import Misused
from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, results, table, tell
from pipeline.cli.session import installation
from pipeline.opening_balances import set_accounts
from pipeline.opening_file import GoLive, read_go_live
from reconciliation.calendars import CALENDARS
from reconciliation.model import ACCOUNT_MASK, minor_text

AMOUNTS = (
    "opening_ledger", "opening_statement", "open_items", "open_ledger", "open_statement", "items",
    "amount",
)  # fmt: skip

SPARE = ("calendar", "state", "open ledger", "open statement", "currency")

STACKS = (
    ("account id", "bank code", "currency"),
    ("opening ledger", "opening statement"),
    ("open items", "open ledger", "open statement"),
    ("opening date", "closing date"),
    ("calendar", "state"),
)

app = typer.Typer(help="Accounts and what they held at go-live.")


@app.command("list")
def list_command(*, as_json: AsJson = False) -> None:
    """List the accounts met or configured, each as its last four."""
    with installation() as (_, store):
        rows = [
            {
                "account_id": f"{ACCOUNT_MASK}{row['last4']}",
                "bank_code": row["bank_code"],
                "currency": row["currency"],
                "calendar": row["calendar"],
                "opening_date": row["opening_date"],
                "opening_ledger": _text(row["opening_ledger_minor"], row["currency"]),
                "opening_statement": _text(row["opening_statement_minor"], row["currency"]),
                "open_items": row["open_items"],
                "open_ledger": _text(row["open_ledger_minor"], row["currency"]),
                "open_statement": _text(row["open_statement_minor"], row["currency"]),
                "closing_date": row["closing_date"],
                "state": row["state"],
            }
            for row in list_accounts(store)
        ]
        items = [
            {
                "source": row["source"],
                "currency": row["currency"],
                "items": row["items"],
                "amount": minor_text(row["amount_minor"], row["currency"]),
            }
            for row in list_opening_items(store)
        ]
    if as_json:
        emit({"accounts": rows, "open_items": items})
        return
    _show("", rows)
    if items:
        _show("open at go-live", items)


@app.command("set")
def set_command(
    *,
    number: Annotated[
        str | None, typer.Argument(metavar="NUMBER", help="The account's full number.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="JSON instead: accounts, and open_items."),
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
    closing_date: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Its last day: no statement is waited for after it."),
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
            "closing_date": closing_date,
        }
        account = {name: value for name, value in given.items() if value is not None}
        go_live = GoLive([account])
    with installation(may_be_first=True) as (settings, _):
        counts = set_accounts(settings, go_live)
    if as_json:
        emit(counts)
    else:
        tell(f"{counts['accounts']} set")
        if "open_items" in counts:
            tell(
                "open items: "
                + ", ".join(f"{n} {what}" for what, n in counts["open_items"].items())
            )


def _show(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(rows[0]) if rows else ["account_id"]
    columns = [_words(name) for name in names]
    shown = ([row[name] for name in names] for row in rows)
    right = [_words(name) for name in AMOUNTS]
    results().print(table(title, columns, shown, right=right, spare=SPARE, then=STACKS))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _text(minor: int | None, currency: str | None) -> str | None:
    return None if minor is None else minor_text(minor, currency or "INR")
