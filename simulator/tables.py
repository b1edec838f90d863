"""The tables of our own systems, core and mobile, filled as their makers would have."""

import io

import pandas as pd
import psycopg2.extensions
import sqlalchemy as sa

from simulator import money_text
from simulator.world import LEDGER_COLUMNS, World

TRANSACTIONS = """
create table {schema}.transactions (
    txn_id text primary key, order_id text, account_id text not null, bank_code text,
    amount numeric(20, 3) not null,
    direction text not null,
    currency text not null, status text not null, channel text, transaction_type text,
    reference_number text, merchant_id text, description text,
    booked_at timestamptz not null, value_date date, updated_at timestamptz not null
);
create index transactions_updated_idx on {schema}.transactions (updated_at);
"""
BALANCES = """
create table core.balances (
    account_id text not null, business_date date not null, currency text not null,
    closing_balance numeric(20, 3) not null, primary key (account_id, business_date, currency)
);
"""


# What a schema of ours says of itself, so that a real ledger is never dropped.
MARK = "Filled by the simulator"


class ForeignSchema(Exception):
    """There is a core or mobile in this database that the simulator did not make."""


def fill(world: World, database_url: str) -> None:
    """Make core and mobile anew, in one transaction: what an earlier call made is dropped.

    `database_url` is SQLAlchemy's. ForeignSchema; sqlalchemy.exc.SQLAlchemyError when the
    database cannot be used.
    """
    core, mobile = (_transactions(frame) for frame in (world.core, world.mobile))
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for schema in ("core", "mobile"):
            _drop_own(connection, schema)
            connection.exec_driver_sql(f"create schema {schema}")
            connection.exec_driver_sql(f"comment on schema {schema} is '{MARK}'")
            connection.exec_driver_sql(TRANSACTIONS.format(schema=schema))
        connection.exec_driver_sql(BALANCES)
        _copy(connection, "core.transactions", core)
        _copy(connection, "mobile.transactions", mobile)
        _copy(connection, "core.balances", _balances(world.balances))


def _drop_own(connection: sa.Connection, schema: str) -> None:
    found = connection.execute(
        sa.text(
            "select obj_description(oid, 'pg_namespace') as mark"
            " from pg_namespace where nspname = :schema"
        ),
        {"schema": schema},
    ).first()
    if found is not None and found.mark != MARK:
        raise ForeignSchema(f"schema {schema} is not the simulator's; it is left as it is")
    connection.exec_driver_sql(f"drop schema if exists {schema} cascade")


def _transactions(ledger: pd.DataFrame) -> pd.DataFrame:
    """LEDGER_COLUMNS as the table has them: the amount a decimal, blanks null."""
    amount = money_text.plain(ledger["amount_minor"], ledger["currency"])
    columns = ["amount" if name == "amount_minor" else name for name in LEDGER_COLUMNS]
    return ledger.assign(amount=amount)[columns]


def _balances(balances: pd.DataFrame) -> pd.DataFrame:
    closing = money_text.plain(balances["closing_balance_minor"], balances["currency"])
    frame = balances[["account_id", "business_date", "currency"]]
    return frame.assign(closing_balance=closing)


def _copy(connection: sa.Connection, table: str, frame: pd.DataFrame) -> None:
    text = io.StringIO()
    frame.to_csv(text, index=False, header=False)
    text.seek(0)
    driver: psycopg2.extensions.connection = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.copy_expert(
            f"copy {table} ({', '.join(frame.columns)}) from stdin with (format csv)", text
        )
