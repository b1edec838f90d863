"""The engine's own statements run again, where nothing may be written but temporary tables.

Postgres lets a read-only transaction fill a temporary table and not make one. So all are made
first, empty, and only then everything is read only; at the end the savepoint takes it all back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from pipeline.statements import sql
from pipeline.store import Transaction

MAKES = re.compile(r"\Acreate temporary table (?P<table>\w+)(?P<as> on commit drop as)?\b")
RECORDS = re.compile(r"\Ainsert into [a-z]+\.\w+(?: as \w+)? \([^)]*\)\n", re.DOTALL)
UPSERTS = re.compile(r"\non conflict .*\Z", re.DOTALL)
COMMENT = re.compile(r"\A(?:--[^\n]*\n)+")


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of sql/. `into`: the temporary table that takes what it would record."""

    name: str
    into: str | None = None


@contextmanager
def rehearsed(
    transaction: Transaction, steps: Sequence[Step], params: Mapping[str, Any]
) -> Iterator[None]:
    """The steps' temporary tables, filled, for the time of the block. Nothing else can be
    written in it, and nothing of it is left after it.
    """
    with transaction.connection.begin_nested() as savepoint:
        for step in steps:
            _make(transaction, step, params)
        transaction.run("verify/read_only")
        for step in steps:
            _fill(transaction, step, params)
        yield
        savepoint.rollback()


@contextmanager
def read_only(transaction: Transaction) -> Iterator[None]:
    """Nothing can be written in the block."""
    with rehearsed(transaction, (), {}):
        yield


def _make(transaction: Transaction, step: Step, params: Mapping[str, Any]) -> None:
    statement = COMMENT.sub("", sql(step.name))
    made = MAKES.match(statement)
    if step.into is not None:
        statement = f"create temporary table {step.into} on commit drop as\n{_select(statement)}"
    elif made is None:
        return  # fills, changes or analyses a table that another step makes
    if step.into is not None or (made and made["as"]):
        statement += "\nwith no data"
    transaction.connection.execute(text(statement), params)


def _fill(transaction: Transaction, step: Step, params: Mapping[str, Any]) -> None:
    statement = COMMENT.sub("", sql(step.name))
    made = MAKES.match(statement)
    if step.into is not None:
        statement = f"insert into {step.into}\n{_select(statement)}"
    elif made and made["as"]:
        statement = f"insert into {made['table']}\n{statement[made.end() :]}"
    elif made:
        return  # its columns are all it has
    transaction.connection.execute(text(statement), params)


def _select(statement: str) -> str:
    """What a statement that records would record."""
    return UPSERTS.sub("", RECORDS.sub("", statement))
