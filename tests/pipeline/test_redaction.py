"""Nothing secret in a log."""

import logging

import pytest

from pipeline.redaction import RedactionFilter, redact_logging, redacted


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Authorization: Bearer abcdefghijklmnop", "abcdefghijklmnop"),
        ("basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="),
        ("password=sesame&x=1", "sesame"),
        ("token: sesame", "sesame"),
        ("api-key = sesame", "sesame"),
        ("postgresql://recon:sesame@127.0.0.1/recon", "sesame"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJhbGciOiJSUzI1NiJ9"),
        ("account 50100123456789 refused", "50100123456789"),
        ("AXIS account=910020012345 in", "910020012345"),
        ("paid by asha.rao@okhdfcbank today", "asha.rao"),
        ("mail to asha@example.com", "asha"),
    ],
)
def test_what_looks_secret_is_masked(text, gone):
    assert gone not in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "hdfc: fetched {'deliveries': 12, 'bytes': 5500000}",
        "took 1500.00 of 12345678 rows",
        "run 2026-03-10T10:00:00+05:30, attempt 3",
        "pay_00000000000001 and AXIS_1234_20260310_10.csv",
        "http://127.0.0.1:8080/v1/transactions",
    ],
)
def test_what_a_person_needs_stays(text):
    assert redacted(text) == text


def test_an_account_keeps_its_last_four():
    assert redacted("account 50100123456789") == "account …6789"


def record(message, *args, exc_info=None):
    return logging.LogRecord("x", logging.INFO, __file__, 1, message, args, exc_info)


def test_a_known_secret_is_masked_wherever_it_is():
    found = record("got %s", "open-sesame-now")
    RedactionFilter(["open-sesame-now", "on"]).filter(found)
    assert found.getMessage() == "got ***"


def test_a_traceback_is_masked_too():
    try:
        raise ValueError("account 50100123456789")
    except ValueError as error:
        found = record("failed", exc_info=(ValueError, error, error.__traceback__))
    RedactionFilter().filter(found)
    assert "50100123456789" not in logging.Formatter().format(found)


def test_libraries_log_through_it(capsys):
    root = logging.getLogger()
    handler = logging.StreamHandler()
    root.addHandler(handler)
    try:
        redact_logging(["open-sesame-now"])
        redact_logging(["open-sesame-now"])
        assert sum(isinstance(one, RedactionFilter) for one in handler.filters) == 1
        logging.getLogger("paramiko").error("key open-sesame-now")
    finally:
        root.removeHandler(handler)
    assert "open-sesame-now" not in capsys.readouterr().err
