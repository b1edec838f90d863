"""The README's order on a new installation: looked at, checked and told before the first `up`."""

import json
import re
import shutil

import psycopg2
import pytest

from pipeline import schema
from pipeline.postgres import Postgres
from pipeline.schema import Migration
from tests.conftest import url_of
from tests.pipeline.small_banks import variables
from tests.quick_folder import quick_folder

EMPTY = "first_use"
ACCOUNT = {
    "account_number": "50100012345678", "bank_code": "HDFC", "currency": "INR",
    "opening_date": "2026-03-31", "opening_ledger": "1.00", "opening_statement": "1.00",
}  # fmt: skip


@pytest.fixture
def home(recon, monkeypatch):
    """An empty RECON_HOME with no DATABASE_URL: the embedded server's. Not pytest's own folder:
    as root the server is another user, who must reach it.
    """
    home = quick_folder("recon-first-")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("RECON_HOME", str(home))
    yield home
    Postgres(home).stop()
    shutil.rmtree(home)


@pytest.fixture
def empty(recon, postgres, monkeypatch):
    """An own database without a table in it."""
    _execute(postgres, f"create database {EMPTY} owner recon_owner")
    monkeypatch.setenv("DATABASE_URL", url_of(postgres, "owner", EMPTY))
    yield
    _execute(postgres, f"drop database {EMPTY} with (force)")


def _execute(postgres, statement):
    connection = psycopg2.connect(postgres.superuser_url().replace("+psycopg2", ""))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


@pytest.fixture
def accounts(tmp_path):
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps([ACCOUNT]))
    return str(path)


@pytest.fixture
def hdfc(banks, monkeypatch):
    for name, value in variables(banks).items():
        monkeypatch.setenv(name, value)


def found(ended):
    return {one["what"]: one for one in ended.data["findings"]}


def test_without_a_source_nothing_is_made(recon, home):
    """A look round must not keep a later demo out of the folder."""
    ended = recon("doctor", "--json")

    assert ended.code == 0
    assert found(ended)["database"]["state"] == "note"
    assert recon("sources", "check", "hdfc").code == 6
    assert not (home / "postgres_port").exists()


def test_the_embedded_server_is_made_asked_and_stopped_again(recon, home, hdfc, accounts):
    checked = recon("sources", "check", "hdfc")
    assert (checked.code, checked.out) == (0, "hdfc: well\n")
    assert f"making the database in {home}" in checked.err
    assert not Postgres(home).is_running()
    told = recon("accounts", "set", "--file", accounts, "--json")
    assert (told.code, told.data, told.err) == (0, {"accounts": 1}, "")
    examined = found(recon("doctor", "--json"))
    assert (examined["database"]["state"], examined["hdfc"]["state"]) == ("ok", "ok")
    assert not Postgres(home).is_running()
    refused = recon("demo")
    assert refused.code == 2
    assert f"RECON_HOME={home}-demo ./recon demo" in refused.err


@pytest.mark.parametrize("first", ["accounts", "sources", "doctor", "run"])
def test_an_own_empty_database_gets_its_tables(recon, empty, hdfc, accounts, first):
    words = {
        "accounts": ["accounts", "set", "--file", accounts],
        "sources": ["sources", "check", "hdfc"],
        "doctor": ["doctor"],
        "run": ["run", "--from", "2026-03-10T10:00", "--to", "2026-03-10T11:00"],
    }[first]
    nothing = recon("accounts", "list")
    assert nothing.code == 2
    assert "nothing is set up" in nothing.err

    assert recon(*words).code == 0

    assert recon("accounts", "list").code == 0


def test_a_database_of_an_older_release_is_told_and_brought_up_to_date(
    recon, empty, hdfc, monkeypatch, tmp_path
):
    assert recon("doctor").code == 0
    shipped = schema.migrations()
    later = tmp_path / "9999_later.sql"
    later.write_text("create table ops.later (id integer)")
    monkeypatch.setattr(schema, "migrations", lambda *_: [*shipped, Migration(later.stem, later)])

    told = recon("accounts", "list")
    assert told.code == 2
    assert "of an older release: it lacks 1 changes" in told.err
    assert "`./recon doctor` makes them" in " ".join(told.err.split())
    assert recon("doctor").code == 0
    assert recon("accounts", "list").code == 0

    monkeypatch.setattr(schema, "migrations", lambda *_: shipped)
    newer = recon("accounts", "list")
    assert newer.code != 0
    assert "newer than this program" in newer.err


def test_a_database_that_does_not_answer_is_a_finding(recon, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody:pw@127.0.0.1:9/none")

    ended = recon("doctor", "--json")

    assert ended.code == 6
    assert found(ended)["database"]["state"] == "wrong"
    assert not re.search(r"\bpw\b", ended.out + ended.err)


def test_up_in_a_demos_home_says_where_to_go(recon, home):
    (home / "world.json").write_text('{"seed": 1, "rows": 500, "anchor": "2026-03-10T12:00+05:30"}')

    ended = recon("up")

    assert ended.code == 2
    assert f"RECON_HOME={home}-own" in ended.err
