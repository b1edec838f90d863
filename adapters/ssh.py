"""One SFTP session that trusts nobody by accident and never waits for ever.

The host key is pinned. Every step runs inside `within`, which cuts the connection when its
time is over: a channel timeout alone does not stop a server that sends a byte a minute.
Nothing is written, moved or deleted on the far side.
"""

import base64
import hashlib
import itertools
import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import paramiko
from paramiko.sftp import CMD_CLOSE, CMD_HANDLE, CMD_NAME, CMD_OPENDIR, CMD_READDIR

from adapters.errors import (
    CredentialsRefused,
    LimitExceeded,
    MisconfiguredSource,
    SourceUnavailable,
    UntrustedPeer,
)

READ_BYTES = 32_768  # what one SFTP request may ask for
HOST_KEY_TYPES = (
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Peer:
    """Where to log in, as whom, and whom to expect. Seconds are wall time."""

    source: str
    host: str
    port: int
    user: str
    host_key: str  # a known-hosts line: "ssh-ed25519 AAAA…", with or without host names before
    directory: str
    password: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    connect_seconds: float = 30
    quiet_seconds: float = 30  # longest silence inside a step

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"


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
        pinned = _pinned_key(peer)
        self._transport = _transport(peer)
        try:
            with self.within(peer.connect_seconds, "connect"):
                _greet(self._transport, peer, pinned)
                _log_in(self._transport, peer)
                self._client = _open_sftp(self._transport, peer)
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
        with to.open("xb") as local:
            with self.within(seconds, "reading a file"):
                try:
                    remote = self._client.open(self._path(name), "rb")
                except FileNotFoundError:
                    raise FileGoneError(name) from None
                while chunk := remote.read(READ_BYTES):
                    received += len(chunk)
                    if received > bytes_max:
                        raise LimitExceeded(
                            f"{self.peer.source}: a file is larger than {bytes_max} bytes: "
                            "raise bytes_max if that is right"
                        )
                    digest.update(chunk)
                    local.write(chunk)
                remote.close()
            local.flush()
            os.fsync(local.fileno())
        return received, digest.hexdigest()

    def _path(self, name: str) -> str:
        return f"{self.peer.directory.rstrip('/')}/{name}"


class FileGoneError(Exception):
    """The file was listed and is not there any more."""


def fingerprint(key: bytes) -> str:
    """SHA256:… of a public key blob, as `ssh-keygen -l` prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def _pinned_key(peer: Peer) -> tuple[str, bytes]:
    """(type, blob) of the configured line."""
    words = peer.host_key.split()
    for kind, blob in itertools.pairwise(words):
        if kind in HOST_KEY_TYPES:
            try:
                return kind, base64.b64decode(blob, validate=True)
            except ValueError:
                break
    raise MisconfiguredSource(
        f"{peer.source}: the host key is not a known-hosts line such as 'ssh-ed25519 AAAA…': "
        f"set {peer.source.upper()}_SFTP_HOST_KEY to what the bank confirmed"
    )


def _transport(peer: Peer) -> paramiko.Transport:
    try:
        sock = socket.create_connection((peer.host, peer.port), timeout=peer.connect_seconds)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise SourceUnavailable(
            f"{peer.source}: no SFTP host at {peer.address}: {reason}"
        ) from None
    transport = paramiko.Transport(sock)
    transport.banner_timeout = peer.connect_seconds
    transport.handshake_timeout = peer.connect_seconds
    transport.auth_timeout = peer.connect_seconds
    transport.channel_timeout = peer.connect_seconds
    return transport


def _greet(transport: paramiko.Transport, peer: Peer, pinned: tuple[str, bytes]) -> None:
    """Negotiate, and refuse a host that is not the pinned one before saying who we are."""
    kind, blob = pinned
    options = transport.get_security_options()
    ours = ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)
    # The pinned type first: a host that has several keys then shows the one we know.
    options.key_types = (*ours, *(one for one in options.key_types if one not in ours))
    try:
        transport.start_client(timeout=peer.connect_seconds)
    except paramiko.ssh_exception.IncompatiblePeer:
        raise MisconfiguredSource(
            f"{peer.source}: the SFTP host {peer.address} offers only algorithms that this "
            "paramiko has dropped (ssh-rsa, SHA-1): ask the bank to update, or install "
            "'paramiko>=4,<5' meanwhile"
        ) from None
    shown = transport.get_remote_server_key()
    if shown.asbytes() != blob:
        raise UntrustedPeer(
            f"{peer.source}: the SFTP host {peer.address} shows the key "
            f"{fingerprint(shown.asbytes())} ({shown.get_name()}), pinned is {fingerprint(blob)} "
            f"({kind}): confirm with the bank before changing {peer.source.upper()}_SFTP_HOST_KEY"
        )


def _log_in(transport: paramiko.Transport, peer: Peer) -> None:
    refused = CredentialsRefused(
        f"{peer.source}: the SFTP host {peer.address} refused the login: check "
        f"{peer.source.upper()}_SFTP_USER and its password or key file; not tried again"
    )
    try:
        if peer.key_file is not None:
            transport.auth_publickey(peer.user, _own_key(peer, peer.key_file))
        else:
            transport.auth_password(peer.user, peer.password or "", fallback=False)
    except paramiko.AuthenticationException as problem:
        if "timeout" in str(problem).lower():  # paramiko says both with one class
            raise SourceUnavailable(
                f"{peer.source}: the SFTP host {peer.address} did not answer the login"
            ) from None
        raise refused from None
    if not transport.is_authenticated():
        raise refused


def _own_key(peer: Peer, path: Path) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(path)
    except (OSError, paramiko.SSHException, ValueError, TypeError) as problem:
        raise MisconfiguredSource(
            f"{peer.source}: {peer.source.upper()}_SFTP_KEY_FILE cannot be read as a private "
            f"key without a passphrase ({type(problem).__name__})"
        ) from None


def _open_sftp(transport: paramiko.Transport, peer: Peer) -> paramiko.SFTPClient:
    client = paramiko.SFTPClient.from_transport(transport)
    channel = client.get_channel() if client else None
    if client is None or channel is None:
        raise SourceUnavailable(f"{peer.source}: the host {peer.address} opened no SFTP channel")
    channel.settimeout(peer.quiet_seconds)
    return client


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
    return SourceUnavailable(f"{where}: {step} broke off ({type(problem).__name__})")
