"""Moments of knowledge: what is answered as of one never changes any more.

Knowledge time is each edge's and source's own clock, set when a run begins and committed when
it ends. So a moment is closed before it is answered for: whoever begins after that learns
later, and whoever was writing is waited for.
"""

from datetime import datetime

from pipeline.errors import PipelineError
from pipeline.store import Store


class NotYet(PipelineError):
    """The moment has not come: nobody can know what will be known then."""


def close_until(store: Store, moment: datetime | None) -> datetime | None:
    """The moment to ask about: `moment`, or everything known now; None where nothing is.

    Once this returns nothing becomes known at it or before. NotYet where it has not come;
    StoreBusy where a run goes on for too long.
    """
    with store.kept_open() as kept:
        with kept.transaction() as transaction:
            (known,) = transaction.rows("knowing/latest")
            latest: datetime | None = known["latest"]
            now: datetime = known["now"]
            if moment is None:
                moment = latest
            if moment is None:
                return None
            if moment > max(now, latest or now):
                raise NotYet(f"{moment.isoformat()} has not come yet")
            transaction.rows("knowing/close_until", moment=moment)
        with kept.transaction() as transaction:
            writers = [row["name"] for row in transaction.rows("knowing/writers", until=moment)]
        for writer in writers:
            # Held for a moment only: nobody waits for us but us for them.
            with kept.transaction(lock=writer):
                pass
    return moment
