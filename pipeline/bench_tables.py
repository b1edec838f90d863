"""What `bench match` reads from Postgres and writes to it, over two connections at once."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline.columns import batches
from pipeline.copying import copy_frame

SIDES = ("ledger", "bank")
# The key is hashed on this side again: quicker than to read it.
COLUMNS = ("entry_id", "account_id", "amount_minor", "day", "moment", "reference", "settlement")
KEYED = (
    "select *, case when reference is not null then cast(hash(reference) >> 1 as bigint) end"
    " as reference_key from {}"
)
Connections = tuple[Any, Any]


def read_both(
    connections: Connections, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, pa.Table]:
    """`columns` of each side."""

    def read(connection: Any, name: str) -> pa.Table:
        with connection.cursor() as cursor:
            return batches(cursor, name, columns[name]).read_all()

    return dict(zip(SIDES, by_two(read, connections, SIDES), strict=True))


def write(connection: Any, name: str, rows: pa.Table) -> None:
    with connection.cursor() as cursor:
        frame = rows.to_pandas(types_mapper=pd.ArrowDtype)
        copy_frame(cursor, name, frame, list(frame.columns))


def by_two(work: Callable[[Any, Any], Any], connections: Connections, items: Any) -> list[Any]:
    """Each of two items over a connection of its own, at once."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, connections, items))


def hold(engine: Any, tables: Mapping[str, pa.Table | pa.RecordBatchReader]) -> None:
    """The tables as views of this connection alone, each reference with its hash."""
    for name, table in tables.items():
        engine.register(f"{name}_read", table)
        engine.execute(f"create or replace temporary view {name} as {KEYED.format(f'{name}_read')}")
