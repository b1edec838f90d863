"""A database server of its own for a measurement, gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from sqlalchemy import make_url

from pipeline.postgres import Postgres, Urls


@contextmanager
def scratch_server() -> Iterator[tuple[Path, Urls]]:
    """Its home and the URLs of its roles."""
    with tempfile.TemporaryDirectory(prefix="recon-bench-", dir="/var/tmp") as folder:
        home = Path(folder)
        home.chmod(0o711)
        server = Postgres(home)
        urls = server.start()
        try:
            yield home, urls
        finally:
            server.stop()


@contextmanager
def copied_database(home: Path, owner_url: str, name: str) -> Iterator[str]:
    """The owner's URL of a copy of the database `owner_url`, on the server at `home`; dropped
    afterwards. Nobody may be connected to what is copied.
    """
    template = make_url(owner_url).database
    _as_superuser(home, f"create database {name} template {template} owner recon_owner")
    try:
        yield make_url(owner_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _as_superuser(home, f"drop database {name} with (force)")


def _as_superuser(home: Path, statement: str) -> None:
    with closing(psycopg2.connect(libpq_url(Postgres(home).superuser_url()))) as connection:
        connection.autocommit = True  # create database refuses a transaction
        with connection.cursor() as cursor:
            cursor.execute(statement)


def libpq_url(url: str) -> str:
    """As drivers other than SQLAlchemy's read it."""
    return url.replace("postgresql+psycopg2", "postgresql")
