"""A break in people's hands: who has it, what was said, how it was closed, and by how many."""

import pytest

from pipeline import working_off
from pipeline.deciding import Undecidable, Why
from pipeline.errors import StoreError
from pipeline.reports import find_breaks
from reconciliation.decisions import RESOLUTIONS
from reconciliation.model import HOUR
from tests.pipeline.test_matching_by_hand import LATE, OURS, THEIRS, verified

CHARGE = Why("uneconomic", "asha", "the bank's monthly charge")


def state(book):
    (found,) = book.rows(
        "select status, resolution, code, amount_minor, assigned_to, owner from recon.break"
    )
    return found


def status(book):
    return state(book)["status"]


def events(book):
    return [
        row["event"] for row in book.rows("select event from recon.break_event order by known_at")
    ]


def write_off(book, broken, maker="asha", checker="ravi", *, is_approved=True):
    working_off.ask_write_off(book.store, broken, Why("uneconomic", maker))
    return working_off.answer_write_off(
        book.store, broken, Why("", checker), is_approved=is_approved
    )


def test_from_open_to_written_off(book, broken):
    store = book.store
    working_off.assign(store, broken[:8], "ravi", "asha")
    assert (status(book), state(book)["assigned_to"]) == ("ASSIGNED", "ravi")
    working_off.comment(store, broken, "is it the charge?", "asha")
    assert status(book) == "ASSIGNED"  # not of whoever has it
    working_off.comment(store, broken, "asked the bank", "ravi")
    assert status(book) == "INVESTIGATING"
    working_off.ask_write_off(store, broken, CHARGE)
    assert status(book) == "PENDING_APPROVAL"
    working_off.answer_write_off(store, broken, Why("", "ravi"), is_approved=True)

    assert state(book) == {
        "status": "RESOLVED", "resolution": "written_off", "code": "MIS_IN_BANK",
        "amount_minor": state(book)["amount_minor"], "assigned_to": "ravi",
        "owner": state(book)["owner"],
    }  # fmt: skip
    assert events(book) == [
        "opened", "assigned", "commented", "commented", "write_off_asked", "write_off_approved",
    ]  # fmt: skip
    book.reconcile(until=LATE + HOUR)
    assert status(book) == "RESOLVED"
    verified(book)


@pytest.mark.parametrize("checker", ["asha", "ASHA", " asha "])
def test_the_same_person_answers_nothing(book, broken, checker):
    working_off.ask_write_off(book.store, broken, CHARGE)
    for is_approved in (True, False):
        with pytest.raises(Undecidable, match="somebody else"):
            working_off.answer_write_off(
                book.store, broken, Why("", checker), is_approved=is_approved
            )
    assert status(book) == "PENDING_APPROVAL"


@pytest.mark.parametrize("checker", ["asha", "ASHA", " asha "])
def test_the_database_refuses_the_same_person(book, broken, checker):
    working_off.ask_write_off(book.store, broken, CHARGE)
    for connected in (book.store, book.owner_store):
        with pytest.raises(StoreError) as refused, connected.transaction() as transaction:
            transaction.run(
                "decisions/answer_write_off", break_id=broken, answer="approved",
                answered_by=checker, answered_login="x", comment="", known_at=LATE + HOUR,
            )  # fmt: skip
        assert refused.value.sqlstate == "23514"


def close_as(book, broken, resolution):
    if resolution == "written_off":
        working_off.ask_write_off(book.store, broken, CHARGE)
    else:
        working_off.close(book.store, broken, resolution, CHARGE)


def close_by_force(book, resolution, code="MIS_IN_BANK"):
    with book.owner_store.transaction() as transaction:
        transaction.connection.exec_driver_sql(
            f"update recon.break set status = 'RESOLVED', resolution = '{resolution}',"
            f" code = '{code}'"
        )


def test_the_database_wants_an_approved_request_of_that_code_and_amount(book, broken):
    with pytest.raises(StoreError) as refused:
        close_by_force(book, "written_off")
    assert refused.value.sqlstate == "23514"
    working_off.ask_write_off(book.store, broken, CHARGE)
    with pytest.raises(StoreError):
        close_by_force(book, "written_off")
    working_off.answer_write_off(book.store, broken, Why("", "ravi"), is_approved=True)
    with pytest.raises(StoreError):
        close_by_force(book, "written_off", "MIS_IN_LEDGER")
    close_by_force(book, "written_off")


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_an_unexplained_proof_is_closed_by_nobody(book, broken, resolution):
    book.execute("update recon.break set code = 'PROOF_UNEXPLAINED'")
    with pytest.raises(Undecidable, match="closed by nobody"):
        close_as(book, broken, resolution)
    with pytest.raises(StoreError):
        close_by_force(book, resolution, "PROOF_UNEXPLAINED")


def test_the_database_takes_no_request_for_an_unexplained_proof(book, broken):
    book.execute("update recon.break set code = 'PROOF_UNEXPLAINED'")
    with pytest.raises(StoreError) as refused, book.store.transaction() as transaction:
        transaction.run(
            "decisions/ask_write_off", break_id=broken, known_at=LATE, reason_code="agreed",
            comment="", asked_by="asha", asked_login="x",
        )  # fmt: skip
    assert refused.value.sqlstate == "23514"


@pytest.mark.parametrize("statement", [
    "update recon.write_off set amount_minor = 1", "delete from recon.write_off",
    "update recon.write_off set answer = 'refused', answered_by = 'x', answered_at = now(),"
    " answer_known_from = now()", "truncate recon.write_off",
])  # fmt: skip
def test_what_was_decided_is_never_changed(book, broken, statement):
    write_off(book, broken)
    with pytest.raises(StoreError), book.owner_store.transaction() as transaction:
        transaction.connection.exec_driver_sql(statement)


def test_a_refused_write_off_is_looked_into_again(book, broken):
    told = write_off(book, broken, is_approved=False)
    assert (told["status"], told["event"]) == ("INVESTIGATING", "write_off_refused")
    with pytest.raises(Undecidable, match="waits for no approval"):
        working_off.answer_write_off(book.store, broken, Why("", "ravi"), is_approved=True)
    assert write_off(book, broken)["status"] == "RESOLVED"


def test_what_waits_is_neither_asked_for_nor_closed_again(book, broken):
    working_off.ask_write_off(book.store, broken, CHARGE)
    with pytest.raises(Undecidable, match="asha's write-off"):
        working_off.ask_write_off(book.store, broken, CHARGE)
    with pytest.raises(Undecidable, match="asha's write-off"):
        working_off.close(book.store, broken, "claimed", CHARGE)


@pytest.mark.parametrize("resolution", ["written_off", "claimed", "not_a_break"])
def test_what_people_closed_reopens_only_as_something_else(book, broken, resolution):
    if resolution == "written_off":
        write_off(book, broken)
    else:
        working_off.close(book.store, broken, resolution, CHARGE)
    book.reconcile(until=LATE + HOUR)
    book.execute("delete from recon.admitted_load")  # a backfill of all
    book.load(OURS)  # a new version that says the same
    book.reconcile(until=LATE + 2 * HOUR)
    assert (status(book), state(book)["resolution"]) == ("RESOLVED", resolution)
    verified(book)

    book.load(OURS.but(amount=100_01))
    book.reconcile(until=LATE + 2 * HOUR)
    assert (status(book), state(book)["resolution"]) == ("REOPENED", None)
    verified(book)


def test_it_reopens_under_another_code_and_keeps_who_has_it_and_what_was_said(book, broken):
    working_off.assign(book.store, broken, "ravi", "asha")
    working_off.close(book.store, broken, "not_a_break", CHARGE)
    book.load(THEIRS.but(rrn="1", amount=90_00))
    book.reconcile(until=LATE)
    found = state(book)
    assert (found["status"], found["code"], found["assigned_to"]) == (
        "REOPENED", "AMT_SHORT", "ravi",
    )  # fmt: skip
    assert events(book) == ["opened", "assigned", "resolved", "reopened"]
    (shown,) = find_breaks(book.store, broken, as_of=None)
    assert [event["comment"] for event in shown["history"]] == [None, None, CHARGE.comment, None]
    (row,) = _exported(book)
    assert (row["break_id"], row["status"]) == (broken, "REOPENED")


def test_what_waits_and_becomes_something_else_is_not_approved(book, broken):
    working_off.ask_write_off(book.store, broken, CHARGE)
    book.load(OURS.but(amount=500_00))
    book.reconcile(until=LATE)
    assert status(book) == "INVESTIGATING"
    with pytest.raises(Undecidable, match="waits for no approval"):
        working_off.answer_write_off(book.store, broken, Why("", "ravi"), is_approved=True)
    assert write_off(book, broken)["status"] == "RESOLVED"
    answers = book.rows("select answer, amount_minor from recon.write_off order by write_off_id")
    assert [tuple(row.values()) for row in answers] == [("lapsed", 100_00), ("approved", 500_00)]


def test_a_resolved_break_is_talked_about_and_nothing_else(book, broken):
    working_off.close(book.store, broken, "claimed", CHARGE)
    working_off.comment(book.store, broken, "paid back", "ravi")
    assert (status(book), state(book)["resolution"]) == ("RESOLVED", "claimed")
    for act in (
        lambda: working_off.assign(book.store, broken, "ravi", "asha"),
        lambda: working_off.close(book.store, broken, "claimed", CHARGE),
        lambda: working_off.ask_write_off(book.store, broken, CHARGE),
    ):
        with pytest.raises(Undecidable, match=r"resolved already \(claimed\)"):
            act()


def test_a_past_report_stays_what_it_was(book, broken):
    before = book.rows("select known_at from recon.edge")[0]["known_at"]
    working_off.assign(book.store, broken, "ravi", "asha")
    working_off.close(book.store, broken, "claimed", CHARGE)
    (then,) = find_breaks(book.store, broken, as_of=before)
    (now,) = find_breaks(book.store, broken, as_of=None)
    assert (then["status"], then["assigned_to"], len(then["history"])) == ("OPEN", None, 1)
    assert (now["status"], now["assigned_to"], len(now["history"])) == ("RESOLVED", "ravi", 3)


def test_an_unknown_id_names_the_near_ones(book, broken):
    wrong = broken[:7] + ("0" if broken[7] != "0" else "1")
    with pytest.raises(Undecidable, match="no break begins with") as refused:
        working_off.assign(book.store, wrong, "ravi", "asha")
    assert refused.value.next_step == f"Did you mean {broken[:8]}?"
    with pytest.raises(Undecidable) as refused:
        working_off.assign(book.store, "%", "ravi", "asha")
    assert "breaks list --all" in refused.value.next_step


def _exported(book):
    with book.store.transaction() as transaction:
        return transaction.rows("reports/export_breaks", reconciliations=["core_hdfc"])
