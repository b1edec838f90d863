"""Who an SFTP host must be, and how we log in: a pinned key first, then our name.

The host is refused before it learns who we are.
"""

import base64
import hashlib
import itertools
import logging
import socket
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

from adapters.errors import (
    CredentialsRefused,
    MisconfiguredSource,
    SourceUnavailable,
    UntrustedPeer,
)
from adapters.reasons import reason_of

# paramiko's own thread logs tracebacks of what is raised here anyway, with names and addresses.
LOG_CHANNEL = "adapters.ssh_login.paramiko"
logging.getLogger(LOG_CHANNEL).setLevel(logging.CRITICAL + 1)

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


def connected(peer: Peer) -> paramiko.Transport:
    """A connection that nothing was said on yet. SourceUnavailable."""
    try:
        sock = socket.create_connection((peer.host, peer.port), timeout=peer.connect_seconds)
    except OSError as problem:
        raise SourceUnavailable(
            f"{peer.source}: no SFTP host at {peer.address}: {reason_of(problem)}"
        ) from None
    transport = paramiko.Transport(sock)
    transport.set_log_channel(LOG_CHANNEL)
    transport.banner_timeout = peer.connect_seconds
    transport.handshake_timeout = peer.connect_seconds
    transport.auth_timeout = peer.connect_seconds
    transport.channel_timeout = peer.connect_seconds
    return transport


def fingerprint(key: bytes) -> str:
    """SHA256:… of a public key blob, as `ssh-keygen -l` prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def pinned_key(peer: Peer) -> tuple[str, bytes]:
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


def greet(transport: paramiko.Transport, peer: Peer, pinned: tuple[str, bytes]) -> None:
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


def log_in(transport: paramiko.Transport, peer: Peer) -> None:
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
        why = f": {reason_of(problem)}" if isinstance(problem, OSError) else ""
        raise MisconfiguredSource(
            f"{peer.source}: {peer.source.upper()}_SFTP_KEY_FILE cannot be read as a private "
            f"key without a passphrase{why}"
        ) from None


def open_sftp(transport: paramiko.Transport, peer: Peer) -> paramiko.SFTPClient:
    client = paramiko.SFTPClient.from_transport(transport)
    channel = client.get_channel() if client else None
    if client is None or channel is None:
        raise SourceUnavailable(f"{peer.source}: the host {peer.address} opened no SFTP channel")
    channel.settimeout(peer.quiet_seconds)
    return client
