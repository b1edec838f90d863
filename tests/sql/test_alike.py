"""What fits equally well without a reference is AMBIGUOUS, with every candidate; never silent."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

OURS = [Row("core", f"L{n}") for n in range(3)]
THEIRS = [Row("hdfc", f"E{n}") for n in range(3)]
NEXT = at(23, day=DAY + timedelta(days=1))
LATE = at(0, day=DAY + timedelta(days=6))
CANDIDATES = """
    select one.entry_key as one, other.entry_key as other from recon.candidate
    inner join staging.entry as one on candidate.entry_id = one.entry_id
    inner join staging.entry as other on candidate.candidate_entry_id = other.entry_id
    where candidate.known_to is null and one.source = 'core' order by 1, 2
"""


def tell(book, *rows, until=LATE):
    for source in ("core", "hdfc"):
        if own := [row for row in rows if row.source == source]:
            book.load(*own)
    book.reconcile(until=until)
    return book.breaks()


def candidates(book):
    return [(row["one"], row["other"]) for row in book.rows(CANDIDATES)]


@pytest.mark.parametrize(
    ("rows", "listed"),
    [
        pytest.param([OURS[0], *THEIRS[:2]], [("L0", "E0"), ("L0", "E1")], id="one and two"),
        pytest.param([*OURS[:2], THEIRS[0]], [("L0", "E0"), ("L1", "E0")], id="two and one"),
        pytest.param(
            [*OURS[:2], *THEIRS[:2], THEIRS[2].but(rrn="9")],
            [(ours, theirs) for ours in ("L0", "L1") for theirs in ("E0", "E1", "E2")],
            id="two and two, and one with a reference",
        ),
        pytest.param([OURS[0].but(rrn="1"), OURS[1].but(rrn="2"), THEIRS[0]],
                     [("L0", "E0"), ("L1", "E0")], id="two references and none"),
        pytest.param([OURS[0].but(rrn="1"), THEIRS[0].but(rrn="2"), THEIRS[1], THEIRS[2]],
                     [("L0", "E1"), ("L0", "E2")], id="not what has another reference"),
        pytest.param([OURS[0], OURS[1].but(at=NEXT), THEIRS[0].but(at=NEXT),
                      THEIRS[1].but(at=NEXT + timedelta(days=1))],
                     [(ours, theirs) for ours in ("L0", "L1") for theirs in ("E0", "E1")],
                     id="a chain of days"),
    ],
)  # fmt: skip
def test_any_could_be_anys(book, rows, listed):
    codes = {code for code, _ in tell(book, *rows)}
    assert "AMBIGUOUS" in codes
    assert codes <= {"AMBIGUOUS", "MIS_IN_LEDGER"}  # the latter of what has another reference
    assert candidates(book) == listed
    assert book.groups() == set()


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([OURS[0], THEIRS[0]], id="the only two are a match"),
        pytest.param([OURS[0], *(row.but(amount=100_01) for row in THEIRS[:2])], id="amount"),
        pytest.param([OURS[0], *(row.but(account="50100000002222") for row in THEIRS[:2])],
                     id="account"),
        pytest.param([OURS[0], *(row.but(at=NEXT + timedelta(hours=1)) for row in THEIRS[:2])],
                     id="two days apart"),
        pytest.param([OURS[0].but(rrn="1"), *(row.but(rrn="2") for row in THEIRS[:2])],
                     id="each has a reference"),
        pytest.param([OURS[0], THEIRS[0], THEIRS[1].but(status="PENDING")], id="moves no money"),
        pytest.param(THEIRS, id="nobody across"),
    ],
)  # fmt: skip
def test_just_past_it_none_is(book, rows):
    assert "AMBIGUOUS" not in {code for code, _ in tell(book, *rows)}
    assert candidates(book) == []


def test_it_waits_for_the_window_and_goes_with_its_reason(book):
    assert tell(book, OURS[0], *THEIRS[:2], until=at(12)) == set()
    assert tell(book) == {("AMBIGUOUS", "core:L0")}
    book.load(OURS[0].but(rrn="5"))
    assert tell(book, THEIRS[0].but(rrn="5"), until=LATE + timedelta(hours=1)) == {
        ("MIS_IN_LEDGER", "hdfc:E1")
    }
    assert candidates(book) == []
