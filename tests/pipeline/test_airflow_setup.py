"""What Airflow is told: loopback only, kept secrets, the project's own folders."""

import stat
from dataclasses import replace

import pytest

from pipeline import airflow_setup
from pipeline.errors import SettingsError
from pipeline.settings import PROJECT, Settings


@pytest.fixture
def settings(tmp_path):
    given = {"DATABASE_URL": "postgresql://o@127.0.0.1:1/recon", "HDFC_API_TOKEN": "t0ken-of-hdfc"}
    given["AIRFLOW_DATABASE_URL"] = "postgresql://a:pw@127.0.0.1:1/airflow"
    return Settings.load(env=given, home=tmp_path / "home")


def test_everything_is_on_loopback_and_in_its_place(settings):
    found = airflow_setup.environment(settings, 8123)
    assert found["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert found["AIRFLOW__API__PORT"] == "8123"
    assert found["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:8123"
    assert found["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8123/execution/"
    assert found["AIRFLOW_HOME"] == str(settings.home / "airflow")
    assert found["RECON_HOME"] == str(settings.home)
    assert found["PYTHONPATH"] == str(PROJECT)
    assert found["GX_ANALYTICS_ENABLED"] == "false"
    assert found["HDFC_API_TOKEN"] == "t0ken-of-hdfc"


def test_the_checked_in_file_starts_nothing_open(settings):
    text = (PROJECT / "airflow.cfg").read_text()
    assert "FabAuthManager" in text
    assert "\nhost = 127.0.0.1" in text
    assert "\nauth_role_public =\n" in text
    assert "load_examples = False" in text
    assert "expose_config = False" in text


def test_secrets_are_made_once_and_kept_private(settings):
    names = (
        "AIRFLOW__CORE__FERNET_KEY",
        "AIRFLOW__API__SECRET_KEY",
        "AIRFLOW__API_AUTH__JWT_SECRET",
    )
    first = airflow_setup.environment(settings, 1)
    again = airflow_setup.environment(settings, 2)
    assert [first[name] for name in names] == [again[name] for name in names]
    assert len({first[name] for name in names}) == 3
    assert len(first["AIRFLOW__API_AUTH__JWT_SECRET"]) >= 64
    password = airflow_setup.admin_password(settings)
    path = airflow_setup.password_file(settings)
    assert path.read_text().strip() == password
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert password not in first.values(), "tasks have no use for the login"


def test_the_schedule_goes_with_it(settings):
    found = airflow_setup.environment(
        settings, 1, {"RECON_FIRST_HOUR": "2026-03-10T04:30:00+00:00"}
    )
    assert found["RECON_FIRST_HOUR"] == "2026-03-10T04:30:00+00:00"
    assert "RECON_LAST_HOUR" not in found


def test_tasks_reach_the_api_past_a_proxy(settings):
    behind = replace(settings, environment={**settings.environment, "NO_PROXY": "bank.example"})
    assert airflow_setup.environment(behind, 1)["NO_PROXY"] == "bank.example,127.0.0.1,localhost"


def test_metadata_on_an_own_server_must_be_named(settings):
    assert airflow_setup.metadata_url(settings) == "postgresql+psycopg2://a:pw@127.0.0.1:1/airflow"
    unnamed = replace(settings, environment={})
    with pytest.raises(SettingsError, match="AIRFLOW_DATABASE_URL"):
        airflow_setup.metadata_url(unnamed)


def test_metadata_before_the_embedded_servers_first_start(settings):
    unstarted = replace(settings, environment={}, database_url=None)
    with pytest.raises(SettingsError, match="no database yet"):
        airflow_setup.metadata_url(unstarted)
