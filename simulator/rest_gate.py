"""The server in front of a simulated REST site: quota, faults, access log, bytes on the wire.

An ASGI application. The site itself only ever sees a request and gives an answer.
"""

import asyncio
import gzip
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

from simulator.access_log import AccessLog
from simulator.faults import ANSWER_KINDS, Fault, Faults
from simulator.rest_messages import Answer, Refused, Request, Site
from simulator.rest_quota import Quota

BODY_BYTES_MAX = 65_536  # of a request
DRIP_BYTES_PER_SECOND = 20
STALL_SECONDS = 3600.0
PAGE_FOR_PEOPLE = b"<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>"
REFUSALS = {
    "unauthorised": (401, "token expired"),
    "forbidden": (403, "not allowed"),
    "too_many": (429, "too many requests"),
    "server_error": (503, "try again later"),
    "error_object": (500, "internal error"),
}
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Gate:
    def __init__(
        self, site: Site, source: str, *, faults: Faults, quota: Quota, access_log: AccessLog
    ) -> None:
        self.site = site
        self.source = source
        self.faults = faults
        self.quota = quota
        self.access_log = access_log

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = await read_request(scope, receive)
        is_data = self.site.is_data(request.path)
        fault = self.faults.take(self.source, ANSWER_KINDS, "data" if is_data else "token")
        answer = self._answer(request, fault, is_data)
        outcome = "reset" if fault and fault.kind == "reset" else answer.status
        self.access_log.write(
            request.method, request.path, outcome, query=request.query, size=len(answer.body)
        )
        await _deliver(answer, fault, scope, send)

    def _answer(self, request: Request, fault: Fault | None, is_data: bool) -> Answer:
        try:
            wait = self.quota.spend() if is_data else None
            if wait is not None:
                refusal = self.site.refusal(429, "quota of this hour is used up")
                refusal.headers["Retry-After"] = str(wait)
                return refusal
            spoiled = self._refuse(fault) if fault else None
            answer = spoiled or self.site.answer(request)
        except Refused as refused:
            answer = self.site.refusal(refused.status, refused.message)
        return _spoil(answer, fault) if fault else answer

    def _refuse(self, fault: Fault) -> Answer | None:
        """The answer of a fault that never reaches the site; None for other faults."""
        if fault.kind == "html":
            return Answer(200, PAGE_FOR_PEOPLE, content_type="text/html; charset=utf-8")
        if fault.kind == "unauthorised":
            self.site.forget_tokens()
        status, message = REFUSALS.get(fault.kind, (0, ""))
        if not status:
            return None
        refusal = self.site.refusal(int(fault.options.get("status", status)), message)
        retry_after = fault.options.get("retry_after")
        if retry_after is not None:
            refusal.headers["Retry-After"] = _retry_after(str(retry_after))
        if fault.kind == "error_object":
            refusal.status = 200
        return refusal


def _retry_after(text: str) -> str:
    if not text.startswith("date:"):
        return text
    ahead = timedelta(seconds=float(text.removeprefix("date:")))
    return format_datetime(datetime.now(UTC) + ahead, usegmt=True)


def _spoil(answer: Answer, fault: Fault) -> Answer:
    match fault.kind:
        case "empty":
            answer.body = b""
        case "bom":
            answer.body = b"\xef\xbb\xbf" + answer.body
        case "truncated":
            answer.body = answer.body[: int(len(answer.body) * fault.options.get("keep", 0.5))]
        case "gzip_bomb":
            blanks = int(fault.options.get("megabytes", 200)) * 1_000_000
            answer.body = gzip.compress(answer.body[:-1] + b" " * blanks + answer.body[-1:])
            answer.headers["Content-Encoding"] = "gzip"
    return answer


async def read_request(scope: MutableMapping[str, Any], receive: Receive) -> Request:
    body, is_more = b"", True
    while is_more and len(body) <= BODY_BYTES_MAX:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(scope["method"], scope["path"], dict(query), headers, body)


async def _deliver(
    answer: Answer, fault: Fault | None, scope: MutableMapping[str, Any], send: Send
) -> None:
    kind, options = (fault.kind, fault.options) if fault else ("", {})
    if kind == "stall":
        await asyncio.sleep(float(options.get("seconds", STALL_SECONDS)))
    kept = int(len(answer.body) * float(options.get("keep", 0.0 if kind == "reset" else 0.5)))
    if kind == "reset" and kept == 0:
        _reset(scope)
        return
    headers = [
        (name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()
    ]
    headers.append((b"content-type", answer.content_type.encode()))
    if kind != "endless_body":
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    match kind:
        case "reset" | "cut_short":
            await _send_part(send, answer.body[:kept])
            await asyncio.sleep(0.05)  # Let the part leave before the connection goes.
            _reset(scope) if kind == "reset" else scope["state"]["transport"].close()
        case "slow_drip":
            step = max(1, int(options.get("bytes_per_second", DRIP_BYTES_PER_SECOND)))
            await _drip(answer.body, step, scope, send)
        case "endless_body":
            await _send_part(send, answer.body[:-1])
            while not scope["state"]["transport"].is_closing():
                await _send_part(send, b" " * 65_536)
                await asyncio.sleep(0)
        case _:
            await send({"type": "http.response.body", "body": answer.body})


async def _drip(body: bytes, step: int, scope: MutableMapping[str, Any], send: Send) -> None:
    for start in range(0, len(body), step):
        if scope["state"]["transport"].is_closing():
            return
        await _send_part(send, body[start : start + step])
        await asyncio.sleep(1)
    await send({"type": "http.response.body", "body": b""})


async def _send_part(send: Send, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})


def _reset(scope: MutableMapping[str, Any]) -> None:
    """Close with RST, as a crashed peer or a firewall does, not with a polite FIN."""
    transport = scope["state"]["transport"]
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
