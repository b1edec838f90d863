"""Where a command's words go: results to stdout, progress and complaints to stderr."""

import dataclasses
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from rich.console import Console
from rich.text import Text

from pipeline.cli.tables import Listing
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


def emit(data: Any) -> None:
    """One JSON value on stdout, one line, for a program."""
    sys.stdout.write(json.dumps(data, default=_plain, ensure_ascii=False) + "\n")


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return ist(value, seconds=True)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"not JSON: {type(value).__name__}")


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
) -> Listing:
    """A table whose cells are plain text; see `Listing` for `right`, `spare` and `stack`."""
    cells = [tuple(_cell(cell) for cell in row) for row in rows]
    return Listing(title, tuple(columns), cells, right, spare, stack)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return ist(value)
    return str(value)
