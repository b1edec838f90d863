"""The loopback endpoint through which another process sets faults; see `simulator.faults`."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from simulator.rest_auth import bearer, check_fixed
from simulator.rest_gate import Receive, Send, read_request
from simulator.rest_messages import Answer, Refused, Request


class Switchboard(Protocol):
    """What the endpoint may do; all of it in the servers' own loop."""

    sources: tuple[str, ...]

    async def set_fault(self, source: str, kind: str, **options: Any) -> None: ...

    async def clear_faults(self, source: str | None) -> None: ...

    def armed(self) -> dict[str, list[dict[str, Any]]]: ...


class Control:
    """An ASGI application."""

    def __init__(self, switchboard: Switchboard, token: str) -> None:
        self._switchboard = switchboard
        self._token = token

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = await read_request(scope, receive)
        try:
            check_fixed(bearer(request), self._token, "token")
            answer = await self._answer(request)
        except Refused as refused:
            answer = Answer.of({"error": refused.message}, refused.status)
        headers = [
            (b"content-type", answer.content_type.encode()),
            (b"content-length", str(len(answer.body)).encode()),
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, request: Request) -> Answer:
        head, _, source = request.path.strip("/").partition("/")
        if head != "faults" or (source and source not in self._switchboard.sources):
            raise Refused(404, "no such source")
        actions: dict[str, Callable[[], Awaitable[None]]] = {
            "POST": lambda: self._set(source, request.body),
            "DELETE": lambda: self._switchboard.clear_faults(source or None),
        }
        if request.method in actions:
            await actions[request.method]()
        elif request.method != "GET":
            raise Refused(405, "GET, POST or DELETE")
        return Answer.of(self._switchboard.armed())

    async def _set(self, source: str, body: bytes) -> None:
        try:
            words = json.loads(body)
            await self._switchboard.set_fault(source, words.pop("kind"), **words)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused(400, f"not a fault: {error}") from None
