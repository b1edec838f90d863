"""What others use for the same comparison: both sides in memory, compare alone, no breaks.

They are not in the product's lock; a peer whose package is missing is not measured.
"""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

import pyarrow as pa

KEYS = ["reference", "account_id"]


def peers(tables: Mapping[str, pa.Table]) -> dict[str, Callable[[], Any] | None]:
    """A comparison by name; None where its package is not installed."""
    has_datacompy = find_spec("datacompy") is not None
    has_polars = has_datacompy and find_spec("polars") is not None
    return {
        "datacompy_pandas": _datacompy_pandas(tables) if has_datacompy else None,
        "datacompy_polars": _datacompy_polars(tables) if has_polars else None,
        "pandas_merge": _pandas_merge(tables),
    }


def _named(tables: Mapping[str, pa.Table]) -> list[pa.Table]:
    """Without those that have no reference: blank ones would be joined to each other."""
    columns = [*KEYS, "amount_minor", "day"]
    return [
        table.select(columns).filter(pa.compute.is_valid(table["reference"]))
        for table in (tables["ledger"], tables["bank"])
    ]


def _pandas_merge(tables: Mapping[str, pa.Table]) -> Callable[[], Any]:
    ledger, bank = (table.to_pandas() for table in _named(tables))
    return lambda: ledger.merge(bank, on=KEYS, how="outer", indicator=True)


def _datacompy_pandas(tables: Mapping[str, pa.Table]) -> Callable[[], Any]:
    import datacompy  # noqa: PLC0415  not in the product's lock

    ledger, bank = (table.to_pandas() for table in _named(tables))
    compare = getattr(datacompy, "PandasCompare", None) or datacompy.Compare
    return lambda: compare(ledger, bank, join_columns=KEYS).matches()


def _datacompy_polars(tables: Mapping[str, pa.Table]) -> Callable[[], Any]:
    import datacompy  # noqa: PLC0415
    import polars  # noqa: PLC0415

    ledger, bank = (polars.from_arrow(table) for table in _named(tables))
    return lambda: datacompy.PolarsCompare(ledger, bank, join_columns=KEYS).matches()
