"""A JSON statement's edges; what it must declare is in test_statement_files."""

import pytest

from adapters.errors import DeliveryRefused
from adapters.formats.json_statement import read

ENVELOPE = {
    "account": "account", "count": "count", "total_debit": "debit", "total_credit": "credit",
    "rows": "rows",
}  # fmt: skip
FIELDS = {"txn_id": "id", "amount": "amount"}


def read_rows(rows: str | bytes):
    rows = rows if isinstance(rows, bytes) else rows.encode()
    body = b'{"account":"1","count":1,"debit":"0.00","credit":"5.00","rows":' + rows + b"}"
    return read(body, FIELDS, (), ENVELOPE, "kotak: file")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ('"5.00"', "5.00"), ("5.10", "5.10"), ("5", "5"), ("1e9999", "1e9999"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ('"NaN"', "NaN"), ('"007"', "007"),
    ],
)  # fmt: skip
def test_numbers_stay_the_text_they_were(amount, text):
    statement = read_rows(f'[{{"id":"a","amount":{amount}}}]')

    assert statement.rows["amount"].to_pylist() == [text]
    assert statement.rows["account_number"].to_pylist() == ["1"]
    assert statement.count == "1"


def test_blank_and_null_and_absent_are_null():
    rows = read_rows('[{"id":"a","amount":null},{"id":"","amount":"1"},{"id":"c"}]').rows

    assert rows["amount"].to_pylist() == [None, "1", None]
    assert rows["txn_id"].to_pylist() == ["a", None, "c"]


@pytest.mark.parametrize(
    "rows",
    [
        "[", '[{"id":"a"', '[{"id":"a","amount":NaN}]', '[{"id":"a","amount":Infinity}]',
        "[" * 100_000, '[{"id":"a"}]}, {"more": [', b'[{"id":"\xff"}]', '[{"id":"\\ud800"}]',
    ],
    ids=["open", "cut short", "NaN", "Infinity", "nested", "glued", "not UTF-8", "surrogate"],
)  # fmt: skip
def test_what_is_not_whole_json_is_refused(rows):
    with pytest.raises(DeliveryRefused, match=r"whole JSON|not UTF-8|half a character"):
        read_rows(rows)
