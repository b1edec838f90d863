"""DuckDB and Postgres give the same groups, row for row; and money reads the same in both."""

from contextlib import closing
from datetime import timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import seating
from pipeline.bulk import DECIMAL_TEXT, bulk
from pipeline.dialect import duckdb_sql
from pipeline.errors import SettingsError, StoreError
from pipeline.settings import PROJECT
from reconciliation.definition import load_definitions
from tests.pipeline.test_matching import LATE, OURS, THEIRS
from tests.sql.ledger_book import DAY, Row, at

SEATS = (
    "select match_group.match_group_id, pass_name, rule_version, difference_minor, currency,"
    " reason, first_date, last_date, entry_id, version, side from recon.match_group"
    " inner join recon.match_item using (match_group_id) where match_group.known_to is null"
    " order by match_group_id, entry_id"
)
OPEN = (
    "select entry_id, version, side, role, reason, due_at from recon.open_entry order by entry_id"
)
# What can meet and differ on this edge: two references, two amounts, two accounts, times
# that tie, statuses, days at the edge of the window.
ENTRIES = st.builds(
    Row,
    source=st.sampled_from(["core", "hdfc"]),
    key=st.just(""),
    amount=st.sampled_from([100_00, 100_00, 90_00, -100_00]),
    currency=st.sampled_from(["INR", "INR", "INR", "USD"]),
    status=st.sampled_from(["SUCCESS", "SUCCESS", "SUCCESS", "FAILED", "PENDING"]),
    at=st.sampled_from([at(10), at(10), at(11), at(12, day=DAY + timedelta(days=3)),
                        at(12, day=DAY + timedelta(days=4))]),
    account=st.sampled_from(["50100000001111", "50100000001111", "50100000002222"]),
    rrn=st.sampled_from([None, "1", "1", "2"]),
    utr=st.sampled_from([None, None, "U", "V"]),
    reference=st.sampled_from([None, None, "SBIN32214705", "SBIN322147057322", "CHQ0000123"]),
)  # fmt: skip
AGREE = settings(
    max_examples=4, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


def results(book, engine, loads):
    book.forget()
    book.engine = engine
    for rows in loads:
        book.load(*rows)
    book.reconcile(until=LATE)
    return book.rows(SEATS), book.rows(OPEN), sorted(book.breaks())


@AGREE
@given(drawn=st.lists(ENTRIES, min_size=2, max_size=14))
def test_both_engines_seat_the_same(book, drawn):
    rows = [row.but(key=f"{row.source}{number}") for number, row in enumerate(drawn)]
    loads = [[row for row in rows if row.source == source] for source in ("core", "hdfc")]
    loads = [load for load in loads if load]
    assert results(book, "duckdb", loads) == results(book, "postgres", loads)


def test_what_one_tier_seats_the_next_does_not_see(book):
    loads = [
        [OURS, OURS.but(key="L2", rrn=None, amount=70_00), OURS.but(key="L3", rrn="3")],
        [THEIRS, THEIRS.but(key="E2", rrn=None, amount=70_00),
         THEIRS.but(key="E3", rrn="3", amount=99_50)],
    ]  # fmt: skip
    seats, left, found = results(book, "duckdb", loads)
    assert {row["pass_name"] for row in seats} == {"rail_rrn", "without_reference", "rounding_rrn"}
    assert (left, found) == ([], [])
    assert (seats, left, found) == results(book, "postgres", loads)


def test_a_settlement_in_parts_in_both(book):
    line = Row("razorpay_settlement", "pay_1@setl_1", amount=97_64, type="PAYMENT", at=at(9),
               settlement_id="setl_1", settlement_utr="UTR1")  # fmt: skip
    credit = Row("hdfc", "B1", amount=50_00, at=at(11), settlement_utr="UTR1")
    found = []
    for engine in ("duckdb", "postgres"):
        book.forget()
        book.engine = engine
        book.load(line)
        book.load(credit, credit.but(key="B2", amount=47_64))
        book.reconcile("settlement_bank", LATE)
        found.append(book.rows(SEATS))
    assert found[0] == found[1]
    assert [row["pass_name"] for row in found[0]] == ["settlement_parts"] * 3


@pytest.mark.parametrize(("engine", "least", "is_used"), [
    ("auto", 2, True), ("auto", 3, False), ("postgres", 1, False), ("duckdb", 3, True),
])  # fmt: skip
def test_which_engine_runs(book, monkeypatch, engine, least, is_used):
    used = []

    def counted():
        used.append(True)
        return bulk()

    monkeypatch.setattr("pipeline.bulk.bulk", counted)
    monkeypatch.setattr(seating, "BULK_ROWS_MIN", least)
    book.engine = engine
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=LATE)
    assert bool(used) is is_used
    assert len(book.groups()) == 1


def test_what_fails_while_it_is_read_is_the_databases_error(store):
    with store.transaction() as transaction, bulk() as engine:
        transaction.connection.exec_driver_sql(
            "create temp view broken as select 'secret' as word, 1 / (random() < 0)::int as number"
        )
        with (
            pytest.raises(StoreError, match=r"columns of broken.*22012") as refused,
            transaction.columns("broken") as reader,
        ):
            engine.fill("broken", reader)
    assert refused.value.__cause__ is None
    assert "secret" not in str(refused.value)


def test_an_engine_that_does_not_exist_is_named():
    with pytest.raises(SettingsError, match="'spark' is none of auto, postgres, duckdb"):
        seating.seating("spark").__enter__()


def test_every_pass_reads_in_duckdb():
    shipped = {item.sql for definition in load_definitions() for item in definition.passes}
    held = {path.stem for path in (PROJECT / "sql/passes").glob("*.sql")}
    assert shipped == held - {"manual"}  # what people matched is read where it is written
    for name in shipped:
        statement, _ = duckdb_sql(f"passes/{name}")
        assert duckdb.extract_statements(statement)


@pytest.mark.parametrize("currency", ["INR", "JPY", "KWD"])
@pytest.mark.parametrize("minor", [0, 5, -5, 99, -100, 150050, -(2**62), 2**62])
def test_money_reads_the_same(book, currency, minor):
    words = "select recon.decimal_text(cast({} as bigint), {}) as amount"
    (row,) = book.rows(words.format(":minor", ":currency"), minor=minor, currency=currency)
    with closing(duckdb.connect()) as connection:
        connection.execute("create schema recon")
        connection.execute(DECIMAL_TEXT)
        found = connection.execute(words.format("?", "?"), [minor, currency]).fetchone()
    assert found == (row["amount"],)
