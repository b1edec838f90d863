"""What is at stake in a break: its difference, or all of it where the sides agree on the amount and
not on what became of it.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text

from pipeline.deciding import Why
from pipeline.verifying_found import Disagrees
from pipeline.working_off import ask_write_off, close
from reconciliation.model import HOUR
from tests.pipeline.test_matching_by_hand import verified
from tests.sql.ledger_book import DAY, at
from tests.sql.test_ledger_bank import OURS, THEIRS
from tests.sql.test_severity import LAKH
from tests.sql.test_shrunk import lose
from tests.sql.test_three_way import CORE, EDGE, GATEWAY, MOBILE, load

LATE = at(0, day=DAY + timedelta(days=3))
OUT, BACK = OURS.but(amount=-100_00), THEIRS.but(amount=-100_00)
FAILED = THEIRS.but(status="FAILED")


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        (OURS, FAILED, ("STS_BANK_DIFFERS", 0, 100_00)),
        (OURS.but(status="FAILED"), THEIRS, ("STS_BANK_DIFFERS", 0, 100_00)),
        (OUT.but(status="FAILED"), BACK, ("STS_DEBITED_NOT_CONFIRMED", 0, 100_00)),
        # Status and amount differ: what moved is at stake, as the side has it that says so.
        (OURS, FAILED.but(amount=99_00), ("STS_BANK_DIFFERS", -1_00, 100_00)),
        (OURS.but(status="FAILED"), THEIRS.but(amount=99_00), ("STS_BANK_DIFFERS", -1_00, 99_00)),
        (OURS, THEIRS.but(account="50100000002222"), ("ACCOUNT", 0, 100_00)),
        # Where the amount is what differs, the rest of it is agreed.
        (OURS, THEIRS.but(amount=90_00), ("AMT_SHORT", -10_00, 10_00)),
        (OURS, THEIRS.but(amount=-100_00), ("DIRECTION", -200_00, 200_00)),
        (OURS, THEIRS.but(currency="USD"), ("CURRENCY", 100_00, 100_00)),
        (OURS, None, ("MIS_IN_BANK", 100_00, 100_00)),
        (None, THEIRS.but(status="PENDING"), ("STS_DEEMED_PENDING", 100_00, 100_00)),
    ],
)
def test_ledger_and_bank(book, ours, theirs, told):
    for row in filter(None, (ours, theirs)):
        book.load(row)
    book.reconcile(until=LATE)
    assert said(book) == told


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([CORE, GATEWAY.but(status="FAILED"), MOBILE], ("STS_LEDGER_OK_GW_FAILED", 0, 100_00)),
        ([CORE.but(status="FAILED"), GATEWAY.but(amount=70_00), MOBILE],
         ("STS_LEDGER_FAILED_GW_OK", -30_00, 70_00)),
        ([CORE, GATEWAY, MOBILE.but(status="FAILED", amount=3_00)],
         ("STS_MOBILE_DIFFERS", -97_00, 100_00)),
        # The app alone says that money moved, and came first.
        ([GATEWAY.but(status="FAILED", amount=5_00), MOBILE.but(amount=7_00, at=at(9))],
         ("STS_MOBILE_DIFFERS", 2_00, 7_00)),
        ([CORE, GATEWAY.but(amount=90_00), MOBILE], ("AMT_SHORT", -10_00, 10_00)),
        ([CORE, GATEWAY], ("MIS_IN_MOBILE", 100_00, 100_00)),
    ],
)  # fmt: skip
def test_core_gateway_and_mobile(book, rows, told):
    load(book, *rows)
    book.reconcile(EDGE, LATE)
    assert said(book) == told


@pytest.mark.parametrize(("amount", "severity"), [(LAKH - 1, "low"), (LAKH, "medium")])
def test_severity_looks_at_what_is_at_stake(book, amount, severity):
    rows = (CORE, GATEWAY, MOBILE.but(status="FAILED"))
    load(book, *(row.but(amount=amount) for row in rows))
    book.reconcile(EDGE, LATE)
    assert said(book) == ("STS_MOBILE_DIFFERS", 0, amount)
    assert book.rows("select severity from report.breaks") == [{"severity": severity}]


@pytest.mark.parametrize(
    ("row", "told", "severity"),
    [
        ({"row_key": "R", "amount": LAKH - 1}, LAKH - 1, "medium"),
        ({"row_key": "R", "amount": -LAKH}, LAKH, "high"),
        ({"row_key": "R"}, None, "medium"),  # its amount cannot be read
        ({"part": "f1"}, None, "medium"),  # nor can that of a whole file
    ],
)
def test_what_was_refused_has_what_can_be_read_of_it_at_stake(book, row, told, severity):
    book.refuse("hdfc", day=DAY, account=THEIRS.account, **row)
    book.reconcile(until=LATE)
    assert said(book) == ("DQ_QUARANTINED", row.get("amount", 0), told)
    assert book.rows("select severity from report.breaks") == [{"severity": severity}]
    (sums,) = book.rows("select exposure_minor, exposure_unknown from report.break_ageing")
    assert tuple(sums.values()) == (told, 1 if told is None else 0)
    verified(book)


def test_what_a_source_leaves_out_does_not_make_less_of_itself(book):
    book.load(THEIRS, THEIRS.but(key="E2", rrn="2", amount=-100_00))
    book.load(OURS.but(rrn=THEIRS.rrn), OURS.but(key="L2", rrn="2", amount=-100_00))
    lose(book, "E", "E2")
    book.reconcile(until=LATE)
    assert said(book) == ("DQ_SHRUNK", 0, 200_00)
    verified(book)


def test_it_is_told_once_and_moves_with_the_entries(book):
    book.load(OURS)
    book.load(FAILED)
    book.reconcile(until=LATE)
    held = book.rows("select break_id from recon.break")
    untold(book)  # as a run of before left it
    book.reconcile(until=LATE + HOUR)
    book.reconcile(until=LATE + 2 * HOUR)
    assert events(book) == [("opened", None), ("changed", 100_00)]
    restate(book, 80_00)
    book.reconcile(until=LATE + 3 * HOUR)
    assert events(book)[2:] == [("changed", 80_00)]
    assert book.rows("select break_id from recon.break") == held
    verified(book)
    as_owner(book, "update recon.break set exposure_minor = 8001")
    with pytest.raises(Disagrees, match="held against its last event"):
        verified(book)
    as_owner(book, "update recon.break_event set exposure_minor = 8001")
    with pytest.raises(Disagrees) as wrong:
        verified(book)
    assert "at stake 8001" in wrong.value.found.stored
    assert "at stake 8000" in wrong.value.found.recomputed


def test_what_people_closed_stays_closed_until_something_else_is_at_stake(book):
    book.load(OURS)
    book.load(FAILED)
    book.reconcile(until=LATE)
    (held,) = book.rows("select cast(break_id as text) as id from recon.break")
    close(book.store, held["id"], "not_a_break", Why("known_timing", "asha", "the bank told us"))
    untold(book)
    book.reconcile(until=LATE + HOUR)
    assert (state(book), len(events(book))) == ("RESOLVED", 2)  # to be told of it opens nothing
    verified(book)

    held_to_be(book, "10000")
    restate(book, 80_00)
    book.reconcile(until=LATE + 2 * HOUR)
    assert (state(book), events(book)[-1]) == ("REOPENED", ("reopened", 80_00))
    verified(book)


def test_a_write_off_that_waits_is_of_what_was_at_stake(book):
    book.load(OURS)
    book.load(FAILED)
    book.reconcile(until=LATE)
    (held,) = book.rows("select cast(break_id as text) as id from recon.break")
    ask_write_off(book.store, held["id"], Why("uneconomic", "asha"))
    assert events(book)[-1] == ("write_off_asked", 100_00)
    untold(book)
    book.reconcile(until=LATE + HOUR)
    assert (state(book), events(book)[-1]) == ("PENDING_APPROVAL", ("changed", 100_00))
    restate(book, 80_00)
    book.reconcile(until=LATE + 2 * HOUR)
    assert (state(book), events(book)[-1]) == ("INVESTIGATING", ("changed", 80_00))


def said(book):
    (found,) = book.rows("select code, amount_minor, exposure_minor from report.breaks")
    return tuple(found.values())


def restate(book, amount):
    book.load(OURS.but(amount=amount))
    book.load(FAILED.but(amount=amount))


def untold(book):
    held_to_be(book, "null")


def held_to_be(book, minor):
    as_owner(book, f"update recon.break set exposure_minor = {minor}")
    as_owner(book, f"update recon.break_event set exposure_minor = {minor}")
    as_owner(book, "update recon.break_event as held set seal = ops.seal_of(held, '{}')")


def as_owner(book, statement):
    with book.owner_store.transaction() as transaction:
        for words in (
            "alter table recon.break_event disable trigger user",
            statement,
            "alter table recon.break_event enable trigger user",
        ):
            transaction.connection.execute(text(words))


def events(book):
    query = "select event, exposure_minor from recon.break_event order by known_at"
    return [(row["event"], row["exposure_minor"]) for row in book.rows(query)]


def state(book):
    (found,) = book.rows("select status from recon.break")
    return found["status"]
