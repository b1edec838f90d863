"""Ways to say who we are, apart from paging and transport.

    auth: {type: bearer, token: "${BANK_TOKEN}", headers: {X-API-Key: "${BANK_KEY}"}}
    auth: {type: basic, user: "${BANK_USER}", password: "${BANK_PASSWORD}"}
    auth: {type: headers, headers: {apikey: "${BANK_KEY}"}}
    auth: {type: client_credentials, path: /oauth/token, client_id: …, client_secret: …}

`headers` may stand beside any type and go with every call.
"""

import base64
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from adapters.client import Client
from adapters.errors import CredentialsRefused, FormatMismatch
from adapters.http import Call
from adapters.sections import Section

TYPES = ("bearer", "basic", "headers", "client_credentials")
OK = 200
EXPIRY_SKEW_SECONDS = 30.0  # a token is not used in its last moments: the call takes time
LIFETIME_DEFAULT, LIFETIME_MAX = 300, 86_400


class Auth(Protocol):
    def sign(self, call: Call) -> Call:
        """The call with our credentials."""

    def renew(self) -> None:
        """After a 401: get new credentials, where there are any to get."""


@dataclass(frozen=True, slots=True)
class FixedHeaders:
    headers: Mapping[str, str] = field(repr=False)

    def sign(self, call: Call) -> Call:
        return call.with_headers(**self.headers)

    def renew(self) -> None:
        """There are no others; the same are tried once more."""


class _Token(msgspec.Struct):
    access_token: str
    expires_in: int | str | None = None


# Tokens live as long as the process, by (token URL, client): several adapters of one process,
# and one adapter over many hours of a backfill, share them.
_TOKENS: dict[tuple[str, str], tuple[str, float]] = {}
_LOCKS: dict[tuple[str, str], threading.Lock] = {}


class ClientCredentials:
    """OAuth 2.0 client credentials, the token kept until shortly before its end."""

    def __init__(
        self, client: Client, url: str, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> None:
        self._client = client
        self._call = Call("POST", url, form=form)
        self._headers = headers
        self._key = (url, form["client_id"])
        self._lock = _LOCKS.setdefault(self._key, threading.Lock())
        self._used = ""

    def sign(self, call: Call) -> Call:
        with self._lock:
            token, end = _TOKENS.get(self._key, ("", 0.0))
            if time.monotonic() >= end:
                token = self._fetch()
        self._used = token
        return call.with_headers(**self._headers, Authorization=f"Bearer {token}")

    def renew(self) -> None:
        with self._lock:
            # Another thread may have renewed it meanwhile: then that one is tried first.
            if _TOKENS.get(self._key, ("", 0.0))[0] == self._used:
                self._fetch()

    def _fetch(self) -> str:
        asked_at = time.monotonic()
        answer = self._client.ask(self._call)
        where = f"{self._client.source}: {self._call.path}"
        if answer.status in (400, 401, 403):
            raise CredentialsRefused(f"{where}: the client id or secret was refused")
        try:
            if answer.status != OK:
                raise ValueError
            token = msgspec.json.decode(answer.body, type=_Token)
            lifetime = int(token.expires_in or LIFETIME_DEFAULT)
        except (msgspec.MsgspecError, ValueError):
            raise FormatMismatch(f"{where}: no token in an answer of {answer.status}") from None
        _check_header(token.access_token, where)
        lifetime = max(0, min(lifetime, LIFETIME_MAX))
        _TOKENS[self._key] = (token.access_token, asked_at + lifetime - EXPIRY_SKEW_SECONDS)
        return token.access_token


def auth_of(section: Section, client: Client, base_url: str) -> Auth:
    """`section` with its variables filled in. MisconfiguredSource."""
    kind = section.choice("type", TYPES)
    headers = section.text_map("headers", {})
    if kind == "client_credentials":
        section.only("type", "headers", "path", "client_id", "client_secret", "scope")
        form = {"grant_type": "client_credentials"}
        form |= {name: section.text(name) for name in ("client_id", "client_secret")}
        form |= {"scope": section.text("scope")} if "scope" in section else {}
        return ClientCredentials(client, base_url + section.text("path"), form, headers)
    if kind == "bearer":
        section.only("type", "headers", "token")
        headers["Authorization"] = f"Bearer {section.text('token')}"
    elif kind == "basic":
        section.only("type", "headers", "user", "password")
        pair = f"{section.text('user')}:{section.text('password')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        section.only("type", "headers")
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise section.error("headers", f"the value of {name} cannot be sent in a header")
    return FixedHeaders(headers)


def _check_header(token: str, where: str) -> None:
    if not (token and token.isascii() and token.isprintable()):
        raise FormatMismatch(f"{where}: a token that cannot be sent in a header")
