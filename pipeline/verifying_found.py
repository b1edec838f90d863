"""What verifying says: how much agreed, and the first thing that did not."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

Advance = Callable[[int, int, object], None]  # done, total, what comes next

NOT_CONFIGURED = "is not configured"  # so that what is of the source cannot be made again


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One stored fact that its origin does not bear out. No narration, no account number."""

    what: str
    where: str
    stored: str
    recomputed: str
    next_step: str

    def as_data(self) -> dict[str, str]:
        return asdict(self)


class Disagrees(Exception):
    """Raised at the first disagreement: nothing after it is looked at."""

    def __init__(self, found: Disagreement) -> None:
        super().__init__(f"{found.what}: {found.where}")
        self.found = found


@dataclass(slots=True)
class Verified:
    """How much of each kind was recomputed and agreed, and what could not be recomputed."""

    agreed: Counter[str] = field(default_factory=Counter)
    not_verifiable: Counter[str] = field(default_factory=Counter)
    found: Disagreement | None = None

    def as_data(self) -> dict[str, Any]:
        return {
            "agrees": self.found is None,
            "agreed": dict(self.agreed),
            "not_verifiable": dict(self.not_verifiable),
            "found": None if self.found is None else self.found.as_data(),
        }


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose deliveries and loads are looked at, and of which intervals."""

    sources: tuple[str, ...]
    since: datetime
    until: datetime
