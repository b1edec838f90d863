"""The installation a command works on: its settings, and its database while it works."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.cli.failures import Misused
from pipeline.postgres import serving
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.world import load_settings

__all__ = ["installation", "load_settings"]


@contextmanager
def installation() -> Iterator[tuple[Settings, Store]]:
    """Settings and store; an embedded server that was down runs until the block ends.

    Misused where nothing was ever set up here.
    """
    settings = load_settings()
    if settings.database_url is None and not (settings.home / "postgres_ready").exists():
        raise Misused(
            f"nothing is set up in {settings.home}",
            "Run `./recon demo` to try it, or `./recon up` with your own `.env`.",
        )
    if settings.database_url is not None:
        yield settings, Store.open(settings)
        return
    with serving(settings.home):
        yield settings, Store.open(settings)
