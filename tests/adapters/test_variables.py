"""Which variables a source reads, and which of several ways to give them is taken."""

from adapters.config import load_source
from pipeline.settings import PROJECT


def variables(name, **environment):
    config = load_source(PROJECT / "adapters" / f"{name}.yaml", environment)
    return {one.name: one for one in config.variables}


def used(found):
    return {name for name, one in found.items() if one.is_used}


def test_every_variable_is_named_set_or_not():
    blank, whole = variables("icici"), variables("icici", ICICI_API_URL="u", ICICI_API_TOKEN="t")
    names = {"ICICI_API_URL", "REQUESTS_CA_BUNDLE", "ICICI_API_TOKEN", "ICICI_API_KEY"}
    assert set(blank) == set(whole) == names
    assert used(blank) == set()
    assert used(whole) == {"ICICI_API_URL", "ICICI_API_TOKEN"}
    assert whole["ICICI_API_KEY"].is_set is False
    assert (whole["ICICI_API_KEY"].default, whole["REQUESTS_CA_BUNDLE"].default) == (None, "")


def test_a_token_or_an_id_and_a_secret():
    ways = {name: one.way for name, one in variables("hdfc").items() if one.choice == "auth"}
    assert ways == {"HDFC_API_TOKEN": 1, "HDFC_CLIENT_ID": 2, "HDFC_CLIENT_SECRET": 2}
    both = {"HDFC_API_TOKEN": "t", "HDFC_CLIENT_ID": "i", "HDFC_CLIENT_SECRET": "s"}
    assert used(variables("hdfc", **both)) == {"HDFC_API_TOKEN"}
    assert used(variables("hdfc", **both | {"HDFC_API_TOKEN": ""})) == {
        "HDFC_CLIENT_ID", "HDFC_CLIENT_SECRET",
    }  # fmt: skip
    assert used(variables("hdfc", HDFC_CLIENT_ID="i")) == set()  # half a way is none


def test_a_password_or_a_key_file_and_what_stands_for_a_port():
    found = variables("axis", AXIS_SFTP_KEY_FILE="/k")
    assert {one.choice for one in found.values() if one.way} == {"sftp.login"}
    assert used(found) == {"AXIS_SFTP_KEY_FILE"}
    assert found["AXIS_SFTP_PORT"].default == "22"


def test_one_stands_in_for_another():
    assert used(variables("mobile", LEDGER_DATABASE_URL="l")) == {"LEDGER_DATABASE_URL"}
    both = variables("mobile", LEDGER_DATABASE_URL="l", MOBILE_DATABASE_URL="m")
    assert used(both) == {"MOBILE_DATABASE_URL"}
    assert [one.way for one in both.values()] == [1, 2]


def test_no_value_is_in_it():
    assert "s3cret" not in repr(variables("hdfc", HDFC_API_TOKEN="s3cret"))
