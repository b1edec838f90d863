"""A bank's text rows to entries: signs, words, references, and what stays blank."""

from pathlib import Path

import pandas as pd
import pytest

from adapters import statement
from adapters.config import load_source
from adapters.errors import FormatMismatch
from reconciliation.model import ENTRY_COLUMNS

ADAPTERS = Path(__file__).parents[2] / "adapters"
ROW = {
    "txn_id": "S1", "account_number": "040500000001", "amount": "1,50,000.00", "currency": "INR",
    "direction": "CR", "status": "Success", "timestamp": "10-03-2026 00:10:00",
    "value_date": "09-03-2026", "channel": "IMPS", "reference_number": "", "description": "x",
    "balance": "-10,50,510.00",
}  # fmt: skip


def entries(*changes, bank="icici", **words):
    config = load_source(ADAPTERS / f"{bank}.yaml", {})
    rule = statement.words_of(config.datasets["transactions"])
    rows = pd.DataFrame([ROW | change for change in changes], columns=list(ROW)).astype("string")
    return statement.entries(config, rule, rows)


def test_one_row_in_full():
    entry = entries({}).iloc[0]
    assert (entry["amount_minor"], entry["balance_minor"]) == (15_000_000, -105_051_000)
    # The day is India's, though in UTC it was still the ninth.
    assert entry["occurred_at"] == pd.Timestamp("2026-03-09T18:40:00Z")
    assert entry["business_date"] == entry["booking_date"] == pd.Timestamp("2026-03-10")
    assert entry["value_date"] == pd.Timestamp("2026-03-09")
    assert (entry["channel"], entry["raw_method"]) == ("ONLINE", "IMPS")
    assert (entry["status"], entry["raw_status"]) == ("SUCCESS", "Success")
    blank = ["reference_number", "rrn", "utr", "upi_id", "arn", "order_id", "settlement_utr"]
    assert entry[blank].isna().all()


@pytest.mark.parametrize(("mark", "sign"), [("CR", 1), ("DR", -1)])
def test_the_sign_is_the_marks(mark, sign):
    entry = entries({"direction": mark, "amount": "0.01"}).iloc[0]
    assert entry["amount_minor"] == sign
    assert entry["direction"] == ("CREDIT" if sign > 0 else "DEBIT")


@pytest.mark.parametrize(
    ("amount", "minor", "direction"),
    [("1500.00-", -150_000, "DEBIT"), ("1500.00+", 150_000, "CREDIT"), ("0.00-", 0, "CREDIT")],
)
def test_the_sign_is_in_the_amount(amount, minor, direction):
    change = {"amount": amount, "timestamp": "10/03/2026 00:10:00", "value_date": "10/03/2026",
              "balance": "+1.00"}  # fmt: skip
    entry = entries(change, bank="sbi").iloc[0]
    assert (entry["amount_minor"], entry["direction"]) == (minor, direction)


@pytest.mark.parametrize(
    ("raw", "status"),
    [("Success", "SUCCESS"), ("SUCCESS", "SUCCESS"), ("S", "SUCCESS"), ("Failure", "FAILED"),
     ("FAILURE", "FAILED"), ("F", "FAILED"), ("PENDING", "PENDING"), ("succeeded", "PENDING"),
     ("success ", "PENDING"), ("", "PENDING"), (None, "PENDING")],
)  # fmt: skip
def test_only_a_known_word_is_success(raw, status):
    assert entries({"status": raw}).iloc[0]["status"] == status


def test_unknown_words_are_counted_in_one_warning(caplog):
    entries({"status": "A"}, {"status": "B"}, {"status": ""}, {})
    assert caplog.messages == ["icici.yaml, transactions: 2 rows with a status we do not know"]


def test_a_given_reference_wins_over_the_narration():
    narration = "MMT/IMPS/999999999999/rent"
    entry = entries({"reference_number": "0000409374856309", "description": narration}).iloc[0]
    assert (entry["rrn"], entry["reference_number"]) == ("409374856309", "0000409374856309")
    entry = entries({"reference_number": "000000000000", "description": narration}).iloc[0]
    assert (entry["rrn"], entry["reference_number"]) == ("999999999999", "000000000000")


def test_rows_with_and_without_a_reference_do_not_mix():
    made = entries(
        {"reference_number": "409374856309", "description": "UPI/111111111111/x"},
        {"description": "UPI/222222222222/x"},
        {"description": "own account 040500000001"},
        {"description": "NEFT-1568176960vxp0rj-RAZORPAY SOFTWARE"},
    )
    assert made["rrn"].fillna("").tolist() == ["409374856309", "222222222222", "", ""]
    assert made["utr"].fillna("").tolist() == ["", "", "", "1568176960VXP0RJ"]
    assert made["settlement_utr"].fillna("").tolist() == ["", "", "", "1568176960VXP0RJ"]


@pytest.mark.parametrize(
    ("description", "is_gateway"),
    [
        ("NEFT-X-RAZORPAY SOFTWARE", True),
        ("neft razorpay", True),
        ("RAZOR PAY", False),
        (None, False),
    ],
)
def test_the_gateway_is_named_in_the_narration(description, is_gateway):
    entry = entries({"description": description, "reference_number": "RZRP173069230703"}).iloc[0]
    assert entry["utr"] == "RZRP173069230703"
    assert pd.notna(entry["settlement_utr"]) == is_gateway


def test_the_index_and_the_place_in_the_delivery_are_kept():
    config = load_source(ADAPTERS / "icici.yaml", {})
    rule = statement.words_of(config.datasets["transactions"])
    rows = pd.DataFrame([ROW, ROW], index=[7, 3]).astype("string")
    made = statement.entries(config, rule, rows)
    assert made.index.tolist() == made["row_no"].tolist() == [7, 3]
    made = statement.entries(config, rule, rows.assign(row_no=[1, 0]))
    assert (made.index.tolist(), made["row_no"].tolist()) == ([7, 3], [1, 0])


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_dtypes_whatever_the_number(rows):
    made = entries(*[{}] * rows)
    assert made.dtypes.astype(str).to_dict() == ENTRY_COLUMNS
    assert len(made) == rows


@pytest.mark.parametrize(
    "change", [{"amount": "150000.00"}, {"timestamp": "03-31-2026 00:00:00"}, {"value_date": "x"}]
)
def test_what_the_suite_should_have_caught_raises(change):
    with pytest.raises(FormatMismatch):
        entries({}, change)
