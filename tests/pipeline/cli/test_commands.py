"""Every command as a person types it: what it prints, where, and how it ends."""

import contextlib
import csv
import hashlib
import io
import json
import os
import pty
import re
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from pipeline.settings import PROJECT
from reconciliation.model import IST
from tests.pipeline.book import EDGE, NOON

COMMANDS = (
    ["demo"], ["up"], ["down"], ["status"], ["run"], ["backfill"], ["report"], ["breaks", "list"],
    ["breaks", "show"], ["quarantine", "list"], ["quarantine", "release"], ["reparse"],
    ["accounts", "list"], ["accounts", "set"], ["export", "entries"], ["export", "matches"],
    ["export", "breaks"], ["export", "candidates"], ["sources", "list"], ["sources", "check"],
    ["doctor"], ["bench", "stage"],
    ["trace"], ["match"], ["unmatch"], ["breaks", "assign"], ["breaks", "comment"],
    ["breaks", "resolve"], ["breaks", "claims"], ["bench", "match"],
    ["breaks", "reopen"], ["breaks", "withdraw"], ["reproduce"],
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_explains_itself(recon, words):
    ended = recon(*words, "--help")

    assert ended.code == 0
    assert "Usage:" in ended.out
    assert not set("╭│╰") & set(ended.out)  # fits a narrow terminal and a log
    assert ended.err == ""


@pytest.mark.parametrize(
    "words",
    [
        ["reprot"], ["breaks"], ["report", "--nope"], ["report", "--date"],
        ["report", "--date", "10-03-2026"],
        ["report", "--as-of", "yesterday"], ["run", "--from", "2026-03-10"],
        ["run", "--from", "2026-03-10T10:30", "--to", "2026-03-10T11:00"],
        ["run", "--from", "2026-03-10", "--to", "2026-03-10", "--source", "nobody"],
        ["run", "--from", "2026-03-10", "--to", "2026-03-10", "--source", "hdfc"],
        ["backfill", "--from", "2026-03-11", "--to", "2026-03-10"],
        ["breaks", "show", "nothing"], ["reparse", "999"], ["quarantine", "release", "999"],
        ["trace", "nothing"],
        ["accounts", "set"], ["accounts", "set", "50"], ["sources", "check", "nobody"],
        ["sources", "check", "hdfc", "--sample", "/no/such/file"],
        ["export", "entries", "--format", "xml"],
        ["export", "breaks", "--json", "--format", "csv"],
        ["report", "--json", "--format", "csv"],
        ["report", "--json", "--format", "table"],
        ["report"], ["demo", "--rows", "3"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_misuse_ends_with_2_and_says_what_next(recon, words):
    ended = recon(*words)

    assert ended.code == 2
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert ended.err.startswith("error: ")
    assert "\nnext:  " in ended.err
    assert not set("╭│╰") & set(ended.err)  # no frames


def test_a_database_on_another_host_that_nothing_proves(recon, monkeypatch):
    monkeypatch.setenv("LEDGER_DATABASE_URL", "postgresql://u:sesame@db.example.com/ledger")

    ended = recon("sources", "list")

    assert ended.code == 2
    assert "LEDGER_DATABASE_URL" in ended.err
    assert "sslmode=verify-full" in ended.err
    assert "sesame" not in ended.err


@pytest.mark.parametrize("what", ["entries", "matches", "breaks", "candidates"])
def test_export_as_json_is_one_object_a_line(recon, book, what):
    book.edge()
    book.add_break(entry_id=book.entry(txn_id="T1"))

    as_json, as_lines, as_csv = (
        recon("export", what, *words).out for words in (["--json"], ["--format", "jsonl"], [])
    )

    assert as_json == as_lines
    lines = [json.loads(line) for line in as_json.splitlines()]
    rows = [{name: str(value) for name, value in line.items()} for line in lines]
    assert rows == list(csv.DictReader(io.StringIO(as_csv)))


def test_nothing_set_up_yet(recon, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")

    ended = recon("report")

    assert ended.code == 2
    assert "./recon demo" in ended.err


def test_a_report_says_the_next_step_of_each_edge_where_they_differ(recon, book):
    book.edge()
    book.edge(name="settlement_bank")
    book.add_break("AMT_SHORT", -1_50)
    book.add_break("AMT_SHORT", -1_50, name="settlement_bank")
    book.add_break("STM_CONTINUITY")

    steps = recon("report").out.partition("What to do next")[2].partition("Proof:")[0]
    rows = [
        [cell.strip() for cell in line.split("│")] for line in steps.splitlines() if "│" in line
    ]
    on = {(code, edge): step for code, step, edge in rows if code}
    assert on["AMT_SHORT", "core_hdfc"].startswith("Less moved than was booked")
    assert on["AMT_SHORT", "settlement_bank"].startswith("Less came than the lines give")
    assert ("STM_CONTINUITY", "") in on


def test_report_on_the_terminal_has_no_colour_codes_in_a_pipe(recon, book):
    book.edge()
    book.add_break("AMT_SHORT", -1_50)

    ended = recon("report")

    assert ended.code == 0
    assert EDGE in ended.out
    assert "-1.50 INR" in ended.out
    assert "or claim what is missing" in ended.out
    assert "\x1b[" not in ended.out


def test_report_as_json_csv_and_html(recon, book, tmp_path):
    book.edge()
    book.add_break()

    data = recon("report", "--json").data
    assert data["reconciliations"][0]["codes"][0]["code"] == "MIS_IN_BANK"
    rows = list(csv.reader(io.StringIO(recon("report", "--format", "csv").out)))
    assert len({len(row) for row in rows}) == 1
    page = tmp_path / "report.html"
    assert recon("report", "--format", "html", "--output", str(page)).out == ""
    assert page.read_text().startswith("<!doctype html>")


def test_report_as_of_a_day(recon, book):
    book.edge()
    book.add_break()
    before = (NOON - timedelta(days=1)).date().isoformat()

    then = recon("report", "--date", before, "--json")
    assert (then.data["breaks"], then.data["until"]) == (0, before)
    assert then.data["asked_as_of"] == f"{NOON.astimezone(IST):%Y-%m-%d}T00:00:00+05:30"
    later = (NOON + timedelta(hours=5)).astimezone(IST).isoformat()
    asked = recon("report", "--as-of", later, "--json")
    assert (asked.data["breaks"], asked.data["asked_as_of"]) == (1, later)
    assert asked.data["as_of"] == NOON.astimezone(IST).isoformat()  # reconciled no further
    assert recon("report", "--json").data["asked_as_of"] is None  # of now
    assert f", as of {later}" in asked.err  # IST, as everywhere
    for words in (["breaks", "list"], ["breaks", "claims"]):
        told = recon(*words, "--as-of", later, "--json").data
        assert (told["asked_as_of"], told["as_of"]) == (later, asked.data["as_of"])
        assert recon(*words, "--json").data["asked_as_of"] is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Break report as of 2026-03-10 12:00 IST"),
        (
            ("--as-of", "2026-03-11T08:00"),
            "Break report asked for 2026-03-11 08:00 IST; books reconciled until 2026-03-10 12:00",
        ),
        (
            ("--as-of", "2026-03-10"),
            "Break report asked for 2026-03-10, end of day IST; books reconciled until",
        ),
        (
            ("--date", "2026-03-10"),
            "asked for 2026-03-10, end of day IST, business days up to 2026-03-10; books",
        ),
        (
            ("--as-of", "2026-03-11T08:00", "--date", "2026-03-09"),
            "asked for 2026-03-11 08:00 IST, business days up to 2026-03-09; books reconciled",
        ),
    ],
)
def test_a_report_says_what_was_asked_for_and_how_far_the_books_were(recon, book, words, told):
    book.edge()
    book.add_break()
    assert told in recon("report", *words).out
    page = recon("report", *words, "--format", "html")
    assert told.removeprefix("Break report ")[2:] in page.out
    is_end = "end of day" in told
    assert (", as of 2026-03-10, end of day IST" in page.err) is is_end
    assert "T00:00:00" not in page.err
    assert f"<h1>Break report, {'09' if '2026-03-09' in words else '10'} March 2026" in page.out
    assert recon("reproduce").code == 0


def test_breaks_are_listed_and_shown(recon, book):
    book.edge()
    break_id = book.add_break(entry_id=book.entry(txn_id="T1"))
    book.add_break(events=((NOON, "opened", "OPEN"), (NOON, "resolved", "RESOLVED"))[:1])

    assert len(recon("breaks", "list", "--json").data["breaks"]) == 2
    shown = recon("breaks", "show", str(break_id)[:10], "--json").data
    assert (shown["txn_id"], shown["account_id"]) == ("T1", "••••1234")
    assert shown["next_step"]
    assert shown["history"][0]["event"] == "opened"
    text = recon("breaks", "show", str(break_id)).out
    assert "what next" in text


def test_accounts_are_set_and_listed_by_their_last_four(recon, tmp_path):
    path = tmp_path / "accounts.json"
    account = {
        "account_number": "50100012345678", "bank_code": "HDFC", "currency": "INR",
        "opening_date": "2026-03-31", "opening_ledger": "1500.50", "opening_statement": "-0.01",
    }  # fmt: skip
    path.write_text(json.dumps([account]))

    assert recon("accounts", "set", "--file", str(path), "--json").data == {"accounts": 1}
    [row] = recon("accounts", "list", "--json").data["accounts"]
    assert row["account_id"] == "••••5678"
    assert (row["opening_ledger"], row["opening_statement"]) == ("1500.50", "-0.01")
    assert "50100012345678" not in recon("accounts", "list").out


def test_open_items_are_set_and_listed_in_sums(recon, tmp_path):
    path = tmp_path / "accounts.json"
    account = {
        "account_number": "50100012345678", "bank_code": "HDFC", "currency": "INR",
        "opening_date": "2026-03-31", "opening_ledger": "1500.50", "opening_statement": "1495.00",
    }  # fmt: skip
    item = {"account_number": "50100012345678", "business_date": "2026-03-31"}
    items = [
        item | {"source": "core", "txn_id": "C1", "amount": "10.00", "direction": "CREDIT"},
        item | {"source": "core", "txn_id": "C2", "amount": "0.50", "direction": "DEBIT"},
        item | {"source": "hdfc", "txn_id": "H1", "amount": "4.00", "direction": "CREDIT"},
    ]
    path.write_text(json.dumps({"accounts": [account], "open_items": items}))

    set_ = recon("accounts", "set", "--file", str(path), "--json")
    assert set_.data["open_items"] == {"given": 3, "new": 3, "changed": 0, "retracted": 0}
    listed = recon("accounts", "list", "--json").data
    [row] = listed["accounts"]
    assert (row["open_items"], row["open_ledger"], row["open_statement"]) == (3, "9.50", "4.00")
    assert listed["open_items"] == [
        {"source": "core", "currency": "INR", "items": 2, "amount": "9.50"},
        {"source": "hdfc", "currency": "INR", "items": 1, "amount": "4.00"},
    ]
    assert "9.50" in recon("accounts", "list").out
    again = recon("accounts", "set", "--file", str(path))
    assert ("3 given, 0 new" in again.out, again.err) == (True, "")


def test_one_account_is_set_with_its_calendar(recon):
    assert recon("accounts", "set", "50100012345678", "--calendar", "always").code == 0
    [row] = recon("accounts", "list", "--json").data["accounts"]
    assert row["calendar"] == "always"
    assert recon("accounts", "set", "50100012345678", "--calendar", "lunar").code == 2


@pytest.mark.parametrize(
    "change",
    [
        {"account_number": "50 100"}, {"currency": "XXX"}, {"opening_ledger": "1,500"},
        {"opening_ledger": "1.005"}, {"opening_ledger": "1e5"}, {"opening_date": "31/03/2026"},
        {"surprise": "1"},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_account_sets_none(recon, tmp_path, change):
    path = tmp_path / "accounts.json"
    good = {"account_number": "50100012345678", "currency": "INR"}
    path.write_text(json.dumps([good, good | change]))

    ended = recon("accounts", "set", "--file", str(path))

    assert ended.code == 2
    assert "account 2" in ended.err
    assert "50100012345678" not in ended.err
    assert recon("accounts", "list", "--json").data["accounts"] == []


def test_status_never_shows_a_password_to_people(recon, tmp_path):
    """With a kept password of the auditors' role there is one to show; programs get it."""
    kept = tmp_path / "home" / "secrets" / "postgres_recon_auditor"
    kept.parent.mkdir(parents=True)
    kept.write_text("pw-of-the-auditors")
    kept.chmod(0o600)
    people, program = recon("status"), recon("status", "--json")

    assert people.code == program.code == 0
    assert "recon_auditor:***@" in people.out
    assert "pw-of-the-auditors" not in people.out + people.err
    assert "recon_auditor:pw-of-the-auditors@" in program.data["database_url"]
    assert set(program.data) == {
        "airflow_url", "dashboard_url", "database_url", "login", "services",
    }  # fmt: skip


def test_sources_are_listed_without_any_configured(recon):
    sources = {row["name"]: row for row in recon("sources", "list", "--json").data["sources"]}

    assert {"hdfc", "razorpay", "axis", "core"} <= set(sources)
    assert not sources["hdfc"]["is_configured"]


def test_checking_a_source_that_is_not_configured(recon):
    ended = recon("sources", "check", "hdfc", "--json")

    assert ended.code == 6
    assert "HDFC_API_URL" in ended.data["wrong"][0]


def test_a_sample_is_mapped_offline(recon, tmp_path):
    sample = tmp_path / "hdfc.json"
    row = {
        "transaction_id": "HDFC1", "amount": "5000.00", "currency": "INR", "status": "SUCCESS",
        "transaction_date": "2026-03-10T10:21:07+05:30", "value_date": "2026-03-10",
        "account_number": "50100012345678", "type": "CREDIT", "transaction_type": "TRANSFER",
        "channel": "UPI", "reference_id": "409374856309", "description": "UPI-A-B",
        "balance": "1.00",
    }  # fmt: skip
    sample.write_text(json.dumps({"data": [row], "next_cursor": None}))

    good = recon("sources", "check", "hdfc", "--sample", str(sample), "--json")
    assert (good.code, good.data["wrong"]) == (0, [])
    assert good.data["rows"][0]["amount_minor"] == "500000"
    assert "50100012345678" not in good.out

    sample.write_text(json.dumps({"data": [row | {"amount": "5,000"}], "next_cursor": None}))
    bad = recon("sources", "check", "hdfc", "--sample", str(sample), "--json")
    assert bad.code == 6
    assert "amount" in bad.data["wrong"][0]


def test_doctor_says_a_sentence_about_each_thing(recon):
    ended = recon("doctor", "--json")

    assert ended.code in (0, 6)
    whats = {finding["what"] for finding in ended.data["findings"]}
    assert {"python", "disk", "database", "hdfc", "mail", "services"} <= whats
    assert all(finding["sentence"] for finding in ended.data["findings"])


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}], ids=["colours", "NO_COLOR"])
def test_no_color_on_a_terminal(tmp_path, variables):
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "doctor"], cwd=PROJECT, stdout=theirs, stderr=theirs,
        env={"PATH": "/usr/bin:/bin", "TERM": "xterm", "RECON_HOME": str(tmp_path), **variables},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # Linux's end of a terminal
        while piece := os.read(ours, 65_536):
            shown += piece
    os.close(ours)

    assert done.wait(60) in (0, 6)
    assert b"python" in shown
    coloured = re.search(rb"\x1b\[[0-9;]*3[0-7]m", shown)
    assert (coloured is None) == bool(variables)


def test_an_error_nobody_foresaw_is_one_line_without_its_text(database, tmp_path):
    ended = _as_process("report", RECON_HOME=str(tmp_path), DATABASE_URL="nonsense://ravi:pw@x")

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "pw" not in ended.stderr
    assert "--debug" in ended.stderr


def test_debug_shows_the_traceback_wherever_it_stands(database, tmp_path):
    ended = _as_process("report", "--debug", RECON_HOME=str(tmp_path), DATABASE_URL="nonsense://x")

    assert ended.returncode == 1
    assert "Traceback" in ended.stderr


def _as_process(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *words],
        cwd=PROJECT, env={"PATH": "/usr/bin:/bin", **variables}, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip


def test_without_a_claim_the_list_is_empty(recon, book):
    book.edge()

    assert recon("breaks", "claims", "--json").data == {
        "asked_as_of": None, "as_of": NOON.astimezone(IST).isoformat(), "claims": [],
        "total": "0.00", "claimed": "0.00", "without_clock": 0,
    }  # fmt: skip
    assert "0.00 INR claimable" in recon("breaks", "claims").out


# -- as of, and again ----------------------------------------------------------------------------


def test_every_output_says_its_hash_and_is_made_again(recon, book, tmp_path):
    book.edge()
    book.add_break()
    page = tmp_path / "report.html"
    made = [
        recon("report", "--json"),
        recon("report", "--output", str(page.with_suffix(".txt"))),
        recon("report", "--format", "html", "--output", str(page)),
        recon("export", "breaks"),
        recon("export", "breaks", "--as-of", NOON.isoformat()),  # the same bytes: one output
    ]
    shas = [re.search("sha256 ([0-9a-f]{64}), as of", one.err)[1] for one in made]
    assert shas[2] == hashlib.sha256(page.read_bytes()).hexdigest()
    assert shas[3] == shas[4] == hashlib.sha256(made[3].out.encode()).hexdigest()

    listed = recon("reproduce", "--list", "--json").data["outputs"]
    assert [one["sha256"] for one in listed] == shas[3::-1]
    again = recon("reproduce")
    assert (again.code, again.out.count("the same")) == (0, 4)
    assert recon("reproduce", shas[3][:8]).out.count("\n") == 1
    assert recon("reproduce", "00000000").code == 2

    book.run("alter table recon.break_event disable trigger user")
    book.run("update recon.break_event set explanation = 'tampered'")
    differs = recon("reproduce", shas[3])
    assert differs.code == 6
    assert "first in line 2" in differs.err
    assert not recon("reproduce", "4", "--json").data["outputs"][0]["is_same"]


@pytest.mark.parametrize(
    "words",
    [
        ["report", "--json"], ["export", "entries"], ["breaks", "list"], ["breaks", "claims"],
        ["breaks", "show", "0"], ["trace", "x"], ["quarantine", "list"],
    ],
)  # fmt: skip
def test_what_has_not_come_yet_is_not_known(recon, book, words):
    book.edge()
    today = datetime.now(IST).date().isoformat()
    for when in (today, (datetime.now(IST) + timedelta(minutes=5)).isoformat()):
        ended = recon(*words, "--as-of", when)
        assert (ended.code, ended.out) == (2, "")
        assert "has not come yet" in ended.err


@pytest.mark.parametrize("words", [["report", "--date"], ["verify", "--from"]], ids=" ".join)
def test_a_day_that_has_not_begun_is_refused(recon, book, words):
    book.edge()
    tomorrow = (datetime.now(IST) + timedelta(days=1)).date().isoformat()

    ended = recon(*words, tomorrow)

    assert (ended.code, ended.out) == (2, "")
    assert f"{words[1]}: {tomorrow} has not come yet" in ended.err
    assert f"next:  Leave {words[1]} out for what is known now." in ended.err


def test_the_position_of_today_is_what_is_known_now(recon, book):
    book.edge()
    book.add_break()
    today = datetime.now(IST).date().isoformat()
    assert recon("report", "--date", today, "--json").data["breaks"] == 1


def test_the_quarantine_as_it_was(recon, book):
    book.refused("file 910020012345", row_no=0)
    listed = [
        recon("quarantine", "list", "--json", *words).data["quarantine"]
        for words in ([], ["--as-of", NOON.isoformat()], ["--as-of", "2026-03-09"])
    ]
    assert [len(one) for one in listed] == [1, 1, 0]
    # A file's first row is its row 1.
    (first,) = listed[0]
    assert (first["row_no"], first["delivery_name"]) == (1, "file ••••2345 1")
    assert "file ••••2345 1" in recon("quarantine", "list").out


@pytest.mark.parametrize(("kept", "shown"), [
    ("AXIS_hfkdmcbapoeghjln-2345_20260310_10.csv", "AXIS_••••2345_20260310_10.csv"),
    ("AXIS_hfkdmcbapoeghjl-2345_20260310_10.csv", "AXIS_hfkdmcbapoeghjl-2345_20260310_10.csv"),
    ("AXIS_hfkdmcbapoeghjln-23456.csv", "AXIS_hfkdmcbapoeghjln-23456.csv"),
])  # fmt: skip
def test_a_file_is_called_in_the_quarantine_as_in_its_reason(recon, book, kept, shown):
    book.refused(kept)
    (row,) = recon("quarantine", "list", "--json").data["quarantine"]
    assert row["delivery_name"].startswith(shown)
