"""A database server of its own for a measurement, gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def libpq_url(url: str) -> str:
    """As drivers other than SQLAlchemy's read it."""
    return url.replace("postgresql+psycopg2", "postgresql")
