"""Run a tier's passes over `open_entry` and seat what they propose: inside Postgres, or, where
much is open at once, in DuckDB. Both give the same groups, to the row.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import text

from pipeline.errors import SettingsError
from pipeline.store import Transaction
from reconciliation.definition import Pass

ENGINES = ("auto", "postgres", "duckdb")
BULK_ROWS_MIN = 100_000  # open at once; chosen, the point where the engines meet is not measured


class Seating:
    """Of one run of one edge. Made by `seating`."""

    def __init__(self, engine: str, closing: ExitStack) -> None:
        self._engine = engine
        self._closing = closing
        self._bulk: Any = None

    def seat(
        self,
        transaction: Transaction,
        passes: Iterable[Pass],
        params: Mapping[str, Any],
        *,
        is_parted: bool,
    ) -> None:
        """Each pass in its order; what one seats the next does not see. `is_parted`: people took
        some of the open entries apart.
        """
        if self._is_large(transaction):
            self._in_duckdb().seat(transaction, passes, params)
            return
        for item in passes:
            seat_here(transaction, item, params, is_parted=is_parted)

    def _is_large(self, transaction: Transaction) -> bool:
        if self._engine == "postgres":
            return False
        rows = int(transaction.value("matching/count_open"))
        return rows > 0 if self._engine == "duckdb" else rows >= BULK_ROWS_MIN

    def _in_duckdb(self) -> Any:
        if self._bulk is None:
            from pipeline.bulk import bulk  # noqa: PLC0415  an hour's run needs neither library

            self._bulk = self._closing.enter_context(bulk())
        return self._bulk


def asked_engine(environment: Mapping[str, str]) -> str:
    """As RECON_ENGINE says; not checked."""
    return environment.get("RECON_ENGINE") or "auto"


@contextmanager
def seating(engine: str = "auto") -> Iterator[Seating]:
    """`engine`: one of ENGINES. SettingsError."""
    if engine not in ENGINES:
        raise SettingsError(f"RECON_ENGINE: {engine!r} is none of {', '.join(ENGINES)}")
    with ExitStack() as closing:
        yield Seating(engine, closing)


def seat_here(
    transaction: Transaction, item: Pass, params: Mapping[str, Any], *, is_parted: bool = False
) -> None:
    """Seat what the pass proposes, inside Postgres."""
    propose(transaction, item, params)
    if is_parted:
        transaction.run("matching/strike_parted")
    transaction.run("matching/group_proposed", **params, pass_name=item.name)
    transaction.run("matching/seat_proposed")
    transaction.run("matching/take_proposed")
    transaction.run("matching/clear_proposed")


def propose(transaction: Transaction, item: Pass, params: Mapping[str, Any]) -> None:
    """Fill `proposed` with what the pass selects: a pass itself only reads."""
    chosen = transaction.text(f"passes/{item.sql}")
    statement = f"insert into proposed (group_key, entry_id, reason)\n{chosen}"
    transaction.connection.execute(text(statement), {**params, **item.parameters})
