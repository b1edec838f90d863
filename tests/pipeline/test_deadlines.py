"""A missed deadline on a real database: one alert and one mail a run, and the end of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from pipeline import deadlines
from plugins.deadline_callback import deadline_missed

DUE = datetime(2026, 3, 10, 5, 45, tzinfo=UTC)
DAG, RUN = "hourly_reconciliation", "scheduled__2026-03-10T05:30:00+00:00"


@pytest.fixture
def settings(settings):
    return replace(settings, report_recipients=("desk@example.com",))


def rows(store, table):
    with store.transaction() as transaction:
        found = transaction.connection.execute(text(f"select * from ops.{table}"))
        return found.mappings().all()


def test_raised_and_mailed_once_a_run(settings, store):
    assert deadlines.missed(settings, DAG, RUN, DUE) is True
    assert deadlines.missed(settings, DAG, RUN, DUE) is False
    (alert,) = rows(store, "alert")
    assert (alert["kind"], alert["subject"]) == ("deadline_missed", f"{DAG} {RUN}")
    assert alert["detail"] == "not over by 2026-03-10 11:15 IST"
    assert len(rows(store, "outbox")) == 1
    assert deadlines.missed(settings, DAG, "another", DUE) is True
    assert len(rows(store, "outbox")) == 2


def test_it_stands_until_the_run_is_over(settings, store):
    assert deadlines.clear(settings, DAG, RUN) is False
    deadlines.missed(settings, DAG, RUN, DUE)
    assert deadlines.clear(settings, DAG, RUN) is True
    assert rows(store, "alert")[0]["cleared_at"] is not None
    assert deadlines.clear(settings, DAG, RUN) is False
    assert deadlines.missed(settings, DAG, RUN, DUE) is True, "late once more"
    assert rows(store, "alert")[0]["cleared_at"] is None
    assert len(rows(store, "outbox")) == 1, "the same message is not sent twice"


def test_nobody_to_mail_is_no_error(settings, store):
    assert deadlines.missed(replace(settings, report_recipients=()), DAG, RUN, DUE) is True
    assert rows(store, "outbox") == []


@pytest.mark.parametrize("kind", ["scheduled", "manual", "backfill"])
def test_the_callback_leaves_backfills_alone(settings, store, monkeypatch, kind):
    monkeypatch.setenv("RECON_HOME", str(settings.home))
    for name, value in settings.environment.items():
        monkeypatch.setenv(name, value)
    run = {"dag_id": DAG, "dag_run_id": RUN, "run_type": kind}
    deadline_missed({"dag_run": run, "deadline": {"deadline_time": DUE.isoformat()}})
    assert len(rows(store, "alert")) == (0 if kind == "backfill" else 1)
