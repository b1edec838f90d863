"""How severe a break is: its code, its amount and its age, each edge and the point past it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from pipeline.reports import ANY_BREAK
from reconciliation.breaks import CODES
from reconciliation.severity import Raise, rules
from tests.sql.ledger_book import DAY, Row, at

LAKH = 100_000_00
RULES = rules(Raise({"INR": LAKH, "JPY": 100}, 11))
OURS = Row("core", "L", rrn="606912345678")


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        (("MIS_IN_MOBILE", 0, "INR", 0), "low"),
        (("MIS_IN_BANK", LAKH - 1, "INR", 10), "medium"),
        (("MIS_IN_BANK", LAKH, "INR", 10), "high"),
        (("MIS_IN_BANK", -LAKH, "INR", 10), "high"),
        (("MIS_IN_BANK", LAKH - 1, "INR", 11), "high"),
        (("MIS_IN_MOBILE", LAKH, "INR", 10), "medium"),
        (("MIS_IN_MOBILE", LAKH, "INR", 11), "high"),
        (("MIS_IN_BANK", LAKH, "INR", 11), "high"),  # nothing is raised to the proof's own
        (("MIS_IN_BANK", 99, "JPY", 0), "medium"),
        (("MIS_IN_BANK", 100, "JPY", 0), "high"),
        (("MIS_IN_BANK", 10**12, "USD", 0), "medium"),  # no amount is declared for it
        (("MIS_IN_BANK", 0, "INR", None), "medium"),
        (("PROOF_UNEXPLAINED", 1, "INR", 0), "critical"),
        (("PROOF_UNEXPLAINED", LAKH, "INR", 90), "critical"),
        (("NO_SUCH_CODE", LAKH, "INR", 90), None),
    ],
)
def test_by_code_amount_and_age(book, given, severity):
    assert judged(book, RULES, given) == severity


def test_nothing_is_raised_where_nothing_is_declared(book):
    assert judged(book, rules(Raise({})), ("MIS_IN_BANK", 10**12, "INR", 999)) == "medium"


def judged(book, by, given):
    code, amount, currency, age = given
    with book.store.transaction() as transaction:
        return transaction.connection.execute(
            text(
                "select report.severity(cast(:rules as jsonb), :code, cast(:amount as bigint),"
                " :currency, cast(:age as integer))"
            ),
            {"rules": by, "code": code, "amount": amount, "currency": currency, "age": age},
        ).scalar()


def test_only_the_proof_is_critical():
    assert [code.name for code in CODES.values() if code.severity == "critical"] == [
        "PROOF_UNEXPLAINED"
    ]


def test_a_break_is_judged_by_what_its_definition_says(book):
    book.load(OURS, OURS.but(key="L2", rrn="2", amount=LAKH))
    book.reconcile()
    assert severities(book) == {"L": "medium", "L2": "high"}


def test_rules_are_told_once_and_as_of_then(book, monkeypatch):
    book.load(OURS)
    first, second = at(0, day=DAY + timedelta(days=2)), at(1, day=DAY + timedelta(days=2))
    book.reconcile(until=first)
    book.reconcile(until=first)
    assert book.rows("select count(*) as n from recon.severity_rule") == [{"n": 1}]

    monkeypatch.setattr("pipeline.edges.rules", lambda _: rules(Raise({"INR": 1})))
    book.reconcile(until=second)
    assert book.rows("select count(*) as n from recon.severity_rule") == [{"n": 2}]
    assert severities(book) == {"L": "high"}
    assert severities(book, as_of=first) == {"L": "medium"}
    assert severities(book, as_of=second) == {"L": "high"}


def severities(book, as_of=None):
    with book.store.transaction() as transaction:
        transaction.rows("reports/ask_as_of", as_of=as_of)
        found = transaction.rows(
            "reports/break_list", **{**ANY_BREAK, "reconciliation": "core_hdfc"}
        )
        return {row["txn_id"]: row["severity"] for row in found}
