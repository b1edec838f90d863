"""The containers cannot be run here; what they are told can be held against the program."""

import importlib.util
import re

import pytest
import yaml

from pipeline.database_urls import must_be_private, weaknesses
from pipeline.errors import SettingsError
from pipeline.services_airflow import COMMANDS
from pipeline.settings import PROJECT, Settings

DOCKER = PROJECT / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())


@pytest.fixture
def run():
    spec = importlib.util.spec_from_file_location("docker_run", DOCKER / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_container_for_each_process(run):
    services = COMPOSE["services"]
    assert set(services) == {"postgres", "init", *COMMANDS}
    for name in COMMANDS:
        assert services[name]["command"] == [name]
        assert list(services[name]["depends_on"]) == ["init"]
    assert run.API_SERVER in services


def test_only_the_api_is_published_and_on_loopback_only():
    published = {
        name: item["ports"] for name, item in COMPOSE["services"].items() if "ports" in item
    }
    assert published == {"api-server": ["127.0.0.1:8080:8080"]}


def test_tasks_find_the_api_server_by_its_name(run, tmp_path):
    given = {
        "DATABASE_URL": "postgresql://recon_owner:x@postgres:5432/recon",
        "AIRFLOW_DATABASE_URL": "postgresql://airflow:x@postgres:5432/airflow",
        "RECON_FIRST_HOUR": "",
    }
    found = run.environment(Settings.load(env=given, home=tmp_path / "home"))
    assert found["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://api-server:8080/execution/"
    assert found["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].startswith("postgresql+psycopg2://airflow:")
    assert found["NO_PROXY"].endswith(",api-server")
    assert found["RECON_FIRST_HOUR"], "no hour is skipped by a restart"


def test_its_databases_say_that_they_are_in_the_clear():
    """The program refuses a Postgres on another host that says nothing."""
    variables = COMPOSE["services"]["scheduler"]["environment"]
    given = {
        name: re.sub(r"\$\{.*?\}", "x", variables[name])
        for name in ("DATABASE_URL", "AIRFLOW_DATABASE_URL")
    }
    must_be_private(given)
    assert [name for name, _, _ in weaknesses(given)] == list(given)
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        must_be_private({name: url.partition("?")[0] for name, url in given.items()})


def test_no_password_has_a_default():
    text = (DOCKER / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{(\w*PASSWORD)(.*?)\}", text)) == {
        (name, ":?") for name in ("POSTGRES_PASSWORD", "RECON_OWNER_PASSWORD", "AIRFLOW_PASSWORD")
    }


@pytest.mark.parametrize("listing", ["Dockerfile", "Dockerfile.dockerignore"])
def test_the_image_holds_every_package_the_processes_import(listing):
    text = (DOCKER / listing).read_text()
    for name in (
        "adapters",
        "dags",
        "expectations",
        "pipeline",
        "plugins",
        "reconciliation",
        "sql",
    ):
        assert re.search(rf"\b{name}\b", text), name
    assert "airflow.cfg" in text
    assert "simulator" not in text
