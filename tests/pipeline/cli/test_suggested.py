"""A suggestion as a person meets it: told from both sides, and accepted by its name."""

import pytest

from tests.pipeline.test_matching_by_hand import LATE, OURS, THEIRS
from tests.sql.ledger_book import LedgerBook


@pytest.fixture
def books(store, owner_store):
    """One of ours that two sums of theirs come to, A + B and C + D."""
    book = LedgerBook(store, owner_store)
    book.load(OURS.but(amount=350_00, rrn="606912345678"))
    parts = (("A", 100_00), ("B", 250_00), ("C", 110_00), ("D", 240_00))
    book.load(*(
        THEIRS.but(key=key, amount=amount, rrn=f"60690000000{number}")
        for number, (key, amount) in enumerate(parts)
    ))  # fmt: skip
    book.reconcile(until=LATE)
    return book


def ids(book):
    return {row["subject"]: row["break_id"] for row in book.live_breaks()}


def test_a_part_of_a_suggested_sum_says_so(recon, books):
    by_subject = ids(books)
    whole, part = by_subject["core:L"], by_subject["hdfc:A"]
    told = recon("breaks", "show", part, "--json").data
    (within,) = told["contained"]
    assert (within["break_id"], within["kind"], within["txn_id"], within["members"]) == (
        whole, "sum", "L", ["hdfc:A", "hdfc:B"],
    )  # fmt: skip
    assert f"--suggestion {whole[:8]}" in told["next_step"]
    assert "hdfc:A + hdfc:B" in recon("breaks", "show", part).out
    ours = recon("breaks", "show", whole, "--json").data
    assert ours["contained"] == []
    assert f"--suggestion {whole[:8]}" in ours["next_step"]
    assert "reverse our booking" not in ours["next_step"]

    recon("breaks", "resolve", whole, "--resolution", "not_a_break", "--reason", "test_entry",
          "--comment", "x")  # fmt: skip
    after = recon("breaks", "show", part, "--json").data
    assert after["contained"] == []
    assert after["next_step"].startswith("Book the movement")
    then = recon("breaks", "show", part, "--json", "--as-of", LATE.isoformat()).data
    assert [one["break_id"] for one in then["contained"]] == [whole]


def test_of_two_ways_it_asks_which(recon, books):
    whole, third = ids(books)["core:L"], ids(books)["hdfc:C"]
    asked = recon("match", "--suggestion", whole[:8])
    words = " ".join(asked.err.split())
    assert (asked.code, asked.out) == (2, "")
    assert "has 2 suggestions: which one?" in words
    assert "--kind sum --rank 1 (core:L + hdfc:C + hdfc:D)" in words
    assert "--kind sum --rank 2 (core:L + hdfc:A + hdfc:B)" in words
    told = recon("match", "--suggestion", whole[:8], "--rank", "2", "--json").data
    assert len(told["named"]) == 3
    after = recon("breaks", "show", third, "--json").data
    assert (after["contained"], after["candidates"]) == ([], [])
    again = recon("match", "--suggestion", whole[:8], "--rank", "1")
    assert "has no such suggestion" in " ".join(again.err.split())


@pytest.mark.parametrize(("asked", "told"), [
    (("breaks", "show", ""), "an empty id names no break"),
    (("breaks", "assign", " "), "an empty id names no break"),
    (("match", "--suggestion", ""), "an empty id names no break"),
    (("match", "core:Q", "hdfc:A", "--reason", "other"), "nothing of core"),
    (("breaks", "list", "--code", "NOPE"), "Did you mean NO_EDGE?"),
    (("breaks", "list", "--code", "QQQQ"), "The nearest are: "),
    (("breaks", "list", "--code", "MIS_IN_BNK"), "Did you mean MIS_IN_BANK"),
])  # fmt: skip
def test_a_wrong_name_is_told_plainly(recon, books, asked, told):
    ended = recon(*asked)
    assert (ended.code, ended.out) == (2, "")
    assert told in " ".join(ended.err.split())
