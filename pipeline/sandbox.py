"""A schema of its own in which an edge is reconciled as on real tables, and nothing of it stays.

Its tables of results begin empty; what sources and people said is seen as it was known at the
sandbox's moment, which moves on. The statements are those of every run: only the names of the
tables are said otherwise.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, text

from pipeline.store import Store, Transaction

ENDS = ("known_to", "end_reason", "retired_load_id")  # not known before known_to
# What people decided by the end holds from the beginning: a run hears of it when they decide.
DECIDED = ("decision", "decision_member")
WAIT_SECONDS = 5  # for another's sandboxes
# No run writes to them.
KEPT = ("write_off", "closed_until", "backtest", "promotion", "run")


class SandboxTransaction(Transaction):
    """A transaction for which the sandbox's tables are the only ones."""

    def __init__(self, connection: Connection, sandbox: "Sandbox") -> None:
        super().__init__(connection)
        self._sandbox = sandbox

    def reworded(self, statement: str) -> str:
        return self._sandbox.reworded(statement)

    def refresh_statistics(self, table: str, folder: str, written: int) -> None:
        super().refresh_statistics(self.reworded(table), folder, written)


class Sandbox:
    """Made by `sandbox`."""

    def __init__(self, owner: Store, schema: str, until: datetime) -> None:
        self.schema = schema
        self._owner = owner
        with owner.transaction() as transaction:
            execute = transaction.connection.execute
            execute(text(f"create schema {schema}"))
            execute(text(f"create table {schema}.clock (moment timestamptz)"))
            execute(text(f"insert into {schema}.clock values (null)"))
            made = transaction.rows(
                "rules/sandbox_tables", schema=schema, kept=list(KEPT), ends=list(ENDS)
            )
            for row in sorted(made, key=lambda row: row["name"] == "recon.live_entry"):
                transaction.connection.exec_driver_sql(row["statement"])
            for table in DECIDED:
                execute(
                    text(
                        f"insert into {schema}.{table} overriding system value"
                        f" select * from recon.{table} where"
                        " known_from <= :until and (known_to is null or known_to > :until)"
                    ),
                    {"until": until},
                )
            ended = "known_to = null, ended_by = null, end_reason = null"
            execute(text(f"update {schema}.decision set {ended}"))
            execute(text(f"update {schema}.decision_member set known_to = null"))
        ours = "|".join(re.escape(row["name"]) for row in made)
        self._ours = re.compile(rf"\b(?:{ours})\b(?!\()")

    def reworded(self, statement: str) -> str:
        return self._ours.sub(lambda found: f"{self.schema}.{found[0].split('.')[1]}", statement)

    @contextmanager
    def transaction(self, moment: datetime) -> Iterator[SandboxTransaction]:
        """Everything known at `moment`, and nothing that became known later."""
        with self._owner.transaction() as transaction:
            transaction.connection.execute(
                text(f"update {self.schema}.clock set moment = :moment"), {"moment": moment}
            )
            yield SandboxTransaction(transaction.connection, self)


@contextmanager
def sandboxes(owner: Store, until: datetime, *schemas: str) -> Iterator[list[Sandbox]]:
    """One of each name for moments up to `until`, dropped at the end.

    One that a killed process left is dropped first. StoreBusy where another process holds some.
    """
    with _alone(owner), owner.kept_open() as kept:
        _drop(kept, schemas)
        try:
            yield [Sandbox(kept, schema, until) for schema in schemas]
        finally:
            _drop(kept, schemas)


@contextmanager
def _alone(owner: Store) -> Iterator[None]:
    """By a lock of a session, not of a transaction that would stay open all the while."""
    with owner.engine.connect() as connection:
        with connection.begin():
            transaction = Transaction(connection)
            transaction.run("ops/set_local_lock_timeout", timeout=f"{WAIT_SECONDS}s")
            transaction.run("ops/advisory_lock_session", key="sandboxes")
        try:
            yield
        finally:
            connection.invalidate()


def _drop(owner: Store, schemas: tuple[str, ...]) -> None:
    with owner.transaction() as transaction:
        for schema in schemas:
            transaction.connection.execute(text(f"drop schema if exists {schema} cascade"))
