"""How a list comes in pages, apart from who asks and how it travels.

A paginator sees each page (`update_state`) and writes the next query (`update_request`).
    paging: {type: cursor, parameter: cursor, path: next_cursor, size: limit, rows: 100}
    paging: {type: number, parameter: page, path: page, pages: total_pages,
             size: page_size, rows: 100}
    paging: {type: offset, parameter: offset, path: offset, total: total, size: limit, rows: 100}
    paging: {type: skip, parameter: skip, size: count, rows: 100}
`rows` is how many a full page has. A pass that contradicts itself says so in `doubt`; it is
read again until it does not, or until two passes agree (`adapters.rest`).
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from adapters.json_pages import Page, at
from adapters.sections import Section

TYPES = ("cursor", "number", "offset", "skip", "single")
COMMON = ("type", "parameter", "size", "rows")
EXTRA = {
    "cursor": ("path",),
    "number": ("path", "pages"),
    "offset": ("path", "total"),
    "skip": (),
    "single": (),
}
CURSOR_CHARACTERS_MAX = 2048
Query = Mapping[str, str]


class Paginator(Protocol):
    has_more: bool
    doubt: str  # why this pass may not be whole or not be in order; blank: it looks right

    def first_request(self, query: Query) -> Query: ...

    def update_state(self, page: Page) -> None: ...

    def update_request(self, query: Query) -> Query: ...

    @property
    def place(self) -> str:
        """Where the page about to be asked for stands, the same at each reading."""


class SinglePage:
    """All rows come at once."""

    def __init__(self) -> None:
        self.has_more = True
        self.doubt = ""
        self.place = "000000"

    def first_request(self, query: Query) -> Query:
        return query

    def update_request(self, query: Query) -> Query:
        return query

    def update_state(self, page: Page) -> None:
        self.has_more = False


class _Pages:
    """What the four have in common: a size, and doubt about short pages that promise more."""

    def __init__(self, section: Section) -> None:
        self.has_more = True
        self.doubt = ""
        self.parameter = section.text("parameter")
        self.size = section.text("size")
        self.rows = section.integer("rows", 1, 10_000)
        self.pages_read = 0
        self.rows_read = 0

    @property
    def place(self) -> str:
        return f"{self.pages_read:06d}"

    def first_request(self, query: Query) -> Query:
        return self.update_request({**query, self.size: str(self.rows)})

    def update_request(self, query: Query) -> Query:
        raise NotImplementedError

    def _count(self, page: Page, *, has_more: bool) -> None:
        if has_more and len(page.rows) < self.rows:
            self.doubt = "a page before the last is not full"
        if not page.rows and self.pages_read:
            self.doubt = "a page that was promised is empty"
            has_more = False
        self.pages_read += 1
        self.rows_read += len(page.rows)
        self.has_more = has_more


class CursorPages(_Pages):
    """Each page names the next."""

    def __init__(self, section: Section) -> None:
        super().__init__(section)
        self.path = section.text("path")
        self._cursor = ""
        self._seen: set[str] = set()

    def update_state(self, page: Page) -> None:
        cursor = at(page.document, self.path)
        self._cursor = "" if cursor is None else str(cursor)
        if self._cursor in self._seen:
            self.doubt = "a cursor comes again"
        if len(self._cursor) > CURSOR_CHARACTERS_MAX:
            self.doubt, self._cursor = "a cursor without end", ""
        again = self._cursor in self._seen
        self._seen.add(self._cursor)
        self._count(page, has_more=bool(self._cursor) and not again)

    def update_request(self, query: Query) -> Query:
        return {**query, self.parameter: self._cursor} if self._cursor else query


class NumberedPages(_Pages):
    """Page 1 of n; n may move while we read."""

    def __init__(self, section: Section) -> None:
        super().__init__(section)
        self.path = section.text("path", "")
        self.pages = section.text("pages")

    def update_state(self, page: Page) -> None:
        number, pages = self.pages_read + 1, _whole(at(page.document, self.pages))
        if self.path and _whole(at(page.document, self.path)) != number:
            self.doubt = "another page than asked for"
        if pages is None:
            self.doubt = "no number of pages"
        self._count(page, has_more=number < (pages or 0))

    def update_request(self, query: Query) -> Query:
        return {**query, self.parameter: str(self.pages_read + 1)}


class OffsetPages(_Pages):
    """Rows from an offset, of a total that is said."""

    def __init__(self, section: Section) -> None:
        super().__init__(section)
        self.path = section.text("path", "")
        self.total = section.text("total")
        self._total: int | None = None

    @property
    def place(self) -> str:
        return f"{self.rows_read:06d}"

    def update_state(self, page: Page) -> None:
        total = _whole(at(page.document, self.total))
        if self.path and _whole(at(page.document, self.path)) != self.rows_read:
            self.doubt = "another offset than asked for"
        if total is None or (self._total is not None and total != self._total):
            self.doubt = "the total moves, or is no number"
        self._total = total or 0
        self._count(page, has_more=self.rows_read + len(page.rows) < self._total)
        if not self.has_more and self.rows_read != self._total:
            self.doubt = f"the total says {self._total}, {self.rows_read} came"

    def update_request(self, query: Query) -> Query:
        return {**query, self.parameter: str(self.rows_read)}


class SkipPages(_Pages):
    """Rows from a skip, with no total: the end is a page without rows.

    A short page is no end by itself, it may have been cut: one more is asked for, from where
    it stopped.
    """

    @property
    def place(self) -> str:
        return f"{self.rows_read:06d}"

    def update_state(self, page: Page) -> None:
        self.pages_read += 1
        self.rows_read += len(page.rows)
        self.has_more = bool(page.rows)

    def update_request(self, query: Query) -> Query:
        return {**query, self.parameter: str(self.rows_read)}


def paging_of(section: Section) -> Callable[[], Paginator]:
    """A maker of paginators, one for each pass. MisconfiguredSource."""
    kind = section.choice("type", TYPES)
    if kind == "single":
        section.only("type")
        return SinglePage
    section.only(*COMMON, *EXTRA[kind])
    made: dict[str, type[CursorPages | NumberedPages | OffsetPages | SkipPages]] = {
        "cursor": CursorPages,
        "number": NumberedPages,
        "offset": OffsetPages,
        "skip": SkipPages,
    }
    made[kind](section)  # what is wrong with it is said now, not at the first page
    return lambda: made[kind](section)


def _whole(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None  # noqa: PLR2004
