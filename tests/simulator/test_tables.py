"""core and mobile in a real Postgres, as the shipped queries will read them."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
import sqlalchemy as sa

from simulator import tables
from tests.simulator.small_world import at, ledger_frame, small_world


@pytest.fixture
def connection(database_url):
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.connect() as opened:
        yield opened


@pytest.fixture
def world():
    balances = pd.DataFrame(
        {
            "account_id": ["50100000000001"],
            "business_date": [pd.Timestamp("2026-03-09")],
            "currency": ["INR"],
            "closing_balance_minor": [-1_050_510_05],
        }
    )
    core = ledger_frame(
        {"order_id": pd.NA, "amount_minor": 150_000_05},
        {"txn_id": "JPY", "currency": "JPY", "amount_minor": 7},
        {"txn_id": "KWD", "currency": "KWD", "amount_minor": 7},
        {"txn_id": "TEXT", "description": 'a "b", c\n\\N \t ₹ é', "reference_number": "0007"},
    )
    return small_world(core=core, mobile=ledger_frame({"txn_id": "M1"}), balances=balances)


def test_rows_arrive_as_they_are(world, database_url, connection):
    tables.fill(world, database_url)
    rows = {
        row.txn_id: row for row in connection.execute(sa.text("select * from core.transactions"))
    }

    assert {name: row.amount for name, row in rows.items()} == {
        "CORE0": Decimal("150000.05"),
        "JPY": Decimal("7"),
        "KWD": Decimal("0.007"),
        "TEXT": Decimal("5000"),
    }
    assert rows["TEXT"].description == 'a "b", c\n\\N \t ₹ é'
    assert rows["TEXT"].reference_number == "0007"
    assert rows["CORE0"].order_id is None
    assert rows["CORE0"].booked_at == at(10)
    assert rows["CORE0"].updated_at == at(10, 0, 5)
    assert rows["CORE0"].value_date == date(2026, 3, 10)
    assert connection.scalar(sa.text("select txn_id from mobile.transactions")) == "M1"
    assert connection.execute(sa.text("select * from core.balances")).one() == (
        "50100000000001", date(2026, 3, 9), "INR", Decimal("-1050510.050"),
    )  # fmt: skip


def test_filling_twice_is_filling_once(world, database_url, connection):
    tables.fill(world, database_url)
    tables.fill(world, database_url)

    assert connection.scalar(sa.text("select count(*) from core.transactions")) == 4


def test_updated_at_is_indexed(world, database_url, connection):
    tables.fill(world, database_url)
    query = "select indexdef from pg_indexes where schemaname = 'mobile'"

    assert any("(updated_at)" in text for text in connection.scalars(sa.text(query)))


def test_a_ledger_of_someone_elses_is_left_alone(world, database_url, connection):
    connection.execute(sa.text("create schema core"))
    connection.execute(sa.text("create table core.transactions (txn_id text)"))
    connection.commit()
    with pytest.raises(tables.ForeignSchema):
        tables.fill(world, database_url)

    assert connection.scalar(sa.text("select count(*) from core.transactions")) == 0
    assert connection.scalar(sa.text("select to_regnamespace('mobile')")) is None


def test_the_servers_fill_the_tables_and_name_them(world, database_url, serving, connection):
    servers = serving(world, database_url=database_url)

    assert servers.environment["LEDGER_DATABASE_URL"] == database_url
    assert servers.environment["MOBILE_DATABASE_URL"] == database_url
    assert connection.scalar(sa.text("select count(*) from core.transactions")) == 4
