"""Real servers for the adapters, and what the pipeline would lend them, recording.

`lent`       Services in memory: `.calls`, `.circuit_events`, `.penalties`, `.acquired`
`wire`       wire(script) → URL of a raw TCP server; the script gets the request and the socket
`serving`    serving(world, **options) → the simulator's servers
`rest`       rest(servers, name, **limits) → the shipped source of that name, opened on them
"""

import contextlib
import re
import socketserver
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.base import Services
from adapters.config import load_source, open_source
from adapters.errors import CircuitOpen
from simulator.servers import serve

ADAPTERS = Path(__file__).parents[2] / "adapters"


@dataclass
class Lent:
    """RateLimiter, Circuit, Audit and Files in one."""

    calls: list[dict] = field(default_factory=list)
    circuit_events: list[str] = field(default_factory=list)
    penalties: list[float] = field(default_factory=list)
    acquired: int = 0
    opens_after: int | None = None  # so many failures

    def acquire(self, source, deadline):
        self.acquired += 1

    def penalise(self, source, seconds):
        self.penalties.append(seconds)

    def check(self, source):
        failures = self.circuit_events.count("failed")
        if self.opens_after is not None and failures >= self.opens_after:
            raise CircuitOpen(source)

    def succeeded(self, source):
        self.circuit_events.append("succeeded")

    def failed(self, source, cause):
        assert cause.startswith(source)
        self.circuit_events.append("failed")

    def api_call(self, **call):
        self.calls.append(call)

    def file_transfer(self, **transfer):
        self.calls.append(transfer)

    def is_known(self, source, look):
        return False

    @property
    def services(self) -> Services:
        return Services(rate_limiter=self, circuit=self, audit=self, files=self)

    @property
    def outcomes(self) -> list[str]:
        return [call["outcome"] for call in self.calls]


@pytest.fixture
def lent() -> Lent:
    return Lent()


def is_whole(request: bytes) -> bool:
    """Its headers are there, and the body they announce."""
    head, end, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


@pytest.fixture
def wire():
    servers = []

    def start(script):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                request = b""
                while not is_whole(request):
                    piece = self.request.recv(65_536)
                    if not piece:
                        return
                    request += piece
                with contextlib.suppress(OSError):  # the client has had enough
                    script(request, self.request)

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def serving(tmp_path):
    running = []

    def start(world, **options):
        options = {"database_url": None} | options
        servers = serve(world, tmp_path / f"world{len(running)}", **options)
        running.append(servers)
        return servers

    yield start
    for servers in running:
        servers.stop()


@pytest.fixture
def rest(lent, tmp_path):
    def start(servers, name, **limits):
        text = (ADAPTERS / f"{name}.yaml").read_text(encoding="utf-8")
        if limits:
            text += f"\nlimits: {{{', '.join(f'{key}: {n}' for key, n in limits.items())}}}\n"
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return open_source(load_source(path, servers.environment), lent.services)

    return start
