import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import PROJECT
from tests.running_airflow import Running

FACTS = Path(__file__).with_name("dag_facts.py")
# Every variable a shipped source needs; none of them is reached by parsing.
CONFIGURED = {
    "HDFC_API_URL": "http://127.0.0.1:1", "HDFC_API_TOKEN": "t",
    "ICICI_API_URL": "http://127.0.0.1:1", "ICICI_API_TOKEN": "t", "ICICI_API_KEY": "k",
    "SBI_API_URL": "http://127.0.0.1:1", "SBI_CLIENT_ID": "i", "SBI_CLIENT_SECRET": "s",
    "RAZORPAY_API_URL": "http://127.0.0.1:1/v1", "RAZORPAY_KEY": "k", "RAZORPAY_SECRET": "s",
    "LEDGER_DATABASE_URL": "postgresql://127.0.0.1:1/x",
    "MOBILE_DATABASE_URL": "postgresql://127.0.0.1:1/x",
    **{
        f"{bank}_SFTP_{name}": "x"
        for bank in ("AXIS", "KOTAK")
        for name in ("HOST", "PORT", "USER", "PASSWORD", "KEY_FILE", "HOST_KEY", "DIR")
    },
}  # fmt: skip


@pytest.fixture(scope="session")
def facts_of(tmp_path_factory):
    """facts_of({variable: value}) → what the DAG files say in that environment."""

    def parse(environment):
        home = tmp_path_factory.mktemp("dags")
        done = subprocess.run(
            [sys.executable, str(FACTS), str(PROJECT / "dags")],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "PYTHONPATH": str(PROJECT),
                "RECON_HOME": str(home / "recon"),
                "AIRFLOW_HOME": str(home / "airflow"),
                "AIRFLOW_CONFIG": str(PROJECT / "airflow.cfg"),
                "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
                "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
                "AIRFLOW__CORE__EXECUTOR": "SequentialExecutor",
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return parse


@pytest.fixture(scope="session")
def facts(facts_of):
    """With every shipped source configured."""
    return facts_of(CONFIGURED)


@pytest.fixture
def first_run(running: Running) -> dict:
    """The scheduler's own run of the hour, ended."""
    return running.first_run()
