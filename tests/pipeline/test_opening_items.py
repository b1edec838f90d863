"""Open items at go-live: by the doors of every entry, and never against the source's word."""

import json
from datetime import date, datetime

import pytest

from pipeline.errors import SettingsError
from pipeline.evidence import opened
from pipeline.keys import open_keys
from pipeline.matching import reconcile
from pipeline.opening_balances import set_accounts
from pipeline.opening_file import GoLive, read_go_live
from pipeline.releasing import NotThere, reparse
from pipeline.staging import stage
from reconciliation.model import HOUR, IST, Interval
from tests.pipeline import bank
from tests.pipeline.bank import query

NUMBER = "50100000001234"
ACCOUNT = {
    "account_number": NUMBER, "bank_code": "HDFC", "currency": "INR",
    "opening_date": "2026-03-09", "opening_ledger": "900.00", "opening_statement": "1000.00",
}  # fmt: skip
OURS = {
    "source": "core", "txn_id": "C1", "account_number": NUMBER, "amount": "100.00",
    "direction": "DEBIT", "business_date": "2026-03-09", "rrn": "606800000001",
}  # fmt: skip
THEIRS = {
    "source": "hdfc", "txn_id": "H1", "account_number": NUMBER, "amount": "7.5",
    "direction": "CREDIT", "business_date": "2026-03-01", "utr": "n123456789012345",
    "description": "cheque of before",
}  # fmt: skip
PAYMENT = {
    "source": "razorpay", "dataset": "payments", "txn_id": "pay_1", "amount": "50.00",
    "currency": "INR", "direction": "CREDIT", "business_date": "2026-03-02",
    "order_id": "order_1", "transaction_type": "PAYMENT", "open_on": [],
}  # fmt: skip
ENTRIES = "select xmin, * from staging.entry order by entry_id, version"
LIVE = "select * from staging.entry where known_to is null and source = :source"


@pytest.fixture
def keys(settings, store):
    return open_keys(settings, store)


def give(settings, *items, account=ACCOUNT):
    return set_accounts(settings, GoLive([dict(account)], [dict(item) for item in items]))


def counts(given, new=0, changed=0, retracted=0):
    return {"given": given, "new": new, "changed": changed, "retracted": retracted}


def test_items_become_entries_of_their_source(settings, store):
    assert give(settings, OURS, THEIRS, PAYMENT) == {"accounts": 1, "open_items": counts(3, 3)}
    (ours,) = query(store, LIVE, source="core")
    assert (ours["amount_minor"], ours["direction"], ours["rrn"]) == (
        -100_00, "DEBIT", "606800000001",
    )  # fmt: skip
    assert (ours["bank_code"], ours["business_date"]) == ("HDFC", date(2026, 3, 9))
    assert (ours["timestamp_precision"], ours["occurred_at"]) == ("day", None)
    assert ours["known_from"] == datetime(2026, 3, 10, tzinfo=IST)
    (theirs,) = query(store, LIVE, source="hdfc")
    assert (theirs["amount_minor"], theirs["utr"], theirs["account_id"]) == (
        7_50, "N123456789012345", ours["account_id"],
    )  # fmt: skip
    (payment,) = query(store, LIVE, source="razorpay")
    assert (payment["account_id"], payment["bank_code"], payment["dataset"]) == (
        None, "RAZORPAY", "payments",
    )  # fmt: skip


def test_the_evidence_is_kept_encrypted(settings, store, keys):
    give(settings, OURS)
    (kept,) = query(store, "select * from raw.delivery")
    assert NUMBER not in str({**kept, "ciphertext": bytes(kept["ciphertext"])})
    body = opened(
        keys.data, kept["key_id"], kept["ciphertext"], size=kept["bytes"], source="core",
        part=kept["part"], sha256=kept["sha256"],
    )  # fmt: skip
    assert json.loads(body) == [OURS]


def test_the_same_list_twice_adds_nothing(settings, store):
    give(settings, OURS, THEIRS)
    tables = ENTRIES, "select * from raw.delivery", "select * from staging.load"
    before = [query(store, table) for table in tables]
    assert give(settings, THEIRS, OURS)["open_items"] == counts(2)
    assert [query(store, table) for table in tables] == before


def test_a_list_that_says_nothing_of_items_leaves_them(settings, store):
    give(settings, OURS)
    before = query(store, ENTRIES)
    set_accounts(settings, GoLive([ACCOUNT]))
    assert query(store, ENTRIES) == before
    assert query(store, "select source from ops.opening_item") == [{"source": "core"}]


def test_a_changed_item_is_a_new_version_and_a_dropped_one_is_retracted(settings, store):
    second = OURS | {"txn_id": "C2", "rrn": None}
    give(settings, OURS, second, THEIRS)
    changed = OURS | {"amount": "100.01"}
    assert give(settings, changed, THEIRS)["open_items"] == counts(2, 0, 1, 1)
    rows = query(store, ENTRIES)
    ours = [(row["txn_id"], row["version"], row["end_reason"]) for row in rows
            if row["source"] == "core"]  # fmt: skip
    assert ours == [("C1", 1, "superseded"), ("C1", 2, None), ("C2", 1, "retracted")]
    assert bank.live(store, "core") == {"C1": -100_01}
    # The first list again is news again, and who was gone comes back under its id.
    assert give(settings, OURS, second, THEIRS)["open_items"] == counts(3, 1, 1)
    assert bank.live(store, "core") == {"C1": -100_00, "C2": -100_00}
    assert len({row["entry_id"] for row in query(store, ENTRIES)}) == 3
    assert give(settings)["open_items"] == counts(0, 0, 0, 3)
    assert bank.live(store, "core") == bank.live(store, "hdfc") == {}


def test_where_it_was_open_is_part_of_an_item(settings, store):
    give(settings, OURS)
    assert give(settings, OURS | {"open_on": ["core_hdfc"]})["open_items"] == counts(1, 0, 1)


@pytest.mark.parametrize("is_first", [True, False])
def test_what_the_source_says_itself_counts_more(settings, store, keys, is_first):
    row = bank.row("H1", 750, account_number=NUMBER, timestamp="2026-03-01T10:00:00+05:30")
    start = datetime(2026, 3, 1, 10, tzinfo=IST)
    hour = Interval(start, start + HOUR)
    bank.deliver(store, keys, bank.config("hdfc"), bank.page([row]), interval=hour)
    if is_first:
        give(settings, THEIRS)
    stage(store, keys, bank.config("hdfc"), hour)
    if not is_first:
        give(settings, THEIRS)
    for items in ([THEIRS], [THEIRS | {"amount": "8.00"}], []):
        give(settings, *items)
        (entry,) = query(store, LIVE, source="hdfc")
        assert (entry["txn_id"], entry["amount_minor"]) == ("H1", 750)
        assert entry["part"] == "transactions/1"
    assert len({row["entry_id"] for row in query(store, ENTRIES)}) == 1


@pytest.mark.parametrize(("item", "change", "sentence"), [
    (OURS, {"source": "nobody"}, "open item 1: source is none of axis"),
    (OURS, {"source": None}, "open item 1: source is missing"),
    (OURS, {"txn_id": None}, "open item 1: txn_id is missing"),
    (OURS, {"txn_id": " "}, "open item 1: txn_id is not a text"),
    (OURS, {"surprise": "1"}, "open item 1: unknown surprise"),
    (OURS, {"amount": "1,500"}, "open item 1: amount: not an amount with at most 2 decimals"),
    (OURS, {"amount": "1.005"}, "open item 1: amount: not an amount"),
    (OURS, {"amount": "1e5"}, "open item 1: amount: not an amount"),
    (OURS, {"amount": "-5"}, "open item 1: amount is negative; say DEBIT or CREDIT"),
    (OURS, {"direction": "DR"}, "open item 1: direction is none of CREDIT, DEBIT"),
    (OURS, {"business_date": "09/03/2026"}, "open item 1: business_date is not a date"),
    (OURS, {"business_date": "20260309"}, "open item 1: business_date is not a date"),
    (OURS, {"business_date": "2026-03-10"}, "business_date 2026-03-10 is after the opening date"),
    (PAYMENT, {"business_date": "2026-03-10"}, "is after the opening date 2026-03-09"),
    (OURS, {"currency": "XXX"}, "open item 1: currency is none of"),
    (OURS, {"currency": "USD"}, "open item 1: currency is USD, its account's INR"),
    (OURS, {"rrn": "12345678901"}, "open item 1: rrn is not 12 digits"),
    (OURS, {"utr": "A B"}, "open item 1: utr is not 4 to 35"),
    (OURS, {"account_number": "50 100"}, "open item 1: account_number is missing or holds"),
    (OURS, {"account_number": "50100000009999"}, "account_number is no account that is set"),
    (OURS, {"open_on": ["core_axis", "gateway_settlement"]}, "open item 1: open_on is none of"),
    (OURS, {"open_on": "core_hdfc"}, "open item 1: open_on is not a list"),
    (OURS, {"transaction_type": "GIFT"}, "open item 1: transaction_type is none of"),
    (THEIRS, {"account_number": None}, "open item 1: account_number is missing; hdfc needs it"),
    (THEIRS, {"source": "icici"}, "its account is one of HDFC, not of ICICI"),
    (PAYMENT, {"dataset": None}, "dataset is missing; razorpay has payments, refunds"),
    (PAYMENT, {"dataset": "settlements"}, "open item 1: dataset is none of payments, refunds"),
    (PAYMENT, {"transaction_type": None}, "open item 1: transaction_type is missing"),
    (PAYMENT, {"currency": None}, "open item 1: currency is missing"),
])  # fmt: skip
def test_a_wrong_item_sets_nothing(settings, store, item, change, sentence):
    wrong = {name: value for name, value in (item | change).items() if value is not None}
    with pytest.raises(SettingsError, match=sentence) as refused:
        give(settings, wrong)
    assert NUMBER not in str(refused.value)
    assert query(store, ENTRIES) == query(store, "select * from ops.account") == []


def test_one_item_stands_once_in_a_list(settings):
    with pytest.raises(SettingsError, match="open item 3: the same source and txn_id as open it"):
        give(settings, OURS, THEIRS, OURS | {"amount": "1"})


@pytest.mark.parametrize("item", [OURS, PAYMENT])
def test_without_an_opening_date_nothing_was_open(settings, item):
    account = {name: ACCOUNT[name] for name in ("account_number", "bank_code", "currency")}
    with pytest.raises(SettingsError, match="no opening_date; set it with the balances"):
        give(settings, item, account=account)


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_amounts_are_in_the_accounts_own_currency(settings, store, currency):
    account = ACCOUNT | {"currency": currency, "opening_ledger": "0", "opening_statement": "0"}
    give(settings, OURS | {"amount": "100"}, account=account)
    assert bank.live(store, "core") == {"C1": {"JPY": -100, "KWD": -100_000}[currency]}


def three_way(store, items, settings):
    """A refund of a payment of before go-live, on three sides; the breaks it leaves."""
    give(settings, *items)
    with store.transaction() as transaction:
        for source, order, payment in (
            ("core", "order_1", None), ("mobile", "order_1", None), ("razorpay", None, "pay_1"),
        ):  # fmt: skip
            load = transaction.row(
                "staging/open_load", source=source, interval_from=bank.HOUR_10.start,
                interval_to=bank.HOUR_10.end, parser_version="1",
            )  # fmt: skip
            transaction.connection.exec_driver_sql(
                "insert into staging.entry (source, dataset, entry_key, txn_id, amount_minor,"
                " currency, direction, status, occurred_at, timestamp_precision, business_date,"
                " transaction_type, order_id, payment_id, fetched_at, digest, delivery_id, part,"
                " row_no, parser_version, load_id, known_from) values (%s, 't', 'R', 'R', -5000,"
                " 'INR', 'DEBIT', 'SUCCESS', '2026-03-10 10:15+05:30', 'second', '2026-03-10',"
                " 'REFUND', %s, %s, now(), gen_random_uuid(), 1, 'p', 1, '1', %s, %s)",
                (source, order, payment, load["load_id"], load["known_at"]),
            )
    end = datetime(2026, 3, 20, tzinfo=IST)
    found = set()
    for edge in ("core_gateway_mobile", "gateway_settlement"):
        reconcile(store, edge, Interval(end - HOUR, end))
        found |= {(row["code"], row["subject_key"]) for row in query(
            store, "select code, subject_key from recon.break where status <> 'RESOLVED'"
            " and reconciliation = :edge", edge=edge)}  # fmt: skip
    return found


def test_a_refund_finds_its_payment_of_before_go_live(settings, store):
    # The refund itself is not settled: that is true, and all there is to say.
    assert three_way(store, [PAYMENT], settings) == {("RFD_NOT_SETTLED", "razorpay:R")}
    seats = "select count(*) as seats from recon.match_item where reconciliation = :edge"
    assert query(store, seats, edge="core_gateway_mobile") == [{"seats": 3}]
    open_ = "select role, due_at from recon.open_entry where reconciliation = :edge"
    assert query(store, open_, edge="core_gateway_mobile") == [
        {"role": "information", "due_at": None}
    ]
    (refund,) = query(store, open_, edge="gateway_settlement")  # and nothing of the payment
    assert refund["role"] == "money"


def test_without_its_payment_the_refund_is_a_break(settings, store):
    found = three_way(store, [], settings)
    assert {code for code, _ in found} == {"MIS_IN_GATEWAY", "MIS_IN_LEDGER", "RFD_NOT_SETTLED"}


def test_a_payment_that_was_open_is_waited_for(settings, store):
    given = {name: value for name, value in PAYMENT.items() if name != "open_on"}
    found = three_way(store, [given], settings)
    assert ("MIS_IN_SETTLEMENT", "razorpay:pay_1") in found
    assert ("MIS_IN_LEDGER", "razorpay:pay_1") in found


def test_a_list_of_items_is_not_read_again_by_the_source(settings, store):
    give(settings, OURS)
    (kept,) = query(store, "select delivery_id from raw.delivery")
    with pytest.raises(NotThere, match="is a list of open items: give it again"):
        reparse(settings, store, kept["delivery_id"])


@pytest.mark.parametrize(("held", "sentence"), [
    ("{}x", "line 1, column 3: not JSON"), ('"a"', "expected a list of accounts"),
    ('{"acounts": []}', "expected a list of accounts"),
    ('{"open_items": {}}', "open_items is not a list of objects"),
    ('[{}, "1"]', "accounts is not a list of objects"),
])  # fmt: skip
def test_a_file_of_another_shape_is_refused(tmp_path, held, sentence):
    path = tmp_path / "accounts.json"
    path.write_text(held)
    with pytest.raises(SettingsError, match=sentence):
        read_go_live(path)
