"""How the simulated sites know who asks: OAuth client credentials, a fixed token, Basic."""

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Callable
from urllib.parse import parse_qs

from simulator.rest_messages import Answer, Refused, Request

TOKENS_MAX = 1000  # The oldest are forgotten beyond this.


class TokenIssuer:
    """OAuth 2.0 client credentials. `lifetime` in seconds, by the monotonic clock."""

    def __init__(
        self, client_id: str, client_secret: str, lifetime: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.lifetime = lifetime
        self._client = (client_id, client_secret)
        self._clock = clock
        self._ends: dict[str, float] = {}

    def issue(self, request: Request) -> Answer:
        """A new token for the right client. Refused with 400 or 401 otherwise."""
        form = parse_qs(request.body.decode("utf-8", "replace"))
        if form.get("grant_type") != ["client_credentials"]:
            raise Refused(400, "unsupported_grant_type")
        is_known = _equal(form.get("client_id", [""])[0], self._client[0])
        is_right = _equal(form.get("client_secret", [""])[0], self._client[1])
        if not (is_known and is_right):
            raise Refused(401, "invalid_client")
        token = secrets.token_urlsafe(32)
        while len(self._ends) >= TOKENS_MAX:
            del self._ends[next(iter(self._ends))]
        self._ends[token] = self._clock() + self.lifetime
        return Answer.of(
            {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime}
        )

    def check(self, request: Request) -> None:
        """Refused with 401 without a token that still lives."""
        end = self._ends.get(bearer(request))
        if end is None or self._clock() >= end:
            raise Refused(401, "invalid_token")

    def forget(self) -> None:
        self._ends.clear()


def bearer(request: Request) -> str:
    """The bearer token, blank without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def check_fixed(given: str, expected: str, what: str) -> None:
    """Refused with 401 unless `given` is `expected`."""
    if not _equal(given, expected):
        raise Refused(401, f"invalid {what}")


def check_basic(request: Request, user: str, password: str) -> None:
    """Refused with 401 unless HTTP Basic names `user` and `password`."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        given = ""
    if scheme.lower() != "basic" or not _equal(given, f"{user}:{password}"):
        raise Refused(401, "Authentication failed")


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
