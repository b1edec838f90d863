"""One call over real sockets: its deadline, its size, whom it trusts."""

import gzip
import socket
import time
import tracemalloc
import zlib

import pytest

from adapters.errors import (
    FormatMismatch,
    LimitExceeded,
    MisconfiguredSource,
    SourceUnavailable,
    UntrustedPeer,
)
from adapters.http import Bounds, Call, CallTimedOut, RequestsTransport
from simulator.servers import serve
from tests.simulator.small_world import small_world

QUICK = Bounds(connect_seconds=1, idle_seconds=0.6, total_seconds=1.0, body_bytes_max=10_000)


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers]
    if length != -1:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def send(url, bounds=QUICK, **call):
    return RequestsTransport("acme", bounds).send(Call("GET", url + "/v1/x", **call))


def test_an_answer_comes_back_as_it_is(wire):
    seen = []

    def script(request, sock):
        seen.append(request)
        sock.sendall(answer(b'{"a":1}', "X-Thing: yes"))

    got = send(wire(script), query={"from": "2026-03-10T10:00:00+05:30"}, headers={"X-Key": "k"})
    assert (got.status, got.body, got.headers["x-thing"]) == (200, b'{"a":1}', "yes")
    # A plus sign in a query is a blank unless it is escaped.
    assert b"GET /v1/x?from=2026-03-10T10%3A00%3A00%2B05%3A30 HTTP/1.1" in seen[0]
    assert b"X-Key: k" in seen[0]


def test_a_form_is_posted(wire):
    seen = []

    def script(request, sock):
        seen.append(request)
        sock.sendall(answer(b"{}"))

    url = wire(script)
    RequestsTransport("acme", QUICK).send(Call("POST", url + "/t", form={"a": "b c"}))
    assert seen[0].startswith(b"POST /t ")
    assert seen[0].endswith(b"a=b+c")


def drip(piece: bytes, start: bytes = b""):
    def script(_request, sock):
        sock.sendall(start)
        while True:
            sock.sendall(piece)
            time.sleep(0.05)

    return script


@pytest.mark.parametrize(
    "script",
    [
        drip(b" ", answer(b"", length=5_000)),
        drip(b"X-A: b\r\n", b"HTTP/1.1 200 OK\r\n"),
        drip(b"x", b"HTTP/1.1 200 OK\r\nX-Long: "),
        drip(b"1\r\n \r\n", answer(b"", "Transfer-Encoding: chunked", length=-1)),
        lambda _request, sock: time.sleep(5),
    ],
    ids=["body", "headers", "one header", "chunks", "silence"],
)
def test_a_slow_peer_is_left_at_the_deadline(wire, script):
    started = time.monotonic()
    with pytest.raises((CallTimedOut, SourceUnavailable)):
        send(wire(script))
    assert time.monotonic() - started < 2.0


def test_a_slow_answer_within_the_deadline_is_taken(wire):
    def script(_request, sock):
        sock.sendall(answer(b"", length=10))
        for _ in range(10):
            sock.sendall(b"x")
            time.sleep(0.05)

    assert send(wire(script)).body == b"x" * 10


@pytest.mark.parametrize(("size", "is_taken"), [(10_000, True), (10_001, False)])
def test_the_byte_cap_and_just_past_it(wire, size, is_taken):
    url = wire(lambda _request, sock: sock.sendall(answer(b"x" * size)))
    if is_taken:
        assert len(send(url).body) == size
    else:
        with pytest.raises(LimitExceeded, match="more than 10000 bytes"):
            send(url)


def test_a_body_without_end_is_cut(wire):
    def script(_request, sock):
        sock.sendall(answer(b"", length=-1))
        while True:
            sock.sendall(b"x" * 4096)

    with pytest.raises(LimitExceeded):
        send(wire(script))


def test_a_gzip_bomb_counts_what_it_unpacks_to(wire):
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    url = wire(lambda _request, sock: sock.sendall(answer(bomb, "Content-Encoding: gzip")))
    tracemalloc.start()
    try:
        with pytest.raises(LimitExceeded):
            send(url, Bounds(body_bytes_max=1_000_000))
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("size", "is_taken"), [(10_000, True), (10_001, False)])
def test_gzip_is_unpacked_up_to_the_cap(wire, size, is_taken):
    packed = gzip.compress(b"x" * size)
    url = wire(lambda _request, sock: sock.sendall(answer(packed, "Content-Encoding: gzip")))
    if is_taken:
        assert send(url).body == b"x" * size
    else:
        with pytest.raises(LimitExceeded):
            send(url)


@pytest.mark.parametrize(
    ("body", "headers", "error"),
    [
        (b"no gzip at all", ["Content-Encoding: gzip"], FormatMismatch),
        (gzip.compress(b"x" * 99)[:-6], ["Content-Encoding: gzip"], SourceUnavailable),
        (zlib.compress(b"x"), ["Content-Encoding: deflate"], FormatMismatch),
        (b"x", ["Content-Encoding: br"], FormatMismatch),
    ],
    ids=["no gzip", "gzip cut short", "deflate", "brotli"],
)
def test_an_encoding_that_is_not_what_it_says(wire, body, headers, error):
    url = wire(lambda _request, sock: sock.sendall(answer(body, *headers)))
    with pytest.raises(error):
        send(url)


def test_a_body_cut_short_is_no_answer(wire):
    url = wire(lambda _request, sock: sock.sendall(answer(b'{"a":', length=500)))
    with pytest.raises(SourceUnavailable):
        send(url)


def test_nobody_listening_is_unavailable():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SourceUnavailable, match="no connection"):
        send(f"http://127.0.0.1:{port}")


def test_a_redirect_is_not_followed(wire):
    asked = []
    elsewhere = wire(lambda request, _sock: asked.append(request))
    url = wire(
        lambda _request, sock: sock.sendall(
            answer(b"", f"Location: {elsewhere}/x", status="302 Found")
        )
    )
    assert send(url, headers={"Authorization": "Bearer t"}).status == 302
    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://bank.example",
        "http://127.0.0.1.bank.example",
        "ftp://127.0.0.1",
        "bank.example",
        "https://",
    ],
)
def test_plain_http_is_for_this_machine_only(url):
    with pytest.raises(MisconfiguredSource, match="https://"):
        send(url)


def test_a_credential_that_would_split_the_header_is_not_sent(wire):
    url = wire(lambda _request, sock: sock.sendall(answer(b"")))
    with pytest.raises(MisconfiguredSource):
        send(url, headers={"Authorization": "Bearer a\r\nX-Other: b"})


def test_a_cookie_is_not_kept(wire):
    seen = []

    def script(request, sock):
        seen.append(request)
        sock.sendall(answer(b"", "Set-Cookie: id=1", "Connection: close"))

    transport, url = RequestsTransport("acme", QUICK), wire(script)
    for _ in range(2):
        transport.send(Call("GET", url + "/x"))
    assert b"cookie" not in seen[1].lower()


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path):
    servers = serve(small_world(), tmp_path / "w", database_url=None, is_https=True)
    try:
        url = servers.environment["HDFC_API_URL"]
        assert url.startswith("https://")
        with pytest.raises(UntrustedPeer, match="REQUESTS_CA_BUNDLE"):
            send(url)
        known = RequestsTransport("acme", QUICK, servers.environment["REQUESTS_CA_BUNDLE"])
        assert known.send(Call("GET", url + "/v1/transactions")).status == 401
    finally:
        servers.stop()


def test_neither_query_nor_long_numbers_are_shown():
    call = Call("GET", "https://b/v1/accounts/50100000000001/x?token=s", query={"key": "s3cret"})
    assert call.path == "/v1/accounts/…/x"
    assert "s3cret" not in repr(call.with_headers(Authorization="s3cret"))
