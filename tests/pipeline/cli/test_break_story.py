"""`breaks show`: what may be a break's partner and was refused, and who did what to it."""

import hashlib
import re
from datetime import timedelta

import pytest

from reconciliation.definition import definition_of
from reconciliation.model import HOUR
from tests.pipeline.test_matching_by_hand import LATE, OURS, THEIRS
from tests.pipeline.test_promoting import EDGE, note_trial, put
from tests.sql.ledger_book import DAY, LedgerBook, at


@pytest.fixture
def books(store, owner_store):
    """Two entries in a break each, for the bank's of which a row of ours was refused."""
    book = LedgerBook(store, owner_store)
    book.load(OURS)
    book.load(THEIRS)
    account, amount = THEIRS.account, THEIRS.amount
    book.refuse("core", row_key="CORE9", day=DAY, account=account, amount=amount)
    book.reconcile(until=LATE)
    return book


def broken(book, code):
    (found,) = [item["break_id"] for item in book.live_breaks() if item["code"] == code]
    return found


def test_a_refused_row_is_shown_before_anything_is_booked(recon, books):
    one = broken(books, "MIS_IN_LEDGER")
    shown = recon("breaks", "show", one).out
    assert "came and was refused; may be what it lacks" in shown
    assert "core n" in shown
    assert "CORE9" in shown
    told = recon("breaks", "show", one, "--json").data
    (row,) = told["refused_near"]
    assert (row["source"], row["delivery_name"], row["row_no"]) == ("core", "n", 4)
    assert (row["amount"], row["account_id"], row["reason"]) == (
        "100.00", "••••1111", "cannot be read",
    )  # fmt: skip
    assert told["next_step"].startswith("Book and reverse nothing before")
    before = recon("breaks", "show", one, "--json", "--as-of", LATE.isoformat()).data
    assert before["refused_near"] == []
    assert before["next_step"].startswith("Look at the suggestions")
    assert "It may have come and been refused" in recon("breaks", "list", "--json").out
    other = recon("breaks", "show", broken(books, "MIS_IN_BANK"))
    assert "refused" not in other.out


def test_who_closed_it_when_and_why(recon, books):
    ours, theirs = broken(books, "MIS_IN_BANK"), broken(books, "MIS_IN_LEDGER")
    assert recon("breaks", "show", ours, "--json").data["closed"] is None
    recon("breaks", "resolve", ours, "--resolution", "not_a_break", "--reason", "test_entry",
          "--comment", "of account 50100000001111", "--as", "asha")  # fmt: skip
    recon("breaks", "comment", ours, "seen", "--as", "ravi")
    told = recon("breaks", "show", ours, "--json").data
    closed = told["closed"]
    assert closed["known_at"] == told["history"][1]["known_at"]
    assert (closed["by"], closed["reason_code"], closed["resolution"]) == (
        "asha", "test_entry", "not_a_break",
    )  # fmt: skip
    shown = " ".join(recon("breaks", "show", ours).out.split())
    assert "by asha: test_entry, of account ••••1111" in shown
    assert "what next" not in shown

    recon("breaks", "resolve", theirs, "--resolution", "written_off", "--reason", "uneconomic",
          "--comment", "small", "--as", "asha")  # fmt: skip
    recon("breaks", "resolve", theirs, "--approve", "--comment", "agreed", "--as", "ravi")
    shown = " ".join(recon("breaks", "show", theirs).out.split())
    assert "by ravi (asked for by asha): uneconomic, small; agreed" in shown


def test_a_match_by_hand_says_who_made_it(recon, books):
    one = broken(books, "MIS_IN_BANK")
    recon("match", "core:L", "hdfc:E", "--reason", "wrong_reference", "--comment",
          "seen at the bank", "--as", "asha")  # fmt: skip
    told = recon("breaks", "show", one, "--json").data
    assert (told["closed"]["by"], told["closed"]["resolution"]) == ("asha", "matched")
    last = told["history"][-1]
    assert (last["actor"], last["reason_code"], last["comment"]) == (
        "asha", "wrong_reference", "seen at the bank",
    )  # fmt: skip
    shown = " ".join(recon("breaks", "show", one).out.split())
    assert "by asha: matched by hand: wrong_reference, seen at the bank" in shown
    before = recon("breaks", "show", one, "--json", "--as-of", LATE.isoformat()).data
    assert (before["closed"], len(before["history"])) == (None, 1)


def test_what_facts_closed_names_the_match(recon, books):
    one = broken(books, "MIS_IN_BANK")
    books.load(THEIRS.but(key="E2", rrn=OURS.rrn))
    books.reconcile(until=LATE)
    told = recon("breaks", "show", one, "--json").data
    assert (told["closed"]["by"], told["closed"]["resolution"]) == (None, "auto")
    assert told["closed"]["matched"].startswith("same RRN 1")
    assert "by the run: same RRN 1" in " ".join(recon("breaks", "show", one).out.split())


def test_what_was_told_as_of_then_is_made_again(recon, books):
    one = broken(books, "MIS_IN_LEDGER")
    then = ("--json", "--as-of", LATE.isoformat())
    for words in (["list"], ["list", "--code", "MIS_IN_BANK"], ["show", one[:8]]):
        told = recon("breaks", *words, *then)
        assert f"sha256 {hashlib.sha256(told.out.encode()).hexdigest()}, as of" in told.err
    assert "sha256" not in recon("breaks", "show", one, "--json").err  # of now: nothing is kept
    assert "sha256" not in recon("breaks", "show", one, *then[1:]).err  # a table is for people

    recon("breaks", "comment", one, "seen")
    recon("match", "core:L", "hdfc:E", "--reason", "wrong_reference")
    again = recon("reproduce", "--json").data["outputs"]
    assert [(row["what"], row["is_same"]) for row in again] == [
        ("break", True), ("breaks", True), ("breaks", True),
    ]  # fmt: skip
    assert f"break {one} json as of" in recon("reproduce", "--list").out
    assert "breaks MIS_IN_BANK json as of" in recon("reproduce", "--list").out


def test_a_story_with_a_clock_is_told_and_not_kept(recon, store, owner_store):
    book = LedgerBook(store, owner_store)
    debit = {"amount": -100_00, "rrn": "606912345678", "channel": "UPI", "type": "TRANSFER"}
    book.load(OURS.but(status="FAILED", **debit))
    book.load(THEIRS.but(**debit))
    book.reconcile(until=LATE)
    one = broken(book, "STS_DEBITED_NOT_CONFIRMED")
    told = recon("breaks", "show", one, "--json", "--as-of", LATE.isoformat())
    assert told.data["turnaround"]["break_id"] == one
    assert told.err == ""


def test_what_is_at_stake_where_the_difference_is_nothing(recon, store, owner_store):
    book = LedgerBook(store, owner_store)
    book.load(OURS)
    book.reconcile(until=LATE)
    listed = recon("breaks", "list").out
    assert ("at stake" in listed, listed.count("100.00 INR")) == (True, 2)  # said, though the same
    book.load(THEIRS.but(rrn=OURS.rrn, status="FAILED"))
    book.reconcile(until=LATE + HOUR)

    (told,) = recon("breaks", "list", "--json").data["breaks"]
    assert (told["code"], told["amount"], told["exposure"]) == (
        "STS_BANK_DIFFERS", "0.00", "100.00",
    )  # fmt: skip
    assert re.search(r"0\.00 INR │ +100\.00 INR", recon("breaks", "list").out)
    assert "severe first" in recon("breaks", "list", "--help").out
    shown = recon("breaks", "show", told["break_id"]).out
    assert re.search(r"at stake +100\.00 INR", shown)
    detail = recon("breaks", "show", told["break_id"], "--json").data
    assert (detail["amount"], detail["exposure"]) == ("0.00", "100.00")


def test_why_it_is_so_severe_how_old_it_is_and_what_is_said_only_so_far(recon, store, owner_store):
    book = LedgerBook(store, owner_store)
    book.load(OURS.but(at=at(10, day=DAY + timedelta(days=3))))  # a Friday
    sunday = DAY + timedelta(days=5)
    book.reconcile(until=at(0, day=sunday + timedelta(days=2)))
    one = broken(book, "MIS_IN_BANK")
    shown = " ".join(recon("breaks", "show", one).out.split())
    told = recon("breaks", "show", one, "--json").data
    assert "medium: MIS_IN_BANK is medium by itself; less than 100000.00 INR is at stake" in shown
    assert (told["severity"], told["severity_why"] in shown) == ("medium", True)
    assert "severity_rules" not in told
    off = told["days_off"]
    assert (off + told["age_days"], off >= 1) == (4, True)
    assert re.search(rf"age {told['age_days']} business days?, not counting {off} holiday", shown)
    assert (told["window_ends"], "so far" in shown) == (None, False)
    assert "No single entry of its amount is open near it" in shown


def test_what_is_said_before_the_window_is_over_is_said_so_far(recon, books):
    one = broken(books, "MIS_IN_BANK")
    assert recon("breaks", "show", one, "--json").data["window_ends"] == "2026-03-13"
    shown = " ".join(recon("breaks", "show", one).out.split())
    assert "so far overdue, but a partner of a day up to 2026-03-13 still fits" in shown


def test_who_writes_off_is_warned_of_what_it_may_lack(recon, books):
    one = broken(books, "MIS_IN_LEDGER")
    ask = ("breaks", "resolve", one, "--resolution", "written_off", "--reason", "uneconomic")
    asked = recon(*ask, "--as", "asha")
    words = " ".join(asked.out.split())
    assert "warning: 1 refused row may be its partner: `./recon quarantine list --id" in words
    assert "warning: It has an open suggestion" in words or "part of what break" in words
    recon("breaks", "withdraw", one, "--reason", "mistake", "--as", "asha")
    told = recon(*ask, "--as", "asha", "--json").data
    assert (told["status"], len(told["warnings"])) == ("PENDING_APPROVAL", 3)
    done = recon("breaks", "resolve", one, "--approve", "--as", "ravi", "--json").data
    assert (done["status"], done["warnings"][:-1]) == ("RESOLVED", told["warnings"])
    assert "two names, and maybe one person" in done["warnings"][-1]  # one machine's user, here
    audited = books.rows("select detail ->> 'warnings' as told from audit.event order by event_id")
    assert [row["told"] for row in audited] == ["3", None, "3", "4"]


def test_who_writes_off_what_stands_alone_is_not_warned(recon, store, owner_store):
    book = LedgerBook(store, owner_store)
    book.load(OURS)
    book.reconcile(until=LATE)
    one = broken(book, "MIS_IN_BANK")
    asked = recon("breaks", "resolve", one, "--resolution", "written_off", "--reason",
                  "uneconomic", "--as", "asha")  # fmt: skip
    assert asked.code == 0
    assert "warning" not in asked.out
    done = recon("breaks", "resolve", one, "--approve", "--as", "ravi", "--json").data
    assert len(done["warnings"]) == 1
    assert done["warnings"][0].startswith("asha asked for it as the same user of the operating")


def test_it_says_by_which_rules_it_was_found_whatever_was_in_force_since(recon, books):
    before = {item["break_id"] for item in books.live_breaks()}
    books.load(OURS.but(key="L7", rrn="7", amount=77))
    books.reconcile(until=LATE + HOUR)
    one = broken(books, "MIS_IN_LEDGER")
    (other,) = {item["break_id"] for item in books.live_breaks()} - before
    words = EDGE.text.replace(f"version: {EDGE.version}", f"version: {EDGE.version + 1}")
    later = definition_of(EDGE.name, words)
    note_trial(books, later)
    put(books, later)
    books.load(OURS.but(key="L8", utr=THEIRS.utr, rrn=THEIRS.rrn))
    books.reconcile(until=LATE + 2 * HOUR)
    recon("breaks", "assign", other, "--to", "ravi", "--as", "asha")

    closed, still = (recon("breaks", "show", name, "--json").data for name in (one, other))

    assert (closed["status"], still["assigned_to"]) == ("RESOLVED", "ravi")
    for told in (closed, still):
        assert (told["rule_version"], told["rule_sha256"]) == (EDGE.version, EDGE.sha256)
        assert told["code_version"]
    assert f"rules version {EDGE.version} (" in recon("breaks", "show", one).out
