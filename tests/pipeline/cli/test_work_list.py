"""`breaks list` narrowed down: which breaks are told, what is refused, and the same bytes again."""

import pytest

from pipeline import outputs
from tests.pipeline.test_matching_by_hand import LATE, OURS, THEIRS
from tests.sql.ledger_book import DAY, LedgerBook, at

ELSEWHERE = "50100000002222"


@pytest.fixture
def ids(recon, store, owner_store):
    """By what each is: ours (asha has it), theirs, other (of another account), a refused file."""
    book = LedgerBook(store, owner_store)
    book.load(OURS)
    book.load(THEIRS)
    book.load(OURS.but(key="L2", rrn="9", amount=7_00, account=ELSEWHERE))
    book.refuse("hdfc", part="f1", start=at(20))  # long after both
    book.reconcile(until=LATE)
    named = {}
    for row in recon("breaks", "list", "--json").data["breaks"]:
        named[{"core L": "ours", "hdfc E": "theirs", "core L2": "other"}.get(
            f"{row['source']} {row['txn_id']}", row["code"]
        )] = row["break_id"]  # fmt: skip
    recon("breaks", "assign", named["ours"], "--to", "asha", "--as", "ravi")
    return named


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--status", "ASSIGNED"), {"ours"}),
        (("--status", "OPEN"), {"theirs", "other", "DQ_QUARANTINED"}),
        (("--status", "RESOLVED"), set()),
        (("--assigned-to", "asha"), {"ours"}),
        (("--account", "1111"), {"ours", "theirs"}),
        (("--account", "2222"), {"other"}),
        (("--severity", "medium"), {"ours", "theirs", "other", "DQ_QUARANTINED"}),
        (("--severity", "critical"), set()),
        (("--account", "1111", "--status", "OPEN"), {"theirs"}),
        (("--assigned-to", "asha", "--account", "2222"), set()),
        (("--account", "1111", "--code", "MIS_IN_BANK", "--severity", "medium"), {"ours"}),
    ],
)
def test_what_is_asked_for_is_told_and_nothing_else(recon, ids, words, told):
    rows = recon("breaks", "list", *words, "--json").data["breaks"]
    assert {row["break_id"] for row in rows} == {ids[name] for name in told}
    shown = recon("breaks", "list", *words).out
    assert {name for name, one in ids.items() if one[:8] in shown} == told


def test_what_is_resolved_is_told_where_it_is_asked_for(recon, ids):
    recon("breaks", "resolve", ids["ours"], "--resolution", "not_a_break", "--reason",
          "test_entry", "--comment", "a test", "--as", "asha")  # fmt: skip
    (row,) = recon("breaks", "list", "--status", "RESOLVED", "--json").data["breaks"]
    assert row["break_id"] == ids["ours"]
    assert recon("breaks", "list", "--assigned-to", "asha", "--json").data["breaks"] == []
    every = recon("breaks", "list", "--assigned-to", "asha", "--all", "--json").data["breaks"]
    assert [one["break_id"] for one in every] == [ids["ours"]]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--status", "DONE"), "There are: OPEN, ASSIGNED, INVESTIGATING, PENDING_APPROVAL,"),
        (("--severity", "urgent"), "There are: low, medium, high, critical."),
        (("--assigned-to", "Asha"), "Did you mean asha?"),
        (("--assigned-to", "zz"), "There are: asha."),
        (("--account", "9999"), "There are: 1111, 2222."),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(recon, ids, words, told):
    ended = recon("breaks", "list", *words)
    assert (ended.code, ended.out) == (2, "")
    assert told in " ".join(ended.err.split())
    assert f"{words[0]}: no " in ended.err


def test_a_whole_account_number_is_refused_and_not_said_again(recon, ids):
    ended = recon("breaks", "list", "--account", ELSEWHERE)
    assert (ended.code, ELSEWHERE in ended.err) == (2, False)
    assert "last four" in ended.err


def test_the_same_narrowed_list_is_made_again(recon, ids):
    words = ("--account", "1111", "--severity", "medium", "--assigned-to", "asha")
    recon("breaks", "assign", ids["theirs"], "--to", "asha")
    when = recon("report", "--json").err.rsplit("as of ", 1)[1].strip()
    one = recon("breaks", "list", *words, "--json", "--as-of", when)
    assert len(one.data["breaks"]) == 2
    recon("breaks", "assign", ids["ours"], "--to", "ravi")
    assert len(recon("breaks", "list", *words, "--json").data["breaks"]) == 1
    (again,) = [
        row for row in recon("reproduce", "--json").data["outputs"] if row["what"] == "breaks"
    ]
    assert (again["is_same"], again["parameters"]["assigned_to"]) == (True, "asha")
    assert "breaks medium asha 1111 json as of" in recon("reproduce", "--list").out


def test_a_list_kept_before_there_was_anything_to_narrow_it_down_by_is_made_again(
    recon, ids, store
):
    before = {
        "form": "json", "reconciliation": None, "code": None, "is_live": True, "rows_max": 200,
    }  # fmt: skip
    outputs.note(store, "breaks", before, LATE, outputs.make(store, "breaks", before, LATE))
    (again,) = recon("reproduce", "--json").data["outputs"]
    assert (again["parameters"], again["is_same"]) == (before, True)
    assert again["lines"] == 1


def test_of_what_cannot_be_read_nobody_knows_what_is_at_stake(recon, ids):
    (row,) = recon("breaks", "list", "--code", "DQ_QUARANTINED", "--json").data["breaks"]
    assert (row["amount"], row["exposure"]) == ("0.00", None)
    assert "unknown" in recon("breaks", "list", "--code", "DQ_QUARANTINED").out
    assert "at stake" in recon("breaks", "show", ids["DQ_QUARANTINED"]).out
    assert "unknown: it never came" in recon("breaks", "show", ids["DQ_QUARANTINED"]).out
    assert "unknown" not in recon("breaks", "list", "--code", "MIS_IN_BANK").out
    assert DAY.isoformat() == row["business_date"]
