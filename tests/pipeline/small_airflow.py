"""A server that speaks the few calls of Airflow's REST API that a backfill makes."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from pipeline.services import HOURLY_DAG
from pipeline.settings import Settings

NUMBER = 7
BACKFILL = f"/api/v2/backfills/{NUMBER}"
RUNS = f"/api/v2/dags/{HOURLY_DAG}/dagRuns"


# What listens must be our own service: a process that hands each call to the server in the test.
FORWARD = """
import os, socket, sys, threading

def pump(near, far):
    while data := near.recv(65536):
        far.sendall(data)
    far.shutdown(socket.SHUT_WR)

server = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1] + ".part", "w") as part:  # whole or not at all: the test reads it meanwhile
    part.write(f"{server.getsockname()[1]}\\n")
os.replace(sys.argv[1] + ".part", sys.argv[1])
while True:
    near, _ = server.accept()
    far = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    threading.Thread(target=pump, args=(near, far), daemon=True).start()
    threading.Thread(target=pump, args=(far, near), daemon=True).start()
"""


class SmallAirflow:
    """Listens until `close`. What a backfill of this one does is set by its attributes."""

    def __init__(self, settings: Settings) -> None:
        self.created: list[dict] = []  # what backfills were asked for, also in vain
        self.busy = 0  # so many are refused, because another is active
        self.looks = 1  # so often it is asked whether it is done before it is
        self.runs: list[str] = []  # states of the interval's runs
        self.on_create: Callable[[], None] = lambda: None
        self.on_look: Callable[[], None] = lambda: None
        small = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.answer(*small.post(urlsplit(self.path).path, body))

            def do_GET(self):
                self.answer(200, small.get(urlsplit(self.path).path))

            def answer(self, status, content):
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self._port_file = settings.home / "run" / "airflow_port"
        self._port_file.parent.mkdir(exist_ok=True)
        self._port_file.write_text(f"{self._server.server_port}\n")

    @property
    def forwarding(self) -> list[str]:
        """Arguments of a Python that listens in this server's place, and calls it."""
        return ["-c", FORWARD, str(self._port_file), str(self._server.server_port)]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def post(self, path: str, body: dict) -> tuple[int, dict]:
        if path == "/auth/token":
            return 201, {"access_token": "t"}
        assert path == "/api/v2/backfills"
        self.created.append(body)
        if self.busy:
            self.busy -= 1
            return 409, {"detail": "There is already a running backfill"}
        self.on_create()
        return 201, {"id": NUMBER}

    def get(self, path: str) -> dict:
        if path == "/api/v2/monitor/health":
            beat = datetime.now(UTC).isoformat()
            return {"scheduler": {"status": "healthy", "latest_scheduler_heartbeat": beat}}
        if path == RUNS:
            rows = [{"state": state} for state in self.runs]
            return {"dag_runs": rows, "total_entries": len(rows)}
        assert path == BACKFILL
        self.on_look()
        self.looks -= 1
        return {"completed_at": None if self.looks > 0 else "2026-03-10T12:00:00Z"}
