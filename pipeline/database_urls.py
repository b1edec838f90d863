"""The databases an installation names by URL: none of them is reached unproven."""

from collections.abc import Iterator, Mapping

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from adapters.database_tls import ADVICE, refusal, weakness
from pipeline.errors import SettingsError

# A source of one's own may name another variable: adapters/sql.py asks the same of that.
VARIABLES = (
    "DATABASE_URL", "AIRFLOW_DATABASE_URL", "LEDGER_DATABASE_URL", "MOBILE_DATABASE_URL",
)  # fmt: skip


def must_be_private(environment: Mapping[str, str]) -> None:
    """SettingsError names the first variable whose server is another host and not proven."""
    for name, url in _urls(environment):
        if why := refusal(url):
            raise SettingsError(f"{name}: {why}")


def weaknesses(environment: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """(variable, what its sslmode leaves open, what to do) of those that asked for less."""
    for name, url in _urls(environment):
        if why := weakness(url):
            yield name, why, f"Where you can, {ADVICE}."


def _urls(environment: Mapping[str, str]) -> Iterator[tuple[str, URL]]:
    for name in VARIABLES:
        try:
            if environment.get(name):
                yield name, make_url(environment[name])
        except ArgumentError:
            continue  # no URL at all: whoever connects says so
