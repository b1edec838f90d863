"""Rules put in force: only what was tried, by a second person, and heard by the next run."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from pipeline import rules_in_force
from pipeline.deciding import Undecidable, Why
from pipeline.errors import StoreError
from pipeline.promoting import hindrance, preview, promote
from pipeline.rule_versions import in_force, stored, versions
from reconciliation.definition import definition_of
from reconciliation.rulebook import shipped
from tests.sql.ledger_book import DAY, Row, at

EDGE = shipped().find("core_hdfc")
THIS, NEXT, LATER = EDGE.version, EDGE.version + 1, EDGE.version + 3
LATE = at(0, day=DAY + timedelta(days=4))
OURS = Row("core", "L", rrn="1")
THEIRS = Row("hdfc", "E", rrn="1", at=at(10, day=DAY + timedelta(days=2)))


def changed(version=NEXT, old="days_apart_max: 3", new="days_apart_max: 1"):
    words = EDGE.text.replace(f"version: {THIS}", f"version: {version}").replace(old, new)
    return definition_of("core_hdfc", words)


NARROW = changed()


def note_trial(book, definition=NARROW, by="asha", against=EDGE, *, result=None, code="c"):
    """As a backtest leaves it; what it does is test_backtesting's."""
    with book.store.transaction() as transaction:
        return transaction.value(
            "rules/record_backtest", reconciliation=definition.name, version=definition.version,
            sha256=definition.sha256, definition={"yaml": definition.text},
            against_version=against.version, against_sha256=against.sha256, interval_from=at(0),
            interval_to=LATE, result=result or {}, code_version=code, made_by=by,
        )  # fmt: skip


def put(book, definition=NARROW, by="ravi"):
    return promote(book.store, definition, Why("tried", by, "wider windows made false matches"))


def judged(wrong=0, found=10):
    """A trial's result of 10 matches, where the rules in force find all and none wrong."""
    one = {"pairs_found": 10, "pairs_wrong": 0, "pairs_expected": 10, "recall": "1.0000"}
    return {"truth": {"before": one, "after": {**one, "pairs_found": found, "pairs_wrong": wrong}}}


@pytest.fixture
def pair(book):
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=LATE)
    assert len(book.groups()) == 1
    return book


def test_the_next_run_derives_all_anew_and_says_by_what(pair):
    note_trial(pair)
    told = put(pair)
    assert (told["version"], told["replaces"], told["tested_by"]) == (NEXT, THIS, "asha")
    assert len(pair.groups()) == 1, "putting them in force alone changes no match"

    pair.reconcile(until=LATE)

    assert pair.groups() == set()
    marks = pair.rows("select distinct rule_version, rule_sha256, code_version from report.breaks")
    assert len(marks) == 1
    assert (marks[0]["rule_version"], marks[0]["rule_sha256"]) == (NEXT, NARROW.sha256)
    assert len(marks[0]["code_version"]) == 12
    assert in_force(pair.store).find("core_hdfc").sha256 == NARROW.sha256
    assert in_force(pair.store).find("core_icici") is shipped().find("core_icici")
    (audited,) = pair.rows("select actor, subject, detail from audit.event")
    assert (audited["subject"], audited["detail"]["by"]) == ("core_hdfc", "ravi")


def test_a_match_says_by_which_rules_and_program_it_was_made(pair):
    query = "select distinct rule_version, rule_sha256, code_version from report.matches"
    (before,) = pair.rows(query)
    assert (before["rule_version"], before["rule_sha256"]) == (THIS, EDGE.sha256)
    same = changed(old="runbook: |", new="runbook: |\n  Call first.")
    note_trial(pair, same)
    put(pair, same)
    assert pair.rows(query) == [before]
    pair.reconcile(until=LATE)
    (after,) = pair.rows(query)
    assert (after["rule_version"], after["rule_sha256"]) == (NEXT, same.sha256)


@pytest.mark.parametrize(("trials", "by", "definition", "words"), [
    ([], "ravi", NARROW, "was never tried"),
    ([{"definition": changed(NEXT, "hold_minutes: 15", "hold_minutes: 16")}], "ravi", NARROW,
     "was never tried"),
    ([{"against": NARROW}], "ravi", NARROW, "against other rules than those in force"),
    ([{}], "asha", NARROW, "asha tried these rules"),
    ([{}], " ASHA ", NARROW, "tried these rules"),
    ([{"definition": changed(THIS)}], "ravi", changed(THIS), f"version {THIS} is not above {THIS}"),
])  # fmt: skip
def test_what_is_refused(pair, trials, by, definition, words):
    for trial in trials:
        note_trial(pair, **trial)
    with pytest.raises(Undecidable, match=words):
        put(pair, definition, by)
    assert pair.rows("select 1 from recon.promotion") == []


def test_of_two_who_tried_it_either_may_put_it_in_force(pair):
    note_trial(pair, by="ravi")
    note_trial(pair, by="asha")
    note_trial(pair, by="ravi")
    assert put(pair, by="ravi")["tested_by"] == "asha"


def test_what_nobody_could_put_in_force_is_known_before_its_trial(pair):
    assert hindrance(pair.store, NARROW) is None
    assert hindrance(pair.store, EDGE) is None, "the rules in force are no change"
    assert "is not above" in hindrance(pair.store, changed(THIS))
    note_trial(pair)
    put(pair)
    assert "is not above" in hindrance(pair.store, changed(NEXT, new="days_apart_max: 2"))


def test_one_that_is_in_force_and_a_version_that_was_used_are_refused(pair):
    note_trial(pair)
    put(pair)
    note_trial(pair, against=NARROW)
    with pytest.raises(Undecidable, match=f"its version {NEXT} is not above {NEXT}"):
        put(pair)
    with pair.store.transaction() as transaction:
        transaction.run("matching/record_rules", reconciliation="core_hdfc", version=LATER,
                        definition={"yaml": EDGE.text}, sha256="other")  # fmt: skip
    later = changed(LATER)
    note_trial(pair, later, against=NARROW)
    with pytest.raises(Undecidable, match=f"version {LATER} was used with another text"):
        put(pair, later)


def test_what_a_trial_found_wrong_is_put_in_force_only_by_who_says_so(pair):
    note_trial(pair, result=judged(wrong=2))
    with pytest.raises(Undecidable, match="backtest 1 found that 2 of the matches") as refused:
        put(pair)
    assert "--despite-wrong" in refused.value.next_step
    assert pair.rows("select 1 from recon.promotion") == []
    assert preview(pair.store, NARROW, "ravi")["warnings"][0].startswith("backtest 1 found that 2")

    told = promote(pair.store, NARROW, Why("tried", "ravi"), despite_wrong=True)

    assert told["despite_wrong"] is True
    assert pair.rows("select despite_wrong from report.promotions") == [{"despite_wrong": True}]
    audited = pair.rows("select detail from audit.event")[-1]
    assert audited["detail"]["despite_wrong"] is True
    (row,) = (row for row in versions(pair.store) if row["sha256"] == NARROW.sha256)
    assert row["despite_wrong"] is True


@pytest.mark.parametrize(("code", "is_refused"), [("c", True), ("older", False)])
def test_a_later_trial_hides_no_wrong_match_of_the_same_program(pair, code, is_refused):
    note_trial(pair, result=judged(wrong=1), code=code)
    note_trial(pair, result=judged())
    if is_refused:
        with pytest.raises(Undecidable, match="backtest 1 found that 1 of the matches"):
            put(pair)
    else:
        assert put(pair)["despite_wrong"] is False


@pytest.mark.parametrize(("found", "warned"), [(10, 0), (9, 1)])
def test_correct_matches_that_are_lost_are_a_warning(pair, found, warned):
    note_trial(pair, result=judged(found=found))
    told = promote(pair.store, NARROW, Why("tried", "ravi"), despite_wrong=True)
    assert len(told["warnings"]) == warned
    assert told["despite_wrong"] is False, "nothing wrong was found: nobody set it aside"
    assert list(told["rests_on"]["truth"]) == ["before", "after"]


def test_an_edge_that_never_ran_has_nothing_to_put_them_in_force_over(book):
    note_trial(book)
    with pytest.raises(Undecidable, match="was never reconciled"):
        put(book)


def test_the_database_refuses_the_same_person_and_what_was_not_tried(pair):
    backtest_id = note_trial(pair)

    def insert(**other):
        row = {
            "reconciliation": "core_hdfc", "version": NEXT, "sha256": NARROW.sha256,
            "definition": {"yaml": NARROW.text}, "backtest_id": backtest_id, "tested_by": "asha",
            "promoted_by": "ravi", "comment": "", "known_from": LATE, "despite_wrong": False,
        } | other  # fmt: skip
        with pair.store.transaction() as transaction:
            transaction.run("rules/record_promotion", **row)

    for other in ({"promoted_by": "Asha "}, {"promoted_by": " "}, {"tested_by": "zoya"},
                  {"sha256": EDGE.sha256}, {"reconciliation": "core_icici"}):  # fmt: skip
        with pytest.raises(StoreError):
            insert(**other)
    insert()
    for change in ("update recon.promotion set comment = 'x'", "delete from recon.promotion"):
        with pytest.raises(Exception, match="append only"), pair.owner_store.transaction() as it:
            it.connection.execute(text(change))


def test_files_of_a_higher_version_hold_again(pair, monkeypatch):
    note_trial(pair)
    put(pair)
    for version, holds in ((THIS, NARROW), (NEXT, NARROW), (NEXT + 1, None)):
        file = changed(version, "hold_minutes: 15", "hold_minutes: 30")
        monkeypatch.setattr(rules_in_force, "shipped", lambda file=file: shipped().replacing(file))
        assert in_force(pair.store).find("core_hdfc") is (holds or file) or (
            in_force(pair.store).find("core_hdfc").sha256 == (holds or file).sha256
        )


def test_every_version_by_its_number_or_its_fingerprint(pair):
    note_trial(pair)
    put(pair)
    pair.reconcile(until=LATE)
    rows = [row for row in versions(pair.store) if row["reconciliation"] == "core_hdfc"]
    assert [(row["version"], row["origin"], row["is_in_force"]) for row in rows] == [
        (THIS, "shipped", False), (NEXT, "promoted", True),
    ]  # fmt: skip
    assert rows[1]["promoted_by"] == "ravi"
    assert all(row["first_used_at"] for row in rows)
    assert {row["reconciliation"] for row in versions(pair.store)} == {
        item.name for item in shipped()
    }
    assert stored(pair.store, "core_hdfc", str(THIS)).text == EDGE.text
    assert stored(pair.store, "core_hdfc", NARROW.sha256[:8]).text == NARROW.text
    for mark in (str(LATER), NARROW.sha256[:3], "zzzz"):
        with pytest.raises(Undecidable, match=f"no rules core_hdfc@{mark}"):
            stored(pair.store, "core_hdfc", mark)
    with pytest.raises(Undecidable, match="no rules core_sbi@1"):
        stored(pair.store, "core_sbi", "1")


def test_a_version_with_two_texts_is_named_by_its_fingerprint(pair):
    other = EDGE.text + "# once more\n"
    sha256 = definition_of("core_hdfc", other).sha256
    with pair.store.transaction() as transaction:
        transaction.run("matching/record_rules", reconciliation="core_hdfc", version=THIS,
                        definition={"yaml": other}, sha256=sha256)  # fmt: skip
    with pytest.raises(Undecidable, match=f"several rules core_hdfc@{THIS}") as refused:
        stored(pair.store, "core_hdfc", str(THIS))
    assert sha256[:12] in refused.value.next_step
    assert stored(pair.store, "core_hdfc", sha256[:12]).text == other


def test_auditors_read_who_put_what_in_force(pair):
    note_trial(pair)
    told = put(pair)
    (row,) = pair.rows("select * from report.promotions")
    assert (row["tested_by"], row["promoted_by"], row["definition"]) == (
        "asha", "ravi", NARROW.text,
    )  # fmt: skip
    before = told["known_from"] - timedelta(microseconds=1)
    with pair.store.transaction() as transaction:
        transaction.rows("reports/ask_as_of", as_of=before)
        assert transaction.connection.execute(text("select 1 from report.promotions")).all() == []
