"""The one SQL text in DuckDB's words: what `sql/` says in Postgres's, sqlglot says again.

Nothing is rewritten by hand: a pass that DuckDB would read otherwise than Postgres is caught by
the test that holds both to the same groups.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlglot
from sqlglot import exp

from pipeline.statements import sql


@cache
def duckdb_sql(name: str) -> tuple[str, frozenset[str]]:
    """The text of sql/<name>.sql for DuckDB, and the parameters it names."""
    tree = sqlglot.parse_one(sql(name), read="postgres").transform(_text_of_uuid)
    names = frozenset(found.name for found in tree.find_all(exp.Placeholder))
    return tree.sql(dialect="duckdb", comments=False), names


def _text_of_uuid(node: exp.Expression) -> exp.Expression:
    """Only Postgres keeps a uuid; on the way there it is text, and a cast is 1 µs a row."""
    return node.this if isinstance(node, exp.Cast) and node.is_type("uuid") else node


def chosen(names: frozenset[str], params: Mapping[str, Any]) -> dict[str, Any]:
    """Just these parameters: DuckDB refuses those a statement does not name."""
    return {name: params[name] for name in names}
