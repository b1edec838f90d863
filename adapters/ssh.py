"""One SFTP session that trusts nobody by accident and never waits for ever.

Every step runs inside `within`, which cuts the connection when its time is over: a channel
timeout alone does not stop a server that sends a byte a minute. Nothing is written, moved or
deleted on the far side.
"""

import hashlib
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import paramiko
from paramiko.sftp import CMD_CLOSE, CMD_HANDLE, CMD_NAME, CMD_OPENDIR, CMD_READDIR

from adapters.errors import LimitExceeded, MisconfiguredSource, SourceUnavailable
from adapters.reasons import reason_of
from adapters.ssh_login import Peer, connected, greet, log_in, open_sftp, pinned_key

READ_BYTES = 32_768  # what one SFTP request may ask for


@dataclass(frozen=True, slots=True)
class Listed:
    """One name as the folder lists it. `name` may hold anything a hostile host sends."""

    name: str
    bytes: int
    modified_at: datetime
    is_regular: bool


class Session:
    """A logged-in SFTP session. SourceError of the right kind from every method."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        pinned = pinned_key(peer)
        self._transport = connected(peer)
        try:
            with self.within(peer.connect_seconds, "connect"):
                greet(self._transport, peer, pinned)
                log_in(self._transport, peer)
                self._client = open_sftp(self._transport, peer)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

    @contextmanager
    def within(self, seconds: float, step: str) -> Iterator[None]:
        """Cut the connection when the step takes longer; translate what paramiko raises."""
        is_over = threading.Event()

        def cut() -> None:
            is_over.set()
            self._transport.close()

        timer = threading.Timer(seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (paramiko.SSHException, OSError, EOFError) as problem:
            where = f"{self.peer.source}: SFTP host {self.peer.address}"
            if is_over.is_set():
                raise SourceUnavailable(f"{where}: {step} did not end in {seconds:g} s") from None
            raise _translated(where, step, problem) from None
        finally:
            timer.cancel()

    def names(self, seconds: float, names_max: int) -> Iterator[Listed]:
        """What the folder lists. LimitExceeded beyond `names_max`.

        Not `listdir_iter`: that takes a lost connection for the end of the folder, and both
        of paramiko's listings stop at the first name that is not UTF-8.
        """
        with self.within(seconds, "listing the folder"):
            for count, listed in enumerate(_listing(self._client, self.peer.directory)):
                if count >= names_max:
                    raise LimitExceeded(
                        f"{self.peer.source}: more than {names_max} names in the folder: "
                        "ask the bank to clear it, or raise names_max"
                    )
                yield listed

    def look(self, name: str, seconds: float) -> Listed | None:
        """The file as it is now; None when it is gone."""
        with self.within(seconds, "looking at a file"):
            try:
                return _listed(self._client.lstat(self._path(name)), name)
            except FileNotFoundError:
                return None

    def read(self, name: str, to: Path, seconds: float, bytes_max: int) -> tuple[int, str]:
        """Stream a file into `to`, flushed to the disk: (bytes, SHA-256).

        FileGoneError when it is not there; LimitExceeded past `bytes_max`.
        """
        digest, received = hashlib.sha256(), 0
        with _local(to, self.peer.source) as local:
            for chunk in self._chunks(name, seconds):
                received += len(chunk)
                if received > bytes_max:
                    raise LimitExceeded(
                        f"{self.peer.source}: a file is larger than {bytes_max} bytes: "
                        "raise limits.megabytes if that is right"
                    )
                digest.update(chunk)
                local.write(chunk)
        return received, digest.hexdigest()

    def _chunks(self, name: str, seconds: float) -> Iterator[bytes]:
        with self.within(seconds, "reading a file"):
            try:
                remote = self._client.open(self._path(name), "rb")
            except FileNotFoundError:
                raise FileGoneError(name) from None
            while chunk := remote.read(READ_BYTES):
                yield chunk
            remote.close()

    def _path(self, name: str) -> str:
        return f"{self.peer.directory.rstrip('/')}/{name}"


class FileGoneError(Exception):
    """The file was listed and is not there any more."""


@contextmanager
def _local(path: Path, source: str) -> Iterator[BinaryIO]:
    """A new file of ours, on the disk when it is closed. A full disk is not worth a retry."""
    try:
        with path.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise MisconfiguredSource(
            f"{source}: a download cannot be written to {path.parent}: {problem.strerror}"
        ) from None


def _listing(client: paramiko.SFTPClient, directory: str) -> Iterator[Listed]:
    """READDIR by hand, so that a name may be any bytes."""
    ask = client._request  # type: ignore[attr-defined]
    kind, answer = ask(CMD_OPENDIR, directory.encode())
    if kind != CMD_HANDLE:
        raise paramiko.SFTPError("no handle")
    handle = answer.get_binary()
    while True:
        try:
            kind, answer = ask(CMD_READDIR, handle)
        except EOFError:  # the status of that name; a lost connection is an SSHException
            break
        if kind != CMD_NAME:
            raise paramiko.SFTPError("no names")
        for _ in range(answer.get_int()):
            name = answer.get_binary().decode("utf-8", "surrogateescape")
            answer.get_binary()  # the long form, for people
            attributes = paramiko.SFTPAttributes._from_msg(answer)  # type: ignore[attr-defined]
            if name not in (".", ".."):
                yield _listed(attributes, name)
    ask(CMD_CLOSE, handle)


def _listed(attributes: paramiko.SFTPAttributes, name: str) -> Listed:
    # A host may leave any of these out; then the file is not one we can hold to its size.
    known = attributes.st_mode is not None and attributes.st_size is not None
    return Listed(
        name=name,
        bytes=attributes.st_size or 0,
        modified_at=datetime.fromtimestamp(attributes.st_mtime or 0, UTC),
        is_regular=known and stat.S_ISREG(attributes.st_mode or 0),
    )


def _translated(where: str, step: str, problem: Exception) -> Exception:
    if isinstance(problem, PermissionError):
        return MisconfiguredSource(f"{where}: {step}: this login may not")
    if isinstance(problem, FileNotFoundError):
        return MisconfiguredSource(f"{where}: {step}: there is no such folder")
    return SourceUnavailable(f"{where}: {step} broke off: {reason_of(problem)}")
