"""A changed rule beside the one in force, on the same history: what differs, and that nothing
else does.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text

from pipeline.backtesting import NothingToReplay, backtest
from pipeline.deciding import Why
from pipeline.errors import StoreBusy
from pipeline.matching_by_hand import match
from pipeline.sandbox import sandboxes
from reconciliation.definition import definition_of
from reconciliation.model import Interval
from reconciliation.rulebook import shipped
from tests.sql.ledger_book import DAY, Row, at

EDGE = shipped().find("core_hdfc")
OURS = Row("core", "L", rrn="1")
THEIRS = Row("hdfc", "E", rrn="1")
LATE = at(0, day=DAY + timedelta(days=3))
DAYS = Interval(at(0, day=DAY), LATE)
RESULTS = ("match_group", "match_item", "break", "break_event", "open_entry", "proof", "edge",
           "candidate", "suggestion", "edge_history", "rule_version", "entry_block")  # fmt: skip


def changed(*pairs):
    words = EDGE.text.replace(f"version: {EDGE.version}", f"version: {EDGE.version + 1}")
    for old, new in pairs:
        assert old in words
        words = words.replace(old, new)
    return definition_of("core_hdfc", words)


NARROW = changed(("days_apart_max: 3", "days_apart_max: 1"))


def tried(book, definition, interval=DAYS, **keywords):
    keywords = {"environment": {}, "rows_max": 10} | keywords
    return backtest(book.store, book.owner_store, definition, interval, "asha", **keywords)


def counted(rows, what):
    return {(row["change"], row["is_within"]): row[what] for row in rows}


def fingerprint(book):
    return {table: book.rows(f"select xmin, kept.* from recon.{table} as kept order by kept::text")
            for table in RESULTS}  # fmt: skip


@pytest.fixture
def two(book):
    """One pair on one day, one two days apart, one entry alone; reconciled."""
    book.load(OURS, OURS.but(key="L2", rrn="2"), OURS.but(key="L3", rrn="3", amount=7))
    book.load(THEIRS, THEIRS.but(key="E2", rrn="2", at=at(10, day=DAY + timedelta(days=2))))
    book.reconcile(until=LATE)
    return book


def test_the_same_rules_make_what_stands(two):
    found = tried(two, changed(("# in order", "# one after the other")))
    assert [one.place for one in found.changes] == ["version"]
    assert counted(found.groups, "groups") == {("same", True): 2}
    assert counted(found.breaks, "breaks") == {("same", True): len(two.live_breaks())}
    assert (found.shown_groups, found.shown_breaks) == ([], [])


def test_what_a_narrower_rule_loses_in_number_and_rupees(two):
    before = fingerprint(two)
    seen = []

    def judge(name, moment, folder):
        texts = (folder / f"{what}.csv" for what in ("matches", "breaks", "candidates"))
        seen.append((name, moment, *(text.read_text().splitlines() for text in texts)))
        return {"precision": "1.000000"}

    found = tried(two, NARROW, judge=judge)

    (lost,) = (row for row in found.groups if row["change"] == "lost")
    assert (lost["groups"], lost["entries"], lost["amount_minor"]) == (1, 2, 100_00)
    (shown,) = found.shown_groups
    assert (shown["change"], shown["pass_before"], shown["entries"]) == (
        "lost", "rail_rrn", ["core:L2", "hdfc:E2"],
    )  # fmt: skip
    new = [row for row in found.breaks if row["change"] == "new"]
    assert sum(row["breaks"] for row in new) == len(found.shown_breaks) > 0
    assert found.raised["after"] > found.raised["before"]
    assert fingerprint(two) == before, "something that stands was touched"
    assert two.rows("select nspname from pg_namespace where nspname like 'backtest%'") == []
    judged(two, seen)
    kept(two, found)


def test_a_wider_rule_gains_and_the_break_goes(two):
    two.load(OURS.but(key="L4", rrn="4"))
    two.load(THEIRS.but(key="E4", rrn="4", at=at(10, day=DAY + timedelta(days=4))))
    late = at(0, day=DAY + timedelta(days=7))
    two.reconcile(until=late)
    wide = changed(("days_apart_max: 3", "days_apart_max: 5"))
    found = tried(two, wide, Interval(at(0), late))
    assert counted(found.groups, "groups") == {("same", True): 2, ("gained", True): 1}
    gone = [row["code_before"] for row in found.breaks if row["change"] == "gone"]
    assert gone
    assert all(row["change"] in ("gone", "same") for row in found.breaks)


def test_the_largest_of_each_currency_and_what_was_at_stake(book):
    far = at(10, day=DAY + timedelta(days=2))
    pairs = [("1", 100_00, "INR"), ("2", 300_00, "INR"), ("3", 900_00, "JPY"), ("4", 700_00, "JPY")]
    given = [{"rrn": ref, "amount": amount, "currency": unit} for ref, amount, unit in pairs]
    book.load(*(OURS.but(key=f"L{one['rrn']}", **one) for one in given), OURS.but(rrn="9"))
    book.load(
        *(THEIRS.but(key=f"E{one['rrn']}", at=far, **one) for one in given),
        THEIRS.but(rrn="9", at=far, status="FAILED"),
    )
    book.reconcile(until=LATE)
    found = tried(book, NARROW, rows_max=2)
    for shown in (found.shown_groups, found.shown_breaks):
        assert [(row["amount"].lstrip("-"), row["currency"]) for row in shown] == [
            ("300.00", "INR"), ("90000", "JPY"),
        ]  # fmt: skip
    (other,) = (row for row in found.breaks if row["change"] == "other code")
    assert (other["code_before"], other["code_after"]) == ("STS_BANK_DIFFERS", "MIS_IN_BANK")
    assert (other["before_minor"], other["after_minor"]) == (100_00, 100_00)


def test_older_days_are_told_apart(two):
    found = tried(two, NARROW, Interval(at(0, day=DAY + timedelta(days=1)), LATE))
    assert counted(found.groups, "groups") == {("same", False): 1, ("lost", True): 1}


def test_it_sees_what_was_known_then(two):
    """A restatement and a retraction became known ten days after."""
    with two.store.transaction() as transaction:
        moment = transaction.connection.execute(text("select max(known_at) from staging.load"))
        then = moment.scalar_one()
    two.load(THEIRS.but(amount=50_00))
    two.load(gone=[OURS.but(key="L3", rrn="3", amount=7)])
    with two.owner_store.transaction() as transaction:
        for table, column in (("load", "known_at"), ("entry", "known_from"), ("entry", "known_to")):
            transaction.connection.execute(
                text(
                    f"update staging.{table} set {column} = {column} + interval '10 days'"
                    f" where {column} > :then"
                ),
                {"then": then},
            )
    found = tried(two, NARROW)
    assert found.loads_late == 2
    assert counted(found.groups, "groups") == {("same", True): 1, ("lost", True): 1}
    later = tried(two, NARROW, Interval(LATE + timedelta(days=10), LATE + timedelta(days=11)))
    assert later.loads_late == 0
    assert counted(later.groups, "groups") == {("lost", False): 1}


def test_what_people_matched_stands_in_both(two, monkeypatch):
    monkeypatch.setattr("pipeline.deciding.wall_clock", lambda: at(0))  # decided in those days
    two.load(THEIRS.but(key="E9", amount=7))
    two.reconcile(until=LATE)
    match(two.store, [("core", "L3"), ("hdfc", "E9")], Why("wrong_reference", "asha"),
          edge=None, environment={})  # fmt: skip
    late = Interval(at(0), at(0, day=DAY + timedelta(days=4)))
    found = tried(two, NARROW, late)
    assert counted(found.groups, "groups") == {("same", True): 2, ("lost", True): 1}


def judged(book, seen):
    """What the judge was given of each replay: of the rules in force, what stands."""
    before, after = seen
    with book.store.transaction() as transaction:
        for lines, what in ((before[2], "matches"), (before[3], "breaks")):
            standing = transaction.rows(f"rules/replayed_{what}")
            assert sorted(lines[1:]) == sorted(",".join(row.values()) for row in standing)
    assert before[:2] == after[:2] == ("core_hdfc", LATE)
    assert before[2][0] == "reconciliation,match_group_id,source,txn_id"
    assert (len(before[2]), len(after[2])) == (5, 3)
    assert after[3][0] == "break_id,reconciliation,code,status,source,txn_id"
    assert len(after[3]) > len(before[3])
    assert after[4][0] == "break_id,reconciliation,source,txn_id"


def kept(book, found):
    """What is kept of a replay, for ever."""
    (row,) = book.rows("select * from recon.backtest")
    assert row["backtest_id"] == found.backtest_id
    assert (row["sha256"], row["against_sha256"]) == (NARROW.sha256, EDGE.sha256)
    assert row["made_by"] == "asha"
    assert row["result"]["truth"]["after"] == {"precision": "1.000000"}
    assert "core:L2" not in str(row["result"]), "entries are not kept"
    for change in ("update recon.backtest set made_by = 'x'", "delete from recon.backtest"):
        with pytest.raises(Exception, match="append only"), book.owner_store.transaction() as it:
            it.connection.execute(text(change))


def test_nothing_to_replay(book):
    with pytest.raises(NothingToReplay):
        tried(book, NARROW)
    book.load(OURS)
    before = Interval(at(0, day=DAY - timedelta(days=2)), at(0))
    with pytest.raises(NothingToReplay, match="nothing was loaded before"):
        tried(book, NARROW, before)


def test_one_at_a_time_and_a_killed_one_is_cleared_away(two, monkeypatch):
    monkeypatch.setattr("pipeline.sandbox.WAIT_SECONDS", 1)
    with two.owner_store.transaction() as transaction:
        transaction.connection.execute(text("create schema backtest_after"))
        transaction.connection.execute(text("create table backtest_after.left_over (one integer)"))
    with sandboxes(two.owner_store, LATE, "other_box"), pytest.raises(StoreBusy):
        tried(two, NARROW)
    assert tried(two, NARROW).groups
    assert two.rows("select nspname from pg_namespace where nspname like 'backtest%'") == []


def test_the_other_engine_replays_in_the_sandbox_too(two):
    found = tried(two, NARROW, environment={"RECON_ENGINE": "duckdb"})
    assert counted(found.groups, "groups") == {("same", True): 1, ("lost", True): 1}


def test_it_is_held_against_what_was_promoted(two):
    with two.store.transaction() as transaction:
        backtest_id = transaction.value(
            "rules/record_backtest", reconciliation=NARROW.name, version=NARROW.version,
            sha256=NARROW.sha256, definition={"yaml": NARROW.text}, against_version=EDGE.version,
            against_sha256=EDGE.sha256, interval_from=at(0), interval_to=LATE, result={},
            code_version="c", made_by="asha",
        )  # fmt: skip
        transaction.run(
            "rules/record_promotion", reconciliation=NARROW.name, version=NARROW.version,
            sha256=NARROW.sha256, definition={"yaml": NARROW.text}, tested_by="asha",
            backtest_id=backtest_id, promoted_by="ravi", comment="", known_from=LATE,
            despite_wrong=False,
        )  # fmt: skip
    again = definition_of(
        "core_hdfc",
        EDGE.text.replace(f"version: {EDGE.version}", f"version: {EDGE.version + 2}"),
    )
    found = tried(two, again)
    assert found.before.sha256 == NARROW.sha256
    assert counted(found.groups, "groups") == {("same", True): 1, ("gained", True): 1}
