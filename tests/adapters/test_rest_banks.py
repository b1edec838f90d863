"""The three banks against their simulated servers: every row, as it was, once."""

from datetime import datetime, timedelta

import pandas as pd
import pytest

from adapters.errors import MisconfiguredSource
from expectations import validate
from reconciliation.model import ENTRY_COLUMNS, IST, Interval
from simulator.servers import serve
from tests.simulator.small_world import at, bank_frame, small_world

WINDOW = Interval(datetime(2026, 3, 10, tzinfo=IST), datetime(2026, 3, 10, 12, tzinfo=IST))
BANKS = ("hdfc", "icici", "sbi")


def rows(count):
    start = at(0, 0, 1)
    return [
        {
            "transaction_id": f"T{number:05d}",
            "amount_minor": (-1) ** number * (number + 1) * 1_00 + number % 100,
            "occurred_at": start + timedelta(seconds=number * 30),
            "reference": f"{409374856309 + number}",
            "balance_minor": 10_000_000_00 - number,
        }
        for number in range(count)
    ]


def staged(source, window=WINDOW):
    """Fetched, parsed, judged by its suite and normalised, as the pipeline does."""
    payloads = list(source.fetch(window))
    dataset = source.config.datasets["transactions"]
    frame = source.parse_many(payloads)
    verdict = validate(
        dataset.suite, frame.drop(columns=["payload_no", "row_no"]),
        required=dataset.required, patterns=dataset.patterns,
    )  # fmt: skip
    assert verdict.drift == ()
    assert verdict.rejected.empty
    return payloads, source.normalise("transactions", frame)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """The same rows at all three banks, served once for all tests that ask for them."""
    running = {}

    def start(count, change):
        key = (count, *sorted(change.items()))
        if key not in running:
            made = bank_frame(*(row | change for row in rows(count)))
            world = small_world(banks=dict.fromkeys(BANKS, made))
            home = tmp_path_factory.mktemp("world")
            running[key] = made, serve(world, home, database_url=None, quota_factor=None)
        return running[key]

    yield start
    for _, servers in running.values():
        servers.stop()


@pytest.fixture
def banks(worlds, rest):
    used = []

    def start(count, **change):
        made, servers = worlds(count, change)
        used.append(servers)
        return made, lambda name, **limits: rest(servers, name, **limits), servers

    yield start
    for servers in used:
        servers.mend()


@pytest.mark.parametrize("name", BANKS)
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_every_row_comes_once_and_exactly(banks, name, count):
    made, source, _ = banks(count)
    payloads, entries = staged(source(name))
    assert list(entries.columns) == list(ENTRY_COLUMNS)
    assert entries.dtypes.astype(str).to_dict() == ENTRY_COLUMNS
    assert entries["txn_id"].tolist() == made["transaction_id"].tolist()
    assert entries["entry_key"].tolist() == made["transaction_id"].tolist()
    assert entries["amount_minor"].tolist() == made["amount_minor"].tolist()
    assert entries["balance_minor"].tolist() == made["balance_minor"].tolist()
    assert (entries["occurred_at"] == made["occurred_at"]).all()
    assert entries["rrn"].tolist() == made["reference"].tolist()
    assert len(payloads) == max(1, -(-count // 100))
    assert len({payload.part for payload in payloads}) == len(payloads)


@pytest.mark.parametrize("name", BANKS)
def test_an_entry_in_full(banks, name):
    _, source, _ = banks(1, amount_minor=-150_000_00, status="SUCCESS", channel="UPI")
    _, entries = staged(source(name))
    entry = entries.iloc[0]
    assert (entry["amount_minor"], entry["direction"]) == (-150_000_00, "DEBIT")
    assert (entry["currency"], entry["status"], entry["channel"]) == ("INR", "SUCCESS", "UPI")
    assert entry["transaction_type"] == "TRANSFER"
    assert entry["bank_code"] == name.upper()
    assert entry["account_number"] == "50100000000001"
    day = pd.Timestamp("2026-03-10")
    assert (entry["business_date"], entry["booking_date"], entry["value_date"]) == (day, day, day)
    assert entry["timestamp_precision"] == "second"
    assert pd.isna(entry["settlement_utr"])
    assert entry["raw_method"] == "UPI"


@pytest.mark.parametrize("name", BANKS)
@pytest.mark.parametrize("status", ["SUCCESS", "FAILED", "PENDING"])
def test_a_status_is_translated(banks, name, status):
    _, source, _ = banks(1, status=status)
    assert staged(source(name))[1]["status"].tolist() == [status]


@pytest.mark.parametrize("name", BANKS)
def test_a_settlement_credit_names_its_utr(banks, name):
    change = {
        "description": "NEFT CR-RATN0000001-Razorpay Software-x-1568176960vxp0rj",
        "reference": "1568176960vxp0rj", "amount_minor": 48_820,
    }  # fmt: skip
    _, source, _ = banks(1, **change)
    entry = staged(source(name))[1].iloc[0]
    assert entry["utr"] == entry["settlement_utr"] == "1568176960VXP0RJ"
    assert entry["reference_number"] == "1568176960vxp0rj"


NARRATIONS = {
    "hdfc": "UPI-ASHA-asha@bank-HDFC0000001-409374856309-RENT 501000000001",
    "icici": "MMT/IMPS/409374856309/rent/501000000001/ASHA",
    "sbi": "BY 501000000001 TRANSFER-UPI/CR/409374856309/ASHA/HDFC/asha@bank/rent--",
}


@pytest.mark.parametrize("name", BANKS)
def test_a_blank_reference_is_taken_from_the_narration(banks, name):
    _, source, _ = banks(1, reference="", description=NARRATIONS[name])
    entry = staged(source(name))[1].iloc[0]
    assert entry["rrn"] == "409374856309"
    assert pd.isna(entry["reference_number"])
    assert entry["description"] == NARRATIONS[name]


def test_sbi_gives_whole_days_and_nothing_is_cut_here(banks):
    _, source, _ = banks(250)
    hour = Interval(at(1), at(2))
    _, entries = staged(source("sbi"), hour)
    assert len(entries) == 250


def test_rows_of_many_pages_know_their_place(banks):
    _, source, _ = banks(250)
    opened = source("hdfc")
    payloads = list(opened.fetch(WINDOW))
    frame = opened.parse_many(payloads)
    assert frame["payload_no"].value_counts(sort=False).tolist() == [100, 100, 50]
    assert frame["row_no"].tolist() == [*range(100), *range(100), *range(50)]
    one_by_one = pd.concat([opened.parse(payload) for payload in payloads], ignore_index=True)
    pd.testing.assert_frame_equal(frame.drop(columns=["payload_no", "row_no"]), one_by_one)
    kept = frame[frame["row_no"] % 2 == 1]
    entries = opened.normalise("transactions", kept)
    assert entries.index.equals(kept.index)
    assert entries["row_no"].tolist() == kept["row_no"].tolist()


def test_every_call_is_on_record_by_its_path_alone(banks, lent):
    _, source, servers = banks(150)
    staged(source("hdfc"))
    assert [call["endpoint"] for call in lent.calls] == [
        "/oauth/token", "/v1/transactions", "/v1/transactions",
    ]  # fmt: skip
    secret = servers.environment["HDFC_CLIENT_SECRET"]
    assert secret not in repr(lent.calls)


def test_a_source_without_its_variables_says_which(banks, rest):
    class Nowhere:
        environment: dict = {}  # noqa: RUF012

    source = rest(Nowhere, "sbi")
    said = "sbi: not configured: set SBI_API_URL, SBI_CLIENT_ID, SBI_CLIENT_SECRET"
    with pytest.raises(MisconfiguredSource, match=said):
        next(source.fetch(WINDOW))
    assert source.check() == [said]


@pytest.mark.parametrize("name", BANKS)
def test_check_is_silent_when_all_is_well_and_says_what_is_not(banks, name):
    _, source, servers = banks(3)
    assert source(name).check() == []
    servers.fault(name, "forbidden", times=None)
    (said,) = source(name).check()
    assert "403" in said
