"""`match`, `unmatch`, `breaks assign|comment|resolve` as a person types them."""

import getpass

import pytest

from reconciliation.decisions import RESOLUTIONS
from tests.conftest import filled
from tests.pipeline.test_matching_by_hand import LATE, OURS, THEIRS
from tests.sql.ledger_book import LedgerBook

AUDITED = "select action, detail ->> 'by' as by, actor from audit.event order by event_id"


@pytest.fixture(scope="module")
def template(postgres):
    with filled(postgres, break_both) as name:
        yield name


@pytest.fixture
def books(store, owner_store):
    return LedgerBook(store, owner_store)


def break_both(store, owner_store):
    """Two entries that belong together and do not look like it, each in a break."""
    book = LedgerBook(store, owner_store)
    book.load(OURS.but(key="CORE-000001"))
    book.load(THEIRS.but(key="HDFC-000001"))
    book.reconcile(until=LATE)


def broken(recon, code="MIS_IN_BANK"):
    (found,) = [
        row["break_id"] for row in recon("breaks", "list", "--json").data["breaks"]
        if row["code"] == code
    ]  # fmt: skip
    return found


def words(ended):
    return " ".join(f"{ended.out} {ended.err}".split())


PAIR = ("core:CORE-000001", "hdfc:HDFC-000001")
WRONG = ("--reason", "wrong_reference")


def test_matched_and_unmatched(recon, books):
    ended = recon("match", *PAIR, *WRONG, "--as", "asha")
    assert (ended.code, ended.err) == (0, "")  # what was done is the result
    assert "core_hdfc: core:CORE-000001, hdfc:HDFC-000001 matched by hand" in words(ended)
    assert "break resolved" in ended.out
    assert recon("breaks", "list", "--json").data["breaks"] == []

    told = recon("unmatch", PAIR[0], "--reason", "mistake", "--json")
    assert (told.code, len(told.data["ended"])) == (0, 1)
    assert told.err.startswith("remark: asha had matched them by hand, ")
    assert "IST: wrong_reference; that has ended" in words(told)
    assert {row["change"] for row in told.data["changes"]} == {"released", "break reopened"}
    assert len(recon("breaks", "list", "--json").data["breaks"]) == 2
    audited = [tuple(row.values()) for row in books.rows(AUDITED)]
    user = getpass.getuser()
    assert audited == [("match", "asha", user), ("unmatch", user, user)]


def test_a_break_is_worked_off_by_two(recon, books):
    one = broken(recon)
    user = getpass.getuser()
    assert recon("breaks", "assign", one[:8], "--json").data["assigned_to"] == user
    assert f"ASSIGNED {user}" in recon("breaks", "list").out
    (listed,) = [row for row in recon("breaks", "list", "--json").data["breaks"]
                 if row["break_id"] == one]  # fmt: skip
    assert listed["assigned_to"] == user
    said = recon("breaks", "comment", one[:8], "account 50100000001111 was asked", "--json")
    assert said.data["status"] == "INVESTIGATING"
    asked = recon("breaks", "resolve", one, "--resolution", "written_off", "--reason",
                  "uneconomic", "--as", "asha")  # fmt: skip
    assert (asked.code, asked.err) == (0, "")
    assert "warning: It has an open suggestion" in asked.out
    assert "waits for approval (PENDING_APPROVAL)" in words(asked)
    own = recon("breaks", "resolve", one, "--approve", "--as", "Asha", "--json")
    assert (own.code, own.out) == (2, "")
    assert "somebody else must answer it" in words(own)
    done = recon("breaks", "resolve", one, "--approve", "--as", "ravi", "--json")
    assert (done.code, done.data["resolution"]) == (0, "written_off")

    shown = recon("breaks", "show", one, "--json").data
    assert (shown["assigned_to"], shown["resolution"]) == (user, "written_off")
    assert [event["actor"] for event in shown["history"]] == [None, user, user, "asha", "ravi"]
    assert "50100000001111" not in recon("breaks", "show", one).out
    assert "1111 was asked" in shown["history"][2]["comment"]
    assert "assigned to" in recon("breaks", "show", one).out
    exported = recon("export", "breaks").out
    assert exported.count(one) == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["match"], "give entries as SOURCE:ID, or --suggestion BREAK"),
        (["match", "--suggestion", "ab", PAIR[0]], "or --suggestion BREAK"),
        (["match", *PAIR], "--reason is missing"),
        (["match", *PAIR, "--reason", "wrong_refrence"], "Did you mean wrong_reference?"),
        (["match", *PAIR, "--reason", "other"], "--comment is missing"),
        (["match", *PAIR, "--reason", "other", "--comment", " "], "--comment is missing"),
        (["match", "core", PAIR[1], *WRONG], "'core' is no entry"),
        (["match", "core:", PAIR[1], *WRONG], "'core:' is no entry"),
        (["match", "cor:X", PAIR[1], *WRONG], "Did you mean core"),
        (["match", PAIR[0], PAIR[0], *WRONG], "2 to 200 entries, not 1"),
        (["match", "core:CORE-000002", PAIR[1], *WRONG], "Did you mean core:CORE-000001?"),
        (["match", *PAIR, *WRONG, "--reconciliation", "core_hdfd"], "core_hdfc"),
        (["match", *PAIR, *WRONG, "--as", " "], "--as: a name"),
        (["match", *PAIR, *WRONG, "--as", "x" * 101], "--as: a name"),
        (["match", *PAIR, *WRONG, "--comment", "x" * 2001], "at most 2000"),
        (["match", "--suggestion", "zzz"], "no break begins with 'zzz'"),
        (["match", "--suggestion", "zzz", "--kind", "sums"], "Did you mean sum"),
        (["unmatch", "abcd", "--reason", "mistake"], "no standing match begins with 'abcd'"),
        (["unmatch", "abcd"], "--reason is missing"),
        (["unmatch", PAIR[0], "--reason", "mistake"], "no reconciliation has a match"),
        (["breaks", "assign", "zzz"], "no break begins with 'zzz'"),
        (["breaks", "assign", "zzz", "--to", ""], "--to: a name"),
        (["breaks", "comment", "zzz", " "], "a comment has words"),
        (["breaks", "comment", "zzz", "hm"], "no break begins with 'zzz'"),
        (["breaks", "resolve", "zzz"], "give one of --resolution, --approve, --refuse"),
        (["breaks", "resolve", "zzz", "--approve", "--refuse"], "give one of"),
        (["breaks", "resolve", "zzz", "--resolution", "writtenoff"], "Did you mean written_off"),
        (["breaks", "resolve", "zzz", "--resolution", "claimed"], "There are: from_bank"),
        (["breaks", "resolve", "zzz", "--resolution", "not_a_break", "--reason", "test_entry"],
         "--comment is missing"),
        (["breaks", "resolve", "zzz", "--approve"], "no break begins with 'zzz'"),
        (["breaks", "reopen", "zzz"], "There are: mistake, new_facts, not_paid, other."),
        (["breaks", "reopen", "zzz", "--reason", "mistake"], "no break begins with 'zzz'"),
        (["breaks", "withdraw", "zzz", "--reason", "other"], "--comment is missing"),
    ],
)  # fmt: skip
def test_misused_it_says_what_is_wrong(recon, books, asked, told):
    ended = recon(*asked)
    assert (ended.code, ended.out) == (2, "")
    assert told in words(ended)
    assert "Traceback" not in ended.err


def test_the_longest_that_is_taken(recon, books):
    ended = recon("match", *PAIR, *WRONG, "--as", "x" * 100, "--comment", "y" * 2000, "--json")
    assert ended.code == 0


def test_what_was_done_is_taken_back(recon, books):
    one = broken(recon)
    recon("breaks", "resolve", one, "--resolution", "not_a_break", "--reason", "test_entry",
          "--comment", "x")  # fmt: skip
    back = recon("breaks", "reopen", one[:8], "--reason", "mistake", "--as", "ravi")
    assert (back.code, back.err) == (0, "")
    assert f"{one[:8]}: reopened (REOPENED)" in words(back)
    recon("breaks", "resolve", one, "--resolution", "written_off", "--reason", "uneconomic",
          "--as", "asha")  # fmt: skip
    assert recon("breaks", "withdraw", one, "--reason", "mistake", "--as", "ravi").code == 2
    told = recon("breaks", "withdraw", one, "--reason", "mistake", "--as", "asha", "--json").data
    assert (told["event"], told["status"]) == ("write_off_withdrawn", "INVESTIGATING")
    assert broken(recon) == one


def test_the_help_lists_every_reason(recon):
    shown = " ".join(recon("breaks", "resolve", "--help").out.replace("│", " ").split())
    for how, codes in RESOLUTIONS.items():
        assert f"{how}: {', '.join(codes)}." in shown


def test_who_answers_sees_what_was_asked_for(recon, books):
    one = broken(recon)
    recon("breaks", "assign", one, "--to", "meera")
    recon("breaks", "resolve", one, "--resolution", "written_off", "--reason", "agreed",
          "--comment", "of account 50100000001111", "--as", "asha")  # fmt: skip
    shown = recon("breaks", "show", one).out.splitlines()
    top = " ".join(" ".join(shown[:6]).split())
    assert "write-off asked by asha, " in top
    assert "IST: agreed, of account ••••1111" in top
    assert f"Somebody else than asha answers: `./recon breaks resolve {one[:8]} --approve`" in top
    told = recon("breaks", "show", one, "--json").data["write_off"]
    assert (told["asked_by"], told["reason_code"], told["asked_login"]) == (
        "asha", "agreed", getpass.getuser(),
    )  # fmt: skip

    done = recon("breaks", "resolve", one, "--refuse", "--as", "ravi")
    assert "100.00 INR, of 2026-03-10, 2 business days old; meera has it;" in words(done)
    assert "asked for by asha, " in words(done)
    assert "50100000001111" not in done.out
    recon("breaks", "resolve", one, "--resolution", "written_off", "--reason", "uneconomic",
          "--as", "asha")  # fmt: skip
    done = recon("breaks", "resolve", one, "--approve", "--as", "ravi", "--json").data
    assert {**done["write_off"], "asked_at": ""} == {
        "amount": "100.00", "exposure": "100.00", "currency": "INR", "business_date": "2026-03-10",
        "age_days": 2, "assigned_to": "meera", "asked_by": "asha", "asked_at": "",
        "asked_login": getpass.getuser(), "reason_code": "uneconomic", "comment": "",
    }  # fmt: skip
    assert "asked for it as the same user" in done["warnings"][-1]
    assert recon("breaks", "show", one, "--json").data["write_off"] is None


def test_a_reason_that_does_not_fit_is_refused_with_those_that_do(recon, books):
    one = broken(recon)
    ask = ("breaks", "resolve", one, "--resolution", "written_off", "--reason")
    ended = recon(*ask, "rounding")
    assert (ended.code, ended.out) == (2, "")
    assert "rounding does not fit MIS_IN_BANK of 100.00 INR" in words(ended)
    assert "What fits: uneconomic, agreed, other (agreed and other need --comment)" in words(ended)
    assert "--comment is missing" in words(recon(*ask, "agreed"))


def test_what_is_written_off_is_matched_knowingly(recon, books):
    one = broken(recon)
    recon("breaks", "resolve", one, "--resolution", "written_off", "--reason", "uneconomic",
          "--as", "asha")  # fmt: skip
    recon("breaks", "resolve", one, "--approve", "--as", "ravi")
    assert "written off on" in words(recon("breaks", "show", broken(recon, "MIS_IN_LEDGER")))
    ended = recon("match", *PAIR, *WRONG)
    assert (ended.code, ended.out) == (2, "")
    assert "core:CORE-000001 is written off" in words(ended)
    done = recon("match", *PAIR, "--reason", "recovered")
    assert done.code == 0
    assert "what next: reverse the write-off of 100.00 INR in the books" in words(done)
    shown = words(recon("breaks", "show", one))
    assert "by ravi (asked for by asha): uneconomic" in shown
    assert "matched by hand: recovered" in shown
    assert "Matched after it was written off: reverse the write-off in the books." in shown


def test_a_match_of_ones_own_is_undone_without_a_remark(recon, books):
    recon("match", *PAIR, *WRONG, "--as", "asha")
    assert recon("unmatch", PAIR[0], "--reason", "mistake", "--as", " Asha").err == ""
