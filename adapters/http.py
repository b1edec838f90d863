"""One HTTP call over the wire: the seam between the adapters and `requests`.

Certificates are always verified, redirects never followed, the body is counted after
decompression, and the whole call has one deadline (`adapters.deadline`).
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Protocol
from urllib.parse import urlsplit

import requests
import requests.utils
import urllib3

from adapters.deadline import BoundedAdapter, Deadline
from adapters.errors import (
    FormatMismatch,
    LimitExceeded,
    MisconfiguredSource,
    SourceUnavailable,
    UntrustedPeer,
)

CHUNK_BYTES = 65_536
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LONG_NUMBER = re.compile(r"[0-9]{6,}")


class CallTimedOut(SourceUnavailable):
    """No whole answer within the call's deadline."""


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def path(self) -> str:
        """What may be shown and kept: no query, and no long number, which could be an account."""
        return LONG_NUMBER.sub("…", urlsplit(self.url).path)

    def with_headers(self, **headers: str) -> "Call":
        return replace(self, headers={**self.headers, **headers})


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(repr=False)  # names in lower case
    body: bytes = field(repr=False)
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one call. Seconds and bytes."""

    connect_seconds: float = 10.0
    idle_seconds: float = 30.0  # between two bytes
    total_seconds: float = 120.0
    body_bytes_max: int = 64_000_000


class Transport(Protocol):
    def send(self, call: Call) -> Answer:
        """Ask once. SourceUnavailable, UntrustedPeer, LimitExceeded or FormatMismatch."""


class RequestsTransport:
    """`ca_file`: a private authority's certificates; blank for the usual ones."""

    def __init__(self, source: str, bounds: Bounds, ca_file: str = "") -> None:
        self.source = source
        self.bounds = bounds
        self._deadline = Deadline(bounds.idle_seconds)
        self._session = requests.Session()
        self._session.trust_env = False  # a .netrc must not replace our credentials
        self._session.verify = ca_file or True
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, BoundedAdapter(self._deadline))

    def send(self, call: Call) -> Answer:
        check_url(self.source, call.url)
        self._deadline.start(self.bounds.total_seconds)
        where = f"{self.source}: {call.path}"
        try:
            with self._session.request(
                call.method, call.url, params=call.query, data=call.form,
                headers={"Accept-Encoding": "gzip", **call.headers},
                timeout=(self.bounds.connect_seconds, self.bounds.idle_seconds),
                allow_redirects=False, stream=True, proxies=_proxies(call.url),
            ) as response:  # fmt: skip
                return Answer(
                    status=response.status_code,
                    headers={name.lower(): text for name, text in response.headers.items()},
                    body=self._body(response, where),
                    received_at=datetime.now(UTC),
                )
        except (requests.exceptions.SSLError, urllib3.exceptions.SSLError):
            raise UntrustedPeer(
                f"{where}: the TLS certificate could not be verified; nothing was sent. "
                "Check the URL, the clock and REQUESTS_CA_BUNDLE"
            ) from None
        except (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
            raise CallTimedOut(f"{where}: no whole answer in time") from None
        except (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL):
            raise MisconfiguredSource(f"{where}: the URL or a credential cannot be sent") from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
            raise SourceUnavailable(f"{where}: no connection, or cut before the end") from None

    def _body(self, response: requests.Response, where: str) -> bytes:
        encoding = response.headers.get("Content-Encoding", "identity").lower()
        if encoding not in ("identity", "gzip", ""):
            raise FormatMismatch(f"{where}: encoded as {encoding[:20]!r}, which was not asked for")
        pieces: Iterator[bytes] = response.raw.stream(CHUNK_BYTES, decode_content=False)
        if encoding == "gzip":
            pieces = _gunzip(pieces, self.bounds.body_bytes_max, where)
        body = bytearray()
        for piece in pieces:
            body += piece
            if len(body) > self.bounds.body_bytes_max:
                raise LimitExceeded(f"{where}: more than {self.bounds.body_bytes_max} bytes")
            self._deadline.check()
        return bytes(body)


def check_url(source: str, url: str) -> None:
    """https, or http to this very machine. MisconfiguredSource."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return
    raise MisconfiguredSource(
        f"{source}: the URL must begin with https:// (http:// only for this machine itself)"
    )


def _proxies(url: str) -> dict[str, str]:
    if urlsplit(url).hostname in LOOPBACK:
        return {}
    return dict(requests.utils.get_environ_proxies(url))


def _gunzip(pieces: Iterator[bytes], bytes_max: int, where: str) -> Iterator[bytes]:
    """Decompressed pieces, never more than one byte beyond `bytes_max` in memory."""
    inflater = zlib.decompressobj(wbits=31)
    left = bytes_max + 1
    try:
        for piece in pieces:
            out = inflater.decompress(piece, left)
            left -= len(out)
            yield out
            if left <= 0:
                return
    except zlib.error:
        raise FormatMismatch(f"{where}: says gzip and is not") from None
    if not inflater.eof:
        raise SourceUnavailable(f"{where}: cut before the end of its gzip")
