"""Comparing an engine's exports with the truth: every way to be wrong is counted as one."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import truth as truths
from simulator.__main__ import main
from simulator.saved import keep, which
from simulator.truth import Truth
from tests.simulator.world_cache import ANCHOR, small_world

EDGE = "core_hdfc"
THREE = ("core", "razorpay", "mobile")


def seats(*groups, edge=EDGE, loose=False):
    rows = [
        (edge, number, source, txn_id, loose)
        for number, group in enumerate(groups)
        for source, txn_id in group
    ]
    return pd.DataFrame(
        rows, columns=["reconciliation", "group_no", "source", "txn_id", "is_interchangeable"]
    )


def matches(*groups, edge=EDGE):
    frame = seats(*groups, edge=edge).rename(columns={"group_no": "match_group_id"})
    return frame.drop(columns="is_interchangeable").astype("str")


def breaks(*rows):
    columns = ["reconciliation", "code", "source", "txn_id", "status"]
    frame = pd.DataFrame(rows, columns=columns, dtype="str")
    return frame.assign(break_id=frame["source"] + frame["txn_id"])


def candidates(*rows):
    columns = ["break_id", "reconciliation", "source", "txn_id"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def compare(expected, made, live, told=None):
    return truths.compare(expected, made, live, candidates() if told is None else told)


def differences(expected, made, live, told=None):
    return truths.differences(expected, made, live, candidates() if told is None else told)


A, B = [("core", "1"), ("hdfc", "1")], [("core", "2"), ("hdfc", "2")]
SHORT = (EDGE, "AMT_SHORT", "core", "9")
BLANK = (EDGE, "DQ_QUARANTINED", "hdfc", "")
EXPECTED = Truth(
    seats(A, B),
    breaks((*SHORT, ""), (*BLANK, ""), (*BLANK, "")).drop(columns=["status", "break_id"]),
)
LIVE = [(*SHORT, "OPEN"), (*BLANK, "OPEN"), (*BLANK, "ASSIGNED")]


def test_all_right():
    assert compare(EXPECTED, matches(B, A), breaks(*LIVE)) == {
        "pairs_expected": 2, "pairs_found": 2, "pairs_wrong": 0,
        "breaks_expected": 3, "breaks_found": 3, "breaks_missed": 0, "breaks_unexpected": 0,
        "undecidable": 0, "undecidable_silent": 0,
    }  # fmt: skip
    assert differences(EXPECTED, matches(A, B), breaks(*LIVE)).empty


@pytest.mark.parametrize(
    ("made", "found", "wrong"),
    [
        pytest.param([], 0, 0, id="nothing"),
        pytest.param([A], 1, 0, id="one lost"),
        pytest.param([A, [("core", "2"), ("hdfc", "3")]], 1, 1, id="wrong partner"),
        pytest.param([[A[0], B[1]], [B[0], A[1]]], 0, 2, id="crossed"),
        pytest.param([A, [*B, ("hdfc", "3")]], 1, 1, id="one too many"),
        pytest.param([A, [("core", "2")]], 1, 1, id="part of a group"),
        pytest.param([[*A, *B]], 0, 1, id="two in one"),
        pytest.param([A, B, [("core", "7"), ("hdfc", "7")]], 2, 1, id="made up"),
    ],
)
def test_pairs(made, found, wrong):
    counts = compare(EXPECTED, matches(*made), breaks(*LIVE))
    assert (counts["pairs_found"], counts["pairs_wrong"]) == (found, wrong)


def test_the_same_group_on_another_edge_is_wrong():
    counts = compare(EXPECTED, matches(A, B, edge="core_sbi"), breaks(*LIVE))
    assert (counts["pairs_found"], counts["pairs_wrong"]) == (0, 2)


@pytest.mark.parametrize(
    ("live", "missed", "unexpected"),
    [
        pytest.param(LIVE[1:], 1, 0, id="missed"),
        pytest.param([*LIVE, (*SHORT, "OPEN")], 0, 1, id="told twice"),
        pytest.param(LIVE[:2], 1, 0, id="one of two alike"),
        pytest.param([(*SHORT, "RESOLVED"), *LIVE[1:]], 1, 0, id="closed"),
        pytest.param([*LIVE, (EDGE, "AMT_OVER", "core", "8", "RESOLVED")], 0, 0, id="old"),
        pytest.param([(EDGE, "AMT_OVER", "core", "9", "OPEN"), *LIVE[1:]], 1, 1, id="other code"),
        pytest.param([], 3, 0, id="none"),
    ],
)
def test_breaks(live, missed, unexpected):
    counts = compare(EXPECTED, matches(A, B), breaks(*live))
    assert (counts["breaks_missed"], counts["breaks_unexpected"]) == (missed, unexpected)
    assert counts["breaks_found"] == 3 - missed


OPEN = [(EDGE, "MIS_IN_BANK", "core", "5", "OPEN"), (EDGE, "MIS_IN_LEDGER", "hdfc", "6", "OPEN")]
UNDECIDED = Truth(
    seats(A),
    breaks(*OPEN).drop(columns=["status", "break_id"]),
    pd.DataFrame({"reconciliation": EDGE, "source": ["core", "hdfc"], "txn_id": ["5", "6"]}),
)


@pytest.mark.parametrize(
    ("told", "silent"),
    [
        pytest.param([], 2, id="nothing"),
        pytest.param([("hdfc6", EDGE, "core", "5")], 0, id="the one as a part of the other"),
        pytest.param([("hdfc6", EDGE, "core", "7")], 1, id="its break says something else"),
        pytest.param([("hdfc6", EDGE, "", "")], 1, id="a word that it was not searched"),
        pytest.param([("x", "core_sbi", "core", "5")], 2, id="on another edge"),
        pytest.param([("x", EDGE, "core", "5"), ("x", EDGE, "hdfc", "6")], 0, id="of another"),
    ],
)
def test_what_nothing_decides_must_be_told(told, silent):
    counts = compare(UNDECIDED, matches(), breaks(*OPEN), candidates(*told))
    assert (counts["undecidable"], counts["undecidable_silent"]) == (2, silent)
    assert (counts["breaks_found"], counts["pairs_wrong"]) == (2, 0)
    rows = differences(UNDECIDED, matches(A), breaks(*OPEN), candidates(*told))
    assert rows["problem"].tolist() == ["not suggested"] * silent


def test_what_nothing_decides_must_not_be_matched():
    made = matches([("core", "5"), ("hdfc", "6")])
    assert compare(UNDECIDED, made, breaks(*OPEN))["pairs_wrong"] == 1


def triple(*numbers):
    return [(source, str(number)) for source, number in zip(THREE, numbers, strict=True)]


@pytest.mark.parametrize(
    ("made", "found", "wrong"),
    [
        pytest.param([triple(1, 1, 1), triple(2, 2, 2)], 1, 0, id="two of three"),
        pytest.param([triple(1, 2, 1), triple(2, 1, 2)], 1, 0, id="crossed"),
        pytest.param([triple(1, 1, 1) + triple(2, 2, 2)], 1, 0, id="one of six"),
        pytest.param([triple(1, 1, 1)], 0, 1, id="half of it"),
        pytest.param([triple(1, 1, 1), triple(2, 2, 3)], 0, 2, id="a stranger"),
        pytest.param(
            [[("core", "1"), ("core", "2"), ("mobile", "1")],
             [("razorpay", "1"), ("razorpay", "2"), ("mobile", "2")]], 0, 2, id="uneven",
        ),
    ],
)  # fmt: skip
def test_equal_refunds_may_be_split_in_any_even_way(made, found, wrong):
    loose = seats(triple(1, 1, 1) + triple(2, 2, 2), edge="core_gateway_mobile", loose=True)
    expected = Truth(loose, breaks().drop(columns=["status", "break_id"]))
    counts = compare(expected, matches(*made, edge="core_gateway_mobile"), breaks())
    assert (counts["pairs_expected"], counts["pairs_found"], counts["pairs_wrong"]) == (
        1, found, wrong,
    )  # fmt: skip


def test_differences_are_rows_for_people():
    rows = differences(
        EXPECTED, matches(A), breaks(*LIVE[1:], (EDGE, "MIS_IN_BANK", "core", "4", "OPEN"))
    )
    assert rows.groupby("problem").size().to_dict() == {
        "pair not found": 2, "break missed": 1, "break unexpected": 1,
    }  # fmt: skip


partitions = st.lists(st.integers(0, 4), min_size=1, max_size=12)


@settings(deadline=None, max_examples=50)
@given(partitions, partitions)
def test_counts_are_those_of_sets_compared_one_by_one(wanted, made):
    """Entry n sits in group wanted[n] of the truth and in group made[n] of the engine."""

    def groups(places):
        split = {place: [] for place in places}
        for number, place in enumerate(places):
            split[place].append(("core", str(number)))
        return list(split.values())

    expected = Truth(seats(*groups(wanted)), breaks().drop(columns=["status", "break_id"]))
    counts = compare(expected, matches(*groups(made)), breaks())
    one, other = ({frozenset(group) for group in groups(places)} for places in (wanted, made))
    assert counts["pairs_found"] == len(one & other)
    assert counts["pairs_wrong"] == len(other - one)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    keep(folder, which(folder, 1, 600, ANCHOR), small_world())
    return folder


def test_the_program_compares_files_with_its_own_truth(home, tmp_path, capsys):
    assert main(["truth", "--home", str(home), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    made = pd.DataFrame(told["pairs"]).rename(columns={"group_no": "match_group_id"})
    made.to_csv(tmp_path / "matches.csv", index=False)
    live = pd.DataFrame(told["breaks"]).assign(status="OPEN", break_id="1")
    live.to_csv(tmp_path / "b.csv", index=False)
    candidates().to_csv(tmp_path / "c.csv", index=False)
    words = ["--home", str(home), "--matches", str(tmp_path / "matches.csv")]
    words += ["--breaks", str(tmp_path / "b.csv"), "--candidates", str(tmp_path / "c.csv")]
    assert main(["compare", *words, "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts["pairs_found"] == counts["pairs_expected"] == sum(told["groups"].values())
    assert counts["breaks_found"] == counts["breaks_expected"] == len(told["breaks"])


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["truth", "--seed", "2"], id="another world's home"),
        pytest.param(["compare"], id="no files"),
        pytest.param(["truth", "--as-of", "2030-01-01T00:00"], id="past the end"),
    ],
)
def test_wrong_use_ends_with_2_and_says_why(home, capsys, words):
    assert main([*words, "--home", str(home)]) == 2
    assert capsys.readouterr().err.strip()


def test_the_home_keeps_accounts_as_decimal_text(home):
    accounts = json.loads((home / "accounts.json").read_text())
    assert [one["currency"] for one in accounts] == ["INR"] * 10 + ["JPY", "KWD"]
    yen, dinar = (one["opening_ledger"] for one in accounts[10:])
    assert "." not in yen
    assert dinar.endswith(".000")
    assert accounts[0]["opening_date"] == "2026-03-06"
    assert accounts[0]["opening_ledger"] == accounts[0]["opening_statement"]
    assert accounts[0]["opening_ledger"].endswith(".00")
