"""The file of `accounts set`: text in, text kept; what is not is refused with its line."""

import pytest

from pipeline.errors import SettingsError
from pipeline.opening_balances import set_accounts
from pipeline.opening_file import GoLive, read_go_live

NUMBER = "50100000001234"


@pytest.fixture
def refusal(tmp_path):
    def of(held):
        path = tmp_path / "accounts.json"
        path.write_bytes(held if isinstance(held, bytes) else held.encode())
        with pytest.raises(SettingsError) as refused:
            read_go_live(path)
        return str(refused.value).removeprefix(str(path))

    return of


@pytest.mark.parametrize(
    ("value", "name"),
    [("1500.50", "opening_ledger"), ("900719925474099.93", "opening_ledger"),
     ("-1", "opening_ledger"), ("1e5", "opening_ledger"), ("NaN", "opening_ledger"),
     ("-Infinity", "opening_ledger"),     (NUMBER, "account_number")],
)  # fmt: skip
def test_a_number_is_refused_with_its_line(refusal, value, name):
    held = f'[{{"bank_code": "a 1 \\" 2",\n  "currency": "INR",\n  "{name}": {value}}}]'
    said = refusal(held)
    assert said == f', line 3: {name} is a number; write it in quotes, as text: "1500.50"'
    assert NUMBER not in said


def test_the_first_of_several_is_named(refusal):
    held = '{"accounts": [\n{"opening_ledger": 1, "open": {"deep": 2}}],\n"open_items": [3]}'
    assert refusal(held).startswith(", line 2: opening_ledger is a number")
    assert refusal("[\n\n7]").startswith(", line 3: a value is a number")


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ('[{"a": "b"}\n{}]', ", line 2, column 1: not JSON: expecting ',' delimiter"),
        ("", ", line 1, column 1: not JSON: expecting value"),
        (b'["a",\n"\xff"]', ", line 2: not UTF-8; save it as UTF-8"),
        ("[" * 100_000, ": not JSON we can use: brackets nested too deep"),
    ],
    ids=["comma", "empty", "latin", "deep"],
)
def test_what_is_no_json_is_told_with_its_line(refusal, held, said):
    assert refusal(held) == said


def test_a_file_that_is_not_there_is_told_in_words(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        read_go_live(tmp_path / "none.json")


@pytest.mark.parametrize("value", [["INR"], True, {"a": "b"}], ids=str)
def test_what_is_not_text_sets_nothing(settings, value):
    with pytest.raises(SettingsError, match=r"^account 1: currency is not text"):
        set_accounts(settings, GoLive([{"account_number": NUMBER, "currency": value}]))
