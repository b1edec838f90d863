"""A statement that was corrected is one break, until a person has seen it."""

from datetime import timedelta

from tests.sql.ledger_book import DAY, at

ACCOUNT = "50100000001111"


def restate(book, part="AXIS_1", *, counts=(0, 1, 0), moved=59_00, minute=0, source="axis"):
    load = book.load_nothing(source)
    added, changed, retracted = counts
    book.execute(
        "insert into staging.restatement values (:source, 'transactions', :part, :load, :account,"
        " 'INR', :day, :added, :changed, :retracted, :moved, :known)",
        source=source, part=part, load=load, account=book.account(ACCOUNT), day=DAY, added=added,
        changed=changed, retracted=retracted, moved=moved, known=at(12, minute),
    )  # fmt: skip


def told(book, edge="core_axis"):
    book.reconcile(edge, until=at(0, day=DAY + timedelta(days=2)))
    return [(one["code"], one["amount_minor"], one["status"]) for one in book.live_breaks(edge)]


def test_one_break_a_statement_however_often_it_comes_again(book):
    restate(book, counts=(2, 1, 0))
    restate(book, "AXIS_2", counts=(0, 0, 1), moved=0)
    restate(book, "K", source="kotak")
    assert told(book) == [("STM_RESTATED", 59_00, "OPEN"), ("STM_RESTATED", 0, "OPEN")]
    one, other = (row["explanation"] for row in book.live_breaks("core_axis"))
    assert one == (
        "The statement AXIS_1 of account ••••1111 was delivered again with other content: 2 entries"
        " added, 1 entry changed, which makes 59.00 INR. Reports from before 2026-03-10 12:00 IST"
        " hold what it said then."
    )
    assert "1 entry taken back, no money moved on balance." in other
    assert told(book, "core_kotak") == [("STM_RESTATED", 59_00, "OPEN")]
    assert told(book, "settlement_bank") == []  # names the same banks, after their own edge

    restate(book, moved=-60_00, minute=1)
    assert told(book) == [("STM_RESTATED", -1_00, "OPEN"), ("STM_RESTATED", 0, "OPEN")]
    assert (
        ", 2 times: 2 entries added, 2 entries changed"
        in book.live_breaks("core_axis")[0]["explanation"]
    )


def test_who_has_seen_it_closes_it_until_it_is_corrected_again(book):
    restate(book)
    told(book)
    book.execute(
        "update recon.break set status = 'RESOLVED', resolution = 'not_a_break',"
        " resolved_at = known_at"
    )
    assert told(book) == []
    restate(book, moved=1, minute=1)
    assert told(book) == [("STM_RESTATED", 59_01, "REOPENED")]


def test_a_statement_that_came_twice_is_one_break(book):
    for part in ("AXIS_2", "AXIS_2", "AXIS_3"):
        book.execute(
            "insert into staging.duplicate_statement values ('axis', 'transactions', :part,"
            " 'AXIS_1', :load, :account, 'INR', :day, :known)",
            part=part, load=book.load_nothing("axis"), account=book.account(ACCOUNT), day=DAY,
            known=at(12),
        )  # fmt: skip
    assert told(book) == [("STM_DUPLICATE", 0, "OPEN"), ("STM_DUPLICATE", 0, "OPEN")]
    assert told(book, "settlement_bank") == []
    assert book.live_breaks("core_axis")[0]["explanation"].startswith(
        "The statement AXIS_2 of account ••••1111 holds the very bytes of AXIS_1: nothing"
    )
