"""A program of ours that runs beside us: started, watched and stopped by its files.

Whether it runs is told by locks that it and its children inherit, not by a number in a file: a
process id is soon another program's, a lock ends with the last who holds it. One is on a file of
its own, one on the log: a fork server passes its output on to its workers and nothing else.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from pipeline.errors import PipelineError

LOG_BYTES_MAX = 20_000_000  # looked at when it starts; one old log is kept
TAIL_BYTES = 2_000
LOOK_SECONDS = 0.1
_started: list[subprocess.Popen[bytes]] = []  # polled, so that no child of ours stays a zombie


class ServiceFailed(PipelineError):
    """A process ended, or was not ready in time: the log file is named."""


@dataclass(frozen=True, slots=True)
class Service:
    """`arguments` for this Python; its files are RECON_HOME/run/<name>.* and logs/<name>.log."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    home: Path

    @property
    def log(self) -> Path:
        return self.home / "logs" / f"{self.name}.log"

    @property
    def _lock(self) -> Path:
        return self.home / "run" / f"{self.name}.lock"

    @property
    def _pid(self) -> Path:
        return self.home / "run" / f"{self.name}.pid"

    def start(self) -> bool:
        """Start it in a session of its own unless it runs; True when it was started.

        What a killed predecessor left behind is killed first. ServiceFailed when that holds on.
        """
        if self.is_running():
            return False
        for path in (self._lock, self.log):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._is_held():
            self.signal(signal.SIGKILL, whole_session=True)
        lock = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _locked(lock, seconds_max=5):
                raise ServiceFailed(f"{self.name}: another process still holds {self._lock}")
            if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
                self.log.replace(self.log.with_suffix(".log.1"))
            with private_log(self.log) as out:
                if not _locked(out.fileno(), seconds_max=5):
                    raise ServiceFailed(f"{self.name}: another process still holds {self.log}")
                process = subprocess.Popen(
                    [sys.executable, *self.arguments],
                    env=dict(self.environment), cwd=self.home, stdin=subprocess.DEVNULL,
                    stdout=out, stderr=out, start_new_session=True, pass_fds=(lock,),
                )  # fmt: skip
            _started.append(process)
            self._pid.write_text(f"{process.pid}\n")
        finally:
            os.close(lock)  # ours; the child's copy keeps the lock
        return True

    def is_running(self) -> bool:
        """Whether its first process lives (children alone, left by a kill, do not count)."""
        pid = self.pid()
        return pid is not None and lives(pid)

    def pid(self) -> int | None:
        """Its first process, also the number of its session; None when nothing of it lives."""
        for process in _started:
            process.poll()
        if not self._is_held():
            return None
        try:
            return int(self._pid.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def signal(self, number: int, *, whole_session: bool = False) -> None:
        """Tell its first process, or all of its session; nothing when none lives."""
        pid = self.pid()
        if pid is None:
            return
        # A session's number is not given again while a member lives, and the lock says one does.
        for member in _session(pid) if whole_session else [pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, number)

    def listens(self, port: int) -> bool:
        """Whether it is what answers on that port: another program may have been faster."""
        pid = self.pid()
        for member in [] if pid is None else _session(pid):
            with contextlib.suppress(psutil.Error):
                for one in psutil.Process(member).net_connections("tcp"):
                    if one.status == psutil.CONN_LISTEN and one.laddr.port == port:
                        return True
        return False

    def is_gone(self) -> bool:
        """Whether nothing of it lives, children included."""
        return self.pid() is None

    def last_words(self) -> str:
        """The end of its log."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, self.log.stat().st_size - TAIL_BYTES))
                return log.read().decode(errors="replace")
        except FileNotFoundError:
            return ""

    def _is_held(self) -> bool:
        return _is_locked(self._lock) or _is_locked(self.log)


def lives(pid: int) -> bool:
    """Whether that process runs; one that ended and was not collected yet does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def stop_all(services: Iterable[Service], seconds_max: float = 25) -> list[str]:
    """Ask all at once to end, insist, then kill; returns the names that had to be killed."""
    services = list(services)
    for service in services:
        service.signal(signal.SIGTERM, whole_session=not service.is_running())
    if _all_gone(services, seconds_max):
        return []
    for service in services:
        service.signal(signal.SIGTERM, whole_session=True)
    if _all_gone(services, 5):
        return []
    killed = [service.name for service in services if not service.is_gone()]
    for service in services:
        service.signal(signal.SIGKILL, whole_session=True)
    _all_gone(services, 5)
    return killed


def _all_gone(services: Sequence[Service], seconds_max: float) -> bool:
    deadline = time.monotonic() + seconds_max
    while not all(service.is_gone() for service in services):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def _locked(lock: int, seconds_max: float, kind: int = fcntl.LOCK_EX) -> bool:
    """Take the lock; waits a moment, since who only looks holds it for an instant too."""
    deadline = time.monotonic() + seconds_max
    while True:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        else:
            return True


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    lock = os.open(path, os.O_RDWR)
    try:
        return not _locked(lock, seconds_max=0, kind=fcntl.LOCK_SH)
    finally:
        os.close(lock)


def _session(number: int) -> list[int]:
    members = []
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == number:
                members.append(pid)
    return members


def private_log(path: Path) -> IO[bytes]:
    """Open for appending, for its owner alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
