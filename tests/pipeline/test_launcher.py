"""The launcher, in a folder of its own with locks that hold nothing: no network needed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import PROJECT

HELLO = """
import os, sys
print("args", sys.argv[1:], "path", os.environ["PYTHONPATH"].split(os.pathsep)[0])
sys.exit(5 if "five" in sys.argv else 0)
"""


@pytest.fixture
def folder(tmp_path):
    shutil.copy(PROJECT / "recon", tmp_path / "recon")
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    (tmp_path / "requirements-dev.txt").write_text("# nothing more\n")
    (tmp_path / "pipeline").mkdir()
    (tmp_path / "pipeline" / "__main__.py").write_text(HELLO)
    return tmp_path


@pytest.fixture
def without_uv(tmp_path):
    """A PATH with a Python and the usual programs, and no uv."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("cat", "cut", "sha256sum", "mkdir", "rm", "sleep", "dirname", "sh", "env"):
        (programs / name).symlink_to(shutil.which(name))
    (programs / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    return str(programs)


def run(folder, *arguments, path=None, **environment):
    return subprocess.run(
        [folder / "recon", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        timeout=120,
        env={**os.environ, **({"PATH": path} if path else {}), **environment},
    )


def test_it_sets_up_once_and_hands_everything_over(folder):
    first = run(folder, "run", "--from", "a b")
    assert first.returncode == 0, first.stderr
    assert first.stdout.strip() == f"args ['run', '--from', 'a b'] path {folder}"
    assert "installing the locked packages" in first.stderr
    again = run(folder, "five")
    assert again.returncode == 5
    assert again.stderr == ""


def test_a_changed_lock_is_installed(folder):
    run(folder)
    (folder / "requirements.txt").write_text("# nothing, but otherwise\n")
    assert "installing" in run(folder).stderr
    assert "installing" not in run(folder).stderr


def test_it_does_without_uv(folder, without_uv):
    done = run(folder, "x", path=without_uv)
    assert done.returncode == 0, done.stderr
    assert "args ['x']" in done.stdout


def test_a_half_made_environment_is_made_again(folder):
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (folder / ".venv" / "bin" / "python").chmod(0o755)
    assert run(folder).returncode == 0


def test_a_set_up_that_was_killed_holds_up_nobody(folder):
    lock = folder / ".venv.lock"
    lock.mkdir()
    gone = subprocess.Popen(["true"])
    gone.wait()
    (lock / "pid").write_text(str(gone.pid))
    assert run(folder).returncode == 0
    assert not lock.exists()


def test_without_a_python_it_says_what_is_needed(folder, without_uv):
    (Path(without_uv) / "python3").unlink()
    done = run(folder, path=without_uv)
    assert done.returncode == 2
    assert "3.11" in done.stderr


def test_packages_that_cannot_be_installed_are_not_stamped(folder):
    (folder / "requirements.txt").write_text("no-such-package-here @ file:///nowhere\n")
    assert run(folder).returncode == 1
    assert not (folder / ".venv" / "run.sha256").exists()
    assert run(folder).returncode == 1


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("tests/sql", "--help")])
def test_help_of_the_test_command_comes_at_once(folder, words):
    done = run(folder, "test", *words)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: ./recon test")
    assert done.stderr == ""
    assert not (folder / ".venv").exists()


def test_the_whole_test_command_says_what_failed(folder):
    """None of the tools is installed here: each is run, each failure is told."""
    done = run(folder, "test")
    assert done.returncode == 1
    for name in ("ruff", "mypy", "import-linter", "sqlfluff", "pytest"):
        assert name in done.stderr.splitlines()[-1]
