"""Statements that continue, and the proof of each account and day."""

from datetime import timedelta

import pytest

from reconciliation.model import MINOR_UNIT_DIGITS, minor_text
from tests.sql.ledger_book import DAY, Row, at

ACCOUNT = "50100000001111"
D1, D2, D3 = DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)
JUDGED = at(0, day=DAY + timedelta(days=5))


def statement(*amounts, opening=1000_00, day=DAY, jumps=None, first_hour=8, **more):
    """Bank rows with a running balance; `jumps`: row → what its balance gains beyond it."""
    balance, rows = opening, []
    for place, amount in enumerate(amounts):
        balance += amount + (jumps or {}).get(place, 0)
        rows.append(
            Row("hdfc", f"E{day.day}{place}", amount=amount, rrn=f"9{day.day}{place}",
                at=at(first_hour + place, day=day), balance=balance, **more)
        )  # fmt: skip
    return rows


def ledger(rows):
    return [row.but(source="core", key=f"L{row.key}", balance=None) for row in rows]


def opened(book, day=DAY - timedelta(days=1), ledger=1000_00, statement=1000_00):
    book.opening(ACCOUNT, ledger, statement, day)


def proofs(book, *columns):
    return {row["business_date"]: tuple(row[name] for name in columns) for row in book.proofs()}


def test_the_worked_example(book):
    """matching.md, section 4: opening 1000; three days, a group that differs by 5."""
    opened(book, ledger=1000, statement=1000)
    ours = {"L1": (500, D1), "L2": (200, D1), "L3": (-100, D2), "L4": (70, D2)}
    theirs = {"E1": (500, D1, 1500), "E2": (200, D2, 1700), "E3": (-105, D2, 1595),
              "E4": (-10, D3, 1585)}  # fmt: skip
    book.load(*(Row("core", key, amount=amount, at=at(10, day=day), utr=f"U{key[1]}")
                for key, (amount, day) in ours.items()))  # fmt: skip
    book.load(*(Row("hdfc", key, amount=amount, at=at(11, day=day), balance=balance,
                    utr=None if key == "E4" else f"U{key[1]}")
                for key, (amount, day, balance) in theirs.items()))  # fmt: skip
    for day, amount in ((D1, 1700), (D2, 1670), (D3, 1670)):
        book.balance(ACCOUNT, day, amount)
    book.reconcile(until=JUDGED)

    columns = ("ledger_balance_minor", "open_external_minor", "open_ledger_minor",
               "differences_minor", "statement_balance_minor", "state")  # fmt: skip
    found = proofs(book, *columns)
    assert found[D1] == (1700, 0, 200, 0, 1500, "proven")
    assert found[D2] == (1670, 0, 70, -5, 1595, "proven")
    assert found[D3] == (1670, -10, 70, -5, 1585, "proven")


def test_a_day_is_judged_a_day_after_its_end(book):
    opened(book)
    rows = statement(10_00, 20_00)
    book.load(*rows)
    book.load(*ledger(rows))
    book.balance(ACCOUNT, DAY, 1030_00)
    book.reconcile(until=at(23, day=D2))
    assert proofs(book, "state")[DAY] == ("not_due",)
    book.reconcile(until=at(0, day=D3))
    assert proofs(book, "state")[DAY] == ("proven",)
    assert book.breaks() == set()


def test_without_a_balance_of_its_own_the_ledger_proves_nothing(book):
    opened(book)
    rows = statement(10_00)
    book.load(*rows)
    book.load(*ledger(rows))
    book.reconcile(until=JUDGED)
    assert proofs(book, "state", "unexplained_minor")[DAY] == ("consistent_only", 0)


def test_what_nothing_explains_is_a_break_of_the_day_it_comes(book):
    opened(book)
    rows = statement(10_00)
    book.load(*rows)
    book.load(*ledger(rows))
    for day in (DAY, D2):
        book.balance(ACCOUNT, day, 1010_01)  # the ledger holds a paisa that no row tells of
    book.reconcile(until=JUDGED)

    assert proofs(book, "state", "unexplained_minor")[D2] == ("unexplained", -1)
    (found,) = book.live_breaks()
    assert (found["code"], found["business_date"], found["amount_minor"]) == (
        "PROOF_UNEXPLAINED", DAY, -1,
    )  # fmt: skip


def test_a_balance_that_jumps_is_named_and_explains_the_proof(book):
    opened(book)
    rows = statement(10_00, 20_00, 30_00, jumps={1: 7})
    book.load(*reversed(rows))
    book.load(*ledger(rows))
    book.balance(ACCOUNT, DAY, 1060_00)
    book.reconcile(until=JUDGED)

    (found,) = book.live_breaks()
    assert (found["code"], found["amount_minor"], found["source"]) == ("STM_CONSISTENCY", 7, "hdfc")
    assert "off by 0.07 INR before 2026-03-10 09:00:00" in found["explanation"]
    state, explained, unexplained, causes = proofs(
        book, "state", "explained_minor", "unexplained_minor", "causes"
    )[D2]
    assert (state, explained, unexplained) == ("explained", 7, 0)
    assert [cause["cause"] for cause in causes] == ["STM_CONSISTENCY"]


def test_a_late_row_heals_the_chain(book):
    opened(book)
    rows = statement(10_00, 20_00, 30_00)
    book.load(rows[0], rows[2])
    book.reconcile(until=JUDGED)
    assert ("STM_CONSISTENCY", "account_day") in book.breaks()
    book.load(rows[1])
    book.reconcile(until=JUDGED)
    assert {code for code, _ in book.breaks()} == {"MIS_IN_LEDGER"}


def test_two_movements_of_one_second_have_no_order_and_need_none(book):
    opened(book)
    rows = [row.but(at=at(9)) for row in statement(10_00, -20_00, 30_00, -20_00)]
    book.load(rows[2], rows[0], rows[3], rows[1])
    book.reconcile(until=JUDGED)
    assert {code for code, _ in book.breaks()} == {"MIS_IN_LEDGER"}


@pytest.mark.parametrize(("parts", "is_by_file", "code"), [
    (("A_20260310_08", "A_20260310_09"), True, "STM_CONTINUITY"),
    (("A_20260310_08", "A_20260310_08"), True, "STM_CONSISTENCY"),
    (("p/1", "p/2"), False, "STM_CONSISTENCY"),
])  # fmt: skip
def test_between_two_files_it_is_continuity(book, parts, is_by_file, code):
    opened(book)
    book.arrive("hdfc", hours=2, is_by_file=is_by_file)
    book.cover("hdfc", at(0), JUDGED)
    rows = [row.but(part=part) for row, part in zip(statement(1, 2, jumps={1: 5}), parts,
                                                    strict=True)]  # fmt: skip
    book.load(*rows)
    book.reconcile(until=JUDGED)
    assert (code, "account_day") in book.breaks()


def test_a_refused_file_between_explains_the_gap(book):
    opened(book)
    book.arrive("hdfc", hours=2, is_by_file=True)
    book.cover("hdfc", at(0), JUDGED)
    rows = statement(10_00, 20_00, 30_00)
    book.load(rows[0].but(part="A_20260310_08"), rows[2].but(part="A_20260310_10"))
    book.load(*ledger(rows))
    book.balance(ACCOUNT, DAY, 1060_00)
    book.refuse("hdfc", part="A_20260310_09")
    book.reconcile(until=JUDGED)

    assert {code for code, _ in book.breaks()} == {"DQ_QUARANTINED"}
    state, unexplained, causes = proofs(book, "state", "unexplained_minor", "causes")[DAY]
    assert (state, unexplained) == ("explained", 0)
    assert causes == [{"cause": "DQ_QUARANTINED", "amount_minor": 20_00,
                       "detail": "rows or files in quarantine"}]  # fmt: skip


@pytest.mark.parametrize(("amount", "hour", "is_explained"), [
    (20_00, 3, True), (20_01, 9, False), (None, 9, True), (None, 3, False),
])  # fmt: skip
def test_a_refused_row_explains_its_own_gap_only(book, amount, hour, is_explained):
    opened(book)
    rows = statement(10_00, 20_00, 30_00)
    book.load(rows[0], rows[2])
    book.refuse("hdfc", row_key="T", amount=amount, day=DAY, account=ACCOUNT, start=at(hour))
    book.reconcile(until=JUDGED)
    assert (("STM_CONSISTENCY", "account_day") in book.breaks()) is not is_explained


@pytest.mark.parametrize(("amounts", "hours", "is_explained"), [
    ((20_00, 30_00), (9, 10), True),
    ((20_00, 30_01), (9, 10), False),
    ((20_00, 30_00), (9, 3), False),  # one of them stood elsewhere
    ((20_00, 20_00), (9, 10), False),
])  # fmt: skip
def test_rows_refused_side_by_side_explain_their_gap_together(book, amounts, hours, is_explained):
    opened(book)
    rows = statement(10_00, 20_00, 30_00, 40_00)
    book.load(rows[0], rows[3])
    for place, (amount, hour) in enumerate(zip(amounts, hours, strict=True)):
        book.refuse(
            "hdfc", row_key=f"T{place}", amount=amount, day=DAY, account=ACCOUNT, start=at(hour)
        )
    book.reconcile(until=JUDGED)
    assert (("STM_CONSISTENCY", "account_day") in book.breaks()) is not is_explained


def test_a_ledger_row_in_quarantine_is_a_named_cause(book):
    opened(book)
    rows = statement(10_00, 20_00)
    book.load(*rows)
    book.load(*ledger(rows[:1]))
    book.refuse("core", row_key="T", amount=20_00, day=DAY, account=ACCOUNT)
    book.balance(ACCOUNT, DAY, 1030_00)
    book.reconcile(until=JUDGED)
    assert proofs(book, "state", "explained_minor", "unexplained_minor")[DAY] == (
        "explained", -20_00, 0,
    )  # fmt: skip


def unreadable(book, amount=20_00, *, balance=1030_00, on=DAY, account=ACCOUNT):
    """A ledger row of `amount` is missing; one whose amount cannot be read is in quarantine."""
    opened(book)
    rows = statement(10_00, amount)
    book.load(*rows)
    book.load(*ledger(rows[:1]))
    for day in (DAY, D2):
        book.balance(ACCOUNT, day, balance)
    book.refuse("core", row_key="T", day=on, account=account)
    book.reconcile(until=JUDGED)


PROOF = ("state", "explained_minor", "unexplained_minor")


@pytest.mark.parametrize("account", [ACCOUNT, None])
def test_a_row_that_cannot_be_read_explains_nothing_and_is_named(book, account):
    unreadable(book, account=account)
    found = proofs(book, *PROOF, "causes")
    assert found[DAY] == ("unreadable", 0, -20_00, [
        {"cause": "DQ_QUARANTINED", "amount_minor": 0,
         "detail": "cannot be proven: the amount of row core T cannot be read"},
    ])  # fmt: skip
    (broken,) = (row for row in book.live_breaks() if row["code"] == "PROOF_UNEXPLAINED")
    assert (broken["business_date"], broken["amount_minor"]) == (DAY, -20_00)
    assert broken["explanation"].endswith(
        " The day cannot be proven: the amount of row core T cannot be read."
    )


@pytest.mark.parametrize(("on", "states"), [
    (DAY - timedelta(days=1), ("unreadable", "unreadable")),
    (DAY, ("unreadable", "unreadable")),
    (D2, ("unexplained", "unreadable")),
    (D3, ("unexplained", "unexplained")),
])  # fmt: skip
def test_it_is_named_from_its_own_day_on(book, on, states):
    unreadable(book, on=on)
    found = proofs(book, "state", "unexplained_minor")
    assert (found[DAY], found[D2]) == tuple((state, -20_00) for state in states)


def test_it_is_not_named_on_another_account(book):
    unreadable(book, account="50100000002222")
    assert proofs(book, *PROOF)[DAY] == ("unexplained", 0, -20_00)


def test_a_rest_beside_what_is_known_is_told_apart(book):
    opened(book)
    rows = statement(10_00, 20_00, 5_00)
    book.load(*rows)
    book.load(*ledger(rows[:1]))
    book.balance(ACCOUNT, DAY, 1035_00)
    book.refuse("core", row_key="T", amount=20_00, day=DAY, account=ACCOUNT)
    for number in range(5):
        book.refuse("core", row_key=f"U{number}", part=f"q{number}", day=DAY, account=ACCOUNT)
    book.reconcile(until=JUDGED)
    state, explained, unexplained, causes = proofs(book, *PROOF, "causes")[DAY]
    assert (state, explained, unexplained) == ("unreadable", -20_00, -5_00)
    assert [cause["amount_minor"] for cause in causes] == [-20_00, 0]
    assert "row core U0, row core U1, row core U2 and 2 more cannot" in causes[1]["detail"]


def test_where_nothing_is_left_it_takes_no_proof_away(book):
    opened(book)
    rows = statement(10_00)
    book.load(*rows)
    book.load(*ledger(rows))
    book.balance(ACCOUNT, DAY, 1010_00)
    book.refuse("core", row_key="T", day=DAY, account=ACCOUNT)
    book.reconcile(until=JUDGED)
    assert proofs(book, *PROOF)[DAY] == ("proven", 0, 0)


def test_accounts_that_differed_at_go_live(book):
    opened(book, ledger=900_00, statement=1000_00)
    rows = statement(10_00)
    book.load(*rows)
    book.load(*ledger(rows))
    book.balance(ACCOUNT, DAY, 910_00)
    book.reconcile(until=JUDGED)
    state, causes = proofs(book, "state", "causes")[DAY]
    assert (state, [(c["cause"], c["amount_minor"]) for c in causes]) == (
        "explained", [("OPENING", 100_00)],
    )  # fmt: skip


BEFORE = DAY - timedelta(days=1)  # the day at whose end the balances stood


def item(source, amount, day=BEFORE, key="old", **more):
    """An entry that was open at go-live: of that day, without a time or a balance."""
    return Row(source, key, amount=amount, at=None, day=day, rrn="777", **more)


@pytest.mark.parametrize("amount", [-100_00, 100_00])
@pytest.mark.parametrize("source", ["core", "hdfc"])
@pytest.mark.parametrize("day", [BEFORE, BEFORE - timedelta(days=2)])
def test_what_was_open_at_go_live_explains_the_opening(book, source, amount, day):
    moved = {"core": 0, "hdfc": 0} | {source: amount}
    opened(book, ledger=1000_00 + moved["core"], statement=1000_00 + moved["hdfc"])
    book.load(item(source, amount, day))
    rows = statement(10_00, opening=1000_00 + moved["hdfc"])
    book.load(*rows)
    book.load(*ledger(rows))
    book.balance(ACCOUNT, DAY, 1010_00 + moved["core"])
    book.reconcile(until=JUDGED)
    found = proofs(book, "state", "unexplained_minor", "causes")
    assert min(found) == DAY
    assert found[DAY] == ("proven", 0, [])


@pytest.mark.parametrize("amount", [-100_00, 100_00])
@pytest.mark.parametrize("source", ["core", "hdfc"])
def test_the_partner_of_an_open_item_comes_after_go_live(book, source, amount):
    moved = {"core": 0, "hdfc": 0} | {source: amount}
    opened(book, ledger=1000_00 + moved["core"], statement=1000_00 + moved["hdfc"])
    book.load(item(source, amount))
    partner = item("hdfc" if source == "core" else "core", amount, DAY, key="new")
    rows = statement(10_00, opening=1000_00 + moved["hdfc"])
    if partner.source == "hdfc":
        partner = partner.but(balance=1010_00 + amount, at=at(12))
    for own in ("hdfc", "core"):
        both = {"hdfc": rows, "core": ledger(rows)}[own]
        book.load(*both, *([partner] if partner.source == own else []))
    book.balance(ACCOUNT, DAY, 1010_00 + amount)
    book.reconcile(until=JUDGED)
    assert frozenset({f"{source}:old", f"{partner.source}:new"}) in book.groups()
    assert proofs(book, "state", "open_ledger_minor", "open_external_minor")[DAY] == (
        "proven", 0, 0,
    )  # fmt: skip
    assert book.breaks() == set()


@pytest.mark.parametrize("off", [1, -1])
def test_what_open_items_do_not_explain_stays_the_opening(book, off):
    opened(book, ledger=900_00 + off, statement=1000_00)
    book.load(item("core", -100_00))
    rows = statement(10_00)
    book.load(*rows)
    book.load(*ledger(rows))
    book.balance(ACCOUNT, DAY, 910_00 + off)
    book.reconcile(until=JUDGED)
    state, causes = proofs(book, "state", "causes")[DAY]
    assert (state, [(c["cause"], c["amount_minor"]) for c in causes]) == (
        "explained", [("OPENING", -off)],
    )  # fmt: skip


def test_an_item_is_in_the_opening_balance_and_counts_once(book):
    """Without balances of its own the ledger is carried on from go-live."""
    opened(book, ledger=900_00, statement=1000_00)
    book.load(item("core", -100_00))
    rows = statement(10_00)
    book.load(*rows)
    book.load(*ledger(rows))
    book.reconcile(until=JUDGED)
    columns = "ledger_balance_minor", "open_ledger_minor", "statement_balance_minor", "state"
    assert proofs(book, *columns)[DAY] == (910_00, -100_00, 1010_00, "consistent_only")


def test_of_the_day_after_the_opening_it_is_no_open_item(book):
    opened(book, ledger=900_00, statement=1000_00)
    book.load(item("core", -100_00, DAY))
    rows = statement(10_00)
    book.load(*rows)
    book.load(*ledger(rows))
    book.balance(ACCOUNT, DAY, 810_00)
    book.reconcile(until=JUDGED)
    assert [c["cause"] for c in proofs(book, "causes")[DAY][0]] == ["OPENING"]


def test_items_given_late_prove_the_days_again(book):
    opened(book, ledger=900_00, statement=1000_00)
    rows = statement(10_00)
    book.load(*rows)
    book.load(*ledger(rows))
    book.balance(ACCOUNT, DAY, 910_00)
    book.reconcile(until=JUDGED)
    assert proofs(book, "state")[DAY] == ("explained",)
    book.load(item("core", -100_00))
    book.reconcile(until=JUDGED)
    assert proofs(book, "state")[DAY] == ("proven",)
    book.load(gone=[item("core", -100_00)])
    book.reconcile(until=JUDGED)
    assert proofs(book, "state")[DAY] == ("explained",)


def test_what_the_bank_repeats_of_before_go_live_is_no_statement_of_ours(book):
    opened(book)
    book.balance(ACCOUNT, BEFORE - timedelta(days=1), 5_00)
    old = [row.but(key=f"o{row.key}", rrn=f"8{row.key}") for row in statement(
        3_00, 4_00, day=BEFORE, opening=500_00, jumps={1: 9})]  # fmt: skip
    rows = statement(10_00)
    book.load(*old, *rows)
    book.load(*ledger(old), *ledger(rows))
    book.balance(ACCOUNT, DAY, 1010_00)
    book.reconcile(until=JUDGED)
    assert proofs(book, "state", "statement_balance_minor")[DAY] == ("proven", 1010_00)
    assert book.breaks() == set()


def test_what_the_gateway_still_owes(book):
    payment = Row("razorpay", "pay_1", amount=100_00, type="PAYMENT")
    book.load(payment, payment.but(key="pay_2", amount=50_00),
              payment.but(key="rfnd_1", amount=-30_00, type="REFUND"))  # fmt: skip
    book.load(Row("razorpay_settlement", "pay_1@s", amount=97_00, gross=100_00, fee=3_00,
                  type="PAYMENT", at=at(9, day=D3), settlement_id="s"))  # fmt: skip
    book.reconcile("gateway_settlement", JUDGED)

    columns = ("ledger_balance_minor", "open_ledger_minor", "differences_minor",
               "statement_balance_minor", "unexplained_minor", "state", "account_id")  # fmt: skip
    found = {row["business_date"]: tuple(row[name] for name in columns)
             for row in book.proofs("gateway_settlement")}  # fmt: skip
    # captured 150 − refunded 30 − fees 3 − settled 97 = 20: one payment less one refund.
    assert found[D2] == (120_00, 120_00, 0, 0, 0, "consistent_only", None)
    assert found[D3] == (120_00, 20_00, -3_00, 97_00, 0, "consistent_only", None)


def test_what_was_given_long_ago_still_counts(book):
    """A run lists the days it proves, and of older ones those the balances hang on: the first
    given says what the account opened with, the last is carried on.
    """
    before, later = DAY - timedelta(days=30), DAY - timedelta(days=27)
    first = statement(10_00, opening=1000_00, day=before)
    book.load(*first)
    book.load(*ledger(first))
    book.balance(ACCOUNT, before, 2010_00)  # by the rows it opened with 2,000
    book.balance(ACCOUNT, before + timedelta(days=1), 2012_00)
    second = statement(20_00, opening=1017_00, day=later)  # 7.00 came that no row tells
    book.load(*second)
    book.load(*ledger(second))
    book.balance(ACCOUNT, later, 2031_00)
    for day in (later + timedelta(days=3), DAY):
        book.reconcile(until=at(0, day=day))
    third = [row.but(balance=None) for row in statement(30_00)]
    book.load(*third)
    book.load(*ledger(third))
    book.reconcile(until=JUDGED)

    found = proofs(book, "ledger_balance_minor", "statement_balance_minor", "is_independent",
                   "explained_minor", "unexplained_minor", "causes")  # fmt: skip
    *figures, causes = found[DAY]
    assert figures == [2061_00, 1067_00, False, -993_00, -1_00]
    assert {item["cause"]: item["amount_minor"] for item in causes} == {
        "OPENING": -1000_00, "STM_CONSISTENCY": 7_00,
    }  # fmt: skip


def test_the_sums_of_days_are_what_the_entries_say(book):
    opened(book)
    rows = statement(10_00, 20_00, 30_00)
    book.load(*rows)
    book.load(*ledger(rows))
    book.reconcile(until=JUDGED)
    changed = {"amount": 11_00}, {"at": at(9, day=D2)}, {"status": "FAILED"}
    book.load(*(row.but(**change) for row, change in zip(rows, changed, strict=True)))
    book.load(gone=[ledger(rows)[1]])
    book.reconcile(until=JUDGED)
    kept = book.rows(
        "select business_date, ledger_minor, external_minor, external_entries,"
        " waiting_ledger_minor, waiting_external_minor from recon.account_day"
        " where (ledger_minor, external_minor) <> (0, 0) order by 1"
    )
    assert [tuple(row.values()) for row in kept] == [
        (DAY, 40_00, 11_00, 1, 0, 0),
        (D2, 0, 20_00, 1, 0, 0),
    ]


@pytest.mark.parametrize("currency", sorted(MINOR_UNIT_DIGITS))
def test_amounts_as_text_are_the_models(book, currency):
    amounts = [0, 1, -1, 5, -99, 100, -150050, 10**15, -(10**15) + 1, 2**63 - 1, -(2**63) + 1]
    (found,) = book.rows(
        "select array_agg(recon.decimal_text(amount, :currency) order by place) as texts"
        " from unnest(cast(:amounts as bigint[])) with ordinality as given (amount, place)",
        currency=currency, amounts=amounts,
    )  # fmt: skip
    assert found["texts"] == [minor_text(amount, currency) for amount in amounts]
