"""A JSON page: what it must say, and rows as text without a change."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.config import load_source
from adapters.errors import FormatMismatch, SchemaDrift
from adapters.json_pages import PageFormat

YAML = """\
kind: rest
adapter: adapters.rest.RestSource
status: exact
bank_code: ACME
currency: INR
calendar: always
trailing_window: 1h
deep_window: 1h
late_after: 1h
rate_limit: {requests: 1, per: 1h}
nightly_share: 1%
datasets:
  lines:
    kind: entries
    suite: gateway
    later_delivery: adds
    rows: reply.items
    bare_row: true
    count: reply.count
    expect: {entity: collection}
    error: {path: error, code: error.code}
    fields: {txn_id: id, amount: amount, rrn: bank.rrn, notes: notes}
    required: [txn_id, amount]
"""
ROW = {"id": "a", "amount": 1, "bank": {"rrn": "009"}, "notes": []}


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> PageFormat:
    path: Path = tmp_path_factory.mktemp("y") / "acme.yaml"
    path.write_text(YAML, encoding="utf-8")
    dataset = load_source(path, {}).datasets["lines"]
    return PageFormat("acme", dataset, dataset.settings)


def body(*rows, **change):
    document = {"entity": "collection", "reply": {"count": len(rows), "items": list(rows)}}
    return json.dumps(document | change).encode()


def frame(pages, *rows):
    return pages.frame([pages.read(body(*rows))])


def test_values_come_as_the_text_they_were(pages):
    text = (
        b'{"entity":"collection","reply":{"count":5,"items":['
        b'{"id":"007","amount":5000.10},{"id":"8","amount":12345678901234567890123},'
        b'{"id":"","amount":1e9999},{"id":null,"amount":true},{"id":"x","amount":-0.0}]}}'
    )
    rows = pages.frame([pages.read(text)])
    assert rows["amount"].tolist() == [
        "5000.10",
        "12345678901234567890123",
        "1e9999",
        "true",
        "-0.0",
    ]
    assert rows["txn_id"].tolist()[:3] == ["007", "8", ""]
    assert pd.isna(rows["txn_id"][3])
    assert {str(dtype) for dtype in rows.dtypes} == {"string"}


def test_objects_and_lists_stay_readable_and_a_path_reaches_into_them(pages):
    rows = frame(
        pages, ROW, ROW | {"bank": [], "notes": {"k": "v"}}, ROW | {"bank": None, "notes": "n"},
        {"id": "b", "amount": 2},
    )  # fmt: skip
    assert rows["notes"].tolist()[:3] == ["[]", '{"k":"v"}', "n"]
    assert rows["rrn"].tolist()[0] == "009"
    assert rows["rrn"].isna().tolist() == [False, True, True, True]


def test_one_row_may_come_bare(pages):
    document = {"entity": "collection", "reply": {"count": 1, "items": ROW}}
    assert len(pages.read(json.dumps(document).encode()).rows) == 1


def test_no_rows_are_columns_without_rows(pages):
    rows = frame(pages)
    assert (len(rows), list(rows)) == (0, ["txn_id", "amount", "rrn", "notes"])


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (b"", "an empty answer"),
        (b"  \n", "an empty answer"),
        (b"\xef\xbb\xbf" + body(ROW), "a byte order mark"),
        (body(ROW).decode().encode("utf-16"), "a byte order mark"),
        (b"<!DOCTYPE html><html>Asha 50100000000001</html>", "an HTML page of 47 bytes"),
        (b"<?xml version='1.0'?><x/>", "XML or HTML"),
        (body(ROW)[:-9], "cut short or garbled"),
        (b"Service unavailable for 50100000000001", "38 bytes of something else"),
        (b'{"a": NaN}', "cut short or garbled"),
        (b'{"a": "\xff"}', "cut short or garbled"),
        (b"[" * 100_000, "cut short or garbled"),
        (b'"text"', "not an object"),
        (b"[]", "not an object"),
        (json.dumps({"error": {"code": "BAD_REQUEST_ERROR", "description": "Asha"}}).encode(),
         "an error in place of a page: BAD_REQUEST_ERROR"),
        (json.dumps({"error": {"code": "no such", "Asha R": 1}}).encode(), r"keys: code, …"),
        (json.dumps({"error": "Asha"}).encode(), "an error in place of a page$"),
        (body(ROW, entity="payment"), "entity is not 'collection'"),
        (body(ROW, reply={"count": 2, "items": [ROW]}), "says 2 rows and has 1"),
        (body(ROW, reply={"count": None, "items": [ROW]}), "says no number of rows"),
        (body(ROW, reply={"count": 1, "items": None}), "no list of rows"),
        (body(ROW, reply={"count": 1, "items": ["x"]}), "no list of rows"),
        (body(ROW, reply=None), "no list of rows at 'reply.items'"),
    ],
)  # fmt: skip
def test_another_answer_is_a_mismatch_that_quotes_nothing(pages, payload, says):
    with pytest.raises(FormatMismatch, match=says) as error:
        pages.read(payload)
    assert "Asha" not in str(error.value)
    assert "50100000000001" not in str(error.value)
    assert len(str(error.value)) < 300


def test_a_required_field_that_is_gone_is_drift(pages):
    with pytest.raises(SchemaDrift, match=r"amount \(amount\) is gone"):
        frame(pages, {"id": "a"}, {"id": "b"})
    # In some rows it is their own fault: the suite keeps those aside.
    assert frame(pages, {"id": "a"}, ROW)["amount"].isna().tolist() == [True, False]


def test_a_required_field_that_became_an_object_is_drift(pages):
    with pytest.raises(SchemaDrift, match="is an object now"):
        frame(pages, ROW | {"amount": {"value": 1}}, ROW | {"amount": {"value": 2}})


def test_a_field_nobody_knows_is_named_once(pages):
    rows = frame(pages, ROW, ROW | {"mood": 1}, ROW | {"mood": 2, "aura": 3})
    assert rows.attrs["new_fields"] == ["aura", "mood"]


texts = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=100)
@given(st.lists(texts, max_size=8))
def test_any_text_survives(pages, values):
    rows = frame(pages, *({"id": value, "amount": value} for value in values))
    assert rows["txn_id"].tolist() == values
