"""--as-of: the moment a command answers for, and `reproduce`: what was answered, made again."""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TextIO

import typer
from rich.text import Text

from pipeline import knowing, outputs
from pipeline.cli.arguments import moment, not_yet
from pipeline.cli.failures import CheckFound, Misused
from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, ist, results, say, tell
from pipeline.cli.session import installation
from pipeline.store import Store
from reconciliation.model import END_OF_DAY, moment_words

OPTION = "--as-of"


def register(parent: typer.Typer) -> None:
    parent.command("reproduce")(reproduce_command)


def parsed(text: str | None) -> datetime | None:
    """What --as-of says: IST unless it names a zone, of a date its end."""
    return None if text is None else moment(text, OPTION, end_of_day=True)


def closed(store: Store, when: datetime | None) -> datetime | None:
    """The moment, closed: the answer for it is the same from now on. None stays now."""
    return None if when is None else told(store, when)


def told(store: Store, when: datetime | None) -> datetime | None:
    """The moment, or for None the last at which anything became known, closed."""
    try:
        return knowing.close_until(store, when)
    except knowing.NotYet:
        raise not_yet(OPTION, "" if when is None else moment_words(when)) from None


def deliver(
    store: Store, what: str, parameters: Mapping[str, Any], when: datetime, out: TextIO
) -> None:
    """Write an output, note it, and say its fingerprint beside it."""
    made = outputs.make(store, what, parameters, when, out)
    outputs.note(store, what, parameters, when, made)
    say(f"sha256 {made.sha256}, as of {_moment(when)}")


def reproduce_command(
    asked: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Its number, or how its SHA-256 begins; default: all."),
    ] = None,
    *,
    listed: Annotated[bool, typer.Option("--list", help="Only list what was made.")] = False,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=100_000, help="The newest so many.")
    ] = 100,
    as_json: AsJson = False,
) -> None:
    """Make past reports, exports and break lists again, and compare their output hashes.

    Names the first line that differs, and ends with 6. A release that changes a format or an
    advice makes other bytes: its changelog says so.
    """
    with installation() as (_, store):
        found = outputs.list_outputs(store, asked, limit)
        if asked is not None and not found:
            raise Misused(f"no output is {asked!r}", "See `./recon reproduce --list`.")
        if listed:
            _list(found, as_json=as_json)
            return
        again = [outputs.reproduce(store, one) for one in found]
    if as_json:
        emit({"outputs": [{**_facts(one), "is_same": one.is_same} for one in again]})
    else:
        for one in again:
            results().print(Text(f"{one.output_id:>6}  {_words(one)}"))
    differing = [one for one in again if not one.is_same]
    if differing:
        raise CheckFound(
            f"{len(differing)} of {len(again)} do not come out the same; the newest:"
            f" {_words(differing[0])}",
            f"See `./recon reproduce {differing[0].output_id} --json` and `./recon verify`.",
        )


def _list(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        rows = [{name: one[name] for name in one if name != "line_sums"} for one in found]
        emit({"outputs": rows})
        return
    if not found:
        tell("no report or export was made yet")
    for one in found:
        words = f"{one['output_id']:>6}  {_name(one['what'], one['parameters'])}"
        results().print(Text(f"{words} as of {_moment(one['as_of'])}  {one['sha256']}"))


def _facts(one: outputs.Again) -> dict[str, Any]:
    return {
        "output_id": one.output_id, "what": one.what, "parameters": one.parameters,
        "as_of": one.as_of, "sha256": one.sha256, "sha256_now": one.sha256_now,
        "line": one.line, "lines": one.lines, "lines_now": one.lines_now,
    }  # fmt: skip


def _words(one: outputs.Again) -> str:
    name = f"{_name(one.what, one.parameters)} as of {_moment(one.as_of)}"
    if one.is_same:
        return f"{name}: the same"
    where = (
        f"first in line {one.line}"
        if one.line is not None
        else f"after line {outputs.LINES_SUMMED_MAX}"
    )
    return f"{name}: differs, {where} ({one.lines} lines then, {one.lines_now} now)"


def _name(what: str, parameters: Mapping[str, Any]) -> str:
    named = (
        "table", "break_id", "reconciliation", "code", "status", "severity", "assigned_to",
        "account", "until", "form",
    )  # fmt: skip
    parts = (what, *(parameters.get(name) for name in named))
    return " ".join(str(part) for part in parts if part)


def _moment(when: datetime) -> str:
    """To the last digit, as --as-of takes it; a day's end as that."""
    words = moment_words(when)
    return words if words.endswith(END_OF_DAY) else ist(when, seconds=True)


def stdout() -> TextIO:
    """At the moment of asking: a test may have put its own there."""
    return sys.stdout
