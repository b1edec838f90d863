"""Is the way to a database private, and is it proven whose database it is?

libpq asks nobody: unless told, it speaks TLS where the server offers it, in the clear where
not, and never looks at the certificate. So a Postgres on another host must say `sslmode` in
its URL. Unix sockets and loopback are free; other databases have options of their own.
"""

import ipaddress
import os
from collections.abc import Iterator, Mapping
from typing import Protocol

PROVEN = "verify-full"
WEAKER = {
    "verify-ca": "anybody with a certificate of the same authority passes for the server",
    "require": "encrypted, but anybody in between passes for the server",
    "prefer": "anybody in between can read it and pass for the server",
    "allow": "anybody in between can read it and pass for the server",
    "disable": "in the clear: anybody in between can read it",
}
ADVICE = (
    "add ?sslmode=verify-full to it, and sslrootcert=FILE where the server's authority is your "
    "own (sslrootcert=system: a public one)"
)


class Url(Protocol):
    """What is needed of SQLAlchemy's."""

    @property
    def drivername(self) -> str: ...
    @property
    def host(self) -> str | None: ...
    @property
    def query(self) -> Mapping[str, str | tuple[str, ...]]: ...


def refusal(url: Url) -> str:
    """Why this database is not to be connected to and what to add; blank where it may be."""
    if not _needs_tls(url):
        return ""
    modes = _all(url, "sslmode")
    if not modes:
        return f"a Postgres on another host, and nothing proves that it is yours: {ADVICE}"
    if len(modes) > 1 or not {*modes} <= {PROVEN, *WEAKER}:
        return f"sslmode: say one of {', '.join((PROVEN, *WEAKER))}, once"
    return ""


def weakness(url: Url) -> str:
    """What the sslmode that was asked for leaves open; blank where it is `verify-full`."""
    modes = _all(url, "sslmode")
    if not _needs_tls(url) or modes == [PROVEN]:
        return ""
    return "; ".join(f"sslmode={mode}: {WEAKER.get(mode, 'unknown')}" for mode in modes)


def _needs_tls(url: Url) -> bool:
    is_postgres = url.drivername.partition("+")[0] == "postgresql"
    return is_postgres and not all(_is_here(host) for host in _hosts(url))


def _hosts(url: Url) -> Iterator[str]:
    """Every host libpq may turn to: the URL's, its parameters', else the environment's."""
    named = [url.host or "", *_all(url, "host"), *_all(url, "hostaddr"), *_all(url, "service")]
    if not any(named):
        names = ("PGHOST", "PGHOSTADDR", "PGSERVICE")
        named = [os.environ.get(name, "") for name in names]
    for text in named:
        yield from text.split(",")


def _is_here(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):  # sockets
        return True
    for address in (host, host.rpartition(":")[0].strip("[]")):
        try:
            return ipaddress.ip_address(address).is_loopback
        except ValueError:
            continue  # with a port, or a name
    return host.rpartition(":")[0] == "localhost"


def _all(url: Url, name: str) -> list[str]:
    found = url.query.get(name, ())
    return [found] if isinstance(found, str) else list(found)
