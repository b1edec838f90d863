"""Where the money is: each state, its edge, and the point just past it, by the real engine."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from pipeline.deciding import Why
from pipeline.tracing import trace
from pipeline.working_off import close
from reconciliation.movements import movement_places
from reconciliation.settlement_sum import disagreements
from reconciliation.whereabouts import settlement_place
from tests.sql.ledger_book import DAY, Row, at

ORDERS, LINES, BANK = "core_gateway_mobile", "gateway_settlement", "settlement_bank"
HDFC = "core_hdfc"
# Paid on Tuesday 10 March, due on Thursday 12.
PAYMENT = Row("razorpay", "pay_1", type="PAYMENT", payment_id="pay_1", order_id="order_1",
              bank_code="RAZORPAY")  # fmt: skip
CORE = Row("core", "C1", type="PAYMENT", order_id="order_1", bank_code=None)
MOBILE = CORE.but(source="mobile", key="M1")
REFUND = PAYMENT.but(key="rfnd_1", amount=-40_00, type="REFUND", order_id=None)
CORE_REFUND = CORE.but(key="C2", amount=-40_00, type="REFUND")
MOBILE_REFUND = CORE_REFUND.but(source="mobile", key="M2")
SETTLED = at(9, day=DAY + timedelta(days=2))
LINE = Row("razorpay_settlement", "pay_1@setl_1", amount=97_64, gross=100_00, fee=2_36,
           type="PAYMENT", at=SETTLED, payment_id="pay_1", order_id="order_1",
           settlement_id="setl_1", settlement_utr="UTR1")  # fmt: skip
BACK = LINE.but(key="rfnd_1@setl_1", amount=-40_00, gross=40_00, fee=0, type="REFUND")
CREDIT = Row("hdfc", "B", amount=57_64, at=SETTLED + timedelta(hours=2), utr="UTR1",
             settlement_utr="UTR1")  # fmt: skip
RECEIPT = CREDIT.but(source="core", key="C9", type="DEPOSIT", settlement_utr=None)
PAID = (PAYMENT, CORE, MOBILE)
REFUNDED = (REFUND, CORE_REFUND, MOBILE_REFUND)
SETTLED_ROWS = (LINE, BACK)


def end_of(days):
    return at(0, day=DAY + timedelta(days=days + 1))


def load(book, *rows):
    for source in dict.fromkeys(row.source for row in rows):
        book.load(*(row for row in rows if row.source == source))


def reconcile(book, until, *others):
    for name in (ORDERS, LINES, BANK, *others):
        book.reconcile(name, until)


def ask(book, asked="order_1", *, as_of=None, limit=20):
    return trace(book.store, asked, as_of=as_of, limit=limit)


def order_of(book, asked="order_1", **options):
    [order] = ask(book, asked, **options).orders
    return order


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("rows", "until", "state", "words"),
    [
        pytest.param((CORE,), end_of(0), "not_paid", "no payment of it", id="gateway has none"),
        pytest.param((PAYMENT.but(status="FAILED"),), end_of(0), "not_paid",
                     "100.00 INR, failed on 2026-03-10", id="failed"),
        pytest.param((PAYMENT.but(status="PENDING"),), end_of(0), "pending",
                     "pending at the gateway since 2026-03-10", id="authorised"),
        pytest.param(PAID, end_of(2) - HOUR, "not_settled",
                     "captured on 2026-03-10, not settled yet; settlement due by 2026-03-12",
                     id="last hour of the due day"),
        pytest.param(PAID, end_of(2), "overdue", "due by 2026-03-12", id="the due day is over"),
        pytest.param((*PAID, LINE.but(status="PENDING")), end_of(2), "held",
                     "held back", id="on hold"),
        pytest.param((*PAID, LINE.but(settlement_utr=None)), end_of(2), "listed",
                     "setl_1 on 2026-03-12, no UTR given yet", id="no UTR"),
        pytest.param((*PAID, LINE), end_of(3) - HOUR, "not_credited",
                     "settled under UTR UTR1 on 2026-03-12 (setl_1), credit not seen in bank yet;"
                     " due by 2026-03-13", id="last hour of the credit's day"),
        pytest.param((*PAID, LINE), end_of(3), "credit_overdue", "overdue: due by 2026-03-13",
                     id="the credit's day is over"),
        pytest.param((*PAID, LINE, CREDIT.but(amount=97_64, status="PENDING")), end_of(2),
                     "not_credited", "there it is PENDING", id="pending in the bank"),
        pytest.param((*PAID, LINE, CREDIT.but(amount=97_64)), end_of(2), "credited",
                     "97.64 INR (100.00 INR less fee 2.36 INR) credited to HDFC ••••1111 on"
                     " 2026-03-12 as part of settlement setl_1 (UTR UTR1)", id="credited"),
        pytest.param((*PAID, LINE, CREDIT.but(amount=97_63)), end_of(2), "credited_differently",
                     "credit 97.63 INR, lines 97.64 INR (0.01 INR short)", id="a paisa short"),
        pytest.param((*PAID, LINE, CREDIT.but(amount=97_65)), end_of(2), "credited_differently",
                     "(0.01 INR over)", id="a paisa over"),
        pytest.param((*PAID, LINE, CREDIT.but(amount=97_64, currency="USD")), end_of(2),
                     "credited_differently", "another currency", id="another currency"),
        pytest.param((*PAID, LINE, LINE.but(key="pay_1@setl_2", settlement_id="setl_2",
                                           settlement_utr="UTR2")), end_of(2),
                     "not_credited", "listed again in setl_2", id="settled twice"),
    ],
)  # fmt: skip
def test_where_the_money_of_a_payment_is(book, rows, until, state, words):
    load(book, *rows)
    reconcile(book, until)

    [place] = order_of(book).places
    assert place.state == state
    assert words in place.sentence


@pytest.mark.parametrize(
    ("rows", "state", "words"),
    [
        pytest.param((REFUND.but(status="FAILED"),), "refund_failed", "still with us", id="failed"),
        pytest.param((REFUND.but(status="PENDING"),), "refund_pending", "not processed yet",
                     id="pending"),
        pytest.param(REFUNDED, "not_settled", "40.00 INR refunded on 2026-03-10, not settled yet",
                     id="not settled"),
        pytest.param((*REFUNDED, LINE, BACK), "not_credited",
                     "refund of 40.00 INR taken out, settled under UTR UTR1", id="settled"),
        pytest.param((*REFUNDED, LINE, BACK, CREDIT), "credited", "taken out, credited to HDFC",
                     id="credited"),
        pytest.param((*REFUNDED, BACK, CREDIT.but(amount=-40_00)), "credited",
                     "debited from HDFC", id="more refunds than payments"),
    ],
)  # fmt: skip
def test_where_the_money_of_a_refund_is(book, rows, state, words):
    load(book, *PAID, *rows)
    reconcile(book, end_of(2) - HOUR)

    place = order_of(book).places[-1]
    assert (place.entity_id, place.state) == ("rfnd_1", state)
    assert words in place.sentence


ALL = (*PAID, *REFUNDED, LINE, BACK, CREDIT, RECEIPT)


@pytest.mark.parametrize(
    "asked", ["order_1", "pay_1", "rfnd_1", "pay_1@setl_1", "C1", "M1", "C2", " order_1 "]
)
def test_every_id_of_an_order_leads_to_the_whole_of_it(book, asked):
    load(book, *ALL)
    book.header("setl_1", "UTR1", 57_64)
    reconcile(book, end_of(2), HDFC)

    order = order_of(book, asked)
    assert {entry.txn_id for entry in order.entries} == {
        "pay_1", "rfnd_1", "C1", "C2", "M1", "M2", "pay_1@setl_1", "rfnd_1@setl_1",
    }  # fmt: skip
    [settlement] = order.settlements
    assert [one.txn_id for one in (*settlement.credits, *settlement.receipts)] == ["B", "C9"]
    assert [place.state for place in order.places] == ["credited", "credited"]
    standings = {
        (entry.txn_id, one.reconciliation): one
        for entry in order.entries
        for one in entry.standings
    }
    assert {one.state for one in standings.values()} == {"matched"}
    assert standings["pay_1", LINES].reason == "settled under its id pay_1; the line adds up"
    assert standings["pay_1@setl_1", BANK].pass_name == "settlement_credit"


@pytest.mark.parametrize("asked", ["setl_1", "UTR1", "utr1", "B", "C9"])
def test_every_id_of_a_settlement_leads_to_the_whole_of_it(book, asked):
    load(book, *ALL)
    book.header("setl_1", "UTR1", 57_64)
    reconcile(book, end_of(2), HDFC)

    found = ask(book, asked)
    assert found.orders == found.entries == ()
    [settlement] = found.settlements
    assert settlement.settlement_ids == ("setl_1",)
    sums = {one.transaction_type: one for one in settlement.sums}
    assert (sums["PAYMENT"].gross_minor, sums["PAYMENT"].fee_minor) == (100_00, 2_36)
    assert (sums["PAYMENT"].net_minor, sums["REFUND"].net_minor) == (97_64, -40_00)
    assert [one.txn_id for one in (*settlement.credits, *settlement.receipts)] == ["B", "C9"]
    assert {line.state for line in settlement.lines} == {"matched"}


def test_a_break_is_told_of_every_entry_of_its_set(book):
    load(book, *PAID[:2], MOBILE.but(status="FAILED"), LINE, CREDIT)
    reconcile(book, end_of(3))

    order = order_of(book)
    codes = {(entry.txn_id, one.code) for entry in order.entries for one in entry.breaks}
    assert codes == {
        ("C1", "STS_MOBILE_DIFFERS"), ("pay_1", "STS_MOBILE_DIFFERS"), ("M1", "STS_MOBILE_DIFFERS"),
        ("pay_1@setl_1", "AMT_SHORT"),
    }  # fmt: skip


def test_an_attempt_that_does_not_count_is_in_no_break(book):
    first = MOBILE.but(key="M0", status="FAILED", at=at(9))
    load(book, PAYMENT, CORE, first, MOBILE.but(amount=99_00))
    reconcile(book, end_of(1))

    entries = {entry.txn_id: entry for entry in order_of(book).entries}
    assert entries["M0"].breaks == ()
    assert entries["M1"].breaks != ()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param(PAID, "payment: core, gateway and mobile agree: SUCCESS 100.00 INR", id="all"),
        pytest.param((PAYMENT, CORE, MOBILE.but(status="FAILED")),
                     "mobile disagrees with core and gateway: mobile says FAILED 100.00 INR, they"
                     " say SUCCESS 100.00 INR", id="mobile"),
        pytest.param((PAYMENT, CORE.but(amount=99_99), MOBILE), "core disagrees with gateway and"
                     " mobile: core says SUCCESS 99.99 INR", id="core, by a paisa"),
        pytest.param((CORE, MOBILE), "gateway disagrees with core and mobile: gateway says none",
                     id="gateway has none"),
        pytest.param((PAYMENT, CORE.but(currency="USD"), MOBILE.but(status="FAILED")),
                     "all three differ", id="all differ"),
        pytest.param((PAYMENT, CORE, MOBILE.but(status="FAILED", at=at(9)), MOBILE.but(key="M3")),
                     "agree", id="an attempt that failed before"),
    ],
)  # fmt: skip
def test_which_system_disagrees_with_the_other_two(book, rows, words):
    load(book, *rows)
    reconcile(book, end_of(0))

    assert words in order_of(book).agreement[0]


def test_refunds_are_compared_as_a_set(book):
    load(book, *PAID, *REFUNDED, MOBILE_REFUND.but(key="M3"))
    reconcile(book, end_of(0))

    assert order_of(book).agreement[1] == (
        "refunds: mobile disagrees with core and gateway: mobile says SUCCESS 40.00 INR +"
        " SUCCESS 40.00 INR, they say SUCCESS 40.00 INR"
    )


@pytest.mark.parametrize(
    ("header", "change", "wrong"),
    [
        (57_64, {}, []),
        (None, {}, []),
        (57_65, {}, ["header 57.65 INR, lines 57.64 INR"]),
        (57_64, {"fee": 2_35}, ["1 line does not add up by itself"]),
    ],
)
def test_a_settlement_adds_up_to_the_paisa_or_says_what_does_not(book, header, change, wrong):
    load(book, LINE.but(**change), BACK, CREDIT)
    if header is not None:
        book.header("setl_1", "UTR1", header)
    reconcile(book, end_of(2))

    [settlement] = ask(book, "UTR1").settlements
    assert list(disagreements(settlement)) == wrong


def test_sums_hold_all_lines_and_the_list_those_in_breaks_first(book):
    """Of eight orders 6 has another amount, 7 is unknown to the gateway, 8 fails on the app."""

    def of(row, prefix, numbers):
        return [
            row.but(
                key=f"{prefix}{n}{'@setl_1' if row is LINE else ''}",
                order_id=f"order_{n}",
                payment_id=f"pay_{n}" if row.payment_id else None,
            )
            for n in numbers
        ]

    load(book, *of(LINE, "pay_", range(1, 9)))
    load(book, *of(PAYMENT, "pay_", (1, 2, 3, 4, 5, 8)))
    load(book, *of(PAYMENT.but(amount=99_00), "pay_", [6]))
    load(book, *of(CORE, "C", (1, 2, 3, 4, 5, 8)), *of(CORE.but(amount=99_00), "C", [6]))
    load(book, *of(MOBILE, "M", range(1, 6)), *of(MOBILE.but(amount=99_00), "M", [6]))
    load(book, *of(MOBILE.but(status="FAILED"), "M", [8]))
    reconcile(book, end_of(4))

    few, all_ = (ask(book, "UTR1", limit=limit).settlements[0] for limit in (4, 100))
    [total] = few.sums
    assert (total.lines, total.net_minor) == (8, 8 * 97_64)
    assert [(line.entity_id, line.state) for line in few.lines] == [
        ("pay_6", "break"), ("pay_7", "break"), ("pay_8", "break"), ("pay_1", "matched"),
    ]  # fmt: skip
    assert len(all_.lines) == 8
    assert [one.code for one in few.breaks] == ["MIS_IN_BANK"]


def test_a_settlement_the_gateway_has_only_announced(book):
    book.header("setl_9", None, 10_00)
    reconcile(book, end_of(0))

    [settlement] = ask(book, "setl_9").settlements
    assert (settlement.utr, settlement.headers[0].amount_minor) == (None, 10_00)


RRN = "409374856309"
OURS = Row("core", "L1", rrn=RRN)
THEIRS = Row("hdfc", "H1", rrn=RRN)


@pytest.mark.parametrize("asked", [RRN, f"0000{RRN}", "H1", "L1"])
def test_a_plain_reference(book, asked):
    load(book, OURS, THEIRS)
    reconcile(book, end_of(0), HDFC)

    found = ask(book, asked)
    assert (found.orders, found.settlements) == ((), ())
    assert [entry.txn_id for entry in found.entries] == ["L1", "H1"]
    assert {one.pass_name for entry in found.entries for one in entry.standings} == {"rail_rrn"}


def test_a_reference_in_a_break_is_told_on_both_sides(book):
    load(book, OURS, THEIRS.but(amount=90_00))
    reconcile(book, end_of(3), HDFC)

    found = ask(book, RRN).entries
    assert [[one.code for one in entry.breaks] for entry in found] == [["AMT_SHORT"]] * 2


def test_a_reference_that_repeats_means_all_of_them(book):
    again = {"key": "L2", "at": at(10, day=DAY + timedelta(days=9)), "amount": 5_00}
    load(book, OURS, OURS.but(**again), THEIRS)
    reconcile(book, end_of(3), HDFC)

    assert {entry.txn_id for entry in ask(book, RRN).entries} == {"L1", "L2", "H1"}


def test_one_id_of_two_meanings_shows_both(book):
    load(book, *PAID, OURS.but(key="order_1"))
    reconcile(book, end_of(0), HDFC)

    found = ask(book, "order_1")
    assert [order.order_id for order in found.orders] == ["order_1"]
    assert [entry.txn_id for entry in found.entries] == ["order_1"]


def test_a_refund_of_a_payment_nobody_knows(book):
    load(book, REFUND)
    reconcile(book, end_of(0))

    [order] = ask(book, "rfnd_1").orders
    assert (order.order_id, [place.state for place in order.places]) == (None, ["not_settled"])


@pytest.mark.parametrize(
    ("asked", "near"),
    [("1", ["order_1", "pay_1"]), ("ORDER_1", ["order_1"]), ("nothing", []), ("", [])],
)
def test_what_nothing_has_is_nothing_and_near_ids_are_named(book, asked, near):
    load(book, *PAID)
    reconcile(book, end_of(0))

    found = ask(book, asked)
    assert found.is_empty
    assert list(found.near) == near


def test_as_of_shows_what_was_known_then(book):
    load(book, *PAID)
    reconcile(book, end_of(0))
    then = end_of(0)
    load(book, LINE, CREDIT.but(amount=97_64))
    # A book's loads are known at once; these came later.
    with book.owner_store.transaction() as transaction:
        transaction.connection.execute(
            text(
                "update staging.entry set known_from = :at"
                " where source in ('razorpay_settlement', 'hdfc')"
            ),
            {"at": SETTLED},
        )
    reconcile(book, end_of(2))

    assert order_of(book).places[0].state == "credited"
    before = order_of(book, as_of=then)
    assert before.places[0].state == "not_settled"
    assert {one.state for entry in before.entries for one in entry.standings} == {"matched", "open"}


def test_accounts_show_their_last_four_alone(book):
    load(book, *ALL)
    reconcile(book, end_of(2))

    assert "50100000001111" not in repr(ask(book, "UTR1"))


def test_a_shortfall_is_said_once(book):
    """The bank paid what the header says: one fact, of a payment and of a refund, and told once."""
    load(book, *PAID, *REFUNDED, LINE, BACK, CREDIT.but(amount=57_60))
    book.header("setl_1", "UTR1", 57_60)
    reconcile(book, end_of(2))

    order = order_of(book)
    assert list(disagreements(order.settlements[0])) == [
        "header and credit 57.60 INR, lines 57.64 INR (0.04 INR short)"
    ]
    said = [place.sentence for place in order.places]
    assert [place.state for place in order.places] == ["credited_differently"] * 2
    assert [sentence.count("short") for sentence in said] == [1, 0]
    assert said[1].endswith("(UTR UTR1); it does not add up, as said.")


@pytest.mark.parametrize(
    ("amounts", "wrong"),
    [
        ((50_00, 7_64), []),
        ((50_00, 7_63), ["credit 57.63 INR, lines 57.64 INR (0.01 INR short)"]),
        ((50_00, 57_64), []),  # one of them fits; the other is a break
    ],
)
def test_a_settlement_in_parts_adds_up_as_a_whole(book, amounts, wrong):
    load(book, LINE, BACK, *(CREDIT.but(key=f"B{one}", amount=one) for one in amounts))
    reconcile(book, end_of(2))
    [settlement] = ask(book, "UTR1").settlements
    assert list(disagreements(settlement)) == wrong


@pytest.mark.parametrize(
    ("rows", "until", "told"),
    [
        pytest.param((OURS, THEIRS), end_of(0), [
            ("explained", "H1: 100.00 INR credited to HDFC ••••1111 on 2026-03-10, booked in our"
             " ledger as L1 on 2026-03-10."),
        ], id="matched"),
        pytest.param((THEIRS,), at(9, 59, day=DAY + timedelta(days=1)), [
            ("open", "H1: 100.00 INR credited to HDFC ••••1111 on 2026-03-10; our ledger has"
             " nothing of it yet, until 2026-03-11 10:00 IST it may still come."),
        ], id="its window is open"),
        pytest.param((THEIRS.but(amount=-100_00),), end_of(3), [
            ("unexplained", "H1: 100.00 INR debited from HDFC ••••1111 on 2026-03-10; our ledger"
             " does not explain it. MIS_IN_LEDGER "),
        ], id="nobody explains it"),
        pytest.param((OURS,), end_of(3), [
            ("unexplained", "L1: 100.00 INR booked by us as a credit to HDFC ••••1111 on"
             " 2026-03-10; the bank does not explain it. MIS_IN_BANK "),
        ], id="not at the bank"),
        pytest.param((OURS, THEIRS.but(amount=90_00)), end_of(3), [
            ("unexplained", "L1: 100.00 INR booked"), ("unexplained", "H1: 90.00 INR credited"),
        ], id="they disagree"),
        pytest.param((OURS, THEIRS.but(status="FAILED")), end_of(3), [
            ("unexplained", "L1: "), ("failed", "H1: 100.00 INR credited to HDFC ••••1111 on"
                                 " 2026-03-10 FAILED: no money moved."),
        ], id="failed at the bank"),
    ],
)  # fmt: skip
def test_where_a_plain_movement_stands(book, rows, until, told):
    load(book, *rows)
    reconcile(book, until, HDFC)

    places = ask(book, RRN).places
    assert [place.state for place in places] == [state for state, _ in told]
    for place, (_, words) in zip(places, told, strict=True):
        assert place.sentence.startswith(words)


def test_what_is_staged_before_its_edge_ran_is_not_reconciled_yet(book):
    load(book, THEIRS)
    [place] = ask(book, "H1").places
    assert place.state == "not_reconciled"
    assert place.sentence.endswith("on 2026-03-10; not reconciled yet.")

    entries = ask(book, "H1").entries
    [place] = movement_places(entries, {HDFC: "ledger_bank"}, {}, {"axis": 1})
    assert place.state == "not_compared"


def test_what_no_edge_takes_says_which_leave_it_out_and_why(book):
    ours = OURS.but(bank_code="YES")
    load(book, ours)
    names = [f"core_{bank}" for bank in ("axis", "hdfc", "icici", "kotak", "sbi")]
    reconcile(book, end_of(0), *names)
    [standing] = ask(book, "L1").entries[0].standings
    assert [one.code for one in standing.breaks] == ["NO_EDGE"]

    close(book.store, standing.breaks[0].break_id, "not_a_break", Why("test_entry", "asha"))
    found = ask(book, "L1")
    assert found.places[0].state == "closed"
    assert found.places[0].sentence.endswith("NO_EDGE " + standing.breaks[0].break_id[:8] +
                                             " was closed as not_a_break.")  # fmt: skip

    bare = replace(found.entries[0], standings=())
    shapes, compared = {HDFC: "ledger_bank"}, {"core": 5}
    [place] = movement_places([bare], shapes, {}, compared)
    assert place.state == "left_out"
    assert "no reconciliation takes it (core_axis: it takes only bank_code = 'AXIS';" in (
        place.sentence
    )
    assert [one.reconciliation for one in bare.left_out] == [*names[:1], ORDERS, *names[1:]]
    [place] = movement_places([bare], shapes, {}, {"core": 6})  # one more edge that takes it
    assert place.state == "not_reconciled"


def test_a_settlement_whose_breaks_people_closed_is_not_told_as_open(book):
    load(book, *PAID[:2], MOBILE.but(status="FAILED"), LINE, CREDIT)
    reconcile(book, end_of(3))
    for name in (ORDERS, BANK):
        for one in book.live_breaks(name):
            close(book.store, str(one["break_id"]), "claimed", Why("from_bank", "asha"))

    [settlement] = ask(book, "UTR1").settlements
    assert (settlement.breaks, [one.code for one in settlement.closed]) == ((), ["AMT_SHORT"])
    [line] = settlement.lines
    assert (line.state, line.code, line.resolution) == ("matched", "STS_MOBILE_DIFFERS", "claimed")
    [credit] = settlement.credits
    assert [one.state for one in credit.standings] == ["closed"]
    order = order_of(book)
    assert {one.state for entry in order.entries for one in entry.standings} == {
        "closed", "matched",
    }  # fmt: skip


@pytest.mark.parametrize("resolution", ["not_a_break", "claimed"])
def test_a_movement_whose_break_people_closed_is_not_told_as_open(book, resolution):
    load(book, OURS, THEIRS.but(amount=90_00))
    reconcile(book, end_of(3), HDFC)
    live = book.live_breaks(HDFC)
    for one in live:
        close(book.store, str(one["break_id"]), resolution, Why("DUPLICATE", "asha"))

    places = ask(book, RRN).places
    assert [place.state for place in places] == ["closed", "closed"]
    for place in places:
        assert f"{live[0]['code']} {str(live[0]['break_id'])[:8]}" in place.sentence
        assert place.sentence.endswith(f" was closed as {resolution}.")
    standings = [one for entry in ask(book, RRN).entries for one in entry.standings]
    assert [one.state for one in standings] == ["closed", "closed"]
    before = ask(book, RRN, as_of=end_of(3)).places
    assert [place.state for place in before] == ["unexplained", "unexplained"]


@pytest.mark.parametrize(
    ("clock", "state", "words"),
    [
        (timedelta(microseconds=-1), "open", "until 2026-03-11 10:00 IST it may still come."),
        (timedelta(0), "overdue", "overdue since 2026-03-11 10:00 IST."),
    ],
)
def test_what_may_come_until_a_moment_is_overdue_from_it_on(book, clock, state, words):
    """As a member of a break that stands on another entry and shares no reference with it."""
    load(book, THEIRS)
    due_at = at(10, day=DAY + timedelta(days=1))
    reconcile(book, due_at - HOUR, HDFC)
    entries = ask(book, RRN).entries
    shapes = {HDFC: "ledger_bank"}

    [place] = movement_places(entries, shapes, {HDFC: due_at + clock}, {"hdfc": 1})
    assert place.state == state
    assert place.sentence.endswith(f"our ledger has nothing of it yet, {words}")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((), "lists no settlement under it"),
        ((LINE.but(status="PENDING"),), "lists setl_1 under it as PENDING only"),
    ],
)
def test_a_credit_under_a_settlement_nobody_lists(book, rows, words):
    load(book, *rows, CREDIT)
    reconcile(book, end_of(3))

    [settlement] = ask(book, "UTR1").settlements
    assert settlement_place(settlement, None) == (
        "unexplained",
        "credited to HDFC ••••1111 on 2026-03-12 under UTR UTR1, and not explained: the gateway "
        + words,
    )
    assert "MIS_IN_SETTLEMENT" in [one.code for one in settlement.breaks]


TAKEN = LINE.but(key="adj_1@setl_1", amount=-100_00, gross=100_00, fee=0, type="WITHDRAWAL",
                 order_id=None, dispute_id="disp_1")  # fmt: skip
GIVEN = TAKEN.but(key="adj_2@setl_2", amount=40_00, type="DEPOSIT", settlement_id="setl_2",
                  settlement_utr="UTR2", at=SETTLED + timedelta(hours=1))  # fmt: skip
TOOK = "disp_1: 100.00 INR of payment pay_1 charged back on 2026-03-12 in setl_1; "


@pytest.mark.parametrize(
    ("lines", "state", "words", "codes"),
    [
        ([TAKEN], "charged_back", "nothing has come back.", ["CBK_UNMATCHED"]),
        ([TAKEN, GIVEN], "charged_back", "40.00 INR came back on 2026-03-12 in setl_2.",
         ["CBK_WON_NOT_CREDITED"]),
        ([TAKEN, GIVEN.but(amount=100_00)], "charge_returned",
         "100.00 INR came back on 2026-03-12 in setl_2.", []),
        ([TAKEN, GIVEN.but(status="PENDING")], "charge_promised",
         "40.00 INR is to come back since 2026-03-12, and is not settled.",
         ["CBK_WON_NOT_CREDITED"]),
    ],
)  # fmt: skip
def test_a_chargeback_is_shown_with_its_payment(book, lines, state, words, codes):
    load(book, *PAID, LINE.but(dispute_id="disp_1"), *lines)
    reconcile(book, end_of(3))

    for asked in ("order_1", "disp_1", "adj_1@setl_1"):
        order = order_of(book, asked)
        paid, disputed = order.places
        assert (paid.entity_id, paid.state) == ("pay_1", "credit_overdue")
        assert (disputed.state, disputed.sentence) == (state, TOOK + words)
        lines_shown = [one for one in order.entries if one.entity_id.startswith("adj_")]
        assert len(lines_shown) == len(lines)
        assert [one.code for entry in lines_shown for one in entry.breaks
                if one.reconciliation == LINES] == codes  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "state", "words"),
    [
        pytest.param([TAKEN.but(status="PENDING")], "charge_not_taken",
                     "a chargeback of payment pay_1 that took nothing yet: 100.00 INR is listed on"
                     " 2026-03-12 in setl_1, and is not settled.", id="only listed"),
        pytest.param([TAKEN, GIVEN.but(amount=100_00, currency="USD")], "charged_back",
                     "100.00 USD came back on 2026-03-12 in setl_2.", id="another currency"),
        pytest.param([TAKEN, GIVEN, GIVEN.but(key="adj_3@setl_2", currency="USD")], "charged_back",
                     "40.00 INR and 40.00 USD came back on 2026-03-12 in setl_2.", id="two"),
    ],
)  # fmt: skip
def test_a_chargeback_is_returned_when_it_was_taken_and_came_back(book, lines, state, words):
    load(book, *PAID, LINE, *lines)
    reconcile(book, end_of(3))

    _, disputed = order_of(book).places
    assert disputed.state == state
    assert disputed.sentence.endswith(words)


def test_an_own_id_brings_what_has_the_same_reference(book):
    """Of a pair that disagrees no match tells; both ids and the reference tell the same."""
    ours = Row("core", "L", amount=100_00, rrn="606912345678")
    theirs = ours.but(source="hdfc", key="E", amount=99_00)
    load(book, ours, theirs)
    reconcile(book, end_of(5), HDFC)

    told = [ask(book, one) for one in ("L", "E", "606912345678")]
    assert [[one.txn_id for one in each.entries] for each in told] == [["L", "E"]] * 3
    assert told[0].places == told[1].places == told[2].places
