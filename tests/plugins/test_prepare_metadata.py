"""The command lines of the set-up, read by Airflow's own parser."""

import pytest
from airflow.cli import cli_parser

import tests.airflow_as_library  # noqa: F401  before anything imports Airflow
from plugins.prepare_metadata import commands

GIVEN = {"RECON_AIRFLOW_ADMIN": "admin", "RECON_AIRFLOW_POOL": "heavy:2"}


@pytest.mark.parametrize("password", ["plain", "-one", "--two", "-p", "a=b", "_-"])
def test_any_password_there_may_be_is_read_as_one(password):
    parser = cli_parser.get_parser()
    lines = commands({**GIVEN, "RECON_AIRFLOW_PASSWORD": password})
    read = [parser.parse_args(line) for line in lines]
    assert [one.password for one in read if hasattr(one, "password")] == [password, password]
    assert [one.username for one in read if hasattr(one, "username")] == ["admin", "admin"]
