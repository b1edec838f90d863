"""What was answered as of a moment comes out the same to the byte, whatever happened since."""

import io
import itertools
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

import pipeline.cli.reporting  # noqa: F401  its table is a form of the report
from pipeline import deciding, export, outputs, working_off
from pipeline.calendars import ensure_calendar
from pipeline.claims import list_claims
from pipeline.deciding import Why, on_edge
from pipeline.errors import StoreError
from pipeline.json_text import line_of
from pipeline.knowing import NotYet, close_until
from pipeline.matching_by_hand import match, unmatch
from pipeline.merging import open_load
from pipeline.releasing import list_findings
from pipeline.reports import find_breaks, list_breaks
from pipeline.store import Store
from pipeline.trace_formats import as_data
from pipeline.tracing import trace
from reconciliation.model import HOUR, Interval
from tests.conftest import url_of
from tests.sql.ledger_book import DAY, Row, at

EVENING = at(0, day=DAY + timedelta(days=2))
MICROSECOND = timedelta(microseconds=1)
OURS = Row("core", "L", rrn="600000000001")
THEIRS = OURS.but(source="hdfc", key="E")
WHY = Why("timing", "asha", "a word")
LIVE_VIEWS = {"deliveries", "runs", "alerts", "api_calls", "file_transfers"}


@pytest.fixture(scope="module", autouse=True)
def _in_the_days_of_the_story():
    """Decisions are stamped by their edge's clock, as if the wall's were behind it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deciding, "wall_clock", lambda: at(0))
        yield


def reports(store, when):
    """Every report and export in every form; name → (what, parameters, text)."""
    chosen = export.chosen("core_hdfc")
    asked = [
        ("report", {"form": form, "reconciliation": None, "until": until})
        for form, until in (
            ("csv", None),
            ("html", None),
            ("json", DAY.isoformat()),
            ("table", None),
        )
    ] + [
        ("export", {"table": table, "form": form, **chosen})
        for table in export.COLUMNS
        for form in export.FORMS
    ]
    found = {}
    for what, parameters in asked:
        out = io.StringIO()
        made = outputs.make(store, what, parameters, when, out)
        outputs.note(store, what, parameters, when, made)
        found[json.dumps([what, parameters])] = out.getvalue()
    return found


def exported(store, table, when):
    out = io.StringIO()
    outputs.make(
        store, "export", {"table": table, "form": "csv", **export.chosen("core_hdfc")}, when, out
    )
    return out.getvalue()


def lists(store, when):
    """Everything else the command line shows as of a moment."""
    every = list_breaks(
        store, as_of=when, reconciliation=None, code=None, is_live=False, rows_max=1000
    )
    data = {
        "breaks": every,
        "stories": [find_breaks(store, row["break_id"], as_of=when) for row in every],
        "claims": list_claims(store, as_of=when, is_running=True).claims,
        "quarantine": list_findings(store, source=None, rows_max=100, as_of=when),
    }
    return {name: line_of(rows).rstrip() for name, rows in data.items()}


def views(auditor, when):
    found = {}
    with auditor.transaction(snapshot=True) as transaction:
        connection = transaction.connection
        connection.execute(
            text("select set_config('report.as_of', :at, true)"), {"at": when.isoformat()}
        )
        names = connection.execute(
            text("select table_name from information_schema.views where table_schema = 'report'")
        ).scalars()
        for name in set(names) - LIVE_VIEWS:
            rows = connection.execute(text(f"select cast(t as text) from report.{name} as t"))
            found[f"view {name}"] = "\n".join(sorted(rows.scalars()))
    return found


def traces(store, when):
    return {
        f"trace {asked}": json.dumps(as_data(trace(store, asked, as_of=when, limit=5)), default=str)
        for asked in ("L", "E", "600000000001", "600000000003")
    }


class Story:
    """A small world over several hours; what was answered after each step."""

    def __init__(self, book, auditor):
        self.book, self.store, self.auditor = book, book.store, auditor
        self.told = {}
        self.hour = EVENING

    def answers(self, when):
        with self.store.kept_open() as store:
            answers = reports(store, when) | lists(store, when) | traces(store, when)
        return answers | views(self.auditor, when)

    def tell(self, name):
        when = close_until(self.store, None)
        self.told[name] = when, self.answers(when)

    def run(self):
        self.hour += HOUR
        self.book.reconcile(until=self.hour)

    def break_of(self, key):
        found = self.book.rows(
            "select cast(break_id as text) as id from recon.break where subject_key = :key", key=key
        )
        return found[0]["id"]


@pytest.fixture(scope="module")
def story(shelf, postgres):
    shelf.forget()
    with shelf.store.transaction() as transaction:
        name = transaction.connection.execute(text("select current_database()")).scalar_one()
    with shelf.owner_store.transaction() as transaction:
        transaction.connection.execute(text(f"grant connect on database {name} to recon_auditor"))
    it = Story(shelf, Store(url_of(postgres, "auditor", name)))
    tell_it(it)
    return it


def tell_it(it):
    book, store = it.book, it.store
    other = Row("core", "L2", rrn="600000000002", description="to 50100000002222")
    book.load(OURS, other, other.but(key="L3", rrn="600000000003", amount=-70_00))
    book.load(THEIRS, THEIRS.but(key="E2", rrn="600000000009"))
    book.refuse("hdfc", row_key="bad", day=DAY)
    it.run()
    it.tell("first")
    it.run()
    it.tell("nothing learned but the hour")
    book.load(THEIRS.but(amount=60_00))
    it.run()
    it.tell("restated")
    book.load(gone=[OURS])
    it.run()
    it.tell("retracted")
    book.load(OURS.but(amount=60_00), OURS.but(key="L4", rrn="9", account="50100000002222"))
    it.run()
    it.tell("late")
    unmatch(store, book.group_ids().pop(), WHY, edge=None, environment={})
    it.tell("unmatched")
    match(store, [("core", "L"), ("hdfc", "E")], WHY, edge=None, environment={})
    it.tell("matched by hand")
    working_off.ask_write_off(store, it.break_of("core:L3"), Why("agreed", "asha", "a word"))
    it.tell("asked")
    working_off.answer_write_off(store, it.break_of("core:L3"), Why("", "ravi"), is_approved=True)
    working_off.close(store, it.break_of("core:L2"), "not_a_break", WHY)
    working_off.assign(store, it.break_of("hdfc:E2"), "ravi", "asha")
    it.tell("written off")
    book.load(other.but(key="L3", rrn="600000000003", amount=-71_00))
    book.execute("update staging.quarantine set known_to = recon.next_moment()")
    it.run()
    it.tell("reopened")
    # What is written over in place: an account's bank, the calendar, an edge's rules.
    book.execute("update ops.account set bank_code = 'ICIC'")
    book.execute(
        "insert into ops.calendar_override values ('india_bank', :day, false, 'by notification')",
        day=DAY + timedelta(days=1),
    )
    with store.transaction() as transaction:
        ensure_calendar(transaction, DAY)
    it.hour += timedelta(days=3)
    it.run()
    it.tell("days later")


def test_every_answer_comes_out_the_same(story):
    assert len(story.told) == 11
    for name, (when, answers) in story.told.items():
        again = story.answers(when)
        differing = [
            (key, answers[key], again[key]) for key in answers if again[key] != answers[key]
        ]
        assert (name, differing) == (name, [])
    # And they were worth keeping: no step left everything as it was.
    moments = [answers for _, answers in story.told.values()]
    for before, after in itertools.pairwise(moments):
        assert before != after


def test_the_outputs_reproduce_and_the_first_other_line_is_named(story):
    made = outputs.list_outputs(story.store, None, 1000)
    assert len(made) == 11 * 12
    with story.store.kept_open() as store:
        again = [outputs.reproduce(store, one) for one in made[::7]]
    assert [one for one in again if not one.is_same or one.line] == []

    (export_of_breaks,) = [
        one for one in made
        if one["as_of"] == story.told["written off"][0]
        and (one["parameters"].get("table"), one["parameters"]["form"]) == ("breaks", "csv")
    ]  # fmt: skip
    with story.book.owner_store.transaction() as transaction:
        connection = transaction.connection
        connection.execute(text("alter table recon.break_event disable trigger user"))
        connection.execute(
            text(
                "update recon.break_event set explanation = 'other' where known_at <= :at"
                " and break_id = cast(:id as uuid)"
            ),
            {"at": story.told["written off"][0], "id": story.break_of("hdfc:E2")},
        )
        lines = exported(story.store, "breaks", story.told["written off"][0]).splitlines()
        line = next(
            no for no, one in enumerate(lines, 1) if one.startswith(story.break_of("hdfc:E2"))
        )

        class Inside:  # reads what is not committed and is undone below
            def transaction(self, **_):
                return _Opened(transaction)

        tampered = outputs.reproduce(Inside(), export_of_breaks)
        connection.rollback()
    assert (tampered.is_same, tampered.line) == (False, line)


class _Opened:
    def __init__(self, transaction):
        self._transaction = transaction

    def __enter__(self):
        return self._transaction

    def __exit__(self, *_):
        return False


def test_to_the_microsecond(story):
    first, restated = (story.told[name] for name in ("nothing learned but the hour", "restated"))
    (row,) = story.book.rows(
        "select min(known_at) as k from recon.break_event where known_at > :at", at=first[0]
    )
    before = exported(story.store, "breaks", row["k"] - MICROSECOND)
    after = exported(story.store, "breaks", row["k"])
    assert before == exported(story.store, "breaks", first[0])
    assert after == exported(story.store, "breaks", restated[0])
    assert before != after


def test_before_the_first_knowledge_there_is_nothing(story):
    assert lists(story.store, at(0))["breaks"] == "[]"
    assert len(views(story.auditor, at(0))["view edges"]) == 0


def test_the_future_is_not_known(story):
    with pytest.raises(NotYet, match="has not come yet"):
        close_until(story.store, datetime.now(UTC) + HOUR)
    with pytest.raises(StoreError) as refused, story.auditor.transaction() as opened:
        opened.connection.execute(text("select report.close_until(now() + interval '1 hour')"))
    assert refused.value.sqlstate == "22023"


# -- who writes while somebody asks --------------------------------------------------------------


def test_nothing_becomes_known_before_what_was_told(book):
    book.load(OURS)
    book.reconcile(until=EVENING)
    told = close_until(book.store, EVENING + 5 * HOUR)

    book.reconcile(until=EVENING + HOUR)
    working_off.assign(book.store, _only_break(book), "ravi", "asha")
    with book.store.transaction() as transaction:
        interval = Interval(EVENING, EVENING + HOUR)
        assert open_load(transaction, "never_seen", interval, "1").known_at == told + MICROSECOND
        transaction.run(
            "landing/insert_coverage", source="hdfc", interval_from=EVENING,
            interval_to=EVENING + HOUR, deliveries=0,
        )  # fmt: skip

    known = book.rows("select known_at from recon.break_event order by known_at")
    assert known[-1]["known_at"] == told + 2 * MICROSECOND
    assert book.rows("select known_at from raw.coverage") == [{"known_at": told + MICROSECOND}]


def _only_break(book):
    ((found),) = [row["break_id"] for row in book.live_breaks()]
    return found


def test_who_writes_already_is_waited_for(book):
    """It has its stamp, earlier than the moment asked for, and commits after the question."""
    book.load(OURS)
    book.reconcile(until=EVENING)
    broken = _only_break(book)
    has_stamped, may_commit, is_told = threading.Event(), threading.Event(), threading.Event()
    stamps = []

    def slow(transaction, edge):
        stamps.append(edge.known_at)
        has_stamped.set()
        assert may_commit.wait(60)
        transaction.run(
            "decisions/record_break_event", break_id=broken, resolution=None, assigned_to="ravi",
            event="assigned", status="ASSIGNED", as_of=edge.as_of, known_at=edge.known_at,
            actor="asha", reason_code=None, comment=None,
        )  # fmt: skip
        return {}

    moment = EVENING + 5 * HOUR

    def ask():
        close_until(book.store, moment)
        is_told.set()

    writer = threading.Thread(target=on_edge, args=(book.store, "core_hdfc", slow))
    asker = threading.Thread(target=ask)
    writer.start()
    assert has_stamped.wait(60)
    asker.start()
    while not _somebody_waits(book):
        assert not is_told.wait(0.01)
    assert _asked(book) == moment  # its word is out
    assert stamps[0] < moment
    assert not is_told.is_set()
    assert not _is_closed(book, moment)
    may_commit.set()
    writer.join(60)
    asker.join(60)
    assert is_told.is_set()
    assert _is_closed(book, moment)

    answered = lists(book.store, moment)
    assert "ravi" in answered["breaks"]  # it was waited for
    working_off.assign(book.store, broken, "meera", "asha")
    assert lists(book.store, moment) == answered
    assert "meera" in lists(book.store, moment + 2 * MICROSECOND)["breaks"]


def _somebody_waits(book):
    return book.rows("select 1 as one from pg_locks where locktype = 'advisory' and not granted")


def _asked(book):
    return book.rows("select report.closed_until() as at")[0]["at"]


def _is_closed(book, moment):
    return book.rows("select report.is_closed(:at) as it", at=moment)[0]["it"]


def test_an_account_met_later_masks_no_earlier_text(book):
    book.load(OURS.but(description="to 50100000002222"))
    first = close_until(book.store, None)
    book.account("50100000002222")
    second = close_until(book.store, first + HOUR)

    then, now = (exported(book.store, "entries", when) for when in (first, second))
    assert "to 50100000002222" in then
    assert "to ••••2222" in now


def test_nobody_changes_what_was_noted(story):
    for store in (story.store, story.book.owner_store):
        for table in ("ops.output", "recon.edge_history", "ops.report_archive"):
            with pytest.raises(StoreError), store.transaction() as transaction:
                transaction.connection.exec_driver_sql(f"delete from {table}")
