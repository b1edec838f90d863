"""So many requests an hour of the wall clock, and no more."""

import time
from collections.abc import Callable

HOUR_SECONDS = 3600
# What the banks document for themselves; Razorpay promises no figure.
REQUESTS_PER_HOUR: dict[str, int | None] = {
    "hdfc": 1000,
    "icici": 500,
    "sbi": 2000,
    "razorpay": None,
}


class Quota:
    """`per_hour` None: without limit."""

    def __init__(self, per_hour: int | None, clock: Callable[[], float] = time.time) -> None:
        self.per_hour = per_hour
        self._clock = clock
        self._hour = -1
        self.used = 0

    def spend(self) -> int | None:
        """Count a request; the seconds to wait where there was none left."""
        now = self._clock()
        hour = int(now // HOUR_SECONDS)
        if hour != self._hour:
            self._hour, self.used = hour, 0
        if self.per_hour is not None and self.used >= self.per_hour:
            return max(1, int((hour + 1) * HOUR_SECONDS - now) + 1)
        self.used += 1
        return None
