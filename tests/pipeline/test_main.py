"""What `--debug` shows is as redacted as a log."""

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import make_url

from pipeline import __main__ as program
from pipeline.redaction import redact_logging
from pipeline.settings import PROJECT
from tests.conftest import environment

ACCOUNT = "50100123456789"
TOKEN = "open-sesame-now"


class Refusing(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


@pytest.fixture
def bank():
    server = HTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_urls_and_tracebacks_of_debug_hold_no_secret(database, bank, tmp_path):
    variables = environment(database.owner) | {
        "RECON_HOME": str(tmp_path / "home"),
        "HDFC_API_URL": f"{bank}/accounts/{ACCOUNT}",
        "HDFC_API_TOKEN": TOKEN,
    }
    ended = subprocess.run(
        [sys.executable, "-m", "pipeline", "sources", "check", "hdfc", "--debug"],
        cwd=PROJECT, env={"PATH": "/usr/bin:/bin", **variables}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 6, ended.stderr
    assert "DEBUG urllib3.connectionpool" in ended.stderr
    assert "/accounts/••••6789/v1" in ended.stderr
    assert "Traceback" in ended.stderr
    for secret in (ACCOUNT, TOKEN, make_url(database.owner).password, variables["RECON_INDEX_KEY"]):
        assert secret not in ended.stderr + ended.stdout


def test_a_traceback_nobody_foresaw(capsys):
    redact_logging([TOKEN])
    try:
        raise ValueError(f"account:{ACCOUNT} by {TOKEN}")
    except ValueError as failure:
        program._in_full(ValueError, failure, failure.__traceback__)
    err = capsys.readouterr().err
    assert err.endswith("ValueError: account:••••6789 by ***\n")
    assert "test_a_traceback_nobody_foresaw" in err
