"""What a simulated site knows by now: it answers as of the window asked for, and never less."""

import threading
from datetime import datetime
from pathlib import Path

from simulator.rest_rows import BEGINNING, microsecond


class BankClock:
    """The latest end of a window that was ever asked for, at most the world's `horizon`.

    A week's history is loaded day by day, each as it looked at its end; but asked again for an
    hour of last week a bank says what has become of it since. Kept in `path` over a restart.
    """

    def __init__(self, horizon: datetime, path: Path) -> None:
        self._horizon = microsecond(horizon)
        self._path = path
        self._turn = threading.Lock()
        self._latest = int(path.read_text()) if path.exists() else BEGINNING

    def at(self, end: int) -> int:
        """The moment to answer as of, where a window ends at `end`; microseconds."""
        with self._turn:
            moment = min(end, self._horizon)
            if moment > self._latest:
                self._latest = moment
                part = self._path.with_suffix(".part")
                part.write_text(str(moment))
                part.replace(self._path)
            return self._latest

    def peek(self, end: int) -> int:
        """The same, where `end` is no more than the end of a calendar day: the day may not be
        over, so it says nothing about what the bank knows from now on.
        """
        with self._turn:
            return max(self._latest, min(end, self._horizon))
