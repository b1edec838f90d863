"""A port of 127.0.0.1 with an HTTP server on it, that a test can close and open again."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

HOST = "127.0.0.1"
GRACE_SECONDS = 1
BACKLOG = 128


class _Protocol(H11Protocol):
    """Gives the application its connection, so that a fault can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def bind(port: int) -> socket.socket:
    """A listening socket on `port` of 127.0.0.1, or on any free one when it is taken."""
    # Named TCP, or asyncio leaves Nagle on and every answer waits 40 ms.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
    except OSError:
        sock.bind((HOST, 0))
    sock.listen(BACKLOG)
    sock.setblocking(False)
    return sock


class HttpListener:
    """`certificate`: (chain, key) for HTTPS; None for plain HTTP."""

    def __init__(
        self, application: Any, port: int, certificate: tuple[Path, Path] | None = None
    ) -> None:
        self.application = application
        self.port = port
        self.certificate = certificate
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Listen; `port` is then the real one. Nothing when it does already."""
        if self._task is not None:
            return
        sock = bind(self.port)
        self.port = sock.getsockname()[1]
        chain, key = self.certificate or (None, None)
        config = uvicorn.Config(
            self.application, http=_Protocol, ws="none", lifespan="off", loop="none",
            log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS, timeout_keep_alive=75,
            ssl_certfile=chain, ssl_keyfile=key,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[sock]))
        while not self._server.started:
            if self._task.done():
                await self._task
            await asyncio.sleep(0.005)

    async def close(self) -> None:
        if self._task is None or self._server is None:
            return
        self._server.should_exit = True
        await self._task
        self._server = self._task = None
