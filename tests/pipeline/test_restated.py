"""What a later delivery of a statement changed is kept at load, once."""

from dataclasses import replace

import pytest

from pipeline.keys import open_keys
from pipeline.staging import stage
from reconciliation.model import HOUR, Interval
from tests.pipeline.bank import HOUR_10, TestBank, config, deliver, live, page, query, row

FILES = config(later_delivery="restates", kind="sftp")
KEPT = """
    select part, currency, business_date::text as day, told.entries_added, told.entries_changed,
        told.entries_retracted, moved_minor, known_from = load.known_at as is_of_load
    from staging.restatement as told inner join staging.load using (load_id) order by load_id, part
"""


@pytest.fixture
def stage_next(store, settings):
    """Each call lands and stages in the hour after the one before; what is kept then, as rows."""
    keys = open_keys(settings, store)
    hour = HOUR_10

    def staged(*payloads, source=FILES, again=None):
        nonlocal hour
        deliver(store, keys, source, *payloads, interval=hour)
        stage(store, keys, source, hour, again)
        hour = Interval(hour.end, hour.end + HOUR)
        return [tuple(one.values()) for one in query(store, KEPT)]

    return staged


def test_added_changed_and_taken_back_are_counted_with_what_they_move(stage_next):
    first = [row("a", 100), row("b", 250), row("c", -40), row("p", 9, status="PENDING")]
    assert stage_next(page(first, part="F1"), page([row("z")], part="F2")) == []
    second = [row("a", 130), row("b", 250), row("d", 7), row("p", 9, status="FAILED")]
    expected = ("F1", "INR", "2026-03-10", 1, 2, 1, 130 + 7 - 100 + 40, True)
    assert stage_next(page(second, part="F1", minute=1)) == [expected]
    # The same content under another size or time restates nothing.
    assert stage_next(page(list(reversed(second)), part="F1", minute=2)) == [expected]
    back = ("F1", "INR", "2026-03-10", 1, 2, 1, -(130 + 7 - 100 + 40), True)
    assert stage_next(page(first, part="F1", minute=3)) == [expected, back]


def test_a_first_version_that_was_never_staged_is_none(stage_next):
    both = page([row("a", 1)], part="F1"), page([row("a", 2)], part="F1", minute=1)
    assert stage_next(*both) == []
    assert stage_next(page(b"total 3.00", part="F2")) == []  # refused, so nothing was told of it
    assert stage_next(page([row("b")], part="F2", minute=2)) == []


class Doubled(TestBank):
    """A layout that was mended: the same bytes say twice as much."""

    def normalise(self, dataset, rows):
        return super().normalise(dataset, rows.assign(amount=rows["amount"] * 2))


def test_a_delivery_that_we_read_otherwise_restates_nothing(stage_next, store):
    stage_next(page([row("a", 1)], part="F1"))
    stage_next(page([row("a", 2)], part="F1", minute=1))
    held = query(store, "select max(delivery_id) as newest from raw.delivery")
    with store.transaction() as transaction:
        count = transaction.connection.exec_driver_sql
        assert count("select count(*) from staging.restatement").scalar_one() == 1
    mended = replace(FILES, adapter=f"{__name__}.Doubled")
    assert len(stage_next(source=mended, again=[held[0]["newest"]])) == 1
    assert live(store, "testbank") == {"a": 22}


def test_an_interface_adds_versions_and_restates_nothing(stage_next):
    pages = config()
    stage_next(page([row("a", 1)]), source=pages)
    assert stage_next(page([row("a", 2)], minute=1), source=pages) == []


TWICE = "select part, same_part, currency, load_id from staging.duplicate_statement order by part"


def test_the_very_bytes_under_another_name_are_told_where_they_hold_something(stage_next, store):
    quiet = page([], part="Q1"), page([], part="Q2", minute=1)
    stage_next(page([row("a", 1)], part="F1"), *quiet)
    assert query(store, TWICE) == []
    stage_next(page([row("a", 1)], part="F2", minute=2), page([row("b")], part="F3", minute=2))
    stage_next(page([row("c")], part="F4", minute=3), page([row("c")], part="F5", minute=4))
    assert [tuple(one.values()) for one in query(store, TWICE)] == [
        ("F2", "F1", "INR", 2), ("F5", "F4", "INR", 3),
    ]  # fmt: skip
    stage_next(page([row("a", 1)], part="F1", minute=5))  # its own name is no other
    assert len(query(store, TWICE)) == 2


CHANGES = (
    "part = 'F2'", "account_id = null", "currency = 'USD'", "business_date = business_date + 1",
    "entries_added = 1", "entries_changed = 2", "entries_retracted = 1",
    "moved_minor = moved_minor + 1", "known_from = known_from + interval '1 microsecond'",
)  # fmt: skip


def test_verify_holds_it_against_the_entries(stage_next, owner_store):
    stage_next(page([row("a", 1)], part="F1"))
    stage_next(page([row("a", 2)], part="F1", minute=1))
    stage_next(page([row("a", 3)], part="F1", minute=2))
    asked = {"source": "testbank", "restated": FILES.restated}
    with owner_store.transaction() as transaction:
        run = transaction.connection.exec_driver_sql
        run("alter table staging.restatement disable trigger user")
        assert transaction.row("verify/differing_restatement", **asked) is None
        for change in CHANGES:
            savepoint = transaction.connection.begin_nested()
            run(f"update staging.restatement set {change} where load_id = 2")
            assert transaction.row("verify/differing_restatement", **asked) is not None, change
            savepoint.rollback()
        run("delete from staging.restatement where load_id = 3")
        assert transaction.row("verify/differing_restatement", **asked)["stored"] == "none"
        transaction.connection.rollback()
