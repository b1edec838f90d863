"""One bank's SFTP host: who may log in, where its files lie, what is wrong with it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

from simulator.access_log import AccessLog
from simulator.faults import Faults

STATEMENTS = "statements"  # the folder on a file bank's host
GROWTH_BYTES = 64  # a look
DUE = ".due"


@dataclass(slots=True)
class Account:
    """Who may log in: by `password`, or by `public_key` where there is no password."""

    user: str
    password: str | None = None
    public_key: asyncssh.SSHKey | None = None


@dataclass(slots=True)
class Host:
    """One bank's host as all its sessions see it."""

    source: str
    folder: Path
    account: Account
    faults: Faults
    access_log: AccessLog
    corrections: Path | None = None  # files that take the place of their first version
    looks: int = field(default=0)
    is_growing: bool = field(default=False)

    def take(self, kind: str) -> dict[str, Any] | None:
        """The options of a fault of this kind that is due now."""
        fault = self.faults.take(self.source, frozenset({kind}))
        return dict(fault.options) if fault else None

    def was_read(self, name: str) -> None:
        """From the next look on a restated file is its second version; that outlives us."""
        if self.corrections and (self.corrections / name).is_file():
            (self.corrections / name).replace(self.corrections / (name + DUE))

    def restate(self) -> None:
        """Put the corrections that are due in the place of what was read."""
        for due in self.corrections.glob("*" + DUE) if self.corrections else ():
            due.replace(self.folder / STATEMENTS / due.name.removesuffix(DUE))

    def size_now(self, size: int) -> int:
        return min(size, GROWTH_BYTES * self.looks) if self.is_growing else size
