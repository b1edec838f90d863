"""The first page's figures on a real database, read as role app."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.config import load_sources
from pipeline import dashboard
from pipeline.dashboard import money, read_overview
from pipeline.settings import PROJECT
from tests.pipeline.book import NOON, Book

NOW = NOON + timedelta(minutes=12)
TUESDAY = date(2026, 3, 10)


@pytest.fixture
def book(owner_store):
    made = Book(owner_store)
    made.calendar()
    return made


def test_before_anything_ran(settings):
    seen = read_overview(settings, NOW)
    assert seen.edges == seen.codes == seen.proofs == seen.alerts == ()
    assert seen.as_of is None
    assert seen.rate is None
    assert (seen.breaks, seen.sources_late) == (0, 0)
    assert {source.state for source in seen.sources} == {"not configured"}


def test_rates_and_breaks(settings, book):
    book.edge()
    ours, theirs = book.entry("core"), book.entry("hdfc")
    book.match({ours: "ledger", theirs: "external"})
    book.open_entry(book.entry("core"), due_at=NOON)  # due
    book.open_entry(book.entry("core"), due_at=NOON + timedelta(seconds=1))  # may wait
    book.add_break("MIS_IN_BANK", 100_00)
    book.add_break("MIS_IN_BANK", 20_50, day=date(2026, 3, 9))
    book.add_break("AMT_SHORT", -5, day=date(2026, 3, 9))
    book.add_break("AMT_OVER", 7, events=((NOON, "opened", "OPEN"), (NOW, "resolved", "RESOLVED")))
    seen = read_overview(settings, NOW)
    (edge,) = seen.edges
    assert (edge.name, edge.matched, edge.due, edge.waiting) == ("core_hdfc", 2, 1, 1)
    assert edge.rate == Decimal("66.6667")
    assert edge.breaks == seen.breaks == 3
    assert [(row.code, row.total, row.by_age[:3], row.amounts) for row in seen.codes] == [
        ("MIS_IN_BANK", 2, (1, 1, 0), ("INR 120.50",)),
        ("AMT_SHORT", 1, (0, 1, 0), ("INR -0.05",)),
    ]
    assert seen.by_age == (1, 2, 0, 0, 0, 0, 0, 0)
    other = read_overview(settings, NOW, reconciliation="core_sbi")
    assert other.codes == ()
    assert other.breaks == 3, "the tiles are of all reconciliations"


def test_a_past_moment(settings, book):
    book.edge(as_of=NOW, known_at=NOW)
    book.add_break(events=((NOW, "opened", "OPEN"),))
    assert read_overview(settings, NOW).breaks == 1
    assert read_overview(settings, NOW, as_of=NOON).breaks == 0


def test_a_day_shows_the_worst_of_its_accounts(settings, book):
    book.edge()
    book.proof(TUESDAY, state="proven")
    book.proof(TUESDAY - timedelta(days=1), state="explained", explained=500,
               causes='[{"cause": "open items", "amount_minor": 500}]')  # fmt: skip
    book.proof(TUESDAY - timedelta(days=dashboard.PROOF_DAYS), state="proven")
    book.proof(TUESDAY - timedelta(days=dashboard.PROOF_DAYS + 1), state="unexplained")
    book.proof(TUESDAY, state="unexplained", unexplained=-5, name="core_sbi")
    seen = read_overview(settings, NOW)
    assert len(seen.days) == 3, "eleven days are shown, not twelve"
    found = {proof.reconciliation: proof for proof in seen.proofs}
    assert found["core_hdfc"].days == ("proven", "explained", "proven")
    assert found["core_sbi"].days == ("", "", "unexplained")
    assert found["core_sbi"].unexplained == seen.unexplained == ("INR 0.05",)
    assert [(cause.state, cause.amount, cause.words) for cause in seen.causes] == [
        ("unexplained", "INR -0.05", ()),
        ("explained", "INR 5.00", ("open items INR 5.00",)),
    ]
    assert seen.causes[0].account == "••••1234"


def test_the_worst_state_wins():
    assert dashboard._worst({"proven", "explained"}) == "explained"
    assert dashboard._worst({"proven", "unexplained", "not_due"}) == "unexplained"
    assert dashboard._worst(set()) == ""


@pytest.mark.parametrize(
    ("age", "state"),
    [
        pytest.param(timedelta(0), "on time", id="just landed"),
        pytest.param(timedelta(hours=1), "on time", id="at the limit"),
        pytest.param(timedelta(hours=1, seconds=1), "late", id="past it"),
    ],
)
def test_a_source_is_late_by_its_own_schedule(settings, book, age, state):
    """Its next hour ended, and its own `late_after` is over since."""
    late_after = load_sources(PROJECT / "adapters", {})["hdfc"].late_after
    until = datetime(2026, 3, 10, 6, 30, tzinfo=UTC)
    book.run(
        "insert into raw.coverage values ('hdfc', :start, :until, 1, :until)",
        start=until - timedelta(hours=1), until=until,
    )  # fmt: skip
    seen = read_overview(settings, until + late_after + age)
    source = next(item for item in seen.sources if item.source == "hdfc")
    assert source.state == state
    assert seen.sources_late == (state == "late")


def test_a_source_that_is_not_asked(settings, book):
    book.run("insert into raw.coverage values ('hdfc', :a, :b, 1, :b)",
             a=NOON - timedelta(hours=1), b=NOON)  # fmt: skip
    book.run("insert into ops.circuit values ('hdfc', 'open', 5, :a, :a)", a=NOON)
    seen = read_overview(settings, NOW)
    assert next(item.state for item in seen.sources if item.source == "hdfc") == "paused"


def test_alerts_that_stand(settings, book):
    book.run("insert into ops.alert (kind, subject, detail) values ('api_down', 'sbi', 'x')")
    book.run(
        "insert into ops.alert (kind, subject, detail, cleared_at)"
        " values ('api_down', 'hdfc', 'x', now())"
    )
    assert [alert.subject for alert in read_overview(settings, NOW).alerts] == ["sbi"]


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (0, "INR", "INR 0.00"),
        (-5, "INR", "INR -0.05"),
        (-100_005, "INR", "INR -1,000.05"),
        (1_234_567_89, "INR", "INR 1,234,567.89"),
        (-1234, "JPY", "JPY -1,234"),
        (1_234_567, "KWD", "KWD 1,234.567"),
    ],
)
def test_money(minor, currency, shown):
    assert money(minor, currency) == shown
