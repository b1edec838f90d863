"""What `bench match` reads from Postgres and writes to it, over two connections at once."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pyarrow as pa

SIDES = ("ledger", "bank")
# Every column costs the server and the driver about 3 % of reading them all. The key is hashed
# on this side again: quicker than to read it.
COLUMNS = "entry_id, account_id, amount_minor, day, moment, reference, settlement"
KEYED = (
    "select *, case when reference is not null then cast(hash(reference) >> 1 as bigint) end"
    " as reference_key from {}"
)
Connections = tuple[Any, Any]


def read_both(connections: Connections, columns: Mapping[str, str]) -> dict[str, pa.Table]:
    """`columns` of each side, in one statement each."""

    def read(connection: Any, name: str) -> pa.Table:
        with connection.cursor() as cursor:
            cursor.execute(f"select {columns[name]} from {name}")
            return cursor.fetch_arrow_table()

    return dict(zip(SIDES, by_two(read, connections, SIDES), strict=True))


@contextmanager
def reading_both(connections: Connections) -> Iterator[dict[str, pa.RecordBatchReader]]:
    """Both sides as they come; each can be read once."""
    with ExitStack() as closing:
        readers = {}
        for connection, name in zip(connections, SIDES, strict=True):
            cursor = closing.enter_context(connection.cursor())
            cursor.execute(f"select {COLUMNS} from {name}")
            readers[name] = closing.enter_context(cursor.fetch_record_batch())
        yield readers


def write(connection: Any, name: str, rows: pa.Table | pa.RecordBatchReader) -> None:
    with connection.cursor() as cursor:
        cursor.adbc_ingest(name, rows, mode="append")


def by_two(work: Callable[[Any, Any], Any], connections: Connections, items: Any) -> list[Any]:
    """Each of two items over a connection of its own, at once."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, connections, items))


def hold(engine: Any, tables: Mapping[str, pa.Table | pa.RecordBatchReader]) -> None:
    """Both sides as views of the engine, each reference with its hash."""
    for name, table in tables.items():
        engine.register(f"{name}_read", table)
        engine.execute(f"create or replace view {name} as {KEYED.format(f'{name}_read')}")
