"""Paginators and windows without a network: a list served page by page."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from adapters.errors import MisconfiguredSource
from adapters.json_pages import Page
from adapters.paging import paging_of
from adapters.sections import read_yaml
from adapters.windows import window_of
from reconciliation.model import IST, Interval

CURSOR = {"type": "cursor", "parameter": "cursor", "path": "next", "size": "limit", "rows": 3}
NUMBER = {
    "type": "number", "parameter": "page", "path": "page", "pages": "pages", "size": "n", "rows": 3
}  # fmt: skip
OFFSET = {
    "type": "offset", "parameter": "offset", "path": "offset", "total": "total", "size": "limit",
    "rows": 3,
}  # fmt: skip
SKIP = {"type": "skip", "parameter": "skip", "size": "count", "rows": 3}
ALL = {"cursor": CURSOR, "number": NUMBER, "offset": OFFSET, "skip": SKIP}


@pytest.fixture
def section(tmp_path):
    def of(content):
        path: Path = tmp_path / "acme.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return read_yaml(path)

    return of


def serve(rows, query, change=None):
    """What a sound server of each kind answers."""
    if "limit" in query and "offset" not in query:
        start = int(query.get("cursor") or 0)
        document = {"next": str(start + 3) if start + 3 < rows else None}
    elif "page" in query:
        start = (int(query["page"]) - 1) * 3
        document = {"page": int(query["page"]), "pages": -(-rows // 3)}
    else:
        start = int(query.get("offset") or query.get("skip"))
        document = {"offset": start, "total": rows}
    page = [{"id": number} for number in range(start, min(start + 3, rows))]
    if change:
        changed = change(start, page, document)
        page = page if changed is None else changed
    return Page(document, page)


def read(make, rows, change=None, pages_max=50):
    paginator = make()
    query, places, ids = paginator.first_request({"from": "x"}), [], []
    while paginator.has_more:
        assert len(places) < pages_max
        assert query["from"] == "x"
        places.append(paginator.place)
        page = serve(rows, query, change)
        ids += [row["id"] for row in page.rows]
        paginator.update_state(page)
        query = paginator.update_request(query)
    return ids, places, paginator.doubt


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 5, 6, 7, 30])
def test_every_row_once_whatever_the_number(section, kind, rows):
    ids, places, doubt = read(paging_of(section(ALL[kind])), rows)
    assert ids == list(range(rows))
    assert doubt == ""
    assert len(set(places)) == len(places)
    assert all(len(place) == 6 for place in places)


@pytest.mark.parametrize(
    ("kind", "calls"), [("cursor", 2), ("number", 2), ("offset", 2), ("skip", 3)]
)
def test_no_more_calls_than_it_takes(section, kind, calls):
    _, places, _ = read(paging_of(section(ALL[kind])), 6)
    assert len(places) == calls


def cut(start, page, _document):
    return page[:1] if start == 3 else page


def lost(start, page, _document):
    return [] if start == 3 else page


@pytest.mark.parametrize("kind", ["cursor", "number", "offset"])
@pytest.mark.parametrize("change", [cut, lost])
def test_a_page_cut_or_lost_in_the_middle_is_doubted(section, kind, change):
    assert read(paging_of(section(ALL[kind])), 9, change)[2]


def test_skip_goes_on_where_a_cut_page_stopped(section):
    ids, _, doubt = read(paging_of(section(SKIP)), 9, cut)
    assert (ids, doubt) == (list(range(9)), "")


def test_a_cut_last_page_shows_against_the_total(section):
    _, _, doubt = read(paging_of(section(OFFSET)), 5, lambda start, page, _: page[:1])
    assert doubt


def test_a_total_that_moves_is_doubted(section):
    def grow(start, _page, document):
        document["total"] += start

    assert "total" in read(paging_of(section(OFFSET)), 9, grow)[2]


def test_another_page_than_asked_for_is_doubted(section):
    def before(_start, _page, document):
        document["page"] = 1

    assert "another page" in read(paging_of(section(NUMBER)), 9, before)[2]


def test_a_cursor_that_comes_again_ends_the_pass(section):
    def loop(_start, _page, document):
        document["next"] = "3"

    _, places, doubt = read(paging_of(section(CURSOR)), 9, loop)
    assert "comes again" in doubt
    assert len(places) == 2


def test_a_number_of_pages_that_is_none_is_doubted(section):
    def broken(_start, _page, document):
        document["pages"] = "many"

    assert read(paging_of(section(NUMBER)), 9, broken)[2]


@pytest.mark.parametrize(
    ("change", "key"),
    [({"rows": 0}, "rows"), ({"total": "t"}, "total"), ({"type": "best"}, "type")],
)
def test_a_slip_names_its_key(section, change, key):
    with pytest.raises(MisconfiguredSource, match=key):
        paging_of(section(SKIP | change))


HOUR = Interval(datetime(2026, 3, 10, 10, tzinfo=IST), datetime(2026, 3, 10, 11, tzinfo=IST))
MIDNIGHT = Interval(datetime(2026, 3, 10, 23, tzinfo=IST), datetime(2026, 3, 11, tzinfo=IST))
NEXT = Interval(datetime(2026, 3, 10, 23, tzinfo=IST), datetime(2026, 3, 11, 1, tzinfo=IST))


@pytest.mark.parametrize(
    ("form", "start", "end"),
    [
        ("iso", "2026-03-10T10:00:00+05:30", "2026-03-10T11:00:00+05:30"),
        ("epoch", "1773117000", "1773120600"),
        ("%d-%m-%Y %H:%M:%S", "10-03-2026 10:00:00", "10-03-2026 11:00:00"),
    ],
)
def test_a_window_is_written_as_the_bank_reads_it(section, form, start, end):
    window = window_of(section({"type": "from_to", "from": "a", "to": "b", "form": form}))
    assert window(HOUR) == [("", {"a": start, "b": end})]
    assert datetime.fromtimestamp(1773117000, UTC) == HOUR.start


@pytest.mark.parametrize(
    ("interval", "first", "last"),
    [
        (HOUR, "10/03/2026", "10/03/2026"),
        (MIDNIGHT, "10/03/2026", "10/03/2026"),  # the end is not part of it
        (NEXT, "10/03/2026", "11/03/2026"),
    ],
)
def test_whole_days_are_both_included(section, interval, first, last):
    rule = {"type": "from_to", "from": "a", "to": "b", "form": "%d/%m/%Y", "whole_days": True}
    assert window_of(section(rule))(interval) == [("", {"a": first, "b": last})]


def test_each_day_and_its_neighbours(section):
    rule = {"type": "each_day", "year": "y", "month": "m", "day": "d", "days_around": 1}
    queries = window_of(section(rule))(MIDNIGHT)
    assert [label for label, _ in queries] == ["20260309/", "20260310/", "20260311/"]
    assert queries[0][1] == {"y": "2026", "m": "3", "d": "9"}
    assert len(window_of(section(rule))(NEXT)) == 4
