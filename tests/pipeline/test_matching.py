"""The engine on one edge: what a run changes and what it leaves alone; that order is nothing is
test_order_free's.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from pipeline import matching
from reconciliation.breaks import break_id
from reconciliation.model import HOUR, Interval
from reconciliation.rulebook import shipped
from tests.sql.ledger_book import DAY, Row, at

OURS = Row("core", "L", rrn="1")
THEIRS = Row("hdfc", "E", rrn="1")
LATE = at(0, day=DAY + timedelta(days=2))
EVENTS = "select event, code from recon.break_event order by known_at, code"


def test_a_second_run_changes_nothing_and_takes_no_tick(book):
    book.load(OURS, OURS.but(key="L2", rrn="2"))
    book.load(THEIRS)
    first = book.reconcile(until=LATE)
    assert (first["groups_new"], first["opened"]) == (1, 1)

    tables = "select xmin, * from recon.match_group", "select xmin, * from recon.break"
    before = [book.rows(table) for table in tables]
    again = book.reconcile(until=LATE)
    assert again["known_at"] == first["known_at"]
    assert [book.rows(table) for table in tables] == before
    assert (again["loads"], again["entries"], again["opened"]) == (0, 0, 0)


def test_an_older_interval_does_not_turn_the_clock_back(book):
    book.load(OURS)
    later = book.reconcile(until=LATE)
    book.load(THEIRS)
    earlier = book.reconcile(until=at(12))
    assert earlier["as_of"] == later["as_of"]
    assert earlier["known_at"] > later["known_at"]
    assert book.breaks() == set()


def test_a_break_closes_by_itself_and_reopens_with_its_age(book):
    book.load(OURS)
    book.reconcile(until=LATE)
    (opened,) = book.live_breaks()
    assert opened["break_id"] == str(break_id("core_hdfc", "entry", "core:L"))
    book.load(THEIRS)
    book.reconcile(until=LATE + HOUR)
    assert book.live_breaks() == []
    book.load(gone=[THEIRS])
    book.reconcile(until=LATE + 2 * HOUR)
    (reopened,) = book.live_breaks()

    assert (reopened["status"], reopened["break_id"]) == ("REOPENED", opened["break_id"])
    assert reopened["opened_at"] == opened["opened_at"]
    assert [row["event"] for row in book.rows(EVENTS)] == ["opened", "resolved", "reopened"]


def test_a_break_that_turns_from_missing_into_short_keeps_its_id(book):
    book.load(OURS)
    book.reconcile(until=LATE)
    (missing,) = book.live_breaks()
    book.load(THEIRS.but(amount=90_00))
    book.reconcile(until=LATE)
    (short,) = book.live_breaks()
    assert (missing["code"], short["code"]) == ("MIS_IN_BANK", "AMT_SHORT")
    assert missing["break_id"] == short["break_id"]
    assert [row["event"] for row in book.rows(EVENTS)] == ["opened", "changed"]


def test_what_people_closed_stays_closed_until_it_is_something_else(book):
    book.load(OURS)
    book.reconcile(until=LATE)
    book.execute("update recon.break set status = 'RESOLVED', resolution = 'not_a_break'")
    book.reconcile(until=LATE + HOUR)
    assert book.live_breaks() == []
    book.load(THEIRS.but(amount=90_00))
    book.reconcile(until=LATE + HOUR)
    assert [row["status"] for row in book.live_breaks()] == ["REOPENED"]


def test_a_new_version_of_an_entry_undoes_its_match(book):
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=LATE)
    book.load(THEIRS.but(amount=90_00))
    book.reconcile(until=LATE)
    assert book.groups() == set()
    assert book.breaks() == {("AMT_SHORT", "core:L")}
    book.load(THEIRS)
    book.reconcile(until=LATE)
    assert book.groups() == {frozenset({"core:L", "hdfc:E"})}
    history = book.rows("select count(*) as n from recon.match_item_history")
    assert history == [{"n": 4}]


def test_a_stronger_match_takes_an_entry_from_a_weaker_one(book):
    # By UTR first; then a bank entry with the RRN, which comes before it in the waterfall.
    book.load(OURS.but(utr="U"))
    book.load(THEIRS.but(key="E1", rrn=None, utr="U"))
    book.reconcile(until=LATE)
    assert book.groups() == {frozenset({"core:L", "hdfc:E1"})}
    book.load(THEIRS.but(key="E2", rrn="1"))
    book.reconcile(until=LATE)
    assert book.groups() == {frozenset({"core:L", "hdfc:E2"})}


def test_a_retracted_entry_leaves_nothing_behind(book):
    book.load(OURS)
    book.reconcile(until=LATE)
    book.load(gone=[OURS])
    book.reconcile(until=LATE)
    for table in ("open_entry", "entry_block", "match_item"):
        assert book.rows(f"select * from recon.{table}") == []
    assert book.live_breaks() == []


def test_a_rule_that_changed_derives_the_edge_anew(book, monkeypatch):
    book.load(OURS)
    book.load(THEIRS.but(at=at(10, day=DAY + timedelta(days=3))))
    book.reconcile(until=LATE)
    assert len(book.groups()) == 1
    edge = shipped().find("core_hdfc")
    rail = replace(edge.passes[1], parameters={"reference": "rrn", "days_apart_max": 2})
    narrow = replace(edge, version=edge.version + 1, text=edge.text + "#", days_apart_max=2,
                     passes=(edge.passes[0], rail, edge.passes[2]))  # fmt: skip
    monkeypatch.setattr(matching, "rulebook", lambda _: shipped().replacing(narrow))
    book.reconcile(until=LATE)

    assert book.groups() == set()
    kept = book.rows("select version from recon.rule_version order by version")
    assert [row["version"] for row in kept] == [edge.version, edge.version + 1]


def test_another_source_and_another_bank_stay_out(book):
    book.load(OURS.but(bank_code="ICICI"), OURS.but(key="L2", bank_code=None))
    book.load(Row("icici", "E", rrn="1"))
    book.reconcile(until=LATE)
    assert book.rows("select * from recon.open_entry") == []


def test_a_chain_of_references_has_a_bound(book, monkeypatch):
    links = [f"r{number}" for number in range(8)]
    book.load(*(OURS.but(key=f"L{n}", rrn=a, utr=b) for n, (a, b) in enumerate(pairwise(links))
                if n % 2))  # fmt: skip
    book.load(*(THEIRS.but(key=f"E{n}", rrn=b, utr=a) for n, (a, b) in enumerate(pairwise(links))
                if n % 2 == 0))  # fmt: skip
    book.reconcile(until=LATE)
    monkeypatch.setattr(matching, "ROUNDS_MAX", 1)
    book.load(OURS.but(key="L1", rrn="r1", utr="r2"))
    with pytest.raises(matching.ClosureTooLong, match="core_hdfc: references chain entries"):
        book.reconcile(until=LATE)
    failed = book.rows("select state from recon.run where error is not null")
    assert failed == [{"state": "failed"}]


def test_an_hour_reads_no_history_of_matched_entries(book):
    many = range(400)
    book.load(*(OURS.but(key=f"L{n}", rrn=f"m{n}") for n in many))
    book.load(*(THEIRS.but(key=f"E{n}", rrn=f"m{n}") for n in many))
    book.reconcile(until=LATE)
    book.load(OURS)
    book.load(THEIRS)
    counts = book.reconcile(until=LATE + HOUR)
    assert (counts["entries"], counts["groups_new"]) == (2, 1)


def test_two_runs_at_once_end_as_one(book, store):
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    book.load(OURS)
    book.load(THEIRS)
    interval = Interval(LATE - HOUR, LATE)
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(_reconcile, book.store, interval) for _ in range(3)]
        outcomes = [run.result() for run in runs]
    assert sum(outcome == 1 for outcome in outcomes) == 1  # the others found nothing, or are fenced
    assert book.groups() == {frozenset({"core:L", "hdfc:E"})}


def _reconcile(store, interval):
    try:
        return matching.reconcile(store, "core_hdfc", interval)["groups_new"]
    except matching.PipelineError as error:
        return type(error).__name__
