"""What somebody new meets: names that are not known, what runs, what is read, what is refused."""

import re
from datetime import timedelta

import pytest

from pipeline import schema
from pipeline.cli import output
from pipeline.cli import services as services_command
from tests.pipeline.book import NOON


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["breaks", "list", "--code", "NOPE"], "--code: no break code is called 'NOPE'"),
        (["breaks", "list", "--code", "mis_in_bank"], "Did you mean MIS_IN_BANK"),
        (["breaks", "list", "--reconciliation", "core_hdfcc"], "Did you mean core_hdfc"),
        (["report", "--reconciliation", "nope"], "There are: core_axis"),
        (["export", "breaks", "--reconciliation", "core_hdf"], "Did you mean core_hdfc"),
        (["quarantine", "list", "--source", "hdcf"], "Did you mean hdfc"),
        (["sources", "check", "razorpy"], "Did you mean razorpay"),
        (["run", "--from", "2026-03-10", "--to", "2026-03-10", "--source", "hdcf"], "mean hdfc"),
    ],
    ids=" ".join,
)
def test_a_name_nobody_knows_is_refused_with_near_ones(recon, words, said):
    ended = recon(*words)

    assert ended.code == 2
    assert said in ended.err
    assert ended.out == ""


def test_a_source_says_what_it_reads_and_which_way_is_taken(recon, monkeypatch):
    monkeypatch.setenv("HDFC_API_URL", "https://bank.example.com")
    monkeypatch.setenv("HDFC_CLIENT_ID", "an-id")
    monkeypatch.setenv("HDFC_CLIENT_SECRET", "s3cret-s3cret")
    monkeypatch.setenv("LEDGER_DATABASE_URL", "postgresql://u:sesame@127.0.0.1/l")

    listed = {one["name"]: one for one in recon("sources", "list", "--json").data["sources"]}
    text = recon("sources", "list").out

    assert listed["hdfc"]["is_configured"]
    by_name = {one["name"]: one for one in listed["hdfc"]["variables"]}
    assert by_name["HDFC_API_TOKEN"] == {
        "name": "HDFC_API_TOKEN", "is_set": False, "is_used": False, "default": None,
        "choice": "auth", "way": 1,
    }  # fmt: skip
    assert by_name["HDFC_CLIENT_ID"]["is_used"]
    for line in (
        r"yes +│ HDFC_API_URL +│ set", r"either +│ HDFC_API_TOKEN +│ not set",
        r"or +│ HDFC_CLIENT_SECRET +│ set, used", r"no +│ AXIS_SFTP_PORT +│ not set; else 22",
        r"either +│ MOBILE_DATABASE_URL +│ not set", r"or +│ LEDGER_DATABASE_URL +│ set, used",
        r"yes +│ LEDGER_DATABASE_URL +│ set", r"either +│ KOTAK_SFTP_PASSWORD +│ not set",
    ):  # fmt: skip
        assert re.search(line, text), line
    assert "s3cret" not in text
    assert "sesame" not in text


class SleepingAirflow:
    """Starts at once and does nothing."""

    port = 0
    url = dashboard_url = ""

    def __init__(self, settings):
        pass

    def setup(self): ...
    def start(self): ...
    def wait_healthy(self): ...
    def unpause(self, dag): ...

    def rest(self):
        return self

    def login(self):
        return {"user": "admin", "password_file": ""}


@pytest.mark.parametrize("is_configured", [False, True])
def test_up_says_that_no_source_is_configured_and_starts(recon, monkeypatch, is_configured):
    monkeypatch.setattr(services_command, "Airflow", SleepingAirflow)
    monkeypatch.setattr(schema, "prepare", lambda settings: ([], []))
    if is_configured:
        monkeypatch.setenv("LEDGER_DATABASE_URL", "postgresql://u@127.0.0.1/l")

    ended = recon("up", "--json")

    assert ended.code == 0
    assert "services" in ended.data
    assert ("no source is configured" in ended.err) is not is_configured
    assert ("next: Fill in `.env`" in ended.err) is not is_configured


def test_doctor_says_that_no_source_is_configured_and_each_next_step_once(recon):
    data = recon("doctor", "--json").data["findings"]
    assert {"state": "note", "what": "sources"}.items() <= next(
        one for one in data if one["what"] == "sources"
    ).items()
    arrows = [line.strip() for line in re.findall(r"→ (.*)", recon("doctor").out)]
    assert len(arrows) == len(set(arrows)) > 2
    assert {one["next_step"] for one in data if one["next_step"]} == set(arrows)


def test_status_names_no_url_of_what_does_not_run(recon, tmp_path):
    run = tmp_path / "home" / "run"
    run.mkdir(parents=True)
    (run / "airflow_port").write_text("8080\n")

    people, program = recon("status"), recon("status", "--json")

    assert (program.data["airflow_url"], program.data["dashboard_url"]) == (None, None)
    assert program.data["services"]["api-server"] == "stopped"
    assert "8080" not in people.out


def test_a_report_of_a_moment_before_anything_says_so(recon, book):
    book.edge()
    book.add_break()
    before = (NOON - timedelta(days=400)).isoformat()

    told = recon("report", "--as-of", before)

    assert told.code == 0
    assert "Nothing was known at 2025-02-03 12:00 IST" in told.out
    assert "from 2026-03-10 12:00 IST on" in told.out
    assert "nothing unexplained" not in told.out
    as_json = recon("report", "--as-of", before, "--json")
    assert as_json.data["breaks"] == 0
    assert "Nothing was known" in as_json.err
    assert "Nothing was known" not in recon("report").out


def test_a_break_about_a_refused_row_leads_to_its_finding(recon, book):
    book.edge()
    first, second = (book.refused(key, code="DQ_CONFLICT") for key in ("H1", "H1#1"))
    book.refused("H2")
    break_id = book.add_break("DQ_CONFLICT", subject=("row", "core:transactions:H1"))

    listed = recon("breaks", "list")
    shown = recon("breaks", "show", str(break_id))

    assert f"core quarantine {first}" in listed.out
    assert f"quarantine list --id {first}`" in shown.out
    assert recon("breaks", "show", str(break_id), "--json").data["quarantine_ids"] == [first]
    ids = [one["quarantine_id"] for one in recon("quarantine", "list", "--json").data["quarantine"]]
    assert len(ids) == 3
    asked = recon("quarantine", "list", "--id", str(first), "--id", str(second), "--json")
    assert {one["quarantine_id"] for one in asked.data["quarantine"]} == {first, second}


def test_a_break_about_a_refused_file_leads_to_its_finding(recon, book):
    book.edge()
    whole = book.refused("CORE_10", row_no=None)
    break_id = book.add_break("DQ_QUARANTINED", subject=("delivery", "core:CORE_10"))
    assert recon("breaks", "show", str(break_id), "--json").data["quarantine_ids"] == [whole]


def test_a_report_that_cannot_be_written_is_told_in_words(recon, book):
    book.edge()
    ended = recon("report", "--output", "/no/such/folder/report.html", "--format", "html")
    assert ended.code == 2
    assert "cannot be written: No such file or directory" in ended.err


LEFT_OUT = "not shown: see a wider terminal or --json"


@pytest.fixture
def crowded(book):
    """One of everything, with the longest names there are."""
    book.edge()
    book.edge(name="core_gateway_mobile")
    book.add_break(
        "STS_LEDGER_OK_GW_FAILED", -1_234_567_00, name="core_gateway_mobile",
        entry_id=book.entry("razorpay_settlement", txn_id=f"pay_{'A' * 14}@setl_{'B' * 14}"),
        explanation="Order order_ABCDEFGHIJKLMN, payment: core 100.00 INR SUCCESS; none in mobile.",
    )  # fmt: skip
    book.add_break("MIS_IN_BANK", entry_id=book.entry(txn_id="T1"))
    book.open_entry(book.entry(), due_at=None, reason="TIM_SETTLE_OVERDUE")
    book.proof(
        NOON.date(), state="explained", explained=-1_234_567_00,
        causes='[{"cause": "STM_CONTINUITY", "detail": "gap", "amount_minor": 1}]',
    )  # fmt: skip
    book.refused("HDFC0000000000000001", reason="the closing balance does not follow")
    return book


@pytest.mark.parametrize(
    "words",
    [
        ["breaks", "list"], ["report"], ["sources", "list"], ["quarantine", "list"],
        ["accounts", "list"], ["status"], ["doctor"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_in_80_columns_no_word_is_broken(recon, crowded, monkeypatch, tmp_path, words):
    monkeypatch.setenv("COLUMNS", "160")
    wide = recon(*words).out
    monkeypatch.setenv("COLUMNS", "80")
    output._console.cache_clear()
    narrow = recon(*words).out

    assert [line for line in narrow.splitlines() if len(line) > 80] == []
    known = words_of(wide) | words_of(re.sub("@", " @", wide)) | words_of(LEFT_OUT)
    home = str(tmp_path / "home")  # may be longer than a line
    broken = {word for word in words_of(narrow) - known if word not in home}
    assert broken == set()


def words_of(text):
    return {word.strip(",;:") for word in re.sub(r"[│┃━╇┿─┼╪]", " ", text).split()}
