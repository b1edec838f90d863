"""What Airflow calls of ours logs nothing secret, whichever process calls it."""

import io
import logging
import os

import pytest

import tests.airflow_as_library  # noqa: F401  before anything imports Airflow
from dags.run_interval import settings_of_task
from plugins.dashboard.app import overview
from plugins.deadline_callback import deadline_missed
from tests.conftest import environment

TOKEN = "open-sesame-now"
DUE = "2026-03-10T06:15:00+00:00"
RUN = {"run_type": "scheduled", "dag_id": "hourly_reconciliation", "dag_run_id": "scheduled__1"}
CALLS = {
    "deadline": lambda: deadline_missed({"dag_run": RUN, "deadline": {"deadline_time": DUE}}),
    "first page": overview,
    "task": settings_of_task,
}


@pytest.fixture
def handler(database, tmp_path, monkeypatch):
    for name in list(os.environ):
        if name.startswith(("RECON_", "SMTP_", "REPORT_")):
            monkeypatch.delenv(name)
    for name, value in environment(database.owner).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RECON_HOME", str(tmp_path / "home"))
    made = logging.StreamHandler(io.StringIO())
    logging.getLogger().addHandler(made)
    yield made
    logging.getLogger().removeHandler(made)


@pytest.mark.parametrize("which", CALLS)
def test_secrets_of_the_settings_are_masked(handler, monkeypatch, which):
    secret = f"{TOKEN}-{which}"
    monkeypatch.setenv("HDFC_API_TOKEN", secret)
    CALLS[which]()
    logging.getLogger("urllib3").error("account:50100123456789 %s", secret)
    assert handler.stream.getvalue().endswith("account:••••6789 ***\n")
