"""The break report read back from a real database, now and as of past moments."""

import csv
import io
import json
import re
from datetime import date, timedelta

import pytest
from rich.console import Console

from pipeline.cli.report_tables import show
from pipeline.dashboard import read_overview
from pipeline.report_formats import as_csv, as_data, as_html, csv_cell
from pipeline.reports import find_breaks, list_breaks, read_report
from reconciliation.severity import Raise, rules
from tests.pipeline.book import EDGE, NOON, Book

HOUR = timedelta(hours=1)


@pytest.fixture
def book(owner_store):
    book = Book(owner_store)
    book.calendar()
    return book


def report_of(store, **options):
    report = read_report(store, **options)
    assert report is not None
    return report


def edge_of(store, **options):
    [edge] = report_of(store, **options).edges
    return edge


def test_before_the_first_run_there_is_none(store):
    assert read_report(store) is None


def test_the_rate_counts_what_is_due_and_leaves_open_items_out(store, book):
    book.edge()
    pair = book.entry(), book.entry("hdfc")
    book.match({pair[0]: "ledger", pair[1]: "external"})
    book.open_entry(book.entry(), due_at=NOON)
    book.open_entry(book.entry(), due_at=NOON + timedelta(seconds=1), reason="TIM_IN_TRANSIT")
    book.open_entry(book.entry(status="FAILED"), role="information")

    edge = edge_of(store)

    assert (edge.entries, edge.matched_groups, edge.matched_entries) == (4, 1, 2)
    assert (edge.open_entries, edge.due_entries) == (2, 1)
    assert edge.rate == "66.6667"
    assert edge.rate_note == ""


def test_where_nothing_of_what_is_due_was_matched_the_rate_is_nought(store, book):
    book.edge()
    book.open_entry(book.entry(), due_at=NOON)

    edge = edge_of(store)
    assert (edge.matched_entries, edge.due_entries, edge.rate) == (0, 1, "0.0000")


@pytest.mark.parametrize(
    ("edge_name", "lines", "is_told"),
    [("settlement_bank", 3, True), ("settlement_bank", 2, False), (EDGE, 3, False)],
)
def test_a_rate_of_many_lines_in_one_break_is_explained(
    settings, store, book, *, edge_name, lines, is_told
):
    book.edge(name=edge_name)
    pair = book.entry("razorpay_settlement"), book.entry("hdfc")
    book.match({pair[0]: "ledger", pair[1]: "external"}, name=edge_name)
    for _ in range(lines):
        line = book.entry("razorpay_settlement")
        book.open_entry(line, source="razorpay_settlement", name=edge_name)
    book.add_break(name=edge_name)
    report = read_report(store)
    (edge,) = report.edges
    # Not that the lines are in the break: theirs may be closed, and this one of a delivery.
    words = f": {lines} entries are due, 1 break is open, 1 match stands." if is_told else ""
    assert edge.rate_note.endswith(words)
    assert bool(edge.rate_note) is is_told
    assert "shape" not in as_data(report)["reconciliations"][0]  # kept answers are made again
    # On the page, in the mail and on the terminal.
    assert read_overview(settings, NOON).edges[0].note == edge.rate_note
    terminal = io.StringIO()
    show(report, Console(file=terminal, width=300))
    for shown in (as_html(report), terminal.getvalue()):
        assert ("settlement_bank: The rate counts entries" in shown) is is_told


def test_attempts_that_failed_alike_agree_and_move_no_money(store, book):
    book.edge()
    for status in ("SUCCESS", "FAILED", "PENDING"):
        pair = book.entry(status=status), book.entry("hdfc", status=status)
        book.match({pair[0]: "ledger", pair[1]: "external"})
    book.open_entry(book.entry(), due_at=NOON)

    edge = edge_of(store)

    assert (edge.entries, edge.matched_groups, edge.matched_entries) == (3, 1, 2)
    assert edge.rate == "66.6667"


def test_nothing_due_has_no_rate(store, book):
    book.edge()

    assert edge_of(store).rate == ""


def test_the_difference_is_the_sum_of_its_parts(store, book):
    book.edge()
    book.match(
        {book.entry("core", 500_00): "ledger", book.entry("hdfc", 490_00): "external"},
        difference=-10_00,
    )
    book.open_entry(book.entry(amount=70_00), amount=70_00, due_at=None, reason="TIM_CUTOFF")
    book.open_entry(
        book.entry("hdfc", 25_00), side="external", source="hdfc", amount=25_00, due_at=NOON
    )

    parts = {line.cause: line.amount_minor for line in edge_of(store).difference}

    assert parts == {"matched": -10_00, "open": -70_00, "break": 25_00, "total": -55_00}


@pytest.mark.parametrize(
    ("days_back", "bucket"),
    [
        (0, "0"),
        (1, "1"),
        (4, "2"),
        (5, "3-5"),
        (7, "3-5"),
        (8, "6-10"),
        (14, "6-10"),
        (15, "11-30"),
    ],
)
def test_age_counts_business_days(store, book, days_back, bucket):
    # Tuesday 10 March; weekends are no business days in this calendar.
    book.edge()
    book.add_break(day=date(2026, 3, 10) - timedelta(days=days_back))

    [line] = report_of(store).edges[0].codes

    assert dict(zip(AGES, line.by_age, strict=True))[bucket] == 1


AGES = ("0", "1", "2", "3-5", "6-10", "11-30", "31-90", "90+")


def test_as_of_shows_what_was_known_then(store, book):
    book.edge()
    book.edge(as_of=NOON + 2 * HOUR, known_at=NOON + 2 * HOUR)
    break_id = book.add_break(
        events=((NOON, "opened", "OPEN"), (NOON + HOUR, "resolved", "RESOLVED"))
    )
    ledger, bank = book.entry(), book.entry("hdfc", known_from=NOON + HOUR)
    book.match({ledger: "ledger", bank: "external"}, known_from=NOON + HOUR)

    before = edge_of(store, as_of=NOON + HOUR - timedelta(microseconds=1))
    after = edge_of(store, as_of=NOON + HOUR)

    assert (before.breaks, before.matched_entries) == (1, 0)
    assert (after.breaks, after.matched_entries) == (0, 2)
    assert list_breaks(store, as_of=NOON - HOUR, **EVERY) == []
    [found] = find_breaks(store, str(break_id)[:8], as_of=None)
    assert [event["event"] for event in found["history"]] == ["opened", "resolved"]


EVERY = {"reconciliation": None, "code": None, "is_live": False, "rows_max": 10}


def test_a_past_position_comes_from_what_the_run_recorded(store, book):
    entry_id = book.entry()
    book.open_entry(entry_id, due_at=None, reason="TIM_IN_TRANSIT")
    book.edge()
    _record(store, NOON)
    # An hour on it is matched: nothing is open any more.
    book.run("delete from recon.open_entry")
    book.edge(as_of=NOON + HOUR, known_at=NOON + HOUR)
    _record(store, NOON + HOUR)
    book.edge(as_of=NOON + 2 * HOUR, known_at=NOON + 2 * HOUR)

    assert edge_of(store, as_of=NOON).open_entries == 1
    assert edge_of(store, as_of=NOON + HOUR).open_entries == 0
    assert edge_of(store).open_entries == 0


def _record(store, at):
    with store.transaction() as transaction:
        transaction.run("matching/record_position", reconciliation=EDGE, known_at=at, as_of=at)


def test_until_leaves_out_later_days(store, book):
    book.edge()
    book.add_break(day=date(2026, 3, 9))
    book.add_break(day=date(2026, 3, 10))
    book.proof(date(2026, 3, 10))

    edge = edge_of(store, until=date(2026, 3, 9))

    assert (edge.breaks, edge.accounts_days) == (1, 0)


def test_an_explained_day_is_named_and_an_unexplained_one_counted(store, book):
    book.edge()
    book.proof(date(2026, 3, 8))
    book.proof(
        date(2026, 3, 9), state="explained", explained=5_00,
        causes='[{"cause": "DQ_QUARANTINED", "amount_minor": 500, "detail": "one row refused"}]',
    )  # fmt: skip
    book.proof(date(2026, 3, 10), state="unexplained", unexplained=-7)

    edge = edge_of(store)

    assert (edge.accounts_days, edge.unexplained_minor) == (3, 7)
    assert [line.state for line in edge.proofs] == ["explained", "unexplained"]
    assert edge.proofs[0].causes == ("DQ_QUARANTINED one row refused",)


# -- formats ---------------------------------------------------------------------------------


def test_html_escapes_whatever_a_bank_writes(store, book):
    book.edge()
    book.add_break(explanation="<script>alert(1)</script> {{ 7*7 }} & “quotes”")

    page = as_html(report_of(store))

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page
    assert "http" not in page.replace("http-equiv", "")  # self-contained


def test_csv_has_one_set_of_columns_and_signed_amounts(store, book):
    book.edge()
    book.add_break("AMT_SHORT", -1_50)

    rows = list(csv.DictReader(io.StringIO(as_csv(report_of(store)))))

    [line] = [row for row in rows if row["section"] == "break"]
    assert (line["item"], line["amount"], line["count"], line["age_0"]) == (
        "AMT_SHORT", "-1.50", "1", "1",
    )  # fmt: skip
    assert line["detail"].endswith(".")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"), ("+cmd|x", "'+cmd|x"), ("-2+3", "'-2+3"), ("@sum", "'@sum"),
        ("\tx", "'\tx"), ("\rx", "'\rx"), ("-", "'-"),
        ("-1.50", "-1.50"), ("+5", "+5"), ("-0", "-0"), ("plain", "plain"), (None, ""), (-7, "-7"),
        ("-1.", "'-1."), ("-1e5", "'-1e5"),
    ],
)  # fmt: skip
def test_a_cell_is_never_a_formula(value, cell):
    assert csv_cell(value) == cell


def test_json_is_plain(store, book):
    book.edge()
    book.add_break()
    book.proof(date(2026, 3, 10), state="explained", explained=1)

    data = json.loads(json.dumps(as_data(report_of(store)), default=str))

    assert data["reconciliations"][0]["codes"][0]["amount"] == "100.00"
    assert data["reconciliations"][0]["proofs"][0]["explained"] == "0.01"


def test_the_worst_severity_of_a_code_is_shown_everywhere(store, book):
    book.edge()
    book.run(
        "insert into recon.severity_rule values ('core_hdfc', :at, cast(:rules as jsonb))",
        at=NOON, rules=json.dumps(rules(Raise({"INR": 500_00}))),
    )  # fmt: skip
    book.add_break(amount=499_99)
    book.add_break(amount=-500_00)
    book.add_break("TIM_SETTLE_OVERDUE")
    report = report_of(store)

    assert [(line.code, line.severity) for line in report.edges[0].codes] == [
        ("MIS_IN_BANK", "high"),
        ("TIM_SETTLE_OVERDUE", "low"),
    ]
    assert as_data(report)["reconciliations"][0]["codes"][0]["severity"] == "high"
    assert '<td class="bad">high</td>' in as_html(report)
    rows = csv.DictReader(io.StringIO(as_csv(report)))
    assert [row["severity"] for row in rows if row["section"] == "break"] == ["high", "low"]


def test_the_worst_comes_first_and_no_amount_is_compared_across_currencies(store, book):
    book.edge()
    book.run(
        "insert into recon.severity_rule values ('core_hdfc', :at, cast(:rules as jsonb))",
        at=NOON, rules=json.dumps(rules(Raise({"JPY": 500}))),
    )  # fmt: skip
    before = date(2026, 3, 9)
    order = [
        ("MIS_IN_BANK", 500, "JPY", None, before),  # raised to high by its own currency's limit
        ("DIRECTION", 1, "AED", None, NOON.date()),  # high, though young and small
        ("MIS_IN_BANK", 3_00, "INR", None, before),  # INR first, however few its minor units
        ("ARITHMETIC", 0, "INR", -2_00, before),
        ("MIS_IN_BANK", 1_00, "INR", None, before),
        ("MIS_IN_BANK", 800_00, "AED", None, before),
        ("MIS_IN_BANK", 2, "JPY", None, before),
        ("MIS_IN_BANK", 499_00, "USD", None, before),
        ("MIS_IN_BANK", 900_00, "INR", None, NOON.date()),  # younger
        ("MIS_IN_MOBILE", 900_00, "INR", None, before),  # low, though old and large
    ]
    for code, amount, currency, exposure, day in reversed(order):
        book.add_break(code, amount, currency=currency, exposure=exposure, day=day)

    def seen(rows):
        return [(row["code"], row["amount_minor"], row["currency"]) for row in rows]

    wanted = [given[:3] for given in order]
    assert seen(list_breaks(store, as_of=None, rows_max=100)) == wanted
    report = report_of(store)
    assert seen(report.breaks) == wanted
    page = as_html(report)
    page = page[page.index("the most severe first") :]
    codes = ("MIS_IN_BANK", "DIRECTION", "ARITHMETIC", "MIS_IN_MOBILE")
    places = [page.index(f"<td>{code}</td>") for code in codes]
    assert places == sorted(places)


def test_what_is_at_stake_stands_beside_the_difference(store, settings, book):
    book.edge()
    book.run(
        "insert into recon.severity_rule values ('core_hdfc', :at, cast(:rules as jsonb))",
        at=NOON, rules=json.dumps(rules(Raise({}))),
    )  # fmt: skip
    book.add_break("STS_BANK_DIFFERS", 0, exposure=100_00)
    book.add_break("STS_BANK_DIFFERS", 0, exposure=-40_00)
    book.add_break("AMT_SHORT", -1_50)
    book.add_break("AMT_SHORT", 1_50)
    report = report_of(store)

    figures = {
        line.code: (line.amount_minor, line.exposure_minor) for line in report.edges[0].codes
    }
    assert figures == {"STS_BANK_DIFFERS": (0, 140_00), "AMT_SHORT": (0, 3_00)}
    told = as_data(report)["reconciliations"][0]["codes"]
    assert [(line["amount"], line["exposure"]) for line in told] == [
        ("0.00", "140.00"), ("0.00", "3.00"),
    ]  # fmt: skip
    rows = csv.DictReader(io.StringIO(as_csv(report)))
    assert [row["at_stake"] for row in rows if row["section"] == "break"] == ["140.00", "3.00"]
    page = as_html(report)
    assert '<td class="n">0.00 INR</td><td class="n">140.00 INR</td>' in page
    assert '<td class="n">0.00 INR</td><td class="n">40.00 INR</td>' in page
    out = Console(file=io.StringIO(), width=160)
    show(report, out)
    assert re.search(r"STS_BANK_DIFFERS.* 0\.00 INR │ +140\.00 INR", out.file.getvalue())
    seen = read_overview(settings, NOON)
    assert [(row.code, row.amounts, row.at_stake) for row in seen.codes] == [
        ("STS_BANK_DIFFERS", ("INR 0.00",), ("INR 140.00",)),
        ("AMT_SHORT", ("INR 0.00",), ("INR 3.00",)),
    ]
