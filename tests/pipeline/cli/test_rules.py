"""`rules`: list, diff, backtest, promote, as people type them."""

import getpass
from datetime import timedelta

import pytest

from reconciliation.rulebook import shipped
from tests.sql.ledger_book import DAY, LedgerBook, Row, at

EDGE = shipped().find("core_hdfc")
THIS, NEXT = EDGE.version, EDGE.version + 1
LATE = at(0, day=DAY + timedelta(days=3))
FROM_TO = ("--from", DAY.isoformat(), "--to", (DAY + timedelta(days=2)).isoformat())


@pytest.fixture
def ledger(store, owner_store):
    """A pair on one day, one two days apart, and one entry alone."""
    book = LedgerBook(store, owner_store)
    ours = Row("core", "L", rrn="1")
    book.load(ours, ours.but(key="L2", rrn="2"), ours.but(key="L3", rrn="3", amount=7))
    theirs = Row("hdfc", "E", rrn="1")
    book.load(theirs, theirs.but(key="E2", rrn="2", at=at(10, day=DAY + timedelta(days=2))))
    book.reconcile(until=LATE)
    return book


@pytest.fixture
def narrow(tmp_path):
    path = tmp_path / "core_hdfc.yaml"
    words = EDGE.text.replace(f"version: {THIS}", f"version: {NEXT}")
    path.write_text(words.replace("days_apart_max: 3", "days_apart_max: 1"))
    return path


def test_from_a_change_to_its_being_in_force(recon, ledger, narrow):
    listed = recon("rules", "list", "--json").data["definitions"]
    assert {row["reconciliation"] for row in listed} == {item.name for item in shipped()}
    assert all(row["is_in_force"] and row["origin"] == "shipped" for row in listed)

    told = recon("rules", "diff", str(narrow), "--json").data
    assert told["changes"][0] == {"place": "version", "before": str(THIS), "after": str(NEXT)}
    words = recon("rules", "diff", str(narrow)).out
    assert "passes.rail_rrn.days_apart_max" in words

    refused = recon("rules", "promote", "--definition", str(narrow), "--as", "ravi")
    assert refused.code == 2
    assert "was never tried" in refused.err
    assert "rules backtest" in refused.err

    found = recon("rules", "backtest", "--definition", str(narrow), *FROM_TO, "--as", "asha",
                  "--json").data  # fmt: skip
    lost = next(row for row in found["matches"] if row["change"] == "lost")
    assert (lost["groups"], lost["amount_minor"], lost["currency"]) == (1, 100_00, "INR")
    assert found["shown_matches"][0]["entries"] == ["core:L2", "hdfc:E2"]
    assert found["truth"] is None
    assert (found["made_by"], found["backtest_id"]) == ("asha", 1)
    shown = recon("rules", "backtest", "--definition", str(narrow), *FROM_TO, "--limit", "0")
    assert "100.00 INR" in shown.out
    assert "kept as backtest 2" in shown.out
    assert "replays of a day" in shown.err

    seen = recon("rules", "promote", "--definition", str(narrow), "--as", "ravi", "--dry-run",
                 "--json").data  # fmt: skip
    assert (seen["promoted_by"], seen["rests_on"]["made_by"]) == (None, getpass.getuser())
    for part in ("matches", "breaks", "raised", "truth"):
        assert seen["rests_on"][part] == found[part]
    own = recon("rules", "promote", "--definition", str(narrow), "--as", "ravi", "--dry-run")
    assert f"version {THIS} stays in force" in own.out
    same = recon("rules", "promote", "--definition", str(narrow), "--as", "asha")
    # The second try was the OS user's, so asha may put in force what that one tried.
    assert same.code == 0
    assert f"version {NEXT} is in force in the place of {THIS}" in same.out
    told = " ".join(same.out.split())
    assert f"rests on backtest 2: tried by {getpass.getuser()} on" in told
    assert f"{DAY} 00:00 to {DAY + timedelta(days=3)} 00:00 IST, against version {THIS}" in told
    assert "lost" in told
    assert "100.00 INR" in told
    listed = recon("rules", "list", "--reconciliation", "core_hdfc", "--json").data["definitions"]
    assert [(row["version"], row["is_in_force"]) for row in listed] == [(THIS, False), (NEXT, True)]
    assert "asha" in recon("rules", "list", "--reconciliation", "core_hdfc").out
    assert recon("rules", "diff", f"core_hdfc@{THIS}", "core_hdfc", "--json").data["changes"]
    assert "the same" in recon("rules", "diff", str(narrow)).out


@pytest.mark.parametrize(("words", "problem"), [
    (("diff", "core_x"), "core_x"),
    (("diff", "core_hdfc@999"), "no rules core_hdfc@999"),
    (("diff", "core_hdfc", "core_sbi"), "two reconciliations"),
    (("diff", "none.yaml"), "there is no file none.yaml"),
    (("list", "--reconciliation", "core_x"), "core_x"),
    (("backtest", "--definition", "none.yaml", *FROM_TO), "there is no file none.yaml"),
    (("promote", "--definition", "none.yaml"), "there is no file none.yaml"),
])  # fmt: skip
def test_what_is_not_there_is_named(recon, ledger, words, problem):
    ended = recon("rules", *words)
    assert ended.code == 2
    assert problem in ended.err


def test_a_definition_that_is_no_file_leads_to_those_there_are(recon, ledger):
    ended = recon("rules", "backtest", "--definition", "core_hdfc", *FROM_TO)
    assert ended.code == 2
    assert "--definition: there is no file core_hdfc" in ended.err
    assert "reconciliation/definitions/" in ended.err
    assert "core_hdfc.yaml" in ended.err


def test_the_same_version_number_is_told_before_the_trial(recon, ledger, narrow):
    narrow.write_text(narrow.read_text().replace(f"version: {NEXT}", f"version: {THIS}"))
    words = f"its version {THIS} is not above {THIS}, which is in force"
    for command in (
        ("diff", str(narrow)),
        ("backtest", "--definition", str(narrow), *FROM_TO),
    ):
        ended = recon("rules", *command, "--json")
        assert ended.code == 0
        assert words in " ".join(ended.err.split())
        assert ended.data["not_promotable"] == words
    assert recon("rules", "diff", "core_hdfc", "--json").data["not_promotable"] is None


def test_wrong_matches_are_told_and_need_a_word(recon, ledger, narrow, monkeypatch):
    """The simulator's truth is not here: it says of the changed rules that two are wrong."""

    def judge(name, moment, folder):
        seats = (folder / "matches.csv").read_text().count(",hdfc,")
        wrong = 0 if seats > 1 else 2
        return {
            "pairs_found": seats, "pairs_expected": 2, "pairs_wrong": wrong, "precision": None,
            "recall": str(seats / 2), "breaks_found": 0, "breaks_expected": 0,
            "breaks_unexpected": 0, "undecidable": 0, "undecidable_silent": 0,
        }  # fmt: skip

    monkeypatch.setattr("pipeline.cli.rules._judge", lambda settings: judge)
    tried = recon("rules", "backtest", "--definition", str(narrow), *FROM_TO, "--as", "asha")
    assert tried.out.index("truth, before") < tried.out.index("truth, after")
    assert "warning: 2 of the matches that the changed rules make are wrong" in tried.out
    assert "warning: the changed rules lose correct matches: they find 1 of 2" in tried.out

    promote = ("rules", "promote", "--definition", str(narrow), "--as", "ravi")
    seen = recon(*promote, "--dry-run")
    assert seen.code == 0
    assert "warning: backtest 1 found that 2 of the matches" in " ".join(seen.err.split())
    assert seen.out.index("truth, before") < seen.out.index("truth, after")
    refused = recon(*promote)
    assert refused.code == 2
    assert "2 of the matches that the changed rules make are wrong" in " ".join(refused.err.split())
    assert "--despite-wrong" in refused.err
    done = recon(*promote, "--despite-wrong", "--json")
    assert done.code == 0
    assert done.data["despite_wrong"] is True
    assert len(done.data["warnings"]) == 2
    listed = recon("rules", "list", "--reconciliation", "core_hdfc")
    assert "despite wrong matches" in " ".join(listed.out.split())


def test_a_file_that_is_no_definition(recon, ledger, narrow):
    narrow.write_text("version: x\n")
    ended = recon("rules", "backtest", "--definition", str(narrow), *FROM_TO)
    assert ended.code == 2
    assert "core_hdfc.yaml, line 1" in ended.err
    other = narrow.with_name("core_zeta.yaml")
    other.write_text(EDGE.text)
    ended = recon("rules", "backtest", "--definition", str(other), *FROM_TO)
    assert ended.code == 2
    assert "--definition: no reconciliation is called 'core_zeta'" in ended.err
    assert "--reconciliation" not in ended.err


def test_days_without_history(recon, ledger, narrow):
    ended = recon("rules", "backtest", "--definition", str(narrow), "--from", "2026-01-01",
                  "--to", "2026-01-02")  # fmt: skip
    assert ended.code != 0
    assert "nothing was loaded before" in ended.err
