"""Which sources and reconciliations the scheduler has, and what is masked in its logs."""

import pytest

from adapters.config import load_sources
from pipeline.settings import PROJECT, Settings
from pipeline.wiring import configured_sources, possible_reconciliations, secret_values
from reconciliation.definition import load_definitions

SOURCES = tuple(sorted(load_sources(PROJECT / "adapters", {})))


def test_a_source_without_its_variables_is_not_scheduled():
    assert configured_sources({}) == ()
    assert "core" in configured_sources({"LEDGER_DATABASE_URL": "postgresql://h/d"})


def test_all_sources_allow_all_reconciliations():
    found = possible_reconciliations(SOURCES)
    assert found == {item.name: tuple(sorted(item.sources)) for item in load_definitions()}


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        ([], {}),
        (["core"], {}),
        (["core", "hdfc"], {"core_hdfc": ("core", "hdfc")}),
        (
            ["razorpay_settlement", "sbi"],
            {"settlement_bank": ("razorpay_settlement", "sbi")},  # any bank will do
        ),
    ],
)
def test_a_reconciliation_needs_each_of_its_sides(configured, expected):
    assert possible_reconciliations(configured) == expected


def test_every_secret_is_named_for_the_masks(tmp_path):
    given = {
        "DATABASE_URL": "postgresql://owner:pass-of-owner@127.0.0.1:1/recon",
        "HDFC_API_TOKEN": "token-of-hdfc",
        "AXIS_SFTP_PASSWORD": "pass-of-axis",
        "AXIS_SFTP_USER": "recon-user",
        "SBI_CLIENT_SECRET": "short",
    }
    settings = Settings.load(env=given, home=tmp_path / "home")
    found = set(secret_values(settings))
    assert {"pass-of-owner", "token-of-hdfc", "pass-of-axis"} <= found
    assert settings.data_keys in found, "kept secrets too"
    assert "recon-user" not in found
    assert "short" not in found, "a word that short would blank the log"
    assert not any("127.0.0.1" in value for value in found), "addresses are not secret"
