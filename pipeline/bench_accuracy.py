"""How right the matching is where it is hard: worlds of `accuracy_cases`, each told in several
loads with a run after each, through staging's own merge and the edge's own passes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd

from pipeline import merging
from pipeline.accuracy_cases import FIRST_DAY, SEED_DAYS, TURNS, world
from pipeline.bench_server import copied_database, scratch_server
from pipeline.matching import reconcile
from pipeline.merging import Counts, Piece
from pipeline.quarantine import COLUMNS as QUARANTINE_COLUMNS
from pipeline.schema import migrate
from pipeline.store import Store
from reconciliation.model import HOUR, IST, Interval

EDGE = "core_hdfc"
ACCOUNTS = 5
RECALL_MIN = 0.999
TOLD_DAYS = SEED_DAYS - TURNS - 1  # by then every window of the world is over
Advance = Callable[[int, int, object], None]


@dataclass
class Judgement:
    """Of one world, or of many together. `false`: groups that are no true set; `missed`: true
    sets that are no group; `silent`: undecidable and neither ambiguous nor suggested.
    """

    rows: int = 0
    decidable: int = 0
    right: int = 0
    false: int = 0
    missed: int = 0
    undecidable: int = 0
    matched: int = 0
    ambiguous: int = 0
    suggested: int = 0
    silent: int = 0
    cases: set[str] = field(default_factory=set)  # those that went wrong

    @property
    def recall(self) -> float:
        return self.right / self.decidable if self.decidable else 1.0

    @property
    def is_met(self) -> bool:
        return not self.false and not self.silent and self.recall >= RECALL_MIN

    def as_data(self) -> dict[str, Any]:
        return {**asdict(self), "cases": sorted(self.cases), "recall": round(self.recall, 6)}


def accuracy(
    seeds: Sequence[int], stories: int = 10, advance: Advance = lambda *_: None
) -> dict[str, Any]:
    """{"seeds": {seed: judgement}, "all": judgement, "is_met"}. Each world has a database of its
    own: one's open items never count against another's bounds.
    """
    whole = Judgement()
    found: dict[str, Any] = {}
    with scratch_server() as (home, urls):
        store = Store(urls.owner)
        migrate(store)
        with store.transaction() as transaction:
            transaction.run("bench/insert_accounts", accounts=ACCOUNTS)
        for done, seed in enumerate(sorted(seeds)):
            advance(done, len(seeds), f"seed {seed}")
            told = world(seed, stories)
            with copied_database(home, urls.owner, f"world_{seed}") as url:
                own = Store(url)
                tell(own, seed, told)
                one = judge(told, *read(own, seed))
            found[str(seed)] = one.as_data()
            _add(whole, one)
        advance(len(seeds), len(seeds), "done")
    return {"seeds": found, "all": whole.as_data(), "is_met": whole.is_met}


def tell(store: Store, seed: int, told: pd.DataFrame) -> None:
    """Load by load, each followed by a run."""
    first = FIRST_DAY + timedelta(days=SEED_DAYS * seed)
    evening = datetime.combine(first + timedelta(days=TOLD_DAYS), time(20), IST)
    part_ids: dict[str, int] = {}
    for turn in range(TURNS):
        end = evening.astimezone(UTC) + turn * timedelta(days=1)
        interval = Interval(end - HOUR, end)
        for side in ("core", "hdfc"):
            rows = told[(told["side"] == side) & (told["turn"] == turn)]
            with store.transaction() as transaction:
                merging.create_tables(transaction)
                load = merging.open_load(transaction, side, interval, "bench")
                for part in rows.loc[rows["ends"].notna(), "ends"].unique():
                    name = f"{seed}/{part}"
                    part_ids[name] = transaction.value(
                        "bench/insert_delivery", source=side, part=name,
                        starts_at=interval.start, ends_at=interval.end,
                    )  # fmt: skip
                frame = _canonical(rows, seed, part_ids, interval.end)
                given = Piece("entries", frame, _nothing(), "transactions", [1], [])
                merging.merge(transaction, load, given, Counts())
                over = Piece("entries", frame.iloc[:0], _nothing(), "transactions", [1],
                             [f"{seed}/{turn}"])  # fmt: skip
                merging.merge(transaction, load, over, Counts())
        reconcile(store, EDGE, interval)


def read(store: Store, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(groups: match_group_id, pass_name, keys; what else is said: entry_key, said)."""
    asked = {"reconciliation": EDGE, "prefix": f"{seed}."}
    with store.transaction() as transaction:
        return (
            transaction.frame("bench/accuracy_groups", **asked),
            transaction.frame("bench/accuracy_told", **asked),
        )


def judge(told: pd.DataFrame, groups: pd.DataFrame, said: pd.DataFrame) -> Judgement:
    """`told` as `world` makes it; the others as `read` gives them."""
    last = told[told["is_last"]]
    expected = {frozenset(keys) for _, keys in last.dropna(subset="group").groupby("group")["key"]}
    found = {frozenset(keys) for keys in groups["keys"]} if len(groups) else set()
    case_of = dict(zip(told["key"], told["case"], strict=True))
    open_sets = last[last["undecidable"]].groupby("story")["key"].agg(frozenset)
    seated = frozenset().union(*found) if found else frozenset()
    ambiguous, suggested = (
        frozenset(said.loc[said["said"] == word, "entry_key"] if len(said) else [])
        for word in ("ambiguous", "suggested")
    )
    states = [_state(keys, seated, ambiguous, suggested) for keys in open_sets]
    wrong = [
        found - expected,
        expected - found,
        {keys for keys, state in zip(open_sets, states, strict=True) if state == "silent"},
    ]
    return Judgement(
        rows=len(told), decidable=len(expected), right=len(found & expected),
        false=len(found - expected), missed=len(expected - found), undecidable=len(states),
        **{state: states.count(state) for state in ("matched", "ambiguous", "suggested", "silent")},
        cases={case_of[key] for sets in wrong for keys in sets for key in keys if key in case_of},
    )  # fmt: skip


def _state(
    keys: frozenset[str],
    seated: frozenset[str],
    ambiguous: frozenset[str],
    suggested: frozenset[str],
) -> str:
    if keys & seated:
        return "matched"
    if keys <= ambiguous:
        return "ambiguous"
    return "suggested" if keys <= ambiguous | suggested else "silent"


def _add(whole: Judgement, one: Judgement) -> None:
    for name, value in vars(one).items():
        if isinstance(value, set):
            whole.cases |= value
        else:
            setattr(whole, name, getattr(whole, name) + value)


def _canonical(
    rows: pd.DataFrame, seed: int, part_ids: dict[str, int], read_at: datetime
) -> pd.DataFrame:
    """Entries of a world as the adapters would have them."""
    days = pd.to_datetime(rows["day"])
    moments = days.dt.tz_localize(IST) + pd.to_timedelta(rows["second"], unit="s")
    ends = [None if end is pd.NA else f"{seed}/{end}" for end in rows["ends"]]
    frame = pd.DataFrame(
        {
            "entry_key": rows["key"].to_numpy(), "txn_id": rows["key"].to_numpy(),
            "account_id": rows["account_no"].to_numpy(),
            "amount_minor": rows["amount_minor"].to_numpy(),
            "currency": rows["currency"].to_numpy(),
            "direction": np.where(rows["amount_minor"] < 0, "DEBIT", "CREDIT"),
            "occurred_at": moments.dt.tz_convert("UTC").to_numpy(),
            "business_date": days.dt.date.to_numpy(), "booking_date": days.dt.date.to_numpy(),
            "rrn": rows["rrn"].array, "utr": rows["utr"].array,
            "reference_number": rows["reference"].array, "row_no": np.arange(len(rows)),
            "part": ["bench" if end is None else end for end in ends],
            "delivery_id": [1 if end is None else part_ids[end] for end in ends],
        }
    ).assign(
        dataset="transactions", bank_code="HDFC", status="SUCCESS", timestamp_precision="second",
        fetched_at=read_at, source_updated_at=read_at,
    )  # fmt: skip
    frame["occurred_at"] = pd.to_datetime(frame["occurred_at"], utc=True)
    for column in merging.ENTRY_COLUMNS:
        if column not in frame:
            frame[column] = pd.Series(pd.NA, index=frame.index, dtype="string")
    return frame.assign(digest=merging.digests(frame))


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=QUARANTINE_COLUMNS)


def seeds_of(words: str) -> list[int]:
    """1-3,7 → [1, 2, 3, 7]. ValueError."""
    return sorted(set(_seeds(words.split(","))))


def _seeds(parts: Iterable[str]) -> Iterable[int]:
    for part in parts:
        first, dash, last = part.partition("-")
        yield from range(int(first), int(last if dash else first) + 1)
