"""Whole columns out of Postgres, as Arrow."""

from datetime import UTC, date, datetime

import psycopg2
import pyarrow as pa
import pytest
from sqlalchemy import make_url

from pipeline import columns
from pipeline.columns import batches

TYPES = (
    "number bigint, small smallint, whole integer, is_it boolean, day date,"
    " moment timestamptz, word text, short varchar(9)"
)
FIRST = (
    -(2**63), -(2**15), -(2**31), True, date(1, 1, 1),
    datetime(1999, 12, 31, 23, 59, 59, 999_999, UTC), "", "x",
)  # fmt: skip
LAST = (
    2**63 - 1, 2**15 - 1, 2**31 - 1, False, date(9999, 12, 31),
    datetime(2026, 3, 1, tzinfo=UTC), 'a,"b"\n\\N\x1e\x1f', "₹ ü",
)  # fmt: skip
NOTHING = (None,) * 8


@pytest.fixture
def cursor(database_url):
    with psycopg2.connect(
        make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    ) as connection:
        with connection.cursor() as cursor:
            cursor.execute(f"create temporary table held ({TYPES})")
            yield cursor
        connection.rollback()
    connection.close()


def fill(cursor, rows):
    cursor.executemany(f"insert into held values ({', '.join(['%s'] * 8)})", rows)


def read(cursor, *asked):
    table = batches(cursor, *asked).read_all()
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [FIRST],
        [NOTHING],
        [FIRST, LAST],
        [NOTHING, FIRST, NOTHING, LAST, NOTHING],
        [LAST] * 9 + [NOTHING] * 9 + [FIRST],
    ],
    ids=["none", "one", "nulls alone", "values alone", "mixed", "more than a byte of bits"],
)
def test_what_is_read_is_what_stands_there(cursor, rows):
    fill(cursor, rows)
    assert read(cursor, "held") == rows


def test_columns_come_with_their_types(cursor):
    assert batches(cursor, "held").schema == pa.schema({
        "number": pa.int64(), "small": pa.int16(), "whole": pa.int32(), "is_it": pa.bool_(),
        "day": pa.date32(), "moment": pa.timestamp("us", "UTC"), "word": pa.string(),
        "short": pa.string(),
    })  # fmt: skip


def test_only_what_is_asked_for_in_its_order(cursor):
    fill(cursor, [FIRST, LAST, NOTHING])
    assert read(cursor, "held", ("word", "number"), "number < 0 or word is null") == [
        (FIRST[6], FIRST[0]), (None, None),
    ]  # fmt: skip


def test_pages_are_read_one_after_another_and_none_twice(cursor, monkeypatch):
    monkeypatch.setattr(columns, "PAGES", 2)
    cursor.execute(
        "insert into held (number, word) select n, case when n % 7 > 0 then repeat('w', n % 90) end"
        " from generate_series(1, 2000) as n"
    )
    cursor.execute("delete from held where number between 301 and 900")  # whole pages of nothing
    expected = [
        (n, "w" * (n % 90) if n % 7 > 0 else None) for n in range(1, 2001) if not 300 < n < 901
    ]
    assert sorted(read(cursor, "held", ("number", "word"))) == expected
    assert len(list(batches(cursor, "held", ("number",)))) > 3


def test_nulls_that_begin_later_are_seen(cursor, monkeypatch):
    monkeypatch.setattr(columns, "PAGES", 1)
    cursor.execute(
        "insert into held (number, whole) select n, case when n < 900 then n end"
        " from generate_series(1, 1000) as n"
    )
    found = dict(read(cursor, "held", ("number", "whole")))
    assert found == {n: n if n < 900 else None for n in range(1, 1001)}


def test_a_view_is_read_whole(cursor):
    fill(cursor, [FIRST, LAST])
    cursor.execute("create temporary view seen as select * from held where number > 0")
    assert read(cursor, "seen") == [LAST]


def test_a_date_that_is_none_is_refused(cursor):
    cursor.execute("insert into held (day) values ('infinity')")
    with pytest.raises(pa.ArrowInvalid):
        read(cursor, "held", ("day",))


def test_a_type_that_nobody_reads_is_named(cursor):
    cursor.execute("create temporary table other (amount numeric)")
    with pytest.raises(KeyError, match="1700"):
        read(cursor, "other")
