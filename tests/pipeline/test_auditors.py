"""An auditor who switches his own limits off is ended all the same, and only then."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg2
import pytest

from pipeline import steps
from pipeline.auditors import LONGEST, end_long_queries
from reconciliation.model import Interval
from tests.pipeline.bank import query
from tests.simulator.small_world import at

ASK = "begin; select count(*) from report.open_breaks"
CATCHING = """
    do $$ begin
        for turn in 1..3 loop
            begin perform pg_sleep(4); exception when query_canceled then null; end;
        end loop;
    end $$
"""


@pytest.fixture
def auditor(database):
    connections = []

    def connect(url=database.auditor):
        connection = psycopg2.connect(url.replace("postgresql+psycopg2", "postgresql"))
        connection.autocommit = True
        connection.cursor().execute("set statement_timeout = 0")
        connections.append(connection)
        return connection

    yield connect
    for connection in connections:
        connection.close()


def is_ended(connection):
    try:
        connection.cursor().execute("select 1")
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        return True
    return False


def test_a_long_query_is_ended_and_a_shorter_is_not(settings, auditor):
    long, idle = auditor(), auditor()
    long.cursor().execute(ASK)
    idle.cursor().execute("select 1")
    time.sleep(0.3)
    assert end_long_queries(settings, LONGEST) == 0
    assert end_long_queries(settings, timedelta(seconds=30)) == 0
    assert end_long_queries(settings, timedelta(seconds=0.1)) == 1
    assert is_ended(long)
    assert not is_ended(idle)


def test_one_that_catches_a_cancel(settings, auditor):
    connection = auditor()

    def ask():
        with pytest.raises(psycopg2.OperationalError):
            connection.cursor().execute(CATCHING)

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        time.sleep(0.5)
        connection.cancel()
        time.sleep(0.2)
        assert not asked.done()
        assert end_long_queries(settings, timedelta(seconds=0.1)) == 1
        asked.result(timeout=20)


def test_our_own_work_is_let_be(settings, store):
    with store.transaction() as ours:
        time.sleep(0.2)
        assert end_long_queries(settings, timedelta(seconds=0.1)) == 0
        assert ours.value("ops/backend_pid")
    assert query(store, "select 1 as one")


def test_the_hours_last_step_does_it(settings, auditor, monkeypatch):
    connection = auditor()
    connection.cursor().execute(ASK)
    time.sleep(0.2)
    hour = Interval(at(10), at(11))
    assert steps.raise_alerts(settings, hour)["long_audits_ended"] == 0
    monkeypatch.setattr("pipeline.auditors.LONGEST", timedelta(seconds=0.1))
    assert steps.raise_alerts(settings, hour)["long_audits_ended"] == 1
    assert is_ended(connection)
