"""A source asked once, and a saved answer judged offline: what is wrong, in sentences."""

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.config import load_source, open_source
from pipeline.keys import open_keys
from pipeline.lending import lend
from pipeline.source_checks import Found, check_sample, check_source
from reconciliation.model import HOUR, IST, Interval, floor_hour
from simulator.servers import serve
from tests.adapters.statement_bodies import (
    AXIS,
    HEADER,
    KOTAK,
    axis_body,
    axis_file,
    axis_line,
    kotak_file,
)
from tests.simulator.small_world import at, bank_frame, small_world

ADAPTERS = Path(__file__).parents[2] / "adapters"
CORPORA = os.environ.get("RECON_CORPORA")
BANKS = ("hdfc", "icici", "sbi")
NOW = floor_hour(datetime.now(IST))  # `check` asks for the last whole hour
WINDOW = Interval(at(10), at(11))


def rows(start):
    return [
        {"transaction_id": f"T{start:%d%H}{n}", "occurred_at": start + timedelta(minutes=n)}
        for n in (1, 2, 3)
    ]


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    # The hour after too: it may have become the last one by the time a test asks.
    made = bank_frame(*rows(WINDOW.start), *rows(NOW - HOUR), *rows(NOW))
    world = replace(
        small_world(banks=dict.fromkeys(BANKS, made)), history=Interval(NOW - 24 * HOUR, NOW)
    )
    running = serve(world, tmp_path_factory.mktemp("world"), database_url=None, quota_factor=None)
    yield running
    running.stop()


@pytest.fixture
def bank(servers):
    yield lambda name: load_source(ADAPTERS / f"{name}.yaml", servers.environment)
    servers.mend()


@pytest.fixture
def saved(tmp_path):
    def write(name: str, body: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return path

    return write


@pytest.fixture
def asked(settings, store, bank):
    """What the bank of that name is found to be when it is asked."""
    return lambda name: check_source(settings, store, bank(name))


@pytest.fixture
def page(settings, store, bank, saved):
    """The first page of the hour that bank gives, saved."""

    def save(name):
        config = bank(name)
        with lend(store, open_keys(settings, store), config) as services:
            return saved("page.json", next(iter(open_source(config, services).fetch(WINDOW))).body)

    return save


def shipped(name):
    return load_source(ADAPTERS / f"{name}.yaml", {})


FIELDS_WRONG = {
    "field_new": ({"field": "mood"}, "transactions: a field we do not know: mood"),
    "field_set": (
        {"field": "amount", "value": "₹ 5"},
        'transactions: amount is not written as agreed (written like "₹ 9") in 3 of 3 rows',
    ),
}


@pytest.mark.parametrize("name", BANKS)
def test_a_bank_is_asked_for_its_last_hour(asked, servers, name):
    assert asked(name) == Found()
    servers.fault(name, "html")
    (said,) = asked(name).wrong
    assert "an HTML page" in said


@pytest.mark.parametrize("kind", FIELDS_WRONG)
@pytest.mark.parametrize("name", BANKS)
def test_what_came_is_judged_as_when_it_is_staged(asked, servers, name, kind):
    options, says = FIELDS_WRONG[kind]
    servers.fault(name, kind, **options)
    (said,) = asked(name).wrong
    assert said.replace("6 of 6", "3 of 3") == says  # sbi is asked for whole days


@pytest.mark.parametrize("name", BANKS)
def test_a_saved_page_is_mapped_offline(page, servers, saved, name):
    good = check_sample(shipped(name), page(name), None)
    assert (good.wrong, good.rows_total) == ([], 3)
    assert [row["amount_minor"] for row in good.rows] == ["500000"] * 3
    assert {row["account_number"] for row in good.rows} == {"••••0001"}
    for kind, (options, says) in FIELDS_WRONG.items():
        servers.fault(name, kind, **options)
        assert check_sample(shipped(name), page(name), None).wrong == [says]
    (said,) = check_sample(shipped(name), saved("page.json", "<html>"), None).wrong
    assert "an HTML page" in said


@pytest.mark.parametrize(
    ("name", "file", "body"),
    [
        ("axis", f"{AXIS}.csv", axis_file(50_000, -20_000)),
        ("kotak", f"{KOTAK}.json", kotak_file(50_000, -20_000)),
    ],
)
def test_a_saved_statement_file(saved, name, file, body):
    found = check_sample(shipped(name), saved(file, body), None)
    assert found.wrong == []
    assert [row["amount_minor"] for row in found.rows] == ["50000", "-20000"]
    (said,) = check_sample(shipped(name), saved("statement.csv", body), None).wrong
    assert "not a name agreed with the bank" in said


def test_what_is_wrong_in_a_statement_file(saved):
    def said(body):
        return check_sample(shipped("axis"), saved(f"{AXIS}.csv", body), None).wrong

    lines = [axis_line(5, 15, value_date="10/03/2026"), axis_line(5, 20, time="10:61:07")]
    assert said(axis_body(lines, (5, 5))) == [
        'transactions: value_date is not written as agreed (written like "99/99/9999")'
        " in 1 of 2 rows",
        'transactions: booking_time is not written as agreed (written like "99:99:99")'
        " in 1 of 2 rows",
    ]
    (cut,) = said(axis_file(5)[:-20])
    assert "no TRAILER line" in cut
    (drifted,) = said(axis_body(lines, (5, 5), header=HEADER.replace("Status", "State")))
    assert "has lost Status" in drifted


ROWS = """\
txn_id,order_id,account_id,bank_code,amount,direction,currency,status,channel,transaction_type,\
reference_number,merchant_id,description,booked_at,value_date,updated_at
TXN1,,5010,HDFC,1500.50,CREDIT,INR,SUCCESS,UPI,TRANSFER,606652473915,,RENT,\
2026-03-10T04:45:00Z,2026-03-10,2026-03-10T04:46:00Z
"""


def test_saved_rows_of_a_query(saved):
    """`core` has transactions and balances: the columns say which these are."""
    found = check_sample(shipped("core"), saved("rows.csv", ROWS), None)
    assert found.wrong == []
    assert found.rows[0]["amount_minor"] == "150050"
    wrong = check_sample(shipped("core"), saved("rows.csv", ROWS.replace("CREDIT", "IN")), None)
    assert wrong.wrong == [
        'transactions: direction is not written as agreed (written like "AA") in 1 of 1 rows'
    ]
    assert wrong.rows == []


def test_which_dataset_a_sample_is_of(saved):
    core = shipped("core")
    (said,) = check_sample(core, saved("balances.csv", ROWS), None).wrong  # its name says so
    assert said.startswith("core, balances: the query no longer gives")
    assert check_sample(core, saved("balances.csv", ROWS), "transactions").wrong == []
    (said,) = check_sample(core, saved("rows.csv", ROWS), "refunds").wrong
    assert said == "no dataset is called refunds: --dataset balances | transactions"
    both = check_sample(core, saved("rows.csv", "nothing\n"), None).wrong
    assert len(both) == len(core.datasets)  # none fits: what each of them says


@pytest.mark.skipif(not CORPORA, reason="RECON_CORPORA is not set")
@pytest.mark.parametrize(
    ("file", "name", "rows"),
    [
        ("payment_collection.json", "razorpay", 2),
        ("payment_collection_with_one_payment.json", "razorpay", 1),
        ("refund_collection.json", "razorpay", 2),
        ("settlement_collection.json", "razorpay_settlement", 3),
        ("settlement_collection_with_one_settlement.json", "razorpay_settlement", 1),
    ],
)
def test_the_vendors_own_samples(file, name, rows):
    found = check_sample(shipped(name), Path(str(CORPORA)) / "razorpay" / file, None)
    assert (found.wrong, found.rows_total) == ([], rows)


@pytest.mark.skipif(not CORPORA, reason="RECON_CORPORA is not set")
@pytest.mark.parametrize("name", ["razorpay", "razorpay_settlement"])
def test_every_other_sample_is_refused_or_named(name):
    ours = ("payment_collection", "refund_collection", "settlement_collection")
    others = [
        path for path in (Path(str(CORPORA)) / "razorpay").glob("*.json")
        if not path.name.startswith(ours)
    ]  # fmt: skip
    assert others
    for path in others:
        assert check_sample(shipped(name), path, None).wrong, path.name
