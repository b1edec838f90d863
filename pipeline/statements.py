"""The SQL of sql/, one statement a file."""

from functools import cache

from pipeline.settings import PROJECT

SQL_FOLDER = PROJECT / "sql"


@cache
def sql(name: str) -> str:
    """The text of sql/<name>.sql. FileNotFoundError names it."""
    return (SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
