"""A time limit that a busy machine stretches: what it takes for others is nobody's fault here."""

import os
import time
from collections.abc import Callable

STRETCH_MAX = 5  # beyond that it is over, however busy the machine


def load_a_processor() -> float:
    """Processes that run or want to, in the last minute, a processor; 1 where nobody counts."""
    try:
        return os.getloadavg()[0] / (os.cpu_count() or 1)
    except OSError:
        return 1.0


class Patience:
    """`seconds` of a machine that has a processor for everybody. Ask `is_over` often: what
    passed since the last time counts by the load of now.
    """

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        load: Callable[[], float] = load_a_processor,
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._load = load
        self._begun = self._seen = clock()
        self._spent = 0.0

    @property
    def elapsed(self) -> float:
        """By the wall's clock."""
        return self._clock() - self._begun

    def is_over(self) -> bool:
        now = self._clock()
        self._spent += (now - self._seen) / max(1.0, self._load())
        self._seen = now
        return self._spent > self._seconds or self.elapsed > self._seconds * STRETCH_MAX
