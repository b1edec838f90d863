"""A Postgres on another host says how it is proven; sockets and loopback are free."""

import pytest
from sqlalchemy import make_url

from adapters.database_tls import WEAKER, refusal, weakness

HERE = (
    "postgresql:///recon",
    "postgresql://u:p@localhost/recon",
    "postgresql+psycopg2://u:p@127.0.0.1:5432/recon",
    "postgresql://u:p@127.8.8.8/recon",
    "postgresql://u:p@[::1]:5432/recon",
    "postgresql://u:p@/recon?host=/var/run/postgresql",
    "postgresql://u:p@/recon?host=localhost:5432&host=127.0.0.1:5433",
    "mysql://u:p@db.example.com/recon",
    "sqlite:////tmp/ledger.db",
)
ELSEWHERE = (
    "postgresql://u:p@db.example.com/recon",
    "postgresql+psycopg2://u:p@10.0.0.5:5432/recon",
    "postgresql://u:p@128.0.0.1/recon",
    "postgresql://u:p@[2001:db8::1]:5432/recon",
    "postgresql://u:p@/recon?host=db.example.com",
    "postgresql://u:p@/recon?host=localhost:5432&host=db.example.com:5432",
    "postgresql://u:p@localhost,db.example.com/recon",
    "postgresql://u:p@localhost/recon?hostaddr=10.0.0.5",
    "postgresql://u:p@localhost.example.com/recon",
    "postgresql:///?service=ledger",
)


def with_mode(url, mode):
    return make_url(f"{url}{'&' if '?' in url else '?'}sslmode={mode}")


@pytest.fixture(autouse=True)
def no_defaults(monkeypatch):
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("url", HERE)
def test_what_stays_on_this_machine_is_free(url):
    assert (refusal(make_url(url)), weakness(make_url(url))) == ("", "")


@pytest.mark.parametrize("url", ELSEWHERE)
def test_another_host_is_proven_or_refused(url):
    assert "add ?sslmode=verify-full" in refusal(make_url(url))
    proven = with_mode(url, "verify-full")
    assert (refusal(proven), weakness(proven)) == ("", "")


@pytest.mark.parametrize("mode", WEAKER)
def test_less_is_obeyed_where_it_is_named_and_told(mode):
    url = with_mode(ELSEWHERE[0], mode)
    assert refusal(url) == ""
    assert weakness(url).startswith(f"sslmode={mode}: ")


@pytest.mark.parametrize("mode", ["", "verify", "VERIFY-FULL", "verify-full&sslmode=disable"])
def test_a_mode_nobody_knows_is_none(mode):
    assert refusal(with_mode(ELSEWHERE[0], mode))


def test_a_host_of_the_environment_counts(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example.com")
    assert refusal(make_url("postgresql:///recon"))
    assert not refusal(make_url("postgresql://localhost/recon"))
