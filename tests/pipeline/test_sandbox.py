"""A sandbox has every table that a run writes to, and every fact as it was known."""

import re

import pytest

from pipeline.sandbox import KEPT, sandboxes
from pipeline.statements import SQL_FOLDER, sql
from tests.sql.ledger_book import DAY, Row, at

UNTIMED = {"raw.delivery", "raw.file_day", "staging.waiting_delivery"}  # no moment of knowledge
TABLE = re.compile(r"\b(?:recon|staging|raw)\.[a-z_]+\b(?!\()")


def test_no_statement_of_a_run_reaches_a_real_table_of_results(book):
    with sandboxes(book.owner_store, at(0), "box_one", "box_two") as (box, other):
        for folder in ("matching", "breaks", "proof", "passes"):
            for path in sorted((SQL_FOLDER / folder).glob("*.sql")):
                statement = re.sub(r"--.*", "", sql(f"{folder}/{path.stem}"))
                left = set(TABLE.findall(box.reworded(statement))) - UNTIMED
                assert left == set(), path
                assert "box_one." not in other.reworded(statement)
        assert box.reworded("recon.next_moment() recon.edge_history recon.edge") == (
            "recon.next_moment() box_one.edge_history box_one.edge"
        )


def test_facts_are_seen_as_they_were_known(book):
    row = Row("core", "L", rrn="1")
    book.load(row)
    book.load(row.but(amount=5))
    (first, second) = (found["known_at"] for found in book.rows(
        "select known_at from staging.load order by known_at"))  # fmt: skip
    seen = "select version, amount_minor, known_to, end_reason from {}.entry order by version"
    with sandboxes(book.owner_store, second, "box_one") as (box,):
        for moment, amounts in ((at(0, day=DAY).replace(year=2020), []), (first, [100_00]),
                                (second, [100_00, 5])):  # fmt: skip
            with box.transaction(moment) as transaction:
                rows = transaction.connection.exec_driver_sql(seen.format("box_one")).all()
            assert [found.amount_minor for found in rows] == amounts
            live = [found for found in rows if found.known_to is None]
            assert len(live) == min(len(amounts), 1)
            assert all(found.end_reason is None for found in live)


@pytest.mark.parametrize("table", KEPT)
def test_what_is_left_out_is_there_for_real(book, table):
    with sandboxes(book.owner_store, at(0), "box_one") as (box,):
        assert box.reworded(f"recon.{table}") == f"recon.{table}"
    assert book.rows(f"select count(*) as rows from recon.{table}")
