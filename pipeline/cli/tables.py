"""Tables that fit the terminal: folded between words, never inside one.

A table that is too wide even so stands closer, then lays a row over several lines by stacking
columns, then leaves out the least needed ones and names them; where that is not enough, each row
is written downwards.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

SPACED, TIGHT = 1, 0  # blanks on both sides of a cell
NAMES_WIDTH_MAX = 18  # of the names beside values that are written downwards
PROSE_WORDS, PROSE_WIDTH = 4, 24  # a text of so many words is no fun to read in less
SEAM = re.compile(r"\s+|(?=@)")  # a long id of two may be folded between them


@dataclass(frozen=True, slots=True)
class Listing:
    """A table as plain text, laid out when it is known how wide it may be."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    right: Sequence[str] = ()  # columns that align to the right
    spare: Sequence[str] = ()  # columns that may be left out, the least needed first
    stack: tuple[str, ...] = ()  # columns that may stand below one another in one
    then: Sequence[tuple[str, ...]] = ()  # more of these, one after the other while it is too wide

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        least: dict[str, int] = {}
        for names, padding in self._layouts():
            least |= {name: self._least(name, width) for name in names if name not in least}
            if _width([least[name] for name in names], padding) > width:
                continue
            yield self._table(names, padding, width)
            if left_out := self._left_out(names):
                words = f" not shown: {', '.join(left_out)}; see a wider terminal or --json"
                yield Text(words, style="dim")
            return
        yield from self._downwards()

    def _layouts(self) -> Iterator[tuple[list[str], int]]:
        """(columns, padding), from the most comfortable one to the narrowest."""
        names = list(self.columns)
        yield names, SPACED
        # A column without a word is no loss.
        names = [name for name in names if name not in self.spare or any(self._cells(name))]
        yield from ((names, SPACED), (names, TIGHT))
        for stack in filter(None, (self.stack, *self.then)):
            names = _stacked(names, stack)
            yield from ((names, SPACED), (names, TIGHT))
        for spare in self.spare:
            names = [name for name in names if name != spare]
            yield from ((names, SPACED), (names, TIGHT))

    def _left_out(self, names: Sequence[str]) -> list[str]:
        shown = {part for name in names for part in name.split("\n")}
        return [name for name in self.columns if name not in shown and any(self._cells(name))]

    def _cells(self, name: str) -> list[str]:
        """A column's texts; those of a stack one below the other."""
        places = [self.columns.index(part) for part in name.split("\n")]
        return ["\n".join(row[place] for place in places) for row in self.rows]

    def _least(self, name: str, width: int) -> int:
        """The longest word, and more for sentences; half the terminal is enough in any case."""
        texts = (name, *self._cells(name))
        longest = max(cell_len(word) for text in texts for word in SEAM.split(text))
        if any(len(text.split()) >= PROSE_WORDS for text in texts):
            longest = max(longest, min(self._most(name), PROSE_WIDTH))
        return min(longest, max(width // 2, 1))

    def _most(self, name: str) -> int:
        lines = [line for text in (name, *self._cells(name)) for line in text.split("\n")]
        return max(map(cell_len, lines))

    def _table(self, names: Sequence[str], padding: int, width: int) -> Table:
        least = [self._least(name, width) for name in names]
        lacking = [self._most(name) - low for name, low in zip(names, least, strict=True)]
        widths = _shared_out(least, lacking, width - _width([0] * len(names), padding))
        made = Table(
            title=self.title, title_justify="left", header_style="bold", show_edge=False,
            padding=(0, padding),
        )  # fmt: skip
        for name, wide in zip(names, widths, strict=True):
            made.add_column(
                Text(name), width=wide, overflow="fold",
                justify="right" if name.split("\n")[0] in self.right else "left",
            )  # fmt: skip
        columns = [
            [Text(_folded(text, wide)) for text in self._cells(name)]
            for name, wide in zip(names, widths, strict=True)
        ]
        for row in zip(*columns, strict=True):
            made.add_row(*row)
        return made

    def _downwards(self) -> RenderResult:
        if self.title:
            yield Text(self.title, style="italic")
        for place, row in enumerate(self.rows):
            if place:
                yield Text("")
            yield record({name: text for name, text in zip(self.columns, row, strict=True) if text})


def record(values: Mapping[str, str]) -> Table:
    """Name beside value, one below the other; long values are folded beside their name."""
    made = Table.grid(padding=(0, 1))
    made.add_column(width=min(max(map(cell_len, values), default=1), NAMES_WIDTH_MAX))
    made.add_column(overflow="fold")
    for name, text in values.items():
        made.add_row(Text(name), Text(text))
    return made


def _stacked(names: Sequence[str], stack: Sequence[str]) -> list[str]:
    """The columns with those of the stack as one, where its first stood; some may stand in a
    smaller stack already, and not all need be there.
    """
    held = [name for name in names if set(name.split("\n")) <= set(stack)]
    parts = [part for part in stack if any(part in name.split("\n") for name in held)]
    if not held:
        return list(names)
    at = next(place for place, name in enumerate(names) if parts[0] in name.split("\n"))
    left = [name for name in names[:at] if name not in held]
    return [*left, "\n".join(parts), *(name for name in names[at:] if name not in held)]


def _width(widths: Sequence[int], padding: int) -> int:
    return sum(widths) + 2 * padding * len(widths) + max(len(widths) - 1, 0)


def _shared_out(least: Sequence[int], lacking: Sequence[int], room: int) -> list[int]:
    """Widths that fit the room: whole lines for the columns that need little, then the others."""
    widths = list(least)
    for place in sorted(range(len(widths)), key=lambda place: lacking[place]):
        more = max(0, min(lacking[place], room - sum(widths)))
        widths[place] += more
    return widths


def _folded(text: str, width: int) -> str:
    """Words that are too long for their column are folded at their seam."""
    words = re.split(r"(\s+)", text)
    return "".join(word if cell_len(word) <= width else word.replace("@", "\n@") for word in words)
