"""Two sets of groups and two bags of breaks, side by side; and what nothing can decide."""

from dataclasses import dataclass

import pandas as pd

SEAT = ["reconciliation", "source", "txn_id"]
BREAK = ["reconciliation", "code", "source", "txn_id"]


@dataclass(frozen=True, slots=True)
class Comparison:
    expected: pd.DataFrame  # reconciliation, group_no, source, txn_id, is_found
    actual: pd.DataFrame  # reconciliation, match_group_id, source, txn_id, is_right
    breaks: pd.DataFrame  # BREAK, expected, actual: how often each
    undecided: pd.DataFrame  # reconciliation, source, txn_id, is_told

    def counts(self) -> dict[str, int]:
        groups = self.expected.drop_duplicates("group_no")
        made = self.actual.drop_duplicates(["reconciliation", "match_group_id"])
        expected, actual = self.breaks["expected"], self.breaks["actual"]
        return {
            "pairs_expected": len(groups),
            "pairs_found": int(groups["is_found"].sum()),
            "pairs_wrong": int((~made["is_right"]).sum()),
            "breaks_expected": int(expected.sum()),
            "breaks_found": int(expected.clip(upper=actual).sum()),
            "breaks_missed": int((expected - actual).clip(lower=0).sum()),
            "breaks_unexpected": int((actual - expected).clip(lower=0).sum()),
            "undecidable": len(self.undecided),
            "undecidable_silent": int((~self.undecided["is_told"]).sum()),
        }

    def differences(self) -> pd.DataFrame:
        lost = self.expected[~self.expected["is_found"]]
        wrong = self.actual[~self.actual["is_right"]]
        missed = self.breaks[self.breaks["expected"] > self.breaks["actual"]]
        extra = self.breaks[self.breaks["expected"] < self.breaks["actual"]]
        parts = {
            "pair not found": lost.assign(group=lost["group_no"].astype("str")),
            "pair wrong": wrong.assign(group=wrong["match_group_id"]),
            "break missed": missed,
            "break unexpected": extra,
            "not suggested": self.undecided[~self.undecided["is_told"]],
        }
        rows = pd.concat(
            [part.assign(problem=problem) for problem, part in parts.items()], ignore_index=True
        )
        return rows.reindex(columns=["problem", *BREAK, "group"]).fillna("")


def compare_with(
    pairs: pd.DataFrame,
    expected: pd.DataFrame,
    undecided: pd.DataFrame,
    made_of: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> Comparison:
    """`pairs`, `expected`, `undecided`: of `Truth`; `made_of`: the engine's exports of matches,
    breaks and candidates.
    """
    matches, breaks, candidates = made_of
    made = matches[["reconciliation", "match_group_id", "source", "txn_id"]].astype("str")
    is_found, is_right = _same_groups(pairs, made)
    split_no, split_seats = _evenly_split(pairs[pairs["is_interchangeable"]], made)
    live = breaks[breaks["status"].ne("RESOLVED")].reindex(columns=BREAK)
    return Comparison(
        expected=pairs.assign(is_found=is_found | pairs["group_no"].isin(split_no)),
        actual=made.assign(is_right=is_right | split_seats),
        breaks=_counted(expected, live),
        undecided=undecided.assign(is_told=_told(undecided, breaks, candidates)),
    )


def _told(undecided: pd.DataFrame, breaks: pd.DataFrame, candidates: pd.DataFrame) -> pd.Series:
    """Whether an entry is named as what a break could belong to, or such a break is its own."""
    subjects = breaks[breaks["break_id"].isin(candidates["break_id"])]
    named = pd.MultiIndex.from_frame(pd.concat([candidates[SEAT], subjects[SEAT]]).astype("str"))
    found = pd.MultiIndex.from_frame(undecided[SEAT].astype("str")).isin(named)
    return pd.Series(found, index=undecided.index, dtype="bool")


def _same_groups(pairs: pd.DataFrame, made: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """(seats of `pairs` whose group was made as it is, seats of `made` in such a group)."""
    sizes = pairs.groupby("group_no")["txn_id"].transform("size")
    # An entry sits in one expected group of its edge, so its seat names that group.
    seats = made.merge(pairs.assign(wanted=sizes), on=SEAT, how="left")
    groups = seats.groupby(["reconciliation", "match_group_id"])["group_no"]
    is_one = groups.transform("nunique").eq(1) & seats["group_no"].notna()
    is_one &= groups.transform("count").eq(groups.transform("size"))
    is_right = is_one & groups.transform("size").eq(seats["wanted"])
    found = seats.loc[is_right, "group_no"]
    return pairs["group_no"].isin(found), pd.Series(is_right.to_numpy(), index=made.index)


def _evenly_split(loose: pd.DataFrame, made: pd.DataFrame) -> tuple[set[int], pd.Series]:
    """(interchangeable groups found in some even split, seats of `made` in such a split).

    The groups made must hold these entries and no others, as many of each source in each.
    """
    seats = made.reset_index().merge(loose, on=SEAT, how="left")
    seats["size"] = seats.groupby(["reconciliation", "match_group_id"])["txn_id"].transform("size")
    own = seats.dropna(subset="group_no")
    if own.empty:
        return set(), pd.Series(False, index=made.index)
    group = own.groupby(["group_no", "match_group_id"])
    table = pd.crosstab([own["group_no"], own["match_group_id"]], own["source"])
    is_even = table.min(axis="columns").eq(table.max(axis="columns"))
    is_closed = group["size"].first().eq(group.size())
    is_good = (is_even & is_closed).groupby(level="group_no").all()
    wanted = loose.groupby("group_no").size().reindex(is_good.index)
    good = is_good & own.groupby("group_no").size().eq(wanted)
    numbers = set(good.index[good].astype("int64"))
    right = own.loc[own["group_no"].isin(numbers), "index"]
    return numbers, pd.Series(made.index.isin(right), index=made.index)


def _counted(expected: pd.DataFrame, live: pd.DataFrame) -> pd.DataFrame:
    """Every kind of break with how often it was expected and found."""
    text = (
        pd.concat(
            [expected[BREAK].assign(side="expected"), live.assign(side="actual")], ignore_index=True
        )
        .fillna("")
        .astype("str")
    )
    counts = pd.crosstab([text[name] for name in BREAK], text["side"])
    return counts.reindex(columns=["expected", "actual"], fill_value=0).reset_index()
