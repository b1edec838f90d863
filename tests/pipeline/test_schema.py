"""Migrations and who may do what, on a real Postgres."""

import shutil
import uuid

import psycopg2
import pytest

from pipeline import schema
from pipeline.errors import SettingsError, StoreError
from pipeline.schema import migrate, migrations
from pipeline.statements import SQL_FOLDER
from pipeline.store import Store

APPEND_ONLY = [
    "raw.delivery",
    "raw.coverage",
    "raw.file_day",
    "audit.api_call",
    "audit.file_transfer",
    "audit.event",
    "recon.break_event",
    "recon.match_item_history",
]


def connect(url):
    return psycopg2.connect(url.replace("+psycopg2", ""))


def refusal(url, statement):
    """The SQLSTATE of what the statement is answered with, None where it is allowed."""
    connection = connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
    except psycopg2.Error as error:
        return error.pgcode
    finally:
        connection.close()
    return None


@pytest.fixture
def folder(tmp_path):
    """A copy of sql/schema to change."""
    return shutil.copytree(SQL_FOLDER / "schema", tmp_path / "schema")


def test_a_second_migration_does_nothing(owner_store):
    assert migrate(owner_store) == []


def test_a_changed_file_is_refused(owner_store, folder):
    (folder / "0001_ops.sql").write_text("create schema other;")
    with pytest.raises(StoreError, match=r"0001_ops\.sql was changed"):
        migrate(owner_store, folder)


def test_a_database_newer_than_the_program_is_refused(owner_store, folder):
    (folder / "0002_raw.sql").unlink()
    with pytest.raises(StoreError, match=r"newer.*0002_raw"):
        migrate(owner_store, folder)


def test_two_files_of_one_number_are_refused(folder):
    (folder / "0001_again.sql").write_text("select 1;")
    with pytest.raises(SettingsError, match="0001"):
        migrations(folder)


def test_a_migration_that_fails_leaves_nothing(owner_store, folder, database_url):
    (folder / "9001_broken.sql").write_text("create table ops.half (a int); select 1/0;")
    with pytest.raises(StoreError, match="9001_broken"):
        migrate(owner_store, folder)
    assert refusal(database_url, "select from ops.half") == "42P01"
    (folder / "9001_broken.sql").write_text("create table ops.half (a int);")
    assert migrate(owner_store, folder) == ["9001_broken", "privileges"]
    assert refusal(database_url, "select from ops.half") is None


def test_the_steps_may_use_a_table_a_later_migration_adds(owner_store, folder, database):
    (folder / "9001_more.sql").write_text("create table staging.more (a int);")
    migrate(owner_store, folder)
    assert refusal(database.etl, "insert into staging.more values (1)") is None


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("role", ["owner", "etl"])
@pytest.mark.parametrize("verb", ["delete from {}", "truncate {} cascade"])
def test_evidence_is_not_removed(database, table, role, verb):
    assert refusal(getattr(database, role), verb.format(table)) == "42501"


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("raw.delivery", "name"),
        ("raw.coverage", "deliveries"),
        ("raw.file_day", "day"),
        ("audit.api_call", "status"),
        ("audit.file_transfer", "bytes"),
        ("recon.break_event", "code"),
        ("recon.match_item_history", "side"),
    ],
)
@pytest.mark.parametrize("role", ["owner", "etl"])
def test_evidence_is_not_changed(database, table, column, role):
    statement = f"update {table} set {column} = {column}"
    assert refusal(getattr(database, role), statement) == "42501"


def test_an_audit_event_is_sealed_once(database):
    insert = "insert into audit.event (actor, action, subject) values ('a', 'b', 'c')"
    assert refusal(database.etl, insert) is None
    seal = "update audit.event set hash = '\\x01', previous_hash = '\\x00'"
    assert refusal(database.owner, "update audit.event set actor = 'x'") == "42501"
    assert refusal(database.etl, "update audit.event set actor = 'x'") == "42501"
    assert refusal(database.etl, seal) is None
    assert refusal(database.etl, seal) == "42501"


def test_a_version_is_closed_and_never_changed(database):
    end = "update staging.entry set known_to = now(), end_reason = 'retracted', retired_load_id = 1"
    assert refusal(database.etl, end) is None
    assert refusal(database.etl, "update staging.entry set amount_minor = 0") == "42501"
    assert refusal(database.etl, "delete from staging.entry") == "42501"
    assert refusal(database.owner, "delete from staging.entry") == "42501"


@pytest.mark.parametrize("role", ["etl", "app", "auditor"])
@pytest.mark.parametrize(
    "statement",
    [
        "create table ops.mine (a int)",
        "create table public.mine (a int)",
        "create schema mine",
        "alter table ops.alert add column a int",
        "drop table ops.alert",
        "copy (select 1) to program 'true'",
        "copy (select 1) to '/tmp/recon_out'",
        "select pg_read_file('/etc/hostname')",
        "create role mine",
        "set role recon_owner",
    ],
)
def test_no_role_but_the_owner_changes_the_house(database, role, statement):
    assert refusal(getattr(database, role), statement) is not None


@pytest.mark.parametrize("schema_name", ["ops", "raw", "staging", "recon", "audit", "migration"])
def test_the_auditor_sees_no_schema_but_report(database, schema_name):
    connection = connect(database.owner)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.tables where table_schema = %s",
            (schema_name,),
        )
        tables = [row[0] for row in cursor.fetchall()]
    connection.close()
    assert tables
    for table in tables:
        assert refusal(database.auditor, f"select from {schema_name}.{table}") == "42501"


def test_the_auditor_reads_every_view_and_writes_nothing(database):
    connection = connect(database.owner)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.views where table_schema='report'"
        )
        views = [row[0] for row in cursor.fetchall()]
    connection.close()
    assert views
    for view in views:
        assert refusal(database.auditor, f"select * from report.{view} limit 1") is None
        # The default of read only can be switched off; the grants cannot.
        write = f"set transaction_read_only = off; delete from report.{view}"
        assert refusal(database.auditor, write) is not None


@pytest.mark.parametrize(
    "statement",
    ["create temp table mine (a int)", "select lo_create(0)", "select pg_advisory_lock(1)"],
)
def test_the_auditor_leaves_no_trace(database, statement):
    write = f"set transaction_read_only = off; {statement}"
    assert refusal(database.auditor, write) == "42501"


def test_the_auditor_is_told_to_be_brief(database):
    connection = connect(database.auditor)
    with connection, connection.cursor() as cursor:
        cursor.execute("show statement_timeout")
        assert cursor.fetchone() == ("1min",)
    connection.close()


def test_the_dashboard_reads_no_evidence(database):
    assert refusal(database.app, "select from recon.break") is None
    assert refusal(database.app, "select ciphertext from raw.delivery") == "42501"
    assert refusal(database.app, "select number_cipher from ops.account") == "42501"
    assert refusal(database.app, "update recon.break set owner = 'x'") == "42501"


def test_on_a_users_own_server_the_steps_act_as_the_narrow_role(settings, database):
    with Store.open(settings).transaction() as transaction:
        assert transaction.rows("ops/login")[0]["name"] == "recon_etl"
    with Store.open(settings, "owner").transaction() as transaction:
        assert transaction.rows("ops/login")[0]["name"] == "recon_owner"


def test_preparing_a_server_that_has_its_roles_says_nothing(settings):
    assert schema.prepare(settings) == ([], [])


def test_a_login_that_may_not_make_roles_is_told(settings, database, postgres, monkeypatch):
    missing = f"recon_{uuid.uuid4().hex[:6]}"
    monkeypatch.setattr(schema, "SHARED_ROLES", ("recon_etl", missing))
    applied, notes = schema.prepare(settings)
    assert applied == []
    assert len(notes) == 1
    assert missing in notes[0]
    assert "CREATEROLE" in notes[0]
