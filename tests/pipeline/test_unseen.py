"""Entries that an interface sent once and leaves out when it is asked again."""

import pytest

from pipeline.keys import open_keys
from pipeline.staging import stage
from reconciliation.model import HOUR, Interval
from tests.pipeline.bank import HOUR_10, config, deliver, live, page, query, row

STANDING = """
    select entry_key from staging.unseen_entry inner join staging.entry using (entry_id, version)
    where unseen_entry.known_to is null order by entry_key
"""
PAGES = config()  # reads two hours back: the window of 10 to 11 o'clock begins at 08:00


@pytest.fixture
def read(store, settings):
    """Each call is the reading of the next hour, a minute later; ids that are missing then."""
    keys = open_keys(settings, store)
    number = 0

    def reading(*pages, source=PAGES, covered=True):
        nonlocal number
        number += 1
        hour = Interval(HOUR_10.start + (number - 1) * HOUR, HOUR_10.start + number * HOUR)
        deliver(store, keys, source, *pages, interval=hour)
        if covered:
            cover(store, source.name, hour)
        stage(store, keys, source, hour)
        return [one["entry_key"] for one in query(store, STANDING)]

    return reading


def cover(store, source, hour):
    with store.transaction() as transaction:
        transaction.run(
            "landing/insert_coverage", source=source, interval_from=hour.start,
            interval_to=hour.end, deliveries=1,
        )  # fmt: skip


def test_what_is_left_out_is_told_and_kept_until_it_is_there_again(read, store):
    both = [row("a"), row("b")]
    assert read(page(both)) == []
    assert read(page([row("a")], minute=1)) == ["b"]
    assert live(store, "testbank") == {"a": 100, "b": 100}
    assert read(page([row("a")], minute=2)) == ["b"]
    assert read(page(both, minute=3)) == ["b"]  # by 13 o'clock its time is asked for no more


@pytest.mark.parametrize("again", [row("b"), row("b", 120)])
def test_it_ends_with_a_reading_that_holds_it_as_it_was_or_changed(read, store, again):
    read(page([row("a"), row("b")]))
    assert read(page([row("a")], minute=1)) == ["b"]
    assert read(page([row("a"), again], minute=2)) == []
    (told,) = query(store, "select known_from < known_to as is_over from staging.unseen_entry")
    assert told["is_over"]


@pytest.mark.parametrize(("moment", "is_asked"), [
    ("2026-03-10T09:00:00+05:30", False), ("2026-03-10T09:00:01+05:30", True),
    ("2026-03-10T10:59:59+05:30", True),
])  # fmt: skip
def test_only_what_was_asked_for_again_is_missing(read, moment, is_asked):
    read(page([row("a"), row("b", timestamp=moment)]))
    assert read(page([row("a")], minute=1)) == (["b"] if is_asked else [])


def test_half_a_reading_says_nothing(read):
    read(page([row("a"), row("b")]))
    assert read(page([row("a")], minute=1), covered=False) == []  # landing broke off
    bad = page(b"total 3.00", part="transactions/2", minute=2)
    assert read(page([row("a", description="x")], minute=2), bad) == []  # a page was refused
    assert read(page([row("a"), row("b", "x")], minute=3)) == []  # it is there, and unreadable


def test_an_older_reading_that_comes_late_says_nothing(read):
    read(page([row("a"), row("b")], minute=5))
    assert read(page([row("a", 7)], minute=4)) == []


def test_our_own_tables_and_files_are_not_judged(read):
    tables = config("ours", kind="sql")
    read(page([row("a"), row("b")]), source=tables)
    assert read(page([row("a")], minute=1), source=tables) == []
