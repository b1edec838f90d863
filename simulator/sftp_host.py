"""One bank's SFTP host: who may log in, where its files lie, what is wrong with it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

from simulator.access_log import AccessLog
from simulator.faults import Faults

GROWTH_BYTES = 64  # a look


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
    looks: int = field(default=0)
    is_growing: bool = field(default=False)

    def take(self, kind: str) -> dict[str, Any] | None:
        """The options of a fault of this kind that is due now."""
        fault = self.faults.take(self.source, frozenset({kind}))
        return dict(fault.options) if fault else None

    def size_now(self, size: int) -> int:
        return min(size, GROWTH_BYTES * self.looks) if self.is_growing else size
