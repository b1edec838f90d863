"""Worlds in which it is hard to match, with the exact truth about them; same seed, same world.

Every case is told a number of times. A story has rows of both sides; those that are one movement
bear one `group`, those that nothing can decide are `undecidable` (never matched, never silent),
and the rest belong to nobody. `turn` is the load a row comes with.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

TURNS = 4
# The bounds of the edge's definition that the cases stand at, and just past.
DAYS_APART_MAX, LENGTH_MIN = 3, 10
NIGHT, MORNING = 86_399, 0  # seconds of a day in IST
REFERENCES = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
FIRST_DAY = date(2026, 1, 5)
PRIME = 1_000_003  # far above the number of stories
SEED_DAYS = 47  # worlds follow one another, so that their days meet every month's and year's end


@dataclass(frozen=True)
class Row:
    """One version of an entry. `side`: core or hdfc; `name`: its id within the story."""

    side: str
    name: str
    amount: int
    currency: str = "INR"
    day: int = 0
    second: int = 36_000
    rrn: str | None = None
    utr: str | None = None
    reference: str | None = None
    group: str | None = None
    undecidable: bool = False
    turn: int | None = None  # None: any
    ends: int | None = None  # the load that retracts it
    is_last: bool = True  # False: a later version says otherwise

    def but(self, **changes: Any) -> "Row":
        return replace(self, **changes)


@dataclass
class Teller:
    """What a story is made of: references that nothing else has, an account, an amount."""

    rng: np.random.Generator
    seed: int
    story: int = 0
    _drawn: set[str] = field(default_factory=set)

    def rrn(self) -> str:
        return f"{self.seed % 10}{self._new(11, '0123456789')}"

    def utr(self) -> str:
        return f"HDFCR5{self._new(16, REFERENCES)}"

    def amount(self) -> int:
        """Of the story alone: no two stories share an amount, and no two pairs of them a sum (a
        Sidon set, as Erdős and Turán make it).
        """
        return 1_000_00 + 2 * PRIME * self.story + self.story**2 % PRIME

    def day(self) -> int:
        return int(self.rng.integers(0, 6))

    def pair(self, **given: Any) -> tuple[Row, Row]:
        """The same movement on both sides, by an RRN of its own."""
        held: dict[str, Any] = {
            "amount": self.amount(), "day": self.day(), "rrn": self.rrn(), "group": "g", **given,
        }  # fmt: skip
        return Row("core", "L", **held), Row("hdfc", "E", **held).but(second=36_060)

    def _new(self, length: int, letters: str) -> str:
        while True:
            drawn = "".join(self.rng.choice(list(letters), length))
            if drawn not in self._drawn:
                self._drawn.add(drawn)
                return drawn


Story = Callable[[Teller], list[Row]]


def undecided(*rows: Row) -> list[Row]:
    return [row.but(undecidable=True, group=None) for row in rows]


def alone(*rows: Row) -> list[Row]:
    return [row.but(group=None) for row in rows]


def _bare(teller: Teller, ours: int, theirs: int) -> list[Row]:
    held: dict[str, Any] = {"amount": teller.amount(), "day": teller.day()}
    return [
        *(Row("core", f"L{n}", **held) for n in range(ours)),
        *(Row("hdfc", f"E{n}", **held).but(second=40_000 + n) for n in range(theirs)),
    ]


def _shifted(days: int) -> Story:
    def story(teller: Teller) -> list[Row]:
        ours, theirs = teller.pair()
        rows = [ours, theirs.but(day=ours.day + days)]
        return rows if abs(days) <= DAYS_APART_MAX else alone(*rows)

    return story


def _midnight(teller: Teller) -> list[Row]:
    ours, theirs = teller.pair()
    return [ours.but(second=NIGHT), theirs.but(second=MORNING, day=ours.day + 1)]


def _cut(length: int) -> Story:
    def story(teller: Teller) -> list[Row]:
        ours, theirs = teller.pair(rrn=None, utr=teller.utr())
        cut = str(theirs.utr)[:length]
        rows = [ours, theirs.but(utr=None, reference=cut)]
        return rows if length >= LENGTH_MIN else undecided(*rows)

    return story


def _rrn_elsewhere(**changes: Any) -> Story:
    """One RRN, two movements that differ by `changes`."""

    def story(teller: Teller) -> list[Row]:
        ours, theirs = teller.pair()
        again = {name: getattr(ours, name) + step for name, step in changes.items()}
        return [ours, theirs, ours.but(name="L2", group="h", **again),
                theirs.but(name="E2", group="h", **again)]  # fmt: skip

    return story


def _twice(seconds: int) -> Story:
    def story(teller: Teller) -> list[Row]:
        ours, theirs = teller.pair()
        again = theirs.but(name="E2", second=theirs.second + seconds)
        return [ours, theirs, *alone(again)] if seconds else undecided(ours, theirs, again)

    return story


def _one_bare(teller: Teller) -> list[Row]:
    ours, theirs = teller.pair()
    return [ours.but(rrn=None), theirs]


def _alike(ours: int, theirs: int) -> Story:
    def story(teller: Teller) -> list[Row]:
        rows = _bare(teller, ours, theirs)
        return [row.but(group="g") for row in rows] if ours == theirs else undecided(*rows)

    return story


def _alike_and_one_named(teller: Teller) -> list[Row]:
    rows = _bare(teller, 2, 2)
    return undecided(*rows, rows[-1].but(name="E9", rrn=teller.rrn()))


def _alike_over_days(teller: Teller) -> list[Row]:
    one, two, three, four = _bare(teller, 2, 2)
    return undecided(one, two.but(day=one.day + 1), three.but(day=one.day + 1),
                     four.but(day=one.day + 2))  # fmt: skip


def _reversed(teller: Teller) -> list[Row]:
    ours, _ = teller.pair()
    return [ours.but(amount=-ours.amount), ours.but(name="L2", second=ours.second + 60)]


def _sum(rest: int) -> Story:
    def story(teller: Teller) -> list[Row]:
        ours, theirs = teller.pair()
        parts = [ours.but(name=f"L{n}", amount=amount) for n, amount in
                 enumerate((200_00, 300_01, ours.amount - 500_01))]  # fmt: skip
        rows = [*parts, theirs.but(amount=theirs.amount + rest)]
        return rows if not rest else alone(*rows)

    return story


def _subset(*, is_twice: bool) -> Story:
    """A credit that is the sum of two of ours, in one way or in two; nothing names them."""

    def story(teller: Teller) -> list[Row]:
        ours, theirs = teller.pair()
        half = teller.amount()
        amounts = [half + 11_00, half + 23_00]
        amounts += [half + 17_00, half + 17_00] if is_twice else [half + 71_00]
        parts = [ours.but(name=f"L{n}", amount=amount, rrn=teller.rrn())
                 for n, amount in enumerate(amounts)]  # fmt: skip
        total = theirs.but(amount=2 * half + 34_00, rrn=teller.rrn())
        members = parts if is_twice else parts[:2]
        return [*undecided(total, *members), *alone(*parts[len(members) :])]

    return story


def _off_by(minor: int, *, by_utr: bool, is_named: bool) -> Story:
    def story(teller: Teller) -> list[Row]:
        given: dict[str, Any] = {"rrn": None, "utr": teller.utr()} if by_utr else {}
        ours, theirs = teller.pair(**given)
        rows = [ours, theirs.but(amount=theirs.amount + minor)]
        return rows if is_named else alone(*rows)

    return story


def _currency(currency: str, other: str | None = None) -> Story:
    def story(teller: Teller) -> list[Row]:
        ours, theirs = teller.pair(currency=currency)
        return [ours, theirs] if other is None else alone(ours, theirs.but(currency=other))

    return story


def _debit(teller: Teller) -> list[Row]:
    return [row.but(amount=-row.amount) for row in teller.pair()]


def _restated(**wrong: Any) -> Story:
    """The bank first says something else, then what is right."""

    def story(teller: Teller) -> list[Row]:
        ours, theirs = teller.pair()
        first = {name: value(theirs) for name, value in wrong.items()}
        return [ours, theirs.but(turn=1, is_last=False, **first), theirs.but(turn=2)]

    return story


def _unsaid(teller: Teller) -> list[Row]:
    """Matched, until the bank restates the amount."""
    ours, theirs = alone(*teller.pair())
    return [ours.but(turn=0), theirs.but(turn=0, is_last=False),
            theirs.but(turn=3, amount=theirs.amount + 50_00)]  # fmt: skip


def _retracted(teller: Teller) -> list[Row]:
    ours, theirs = alone(*teller.pair())
    return [ours.but(turn=0), theirs.but(turn=1, ends=3, is_last=False)]


def _late(teller: Teller) -> list[Row]:
    ours, theirs = teller.pair()
    return [ours.but(turn=0), theirs.but(turn=3)]


CASES: dict[str, Story] = {
    "exact": lambda teller: list(teller.pair()),
    "three days later": _shifted(3),
    "three days before": _shifted(-3),
    "four days later": _shifted(4),
    "over midnight": _midnight,
    "reference cut to 10": _cut(10),
    "reference cut to 9": _cut(9),
    "RRN again, other amount": _rrn_elsewhere(amount=5_00),
    "RRN again, days later": _rrn_elsewhere(day=4),
    "told twice": _twice(60),
    "told twice at once": _twice(0),
    "no reference on one side": _one_bare,
    "two and two alike": _alike(2, 2),
    "three and three alike": _alike(3, 3),
    "two and one alike": _alike(2, 1),
    "one and two alike": _alike(1, 2),
    "two and two and one named": _alike_and_one_named,
    "alike over a chain of days": _alike_over_days,
    "own reversal": _reversed,
    "sum by reference": _sum(0),
    "sum by reference, a paisa over": _sum(1),
    "subset with one solution": _subset(is_twice=False),
    "subset with two solutions": _subset(is_twice=True),
    "a rupee off": _off_by(100, by_utr=False, is_named=True),
    "a rupee and a paisa off": _off_by(101, by_utr=False, is_named=False),
    "a named charge": _off_by(-590, by_utr=True, is_named=True),
    "a charge that has no name": _off_by(-591, by_utr=True, is_named=False),
    "debit": _debit,
    "JPY": _currency("JPY"),
    "KWD": _currency("KWD"),
    "another currency": _currency("INR", "USD"),
    "restated amount": _restated(amount=lambda row: row.amount + 10_00),
    "restated day": _restated(day=lambda row: row.day + 9),
    "restated reference": _restated(rrn=lambda row: str(row.rrn)[::-1]),
    "restated to something else": _unsaid,
    "retracted": _retracted,
    "late": _late,
}


def world(seed: int, stories: int) -> pd.DataFrame:
    """Rows of the seed's world, a line a version: case, key, side, account_no, amount_minor,
    currency, day (a date), second, rrn, utr, reference, group, undecidable, story, turn, ends,
    is_last; in no order.
    """
    rng = np.random.default_rng(seed)
    first = FIRST_DAY + timedelta(days=SEED_DAYS * seed)
    told = pd.DataFrame(list(_told(Teller(rng, seed), stories, first))).astype(
        {"ends": "Int64", "rrn": "string", "utr": "string", "reference": "string",
         "group": "string"}
    )  # fmt: skip
    return told.iloc[rng.permutation(len(told))].reset_index(drop=True)


def _told(teller: Teller, stories: int, first: date) -> Iterator[dict[str, Any]]:
    for number, (case, story) in enumerate(CASES.items()):
        for again in range(stories):
            teller.story = number * stories + again
            account = int(teller.rng.integers(1, 6))
            base = first + timedelta(days=int(teller.rng.integers(0, 20)))
            for row in story(teller):
                name = f"{teller.seed}.{teller.story}"
                yield {
                    "case": case, "key": f"{name}.{row.name}", "side": row.side,
                    "account_no": account, "amount_minor": row.amount, "currency": row.currency,
                    "day": base + timedelta(days=row.day), "second": row.second,
                    "rrn": row.rrn, "utr": row.utr, "reference": row.reference,
                    "group": None if row.group is None else f"{name}.{row.group}",
                    "undecidable": row.undecidable, "story": name,
                    "turn": int(teller.rng.integers(0, TURNS)) if row.turn is None else row.turn,
                    "ends": row.ends, "is_last": row.is_last,
                }  # fmt: skip
