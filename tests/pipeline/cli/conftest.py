"""The command line, called as the launcher calls it, on an installation of the test's own."""

import json
import os
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from pipeline import __main__ as program
from tests.conftest import environment
from tests.pipeline.book import Book


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def recon(database, tmp_path, monkeypatch, capsys):
    """`recon("report", "--json")` → how it ended. Nothing of this machine's environment is left."""
    for name in list(os.environ):
        if name.startswith(("RECON_", "DATABASE_", "SMTP_", "REPORT_", "AIRFLOW")):
            monkeypatch.delenv(name)
    monkeypatch.delenv("COLUMNS", raising=False)  # a worker of xdist has one
    for name, value in environment(database.owner).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RECON_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AIRFLOW_DATABASE_URL", database.owner)

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["recon", *words])
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)
        try:
            program.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
        taken = capsys.readouterr()
        return Ended(code, taken.out, taken.err)

    return run


@pytest.fixture
def book(owner_store):
    book = Book(owner_store)
    book.calendar()
    return book
