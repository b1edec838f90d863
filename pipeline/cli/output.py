"""Where a command's words go: results to stdout, progress and complaints to stderr."""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from pipeline.cli.tables import Listing
from pipeline.json_text import line_of
from reconciliation.model import IST

PIPE_WIDTH = 160


def results() -> Console:
    """stdout, at the moment of asking: a test may have put its own there."""
    return _console(sys.stdout)


def progress() -> Console:
    return _console(sys.stderr)


@cache  # a bar and the lines printed beside it must know of each other
def _console(file: TextIO) -> Console:
    # A pipe or a log has no width of its own: nothing is folded into 80 columns there.
    width = None if file.isatty() or os.environ.get("COLUMNS") else PIPE_WIDTH
    return Console(file=file, width=width)


def say(words: str) -> None:
    """One line of progress; never markup, so that no value can style itself."""
    progress().print(Text(words))


def tell(words: str) -> None:
    """One line of what a command did: its result, where it has no table."""
    results().print(Text(words))


def emit(data: Any) -> None:
    """One JSON value on stdout, one line, for a program."""
    sys.stdout.write(line_of(data))


def ist(moment: datetime, *, seconds: bool = False) -> str:
    """IST, as people read it; `seconds` gives ISO 8601 with the offset."""
    local = moment.astimezone(IST)
    return local.isoformat() if seconds else f"{local:%Y-%m-%d %H:%M}"


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    right: Sequence[str] = (),
    spare: Sequence[str] = (),
    stack: tuple[str, ...] = (),
    then: Sequence[tuple[str, ...]] = (),
) -> Listing:
    """A table whose cells are plain text; see `Listing` for what may be given."""
    cells = [tuple(_cell(cell) for cell in row) for row in rows]
    return Listing(title, tuple(columns), cells, right, spare, stack, then)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return ist(value)
    return str(value)
