"""What doctor asks and what it makes of the answers."""

import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from adapters.config import load_source
from pipeline import doctor, doctor_sources
from pipeline.alerts import raise_alerts
from pipeline.autonomous import autonomous
from pipeline.dashboard import is_late, now
from pipeline.errors import SettingsError
from pipeline.limits import FAILURES_MAX, SharedCircuit
from pipeline.settings import PROJECT, Settings, Smtp
from pipeline.world import settings_of_home


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink:
    taken = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        Sink.taken += 1
        return "250 taken"


def mailing_to(settings, port):
    smtp = Smtp("127.0.0.1", port, "", "", "recon@example.com", "none")
    return replace(settings, smtp=smtp, report_recipients=("desk@example.com",))


def test_the_mail_server_is_asked_and_gets_no_mail(settings):
    port = free_port()
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        (well,) = doctor._mail(mailing_to(settings, port))
    finally:
        controller.stop()
    assert (well.state, Sink.taken) == ("ok", 0)
    (gone,) = doctor._mail(mailing_to(settings, port))
    assert gone.state == "wrong"
    assert "no answer" in gone.sentence
    assert gone.next_step


def test_late_is_what_the_yaml_says():
    config = load_source(PROJECT / "adapters" / "hdfc.yaml", {})
    moment = now()
    edge = moment - timedelta(hours=1) - config.late_after
    assert not is_late(config, edge, moment)
    assert is_late(config, edge - timedelta(microseconds=1), moment)


@pytest.mark.parametrize(("ago", "expected"), [(1, []), (200, ["core"])])
def test_a_source_that_is_late_is_named(settings, owner_store, database, ago, expected):
    ended = now() - timedelta(hours=ago)
    with owner_store.transaction() as transaction:
        transaction.run(
            "landing/insert_coverage", source="core", interval_from=ended - timedelta(hours=1),
            interval_to=ended, deliveries=0,
        )  # fmt: skip
    given = {**settings.environment, "LEDGER_DATABASE_URL": database.owner}
    found = doctor_sources.late(replace(settings, environment=given), owner_store)
    assert [finding.what for finding in found] == expected


def installed(tmp_path, **given):
    return Settings.load(env=given, home=tmp_path / "home")


def test_test_keys_are_refused_in_production(tmp_path):
    key = "rzp_test_sesame"
    with pytest.raises(SettingsError, match=r"^RAZORPAY_KEY: .*RECON_ENV is prod") as caught:
        settings_of_home(installed(tmp_path, RECON_ENV="prod", RAZORPAY_KEY=key))
    assert "sesame" not in str(caught.value)
    for given in (
        {"RECON_ENV": "test", "RAZORPAY_KEY": key},
        {"RECON_ENV": "prod", "RAZORPAY_KEY": "rzp_live_sesame"},
    ):
        assert settings_of_home(installed(tmp_path, **given))


@pytest.mark.parametrize(
    ("env", "url", "is_named"),
    [
        ("prod", "http://127.0.0.1:8443", True),
        ("prod", "http://localhost", True),
        ("prod", "https://api.hdfc.example.com", False),
        ("test", "http://127.0.0.1:8443", False),
    ],
)
def test_a_bank_on_loopback_in_production_is_named(tmp_path, env, url, is_named):
    found = doctor._settings(installed(tmp_path, RECON_ENV=env, HDFC_API_URL=url))
    whats = {finding.what for finding in found if finding.state == "wrong"}
    assert ("HDFC_API_URL" in whats) is is_named
    assert ("keys" in whats) is (env == "prod")


def test_a_source_that_is_left_alone_says_why_and_until_when(store):
    with autonomous(store) as own:
        for _ in range(FAILURES_MAX):
            SharedCircuit(own).failed("hdfc", "hdfc: /v1/transactions: its server failed with 503")
    raise_alerts(store)

    (found,) = doctor._operations(store)

    assert (found.state, found.what) == ("wrong", "hdfc")
    assert "failed 5 times in a row, the last time: /v1/transactions" in found.sentence
    assert found.sentence.endswith(" IST")
