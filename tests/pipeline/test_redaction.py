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
        ("account:50100123456789", "50100123456789"),
        ("account:50100123456789:INR", "50100123456789"),
        ("{'account_number': '50100123456789'}", "50100123456789"),
        ("of 50100123456789.", "50100123456789"),
        ("50100123456789.0 is no text", "50100123456789"),
        ("nine 910020012", "910020012"),
        ("twenty 91002001234567890123", "91002001234567890123"),
        ("AXIS_910020012345_20260310_10.csv", "910020012345"),
        ("axis_910020012345.csv", "910020012345"),
        ("KOTAK-910020012345-20260310", "910020012345"),
        ("GET /v1/accounts/50100123456789/statement HTTP/1.1", "50100123456789"),
        ("/v1/transactions?account_number=50100123456789&cursor=2", "50100123456789"),
        ("account%3D50100123456789%26x", "50100123456789"),
        (r"'row\n50100123456789'", "50100123456789"),
        ("/oauth?client_secret=sesame-1&x=1", "sesame-1"),
        ('{"access_token": "sesame-1"}', "sesame-1"),
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
        "eight digits 20260310, AXIS_12345678_20260310_10.csv",
        "hours 2026031010 and 20260310103000 of AXIS_1234_2026031010.csv",
        "break 550e8400-e29b-41d4-a716-446655440000 opened",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "digest 12345678901234567890abcdef and ab12345678901234567890",
        "rfnd_00000000000002, order_00000000000003, setl_00000000000004",
        "scheduled__2026-03-10T10:00:00.123456+00:00 took 0.123456789012 s",
        "NEFT AXISN62026031012345678 and UTR RZRP173069230703",
        "HDFC_CLIENT_SECRET: not set",
    ],
)
def test_what_a_person_needs_stays(text):
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("account 50100123456789", "account ••••6789"),
        ("AXIS_910020012345_20260310_10.csv", "AXIS_••••2345_20260310_10.csv"),
        ("at 20261310103000", "at ••••3000"),  # no month: no hour either
        ("pay_0000000000001 of 13", "pay_••••0001 of 13"),  # no id of the gateway's
    ],
)
def test_an_account_keeps_its_last_four(text, shown):
    assert redacted(text) == shown


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


def test_a_librarys_own_handler_passes_through_it_too(capsys):
    logger = logging.getLogger("a.library.of.its.own")
    logger.propagate = False
    logger.addHandler(logging.StreamHandler())
    redact_logging()
    logger.warning("account:%s", "50100123456789")
    assert capsys.readouterr().err == "account:••••6789\n"


def test_arguments_stay_where_masking_them_is_enough():
    """uvicorn's access log unpacks them in its formatter."""
    found = record('%s - "%s %s" %d', "127.0.0.1:1", "GET", "/x?account=50100123456789", 200)
    RedactionFilter().filter(found)
    assert found.args == ("127.0.0.1:1", "GET", "/x?account=••••6789", 200)
    split = record("account:%d", 50100123456789)
    RedactionFilter().filter(split)
    assert split.getMessage() == "account:••••6789"
