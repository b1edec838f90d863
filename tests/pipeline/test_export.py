"""Exports: the columns that are a contract, as of any moment, the same bytes each time."""

import csv
import io
import json
from datetime import timedelta

import pytest

from pipeline import export
from pipeline.errors import PipelineError
from reconciliation.rulebook import shipped
from tests.sql.ledger_book import DAY, Row, at

OURS = Row("core", "L", rrn="1")
THEIRS = Row("hdfc", "E", rrn="1")
LATE = at(0, day=DAY + timedelta(days=2))
# As the issue names them.
ENTRIES = (
    "source,txn_id,amount,direction,currency,status,timestamp,value_date,account_id,bank_code,"
    "channel,transaction_type,reference_number,description,settlement_utr,order_id,version"
)
MATCHES = (
    "reconciliation,match_group_id,pass_name,rule_version,side,source,txn_id,amount,difference"
)
BREAKS = (
    "break_id,reconciliation,code,family,status,source,txn_id,amount,currency,business_date,"
    "opened_at,age_days,explanation"
)

CANDIDATES = "break_id,reconciliation,kind,rank,state,source,txn_id,score,margin,reason"


def text_of(book, what, **more):
    out = io.StringIO()
    rows = export.write(book.store, what, out, **more)
    assert rows == len(out.getvalue().splitlines()) - (more.get("form", "csv") == "csv")
    return out.getvalue()


def rows_of(book, what, **more):
    return list(csv.DictReader(io.StringIO(text_of(book, what, **more))))


@pytest.mark.parametrize(
    ("what", "header"),
    [("entries", ENTRIES), ("matches", MATCHES), ("breaks", BREAKS), ("candidates", CANDIDATES)],
)
def test_the_columns_are_a_contract(book, what, header):
    assert text_of(book, what) == header + "\n"


def test_entries_are_unsigned_masked_and_as_precise_as_they_came(book):
    book.load(
        OURS.but(amount=-1500_50, at=at(10, 21, 7), order_id="order_1"),
        OURS.but(key="D", at=None, day=DAY, currency="JPY", amount=5000),
    )
    day, second = rows_of(book, "entries")
    assert (second["amount"], second["direction"]) == ("1500.50", "DEBIT")
    assert (second["timestamp"], second["version"]) == ("2026-03-10T04:51:07Z", "1")
    assert (second["account_id"], second["order_id"]) == ("••••1111", "order_1")
    assert (day["amount"], day["timestamp"]) == ("5000", "")


def test_numbers_of_our_accounts_are_masked_in_narrations_too(book):
    book.load(OURS)
    with book.owner_store.transaction() as transaction:
        transaction.connection.exec_driver_sql(
            "update staging.entry set description ="
            " 'UPI-50100000001111-409374856309-x', reference_number = '=cmd|1'"
        )
    (found,) = rows_of(book, "entries")
    assert found["description"] == "UPI-••••1111-409374856309-x"
    assert found["reference_number"] == "'=cmd|1"  # a spreadsheet must not run it


def test_matches_are_signed_and_name_their_side(book):
    book.load(OURS.but(amount=-1500_50))
    book.load(THEIRS.but(amount=-1500_50))
    book.reconcile(until=LATE)
    external, ledger = rows_of(book, "matches")
    assert (ledger["side"], ledger["source"], ledger["txn_id"]) == ("ledger", "core", "L")
    assert (external["side"], external["source"]) == ("external", "hdfc")
    assert (ledger["amount"], ledger["difference"]) == ("-1500.50", "0.00")
    assert (ledger["pass_name"], ledger["rule_version"]) == (
        "rail_rrn",
        str(shipped().find("core_hdfc").version),
    )
    assert ledger["match_group_id"] == external["match_group_id"]


def test_in_a_three_way_the_side_is_the_source(book):
    for source in ("core", "razorpay", "mobile"):
        book.load(Row(source, source, order_id="o", payment_id=None, type="PAYMENT"))
    book.reconcile("core_gateway_mobile", LATE)
    assert [row["side"] for row in rows_of(book, "matches")] == ["core", "mobile", "razorpay"]


def test_breaks_in_every_status_anchored_on_their_entry(book):
    book.load(OURS.but(amount=-1500_50), OURS.but(key="L2", rrn="2"))
    book.refuse("hdfc", part="AXIS_0001_20260310_12")
    book.reconcile(until=LATE)
    book.load(THEIRS.but(rrn="2"))
    book.reconcile(until=at(0, day=DAY + timedelta(days=6)))

    found = {(row["code"], row["txn_id"]): row for row in rows_of(book, "breaks")}
    assert {key: row["status"] for key, row in found.items()} == {
        ("MIS_IN_BANK", "L"): "OPEN",
        ("MIS_IN_BANK", "L2"): "RESOLVED",
        ("DQ_QUARANTINED", ""): "OPEN",
    }
    row = found["MIS_IN_BANK", "L"]
    assert (row["amount"], row["currency"], row["family"]) == ("-1500.50", "INR", "missing")
    assert (row["business_date"], row["opened_at"]) == ("2026-03-10", "2026-03-11T18:30:00Z")
    assert row["age_days"] == "4"  # Tuesday to Monday; the 14th is a 2nd Saturday
    assert found["DQ_QUARANTINED", ""]["source"] == "hdfc"


@pytest.mark.parametrize("calendar", ["india_bank", "always"])
def test_a_break_is_as_old_in_the_auditors_view(book, calendar):
    book.load(OURS)
    book.reconcile(until=at(0, day=DAY + timedelta(days=6)))
    book.execute(
        "update recon.edge set calendar = :calendar, known_at = known_at + interval '1 second'",
        calendar=calendar,
    )
    [row] = rows_of(book, "breaks")
    [seen] = book.rows("select age_days from report.breaks")
    assert int(row["age_days"]) == seen["age_days"] == {"india_bank": 4, "always": 6}[calendar]


def test_as_of_a_past_moment_it_comes_out_as_it_was_then(book):
    book.load(OURS)
    book.reconcile(until=LATE)
    names = ("entries", "matches", "breaks", "candidates")
    then = {what: text_of(book, what, as_of=LATE) for what in names}
    assert then["breaks"] == text_of(book, "breaks")

    book.load(THEIRS, THEIRS.but(key="E2", rrn="9"))
    book.load(OURS.but(amount=100_00, type="PAYMENT"))
    book.reconcile(until=LATE + timedelta(days=3))
    now = {what: text_of(book, what) for what in names}
    assert {what: text_of(book, what, as_of=LATE) for what in names[1:]} == {
        what: then[what] for what in names[1:]
    }
    assert now["matches"] != then["matches"]
    assert now["breaks"] != then["breaks"]


def test_entries_as_of_a_version(book):
    book.load(OURS)
    book.load(OURS.but(amount=90_00))
    (early,) = rows_of(book, "entries", as_of=at(0) + timedelta(seconds=1))
    (late,) = rows_of(book, "entries")
    assert [(row["version"], row["amount"]) for row in (early, late)] == [
        ("1", "100.00"), ("2", "90.00"),
    ]  # fmt: skip


def test_one_reconciliation(book):
    book.load(OURS)
    book.load(Row("mobile", "M", order_id="o"))
    book.reconcile(until=LATE)
    assert [row["source"] for row in rows_of(book, "entries", **export.chosen("core_hdfc"))] == [
        "core"
    ]
    assert rows_of(book, "breaks", **export.chosen("core_sbi")) == []
    assert len(rows_of(book, "breaks", **export.chosen("core_hdfc"))) == 1


def test_json_lines(book):
    book.load(OURS.but(amount=-5_00))
    book.reconcile(until=LATE)
    (row,) = (json.loads(line) for line in text_of(book, "breaks", form="jsonl").splitlines())
    assert list(row) == BREAKS.split(",")
    assert (row["amount"], row["age_days"]) == ("-5.00", 2)


@pytest.mark.parametrize(("what", "form"), [("secrets", "csv"), ("breaks", "xml")])
def test_what_is_not_exported(book, what, form):
    with pytest.raises(PipelineError, match="nothing to export"):
        export.write(book.store, what, io.StringIO(), form=form)


def test_it_streams(book, monkeypatch):
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 2)
    book.load(*(OURS.but(key=f"L{number}") for number in range(5)))
    assert [row["txn_id"] for row in rows_of(book, "entries")] == [f"L{n}" for n in range(5)]


def test_candidates_say_what_a_break_could_belong_to(book):
    book.load(OURS.but(amount=100_00))
    book.load(*(THEIRS.but(key=f"E{n}", amount=n * 100, rrn=str(n)) for n in (40, 60)))
    book.reconcile(until=LATE)
    ids = {row["txn_id"]: row["break_id"] for row in rows_of(book, "breaks")}
    found = [row for row in rows_of(book, "candidates") if row["break_id"] == ids[OURS.key]]
    assert [(row["kind"], row["rank"], row["state"], row["txn_id"]) for row in found] == [
        ("sum", "1", "only", "E40"), ("sum", "1", "only", "E60"),
    ]  # fmt: skip
    assert rows_of(book, "candidates", as_of=OURS.at) == []
