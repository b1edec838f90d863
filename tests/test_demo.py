"""`./recon demo --once`, whole: real servers, real Postgres, the real scheduler, the truth."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.settings import PROJECT
from tests.quick_folder import quick_folder

SECONDS_MAX = 900

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(SECONDS_MAX + 60)]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = quick_folder("recon-demo-")
    yield folder
    recon(folder, "down")
    note = folder / "postgres_path"
    if note.exists():
        shutil.rmtree(note.read_text().strip(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def recon(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *words],
        cwd=PROJECT, env={**kept, "RECON_HOME": str(home)}, capture_output=True, text=True,
        check=False, timeout=SECONDS_MAX,
    )  # fmt: skip


@pytest.fixture(scope="module")
def demo(home: Path) -> dict:
    done = recon(home, "demo", "--once", "--json", "--rows", "500", "--seed", "3")
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_everything_is_found_and_nothing_invented(demo):
    truth = demo["truth"]
    assert truth["pairs_found"] == truth["pairs_expected"] > 0
    assert truth["breaks_found"] == truth["breaks_expected"] > 0
    assert (truth["pairs_wrong"], truth["breaks_missed"], truth["breaks_unexpected"]) == (0, 0, 0)
    assert demo["proof"]["accounts_days"] > 0
    assert demo["proof"]["unexplained_minor"] == 0


def test_the_scheduler_ran_the_hour(demo):
    assert demo["airflow"]["state"] == "success"
    assert demo["airflow"]["run_id"].startswith("scheduled__")
    assert set(demo["airflow"]["tasks"]) == {"success"}


def test_nine_sources_and_eight_reconciliations(demo):
    assert len(demo["sources"]) == 9
    assert len(demo["reconciliations"]) == 8
    assert all(source["staged"] > 0 for source in demo["sources"].values())


def test_nothing_runs_afterwards_and_the_state_can_be_read(demo, home):
    states = json.loads(recon(home, "status", "--json").stdout)["services"]
    assert set(states.values()) == {"stopped"}
    exported = recon(home, "export", "matches", "--format", "jsonl")
    assert exported.returncode == 0
    assert len(exported.stdout.splitlines()) > demo["truth"]["pairs_found"]
    assert json.loads(recon(home, "report", "--json").stdout)["unexplained_minor"] == 0


def test_another_world_on_this_home_is_misuse(demo, home):
    done = recon(home, "demo", "--once", "--seed", "4")

    assert done.returncode == 2
    assert str(home) in done.stderr
