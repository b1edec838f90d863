"""The JSON file of `accounts set --file`, read so that money stays what was written.

A list of accounts, or {"accounts": […], "open_items": […]}. Every value is text: a number in
JSON has no last digit to rely on, and an account number would lose its leading zeros.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<bare>-?(?:[0-9][0-9.eE+-]*|Infinity)|NaN)')


@dataclass(frozen=True, slots=True)
class GoLive:
    """What a file holds, as it is written there."""

    accounts: list[dict[str, Any]]
    open_items: list[dict[str, Any]] | None = None  # None: it says nothing of them


@dataclass(frozen=True, slots=True)
class _Bare:
    """A number without quotes: which of the file's it is, from 0 on."""

    place: int


def read_go_live(path: Path) -> GoLive:
    """The file's objects. SettingsError names file, line and what to do, never a number in it."""
    text = _text_of(path)
    held = _read(path, text)
    if isinstance(held, list):
        held = {"accounts": held}
    if not isinstance(held, dict) or not set(held) <= {"accounts", "open_items"}:
        raise SettingsError(f"{path}: expected a list of accounts, or accounts and open_items")
    for name, items in held.items():
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise SettingsError(f"{path}: {name} is not a list of objects")
    return GoLive(held.get("accounts", []), held.get("open_items"))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise SettingsError(f"{path}: cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise SettingsError(f"{path}, line {line}: not UTF-8; save it as UTF-8") from None


def _read(path: Path, text: str) -> Any:
    numbers: list[_Bare] = []
    keys: dict[_Bare, str] = {}

    def number(_digits: str) -> _Bare:
        numbers.append(_Bare(len(numbers)))
        return numbers[-1]

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys.update((value, name) for name, value in pairs if isinstance(value, _Bare))
        return dict(pairs)

    try:
        held = json.loads(
            text, parse_float=number, parse_int=number, parse_constant=number,
            object_pairs_hook=keep,
        )  # fmt: skip
    except json.JSONDecodeError as problem:
        raise SettingsError(
            f"{path}, line {problem.lineno}, column {problem.colno}: not JSON:"
            f" {problem.msg[0].lower()}{problem.msg[1:]}"
        ) from None
    except RecursionError:
        raise SettingsError(f"{path}: not JSON we can use: brackets nested too deep") from None
    if numbers:
        raise SettingsError(
            f"{path}, line {_line_of(text, numbers[0])}: {keys.get(numbers[0], 'a value')} is a"
            ' number; write it in quotes, as text: "1500.50"'
        )
    return held


def _line_of(text: str, number: _Bare) -> int:
    """Where the number stands: they are read in the order of the text."""
    found = (match for match in TOKEN.finditer(text) if match["bare"] is not None)
    start = next(match.start() for place, match in enumerate(found) if place == number.place)
    return text.count("\n", 0, start) + 1
