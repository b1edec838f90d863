"""`verify` on an hour of two small banks: well, and after a paisa was moved."""

import psycopg2
import pytest

from tests.pipeline.small_banks import variables

HOUR = ("--from", "2026-03-10T10:00", "--to", "2026-03-10T11:00")
PAISA = """
    update staging.entry set amount_minor = amount_minor + 1
    where ctid = (select min(ctid) from staging.entry where source = 'hdfc')
"""


@pytest.fixture
def installed(recon, banks, monkeypatch):
    """`recon` on HDFC and core, an hour of each fetched."""
    for name, value in variables(banks).items():
        monkeypatch.setenv(name, value)
    assert recon("run", *HOUR).code == 0
    return recon


def test_it_counts_what_agrees_and_names_what_does_not(installed, database):
    well = installed("verify")
    assert (well.code, well.out.splitlines()[-1]) == (0, "everything agrees")
    assert well.err == ""  # no terminal: the counts are enough
    told = installed("verify", "--json").data
    assert (told["agrees"], told["found"], told["not_verifiable"]) == (True, None, {})
    assert told["agreed"]["entries"] == 5

    with psycopg2.connect(database.owner.replace("+psycopg2", "")) as connection:
        connection.cursor().execute(PAISA)
    ended = installed("verify", "--source", "hdfc", "--json")
    assert ended.code == 6
    assert ended.data["found"]["what"] == "staging.entry.amount_minor"
    assert "staging.entry.amount_minor does not agree: hdfc, load" in ended.err
    assert installed("verify", "--from", "2026-03-11").code == 6  # its match group differs as well
    assert installed("verify", "--source", "mobile").code == 0


def test_a_wrong_use_says_so(installed):
    assert installed("verify", "--from", "yesterday").code == 2
    assert installed("verify", "--source", "hdfcc").code == 2


def test_what_a_source_that_is_gone_was_part_of_is_not_called_well(installed, monkeypatch):
    for name in ("HDFC_API_URL", "HDFC_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    ended = installed("verify")

    assert ended.code == 5
    assert "core_hdfc: proofs and breaks, but for their own history: hdfc is not" in ended.out
    assert "then verify again" in " ".join(ended.err.split())
