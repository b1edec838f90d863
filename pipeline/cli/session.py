"""The installation a command works on: its settings, and its database while it works."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline import schema
from pipeline.cli.failures import Misused
from pipeline.cli.output import say
from pipeline.postgres import serving
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.world import load_settings

__all__ = ["installation", "load_settings"]


@contextmanager
def installation(*, may_be_first: bool = False) -> Iterator[tuple[Settings, Store]]:
    """Settings and store; an embedded server that was down runs until the block ends.

    `may_be_first`: a command that people give before any other makes the database and its
    tables, or brings them up to date. The others only look: Misused where nothing is there yet.
    """
    settings = load_settings()
    if settings.database_url is not None:
        yield settings, _open(settings, may_be_first=may_be_first)
        return
    if not (settings.home / "postgres_ready").exists():
        if not may_be_first:
            raise _nothing(f"in {settings.home}")
        say(f"making the database in {settings.home}")
    with serving(settings.home):
        yield settings, _open(settings, may_be_first=may_be_first)


def _open(settings: Settings, *, may_be_first: bool) -> Store:
    if may_be_first:
        _, notes = schema.prepare(settings)
        for note in notes:
            say(f"note: {note}")
    elif not schema.is_there(settings):
        raise _nothing("in the database: it has none of our tables")
    elif waiting := schema.waiting(settings):
        raise Misused(
            f"the database is of an older release: it lacks {len(waiting)} changes of its tables",
            "`./recon doctor` makes them, as `up` and `run` do; nothing that is kept is lost.",
        )
    return Store.open(settings)


def _nothing(where: str) -> Misused:
    return Misused(
        f"nothing is set up {where}",
        "Run `./recon demo` to try it, or `./recon up` with your own `.env`.",
    )
