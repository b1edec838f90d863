"""What may belong to an entry that stands alone: who is suggested, how it is graded, the bounds."""

from datetime import date, timedelta

import pandas as pd
import pytest

from reconciliation.suggestions import Bounds, suggestions

DAY = date(2026, 3, 10)
BOUNDS = Bounds(days_apart_max=3)


def entry(number, amount, *, ours=False, text="", days=0, account=1, currency="INR"):
    return {
        "entry_id": number, "subject_key": f"{'core' if ours else 'hdfc'}:{number}",
        "is_ledger": ours, "account_id": account, "currency": currency, "amount_minor": amount,
        "day": pd.Timestamp(DAY + timedelta(days=days)), "text": text,
    }  # fmt: skip


def suggested(*entries, bounds=BOUNDS, of=1):
    found = suggestions(pd.DataFrame(entries), bounds)
    mine = found[found["entry_id"].eq(of)].sort_values(["kind", "rank"])
    return [(row.kind, row.members, row.state) for row in mine.itertuples(index=False)]


def test_nothing_alone_nothing_suggested():
    empty = pd.DataFrame(columns=list(entry(1, 1)))
    assert suggestions(empty, BOUNDS).empty


TARGET = entry(1, 350, ours=True, text="NEFT RENT SHARMA")


@pytest.mark.parametrize(
    ("other", "is_suggested"),
    [
        (entry(2, 350), True),
        (entry(2, 351), False),
        (entry(2, -350), False),
        (entry(2, 350, account=2), False),
        (entry(2, 350, currency="USD"), False),
        (entry(2, 350, ours=True), False),
        (entry(2, 350, days=3), True),
        (entry(2, 350, days=-3), True),
        (entry(2, 350, days=4), False),
    ],
)
def test_one_of_its_amount(other, is_suggested):
    assert suggested(TARGET, other) == ([("text", [2], "only")] if is_suggested else [])


def test_the_three_best_by_their_text_with_the_margin():
    found = suggestions(
        pd.DataFrame([
            TARGET, entry(2, 350, text="ATM"), entry(3, 350, text="SHARMA RENT NEFT"),
            entry(4, 350, text="NEFT RENT VERMA"), entry(5, 350, text="POS"),
        ]),
        BOUNDS,
    )  # fmt: skip
    mine = found[found["entry_id"].eq(1)].sort_values("rank")
    assert mine["members"].tolist()[:2] == [[3], [4]]
    assert len(mine) == 3
    assert mine["score"].iloc[0] == 100
    assert mine["margin"].iloc[0] == 100 - mine["score"].iloc[1]
    assert set(mine["state"]) == {"several"}
    assert "no evidence" in mine["reason"].iloc[2]


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param([entry(2, 100), entry(3, 250)], [("sum", [2, 3], "only")], id="two"),
        pytest.param([entry(2, 100), entry(3, 251)], [], id="a paisa more"),
        pytest.param([entry(2, 100), entry(3, 250, days=1)], [], id="another day, no text"),
        pytest.param(
            [entry(2, 100, text="RENT SHARMA"), entry(3, 250, text="NEFT SHARMA", days=1)],
            [("sum", [2, 3], "only")], id="another day, their texts agree",
        ),
        pytest.param(
            [entry(2, 100), entry(3, 250), entry(4, 150), entry(5, 200)],
            [("sum", [2, 3], "several"), ("sum", [4, 5], "several")], id="two ways",
        ),
        pytest.param([entry(2, 100), entry(3, 250, days=4)], [], id="out of reach"),
        pytest.param([entry(2, 100), entry(3, 250, account=2)], [], id="another account"),
        pytest.param([entry(2, 450), entry(3, -100)], [], id="of one direction only"),
    ],
)  # fmt: skip
def test_several_that_add_up(others, expected):
    assert suggested(TARGET, *others) == expected


@pytest.mark.parametrize(
    ("parts", "expected"), [(4, [("sum", [2, 3], "only")]), (5, [("sum", [], "unsearched")])]
)
def test_more_than_are_searched_is_no_answer_but_a_word(parts, expected):
    others = [entry(2, 100), entry(3, 250), *(entry(n, 300 + n) for n in range(4, parts + 2))]
    bounds = Bounds(days_apart_max=3, sum_entries_max=4)
    assert suggested(TARGET, *others, bounds=bounds) == expected


def test_of_more_ways_than_are_shown_those_of_its_day_come_first():
    near = [entry(n, amount) for n, amount in ((8, 50), (9, 100), (10, 200))]
    far = [entry(n, amount, days=1) for n, amount in ((2, 150), (3, 200), (4, 160), (5, 190))]
    far += [entry(n, amount, days=2) for n, amount in ((6, 170), (7, 180))]
    found = suggested(TARGET, *far, *near)
    assert found[0] == ("sum", [8, 9, 10], "several")
    assert len(found) == 3


FAR = [entry(n, 300 + n, days=1) for n in (6, 7, 8)]


@pytest.mark.parametrize(
    ("near", "expected"),
    [
        pytest.param([entry(2, 100), entry(3, 250)], [("sum", [2, 3], "several")], id="one way"),
        pytest.param(
            [entry(2, 100), entry(3, 250), entry(4, 150), entry(5, 200)],
            [("sum", [2, 3], "several"), ("sum", [4, 5], "several")], id="as many as searched",
        ),
        pytest.param([*(entry(n, 100) for n in range(9, 13)), entry(3, 250)], [], id="one more"),
        pytest.param([entry(2, 100), entry(3, 251)], [], id="none adds up"),
    ],
)  # fmt: skip
def test_of_too_many_the_nearest_days_are_searched(near, expected):
    """What is found so is never the only answer, and what is left unsearched is told."""
    bounds = Bounds(days_apart_max=3, sum_entries_max=4)
    assert suggested(TARGET, *near, *FAR, bounds=bounds) == [*expected, ("sum", [], "unsearched")]


def test_both_directions_are_searched():
    entries = entry(1, 350), entry(2, 100, ours=True), entry(3, 250, ours=True)
    assert suggested(*entries) == [("sum", [2, 3], "only")]


def test_the_bound_of_searches_takes_the_newest_and_tells_of_the_rest_whatever_the_order():
    entries = [
        entry(1, 10, ours=True, days=1), entry(2, 10, days=1), entry(3, 20, ours=True),
        entry(4, 20),
    ]  # fmt: skip
    bounds = Bounds(days_apart_max=3, searches_max=2)
    for order in (entries, entries[::-1]):
        found = suggestions(pd.DataFrame(order), bounds)
        searched = found[found["state"] != "unsearched"]
        assert sorted(searched["entry_id"]) == [1, 2]
        told = found[found["state"] == "unsearched"]
        assert sorted(told["entry_id"]) == [3, 4]
        assert set(told["reason"]) == {"4 entries stand alone; the 2 newest were searched"}
        assert told["members"].tolist() == [[], []]
