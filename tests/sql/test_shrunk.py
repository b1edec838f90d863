"""Rows that a source no longer sends are one break a source, dataset and day."""

from datetime import timedelta

from tests.sql.ledger_book import DAY, Row, at

THEIRS = Row("hdfc", "E0", rrn="1", at=at(10))
NIGHT = at(0, day=DAY + timedelta(days=3))


def lose(book, *keys):
    for key in keys:
        book.execute(
            "insert into staging.unseen_entry (entry_id, version, source, dataset, business_date,"
            " load_id, known_from) select entry_id, version, source, dataset, business_date,"
            " load_id, known_from from staging.entry where entry_key = :key and known_to is null",
            key=key,
        )


def told(book):
    book.reconcile(until=NIGHT)
    return [row for row in book.live_breaks() if row["code"] == "DQ_SHRUNK"]


def test_one_break_a_day_that_ends_when_all_of_it_is_there_again(book):
    rows = [THEIRS.but(key=f"E{number}", rrn=str(number)) for number in range(5)]
    book.load(*[Row("core", f"L{number}", rrn=str(number)) for number in range(5)])
    book.load(*rows[:4], rows[4].but(at=at(10, day=DAY + timedelta(days=1))))
    lose(book, "E0", "E1", "E2", "E3", "E4")
    day, next_day = told(book)
    assert day["amount_minor"] == 400_00
    assert day["explanation"] == (
        "4 entries of hdfc, transactions, of 2026-03-10, 400.00 INR, were not in the newest"
        " reading of that time: E0, E1, E2 and 1 more. Kept until the source says otherwise."
    )
    assert next_day["explanation"].startswith(
        "1 entry of hdfc, transactions, of 2026-03-11, 100.00"
    )
    assert len(book.groups()) == 5  # they stay entries

    book.load(rows[0].but(amount=100_01))  # read again, as another version
    assert told(book)[0]["amount_minor"] == 300_00
    book.execute("update staging.unseen_entry set known_to = known_from + interval '1 day'")
    assert told(book) == []


def test_nothing_is_summed_across_currencies(book):
    book.load(THEIRS, THEIRS.but(key="E1", rrn="2", currency="USD"))
    lose(book, "E0", "E1")
    (one,) = told(book)
    assert (one["amount_minor"], one["business_date"]) == (0, DAY)
    assert "of 2026-03-10 were not in the newest reading" in one["explanation"]
