"""Our own systems on a real Postgres (and SQLite, for any URL): exact, read-only, streamed."""

import textwrap
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from adapters.config import load_source, open_source
from adapters.errors import (
    CredentialsRefused,
    MisconfiguredSource,
    SchemaDrift,
    SourceUnavailable,
)
from expectations import validate
from reconciliation.model import BALANCE_COLUMNS, ENTRY_COLUMNS, IST, Interval
from simulator.tables import BALANCES, TRANSACTIONS

ADAPTERS = Path(__file__).parents[2] / "adapters"
HOUR = Interval(datetime(2026, 3, 10, 10, tzinfo=IST), datetime(2026, 3, 10, 11, tzinfo=IST))
COLUMNS = (
    "txn_id, order_id, account_id, bank_code, amount, direction, currency, status, channel, "
    "transaction_type, reference_number, merchant_id, description, booked_at, value_date, "
    "updated_at"
)


def moment(minute: int = 0, second: int = 0, micro: int = 0) -> datetime:
    return HOUR.start + timedelta(minutes=minute, seconds=second, microseconds=micro)


def row(txn_id="TXN1", **fields) -> dict:
    return {
        "txn_id": txn_id, "order_id": None, "account_id": "5010", "bank_code": "HDFC",
        "amount": Decimal("1500.500"), "direction": "CREDIT", "currency": "INR",
        "status": "SUCCESS", "channel": "UPI", "transaction_type": "TRANSFER",
        "reference_number": "606652473915", "merchant_id": None, "description": "UPI RENT",
        "booked_at": moment(1), "value_date": date(2026, 3, 10), "updated_at": moment(2), **fields,
    }  # fmt: skip


class Ledger:
    def __init__(self, url: str) -> None:
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        with self.engine.begin() as connection:
            for schema in ("core", "mobile"):
                connection.exec_driver_sql(f"create schema {schema}")
                connection.exec_driver_sql(TRANSACTIONS.format(schema=schema))
            connection.exec_driver_sql(BALANCES)

    def add(self, *rows: dict, schema="core") -> None:
        values = ", ".join(f":{name.strip()}" for name in COLUMNS.split(","))
        insert = sa.text(f"insert into {schema}.transactions ({COLUMNS}) values ({values})")
        with self.engine.begin() as connection:
            connection.execute(insert, list(rows))

    def run(self, statement: str, **values) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement), values)


@pytest.fixture
def ledger(database_url):
    ledger = Ledger(database_url)
    yield ledger
    ledger.engine.dispose()


@pytest.fixture
def source(database_url, lent, tmp_path, monkeypatch):
    monkeypatch.setattr("adapters.sql.PAUSE_SECONDS_MAX", 0.01)

    def open_it(name="core", url=None, replace=(), **limits):
        text = (ADAPTERS / f"{name}.yaml").read_text(encoding="utf-8")
        for old, new in replace:
            assert old in text
            text = text.replace(old, new)
        bounds = {"connect": "2s", "statement": "10s", "total": "30s", "rows": 50_000} | limits
        line = "limits: {" + ", ".join(f"{key}: {value}" for key, value in bounds.items()) + "}"
        lines = [line if one.startswith("limits:") else one for one in text.splitlines()]
        path = tmp_path / f"{name}.yaml"
        path.write_text("\n".join(lines), encoding="utf-8")
        config = load_source(path, {"LEDGER_DATABASE_URL": url or database_url})
        return open_source(config, lent.services)

    return open_it


def entries_of(source, window=HOUR, dataset="transactions"):
    payloads = [one for one in source.fetch(window) if one.dataset == dataset]
    rows = source.parse_many(payloads)
    about = source.config.datasets[dataset]
    verdict = validate(about.suite, rows, required=about.required, patterns=about.patterns)
    assert verdict.drift == ()
    return source.normalise(dataset, rows[verdict.accepted]), verdict


def test_a_row_becomes_an_entry(ledger, source, lent):
    ledger.add(row(order_id="order_1", merchant_id="M1"))
    entries, _ = entries_of(source())

    assert dict(entries.dtypes.astype(str)) == ENTRY_COLUMNS
    entry = entries.iloc[0].dropna().to_dict()
    assert entry == {
        "row_no": 0, "entry_key": "TXN1", "txn_id": "TXN1", "account_number": "5010",
        "bank_code": "HDFC", "amount_minor": 150_050, "currency": "INR", "direction": "CREDIT",
        "status": "SUCCESS", "occurred_at": pd.Timestamp(moment(1)),
        "timestamp_precision": "second", "business_date": pd.Timestamp("2026-03-10"),
        "value_date": pd.Timestamp("2026-03-10"), "booking_date": pd.Timestamp("2026-03-10"),
        "channel": "UPI", "transaction_type": "TRANSFER", "reference_number": "606652473915",
        "description": "UPI RENT", "rrn": "606652473915", "order_id": "order_1",
        "merchant_id": "M1", "raw_status": "SUCCESS", "raw_method": "UPI",
        "source_updated_at": pd.Timestamp(moment(2)),
    }  # fmt: skip
    assert lent.circuit_events == ["succeeded"]
    (call,) = lent.calls
    assert (call["method"], call["endpoint"], call["outcome"]) == ("SQL", "transactions", "ok")
    assert call["size"] > 0


@pytest.mark.parametrize(
    ("money", "minor"),
    [
        (("0.010", "INR", "CREDIT"), 1), (("0.010", "INR", "DEBIT"), -1),
        (("5.000", "JPY", "DEBIT"), -5), (("5.125", "KWD", "CREDIT"), 5125),
        (("99999999999999.990", "INR", "CREDIT"), 9999999999999999),
        (("5.001", "INR", "CREDIT"), None), (("5.500", "JPY", "CREDIT"), None),
        (("5.000", "XAU", "CREDIT"), None), (("-5.000", "INR", "CREDIT"), None),
        (("99999999999999999.000", "INR", "CREDIT"), None),
    ],
)  # fmt: skip
def test_money_is_exact_or_kept_aside(ledger, source, money, minor):
    amount, currency, direction = money
    ledger.add(row(amount=Decimal(amount), currency=currency, direction=direction), row("GOOD"))
    entries, verdict = entries_of(source())

    found = entries.set_index("txn_id")["amount_minor"].to_dict()
    assert found == ({"TXN1": minor} if minor is not None else {}) | {"GOOD": 150_050}
    assert len(verdict.rejected) == (minor is None)


def test_gateway_orders_have_no_bank_and_odd_words_are_no_success(ledger, source):
    ledger.add(
        row("A", bank_code=None, order_id="order_1", reference_number=None),
        row("B", status="REVERSED?", channel="PIGEON", updated_at=moment(3)),
        row("C", reference_number=" rzrp390419379250 ", transaction_type="DEPOSIT",
            updated_at=moment(4)),
    )  # fmt: skip
    entries, _ = entries_of(source())

    assert entries["bank_code"].isna().tolist() == [True, False, False]
    assert entries["status"].tolist() == ["SUCCESS", "PENDING", "SUCCESS"]
    assert entries["channel"].isna().tolist() == [False, True, False]
    assert entries["utr"].tolist()[2] == "RZRP390419379250"
    assert entries["settlement_utr"].isna().all()


def test_rows_are_read_by_when_they_changed_end_excluded(ledger, source):
    ledger.add(
        row("before", updated_at=HOUR.start - timedelta(microseconds=1)),
        row("first", updated_at=HOUR.start, booked_at=HOUR.start - timedelta(days=9)),
        row("last", updated_at=HOUR.end - timedelta(microseconds=1)),
        row("after", updated_at=HOUR.end),
    )
    entries, _ = entries_of(source())

    assert entries["txn_id"].tolist() == ["first", "last"]


def test_text_comes_through_as_it_is(ledger, source):
    texts = ['"quoted", two\nlines\r\n', "", "=cmd|'/c calc'!A1", "₹ \u202e💸", "NULL", "NaN", "\t"]
    ledger.add(*(row(f"T{n}", description=text) for n, text in enumerate(texts)))
    (payload,) = [one for one in source().fetch(HOUR) if one.dataset == "transactions"]
    rows = source().parse(payload)

    assert rows["description"].tolist() == texts
    assert rows["order_id"].isna().all()


def test_many_rows_come_in_payloads_of_a_bounded_size(ledger, source):
    ledger.add(*(row(f"T{number:04d}", updated_at=moment(5, number)) for number in range(25)))
    core = source(rows=10)
    payloads = [one for one in core.fetch(HOUR) if one.dataset == "transactions"]

    assert [one.part for one in payloads] == [f"transactions/{n:06d}" for n in range(3)]
    assert [one.control["count"] for one in payloads] == ["10", "10", "5"]
    rows = core.parse_many(payloads)
    assert rows["txn_id"].tolist() == [f"T{number:04d}" for number in range(25)]
    assert rows["payload_no"].tolist() == [0] * 10 + [1] * 10 + [2] * 5
    assert rows["row_no"].tolist() == [*range(10), *range(10), *range(5)]
    again = [one for one in source(rows=10).fetch(HOUR) if one.dataset == "transactions"]
    assert [one.body for one in again] == [one.body for one in payloads]


def test_no_rows_is_an_answer_too(ledger, source):
    (payload,) = [one for one in source().fetch(HOUR) if one.dataset == "transactions"]

    assert source().parse(payload).empty
    assert entries_of(source())[0].empty


def test_closing_balances_of_days_that_are_over(ledger, source):
    for day in (8, 9, 10, 11):
        ledger.run("insert into core.balances values ('5010', :day, 'INR', :amount)",
                   day=date(2026, 3, day), amount=Decimal(f"-{day}.010"))  # fmt: skip
    midnight = datetime(2026, 3, 10, tzinfo=IST)

    def days(start, end):
        window = Interval(start, end)
        payloads = [one for one in source().fetch(window) if one.dataset == "balances"]
        if not payloads:
            return None
        balances, _ = entries_of(source(), window, "balances")
        assert dict(balances.dtypes.astype(str)) == BALANCE_COLUMNS
        assert set(balances["kind"]) <= {"ledger_closing"}
        return dict(zip(balances["business_date"].dt.day, balances["amount_minor"], strict=True))

    hour = timedelta(hours=1)
    assert days(midnight - hour, midnight) == {9: -901}
    assert days(midnight - hour, midnight + hour) == {9: -901}
    assert days(midnight - 2 * hour, midnight - hour) is None  # the 9th is not over
    assert days(midnight, midnight + hour) is None
    assert days(midnight - 48 * hour, midnight + 24 * hour) == {8: -801, 9: -901, 10: -1001}


def test_mobile_reads_its_own_table_by_the_ledgers_url(ledger, source):
    ledger.add(row("CORE1"))
    ledger.add(row("MOB1"), schema="mobile")

    assert entries_of(source("mobile"))[0]["txn_id"].tolist() == ["MOB1"]


def test_one_moment_is_read_and_nothing_can_be_written(ledger, source):
    ledger.add(*(row(f"T{number}", updated_at=moment(number)) for number in range(4)))
    ledger.run("insert into core.balances values ('5010', '2026-03-09', 'INR', 1)")
    fetching = source(rows=2).fetch(Interval(HOUR.start - timedelta(days=1), HOUR.end))
    first = next(fetching)
    ledger.run("update core.transactions set description = 'later'")
    ledger.run("delete from core.transactions where txn_id = 'T3'")
    ledger.run("update core.balances set closing_balance = 2")
    second, balances = fetching

    assert first.body.count(b"UPI RENT") == second.body.count(b"UPI RENT") == 2
    assert b'"1.000"' in balances.body
    writes = [("      order by updated_at, txn_id", "      for update")]
    with pytest.raises(MisconfiguredSource, match="25006"):  # in a read-only transaction
        list(source(replace=writes).fetch(HOUR))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("cast(amount as text) as amount", "cast(amount as float8) as amount", "amount is a float"),
        (
            "booked_at, value_date",
            "booked_at::timestamp as booked_at, value_date",
            "without a zone",
        ),
        ("description, booked_at", "true as description, booked_at", "description is bool"),
        ("txn_id, order_id", "txn_id, txn_id, order_id", "names a column twice"),
    ],
)
def test_a_column_without_exact_text_is_refused(ledger, source, old, new, says):
    ledger.add(row())
    with pytest.raises(MisconfiguredSource, match=says):
        list(source(replace=[(old, new)]).fetch(HOUR))


@pytest.mark.parametrize(
    "change",
    ["alter table core.transactions drop column bank_code",
     "alter table core.transactions rename to moved", "drop schema core cascade"],
)  # fmt: skip
def test_a_table_that_changed_is_drift(ledger, source, change):
    ledger.run(change)
    with pytest.raises(SchemaDrift, match="core, transactions: the query names a table or column"):
        list(source().fetch(HOUR))


def test_a_column_the_query_no_longer_gives_and_a_new_one(ledger, source):
    ledger.add(row())
    gone = source(replace=[("currency, status, channel,", "status, channel,")])
    (payload, *_) = gone.fetch(HOUR)
    with pytest.raises(SchemaDrift, match="no longer gives currency") as drift:
        gone.parse(payload)
    assert drift.value.evidence is payload

    more = source(
        replace=[("currency, status, channel,", "currency, status, channel, 7 as branch,")]
    )
    (payload, *_) = more.fetch(HOUR)
    assert more.parse(payload).attrs["new_fields"] == ["branch"]


def test_a_query_that_takes_too_long(ledger, source):
    slow = [("      from core.transactions", "      from core.transactions, pg_sleep(30)")]
    ledger.add(row())
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match="57014"):
        list(source(replace=slow, statement="1s").fetch(HOUR))
    assert time.monotonic() - began < 5


def test_a_reading_past_its_deadline(ledger, source):
    ledger.add(*(row(f"T{number}") for number in range(4)))
    fetching = source(rows=1, total="1s").fetch(HOUR)
    next(fetching)
    time.sleep(1.1)
    with pytest.raises(SourceUnavailable, match="did not end in 1 s"):
        next(fetching)


def test_a_connection_cut_while_reading(ledger, source, postgres, database, lent):
    # More than a cursor fetches at once.
    ledger.run(
        f"insert into core.transactions ({COLUMNS}) select 'T' || n, null, '5010', 'HDFC', 1, "
        "'CREDIT', 'INR', 'SUCCESS', 'UPI', 'TRANSFER', null, null, 'x', :at, null, :at "
        "from generate_series(1, 3000) n", at=moment(1),
    )  # fmt: skip
    fetching = source(rows=1000).fetch(HOUR)
    next(fetching)
    killer = sa.create_engine(postgres.superuser_url(), poolclass=sa.NullPool)
    with killer.begin() as connection:
        connection.execute(
            sa.text(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = :name and query like 'FETCH%'"
            ),
            {"name": database.name},
        )
    with pytest.raises(SourceUnavailable, match="core, transactions: the database gave no answer"):
        list(fetching)
    assert lent.circuit_events == ["failed"]


@pytest.mark.parametrize(
    ("change", "problem_is"),
    [
        (lambda url: url.set(password="hunter2"), (CredentialsRefused, "refused the login")),
        (lambda url: url.set(username="nobody_here"), (CredentialsRefused, "refused the login")),
        (lambda url: url.set(host="127.0.0.1", port=1), (SourceUnavailable, "no answer")),
        (
            lambda url: url.set(drivername="nosuch+driver"),
            (MisconfiguredSource, "not one SQLAlchemy"),
        ),
    ],
)
def test_a_database_we_cannot_reach(source, database_url, lent, change, problem_is):
    error, says = problem_is
    url = change(sa.make_url(database_url)).render_as_string(hide_password=False)
    with pytest.raises(error, match=says) as problem:
        list(source(url=url).fetch(HOUR))

    assert "hunter2" not in str(problem.value)
    assert "nobody_here" not in str(problem.value)
    attempts = [call["attempt"] for call in lent.calls]
    assert attempts == {SourceUnavailable: [1, 2, 3], CredentialsRefused: [1]}.get(error, [])


def test_a_login_that_may_not_read(ledger, source, database):
    with pytest.raises(CredentialsRefused, match="right to read"):
        list(source(url=database.auditor).fetch(HOUR))


def test_not_a_url_and_nothing_configured(source, lent):
    with pytest.raises(MisconfiguredSource, match="not one SQLAlchemy can use"):
        list(source(url="secret://").fetch(HOUR))
    bare = open_source(load_source(ADAPTERS / "core.yaml", {}), lent.services)
    with pytest.raises(MisconfiguredSource, match="set LEDGER_DATABASE_URL"):
        list(bare.fetch(HOUR))


def test_check_asks_each_query_and_says_what_is_wrong(ledger, source):
    assert source().check() == []
    ledger.run("alter table core.balances rename column closing_balance to closing")
    (problem,) = source().check()
    assert "core, balances: the query names a table or column" in problem
    assert source(replace=[("currency, status, channel,", "status, channel,")]).check()[0] == (
        "core, transactions: the query gives no currency"
    )


def test_any_sqlalchemy_url(tmp_path, lent):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table t (id text, acc text, amt text, at text)")
        connection.exec_driver_sql(
            "insert into t values ('A', '5010', '5.00', '2026-03-10T04:45:00Z')"
        )
    engine.dispose()
    yaml = (ADAPTERS / "core.yaml").read_text(encoding="utf-8").partition("  balances:")[0]
    begin, _, rest = yaml.partition("    query: |")
    fields = rest.partition("    fields:")[2]
    query = """\
        select id as txn_id, null as order_id, acc as account_id, null as bank_code, amt as amount,
            'DEBIT' as direction, 'INR' as currency, 'SUCCESS' as status, null as channel,
            null as transaction_type, null as reference_number, null as merchant_id,
            null as description, at as booked_at, null as value_date, at as updated_at
        from t where :from is not null and :to is not null
        """
    text = begin + "    query: |\n" + textwrap.indent(textwrap.dedent(query), " " * 6)
    path = tmp_path / "core.yaml"
    path.write_text(text + "    fields:" + fields, encoding="utf-8")
    source = open_source(load_source(path, {"LEDGER_DATABASE_URL": url}), lent.services)

    assert entries_of(source)[0]["amount_minor"].tolist() == [-500]


def test_a_ledger_on_another_host_is_not_asked_unproven(source):
    unproven = source(url="postgresql://u:sesame@db.example.com/ledger")
    with pytest.raises(MisconfiguredSource, match=r"core, LEDGER_DATABASE_URL: .*verify-full") as e:
        list(unproven.fetch(HOUR))
    assert "sesame" not in str(e.value)
    assert unproven.check() == [str(e.value)]
