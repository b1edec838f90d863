"""Options that several commands share, worded once."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
From = Annotated[
    str, typer.Option("--from", metavar="DATE", help="First IST day, or an ISO time on the hour.")
]
To = Annotated[
    str,
    typer.Option("--to", metavar="DATE", help="Last IST day (included), or an ISO time."),
]
FirstDay = Annotated[str, typer.Option("--from", metavar="DATE", help="First IST day.")]
LastDay = Annotated[str, typer.Option("--to", metavar="DATE", help="Last IST day, included.")]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME", help="Only this source; may be given again."),
]
Reconciliation = Annotated[
    str | None, typer.Option("--reconciliation", metavar="NAME", help="Only this one.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="ISO",
        help="As it was known then: a time (IST unless it names a zone), or a day's end in IST.",
    ),
]
