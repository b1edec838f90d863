"""The store on a real Postgres: parameters, frames, copies, locks, errors."""

import threading
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
import pandas as pd
import psycopg2
import pytest

from pipeline import copying, statements
from pipeline import store as store_module
from pipeline.errors import StoreBusy, StoreError, StoreUnavailable
from pipeline.statements import sql
from pipeline.store import Store

MOMENT = datetime(2026, 3, 10, 4, 30, 0, 1, tzinfo=UTC)
FRAME = pd.DataFrame(
    {
        "text": pd.array(["plain", "", None, 'q"uo,te\nnew \\N line'], dtype="string"),
        "amount": pd.array([10**15 + 1, -1, None, 0], dtype="Int64"),
        "day": pd.to_datetime(["2026-02-28", None, "2026-03-31", "1999-12-31"]).astype(
            "datetime64[s]"
        ),
        "at": pd.Series([MOMENT, None, MOMENT, MOMENT], dtype="datetime64[us, UTC]"),
        "bytes": [b"\x00\xff", None, b"", b"a"],
        "flag": pd.array([True, None, False, True], dtype="boolean"),
    }
)
TABLE = "text text, amount bigint, day date, at timestamptz, bytes bytea, flag boolean"


@pytest.fixture
def statement(tmp_path, monkeypatch):
    """Write a statement; its name."""
    monkeypatch.setattr(statements, "SQL_FOLDER", tmp_path)
    sql.cache_clear()

    def write(text: str, name: str = "one") -> str:
        (tmp_path / f"{name}.sql").write_text(text)
        return name

    yield write
    sql.cache_clear()


def test_a_frame_copied_in_comes_out_the_same(store, statement):
    with store.transaction() as transaction:
        transaction.connection.exec_driver_sql(f"create temp table t ({TABLE}, n serial)")
        assert transaction.copy("t", FRAME) == 4
        columns = ", ".join(FRAME.columns)
        found = transaction.frame(statement(f"select {columns} from t order by n"))
    pd.testing.assert_frame_equal(found, FRAME)


@pytest.mark.parametrize("form", [str, lambda one: one.hex], ids=["with dashes", "digits alone"])
def test_uuids_are_copied_from_their_text(store, statement, form):
    uuids = [UUID(int=0), None, UUID(int=2**128 - 1), UUID(int=16**31)]
    texts = [None if one is None else form(one) for one in uuids]
    with store.transaction() as transaction:
        transaction.connection.exec_driver_sql("create temp table t (key uuid, n serial)")
        transaction.copy("t", pd.DataFrame({"key": pd.array(texts, dtype="string")}))
        rows = transaction.rows(statement("select key from t order by n"))
    assert [row["key"] for row in rows] == uuids


@pytest.mark.parametrize("text", ["0" * 31, "0" * 33, "g" * 32, "é" * 16, "", " " * 32])
def test_what_is_no_uuid_is_refused(store, text):
    texts = pd.array(["0" * 32, text], dtype="string")
    with store.transaction() as transaction:
        transaction.connection.exec_driver_sql("create temp table t (key uuid)")
        with pytest.raises(ValueError, match="key: a value does not fit"):
            transaction.copy("t", pd.DataFrame({"key": texts}))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("smallint", [2**15]),
        ("integer", [-(2**31) - 1]),
        ("integer", ["50100000001234"]),
        ("bigint", [1.5]),
        ("date", ["2026-02-30"]),
        ("numeric", [123456]),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_not_shown(store, kind, values):
    with store.transaction() as transaction:
        transaction.connection.exec_driver_sql(f"create temp table t (cell {kind})")
        with pytest.raises(ValueError, match="cell") as caught:
            transaction.copy("t", pd.DataFrame({"cell": values}))
    assert str(values[0]) not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("smallint", -(2**15)), ("integer", 2**31 - 1), ("bigint", -(2**63)), ("bigint", 2**63 - 1)],
)
def test_the_largest_integers_fit(store, statement, kind, value):
    with store.transaction() as transaction:
        transaction.connection.exec_driver_sql(f"create temp table t (cell {kind})")
        transaction.copy("t", pd.DataFrame({"cell": [value]}))
        assert transaction.value(statement("select cell from t")) == value


def test_many_rows_come_in_whole_and_in_order(store, statement):
    """More than one piece of the stream."""
    count = 2 * copying.CHUNK_ROWS + 1
    frame = pd.DataFrame({"n": range(count), "word": ["x" * (n % 7) for n in range(count)]})
    with store.transaction() as transaction:
        transaction.connection.exec_driver_sql("create temp table t (n int, word text)")
        transaction.copy("t", frame)
        name = statement(
            "select count(*) = max(n) + 1 and bool_and(length(word) = n % 7) as whole from t"
        )
        assert transaction.value(name) is True


def test_a_column_without_values_gets_the_tables_default(store, statement):
    with store.transaction() as transaction:
        transaction.connection.exec_driver_sql("create temp table t (a int, b int default 7)")
        transaction.copy("t", pd.DataFrame({"a": [1], "b": pd.array([pd.NA], dtype="Int64")}))
        assert transaction.value(statement("select b from t")) == 7


def test_no_rows_keep_their_dtypes(store, statement):
    with store.transaction() as transaction:
        transaction.connection.exec_driver_sql(f"create temp table t ({TABLE})")
        found = transaction.frame(statement("select * from t"))
    assert list(found.dtypes) == list(FRAME.dtypes)


def test_frames_come_in_pieces(store, statement):
    name = statement("select n from generate_series(1, 25) as n")
    with store.transaction() as transaction:
        sizes = [len(piece) for piece in transaction.frames(name, rows_max=10)]
    assert sizes == [10, 10, 5]


def test_parameters_of_every_kind(store, statement):
    name = statement(
        "select cast(:words as text[]) as words, :number + 1 as number, cast(:key as uuid) as key,"
        " cast(:facts as jsonb) as facts, :day + 1 as day, '10:30' as literal, 5 % 3 as rest"
    )
    key = UUID(int=7)
    with store.transaction() as transaction:
        row = transaction.row(
            name, words=["a", "b'"], number=np.int64(2**40), key=key, facts={"a": 1},
            day=date(2026, 2, 28),
        )  # fmt: skip
    assert dict(row) == {
        "words": ["a", "b'"], "number": 2**40 + 1, "key": key, "facts": {"a": 1},
        "day": date(2026, 3, 1), "literal": "10:30", "rest": 2,
    }  # fmt: skip


def test_numeric_stays_decimal(store, statement):
    with store.transaction() as transaction:
        found = transaction.frame(statement("select 0.10::numeric as amount"))
    assert found["amount"].tolist() == [Decimal("0.10")]


def test_an_error_names_the_statement_and_never_the_value(store, statement):
    name = statement("select cast(:account as bigint)")
    with pytest.raises(StoreError) as caught, store.transaction() as transaction:
        transaction.run(name, account="50100000001234x")
    assert caught.value.sqlstate == "22P02"
    assert str(caught.value).startswith("one: ")
    assert "5010" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_what_raises_is_undone(store):
    def raise_an_alert_and_stumble():
        with store.transaction() as transaction:
            assert transaction.run("ops/raise_alert", kind="a", subject="b", detail="c") == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        raise_an_alert_and_stumble()
    with store.transaction() as transaction:
        assert transaction.run("ops/clear_alerts", kind="a", subjects=[]) == 0


def test_a_second_holder_of_a_lock_waits_no_longer_than_told(store):
    with store.transaction() as first, store.transaction() as second:
        first.lock("edge")
        started = time.monotonic()
        with pytest.raises(StoreBusy):
            second.lock("edge", seconds=1)
        assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("table", "folder"),
    [("staging.entry", "staging"), ("recon.open_entry", "matching")],
)
def test_statistics_another_takes_are_waited_for(store, table, folder):
    """He holds the table's lock to his commit, and a first load may take minutes."""
    ended = []

    def second():
        with store.transaction() as transaction:
            transaction.run("ops/set_local_lock_timeout", timeout="100ms")
            transaction.refresh_statistics(table, folder, 10)
            ended.append(transaction.connection.exec_driver_sql("show lock_timeout").scalar())

    with store.transaction() as first:
        first.refresh_statistics(table, folder, 10)
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(1)
        assert thread.is_alive()
    thread.join(timeout=30)
    assert ended == [f"{store_module.LOCK_SECONDS}s"]


def test_a_snapshot_begins_when_the_lock_is_held(store):
    """What the holder before us committed while we waited is seen."""
    seen = []

    def wait_and_count():
        with store.transaction(lock="edge", snapshot=True) as transaction:
            seen.append(transaction.run("ops/clear_alerts", kind="k", subjects=[]))

    with store.transaction(lock="edge", snapshot=True) as transaction:
        waiting = threading.Thread(target=wait_and_count)
        waiting.start()
        time.sleep(0.5)
        transaction.run("ops/raise_alert", kind="k", subject="s", detail="d")
    waiting.join(timeout=20)
    assert seen == [1]


def test_a_lost_race_is_run_again(store, monkeypatch):
    monkeypatch.setattr(store_module.time, "sleep", lambda _: None)
    attempts = []

    def work(transaction):
        attempts.append(transaction.run("ops/raise_alert", kind="k", subject="s", detail="d"))
        if len(attempts) < 3:
            raise StoreBusy("lost", "40001")
        return "done"

    assert store.effect(work) == "done"
    assert attempts == [1, 1, 1]  # each began from nothing


def test_races_lost_for_ever_end(store, monkeypatch):
    monkeypatch.setattr(store_module.time, "sleep", lambda _: None)
    attempts = []

    def work(transaction):
        attempts.append(1)
        raise StoreBusy("lost", "40P01")

    with pytest.raises(StoreBusy):
        store.effect(work)
    assert len(attempts) == store_module.ATTEMPTS_MAX


def cut(pid, postgres):
    """End a session's server process, as a restart would."""
    admin = psycopg2.connect(postgres.superuser_url().replace("+psycopg2", ""))
    admin.autocommit = True
    admin.cursor().execute("select pg_terminate_backend(%s)", (pid,))
    admin.close()
    time.sleep(0.2)


@pytest.mark.parametrize("is_copying", [False, True])
def test_a_connection_cut_in_the_middle_is_made_again(store, postgres, is_copying, monkeypatch):
    real = copying.binary_rows
    pids = []

    def cut_once(frame, types):
        if len(pids) == 1:
            cut(pids[0], postgres)
        return real(frame, types)

    def work(transaction):
        pids.append(transaction.value("ops/backend_pid"))
        if is_copying:
            transaction.connection.exec_driver_sql("create temp table t (n int)")
            return transaction.copy("t", pd.DataFrame({"n": [1]}))
        if len(pids) == 1:
            cut(pids[0], postgres)
        return transaction.run("ops/raise_alert", kind="k", subject="s", detail="d")

    monkeypatch.setattr(copying, "binary_rows", cut_once)
    assert store.effect(work) == 1
    assert len(pids) == 2


def test_a_row_that_breaks_a_rule_is_not_shown(store):
    with store.transaction() as transaction:
        transaction.connection.exec_driver_sql("create temp table t (word text check (word = 'a'))")
        with pytest.raises(StoreError, match="copy t") as caught:
            transaction.copy("t", pd.DataFrame({"word": ["a", "50100000001234"]}))
    assert caught.value.sqlstate == "23514"
    assert "5010" not in str(caught.value)


def test_nobody_there():
    nowhere = Store("postgresql+psycopg2://recon_etl:wrong@127.0.0.1:9/recon")
    with pytest.raises(StoreUnavailable) as caught, nowhere.transaction():
        pass
    assert "wrong" not in str(caught.value)
    assert not nowhere.is_reachable()


def test_a_missing_statement_is_named(store):
    with pytest.raises(FileNotFoundError, match="nothing_here"), store.transaction() as transaction:
        transaction.run("ops/nothing_here")
