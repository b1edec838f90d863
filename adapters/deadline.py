"""One deadline over a whole HTTP call.

`requests` bounds a connect and the wait for the next byte, but not the whole call: a peer
that drips a byte every few seconds holds a worker for ever. Here every receive, of headers
too, is given only what is left of the call's time.
"""

import functools
import http.client
import io
import socket
import time
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

BUFFER_BYTES = 65_536


class Deadline:
    """When the call under way must be over, by the monotonic clock."""

    def __init__(self, idle_seconds: float) -> None:
        self.idle_seconds = idle_seconds
        self._end = 0.0

    def start(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def check(self) -> float:
        """Seconds left. TimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _GuardedReader(io.RawIOBase):
    """A socket's bytes; each receive waits no longer than the call may still last."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline
        self._raw = sock.makefile("rb", buffering=0)  # keeps the socket open until it is closed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(min(self._deadline.check(), self._deadline.idle_seconds))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _GuardedSocket:
    """As much of a socket as `http.client.HTTPResponse` uses."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_GuardedReader(self._sock, self._deadline), BUFFER_BYTES)


def _response(deadline: Deadline, sock: socket.socket, *args: Any, **kwargs: Any) -> Any:
    return http.client.HTTPResponse(_GuardedSocket(sock, deadline), *args, **kwargs)  # type: ignore[arg-type]


class BoundedAdapter(HTTPAdapter):
    """Connections that know the deadline of the call they serve."""

    def __init__(self, deadline: Deadline) -> None:
        self._response = functools.partial(_response, deadline)
        super().__init__(pool_connections=2, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        guarded = {"response_class": staticmethod(self._response)}
        plain = type("Plain", (HTTPConnection,), guarded)
        secure = type("Secure", (HTTPSConnection,), guarded)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
