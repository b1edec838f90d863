"""The launcher, in a folder of its own with locks that hold nothing: no network needed."""

import hashlib
import os
import shutil
import stat
import subprocess
import sys
import zipfile
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


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    venv = tmp_path_factory.mktemp("made") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    return venv


@pytest.fixture
def has_python(folder, made):
    """The folder has an environment nothing is installed in: making one takes four seconds."""
    shutil.copytree(made, folder / ".venv", symlinks=True, copy_function=os.link)


@pytest.fixture
def without_uv(tmp_path):
    """A PATH with a Python and the usual programs, and no uv."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in (
        "cat",
        "cut",
        "sha256sum",
        "mkdir",
        "rm",
        "sleep",
        "dirname",
        "sh",
        "env",
        "sed",
        "grep",
    ):
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


def test_a_changed_lock_is_installed(folder, has_python):
    run(folder)
    (folder / "requirements.txt").write_text("# nothing, but otherwise\n")
    assert "installing" in run(folder).stderr
    assert "installing" not in run(folder).stderr


def test_it_does_without_uv(folder, without_uv):
    done = run(folder, "x", path=without_uv)
    assert done.returncode == 0, done.stderr
    assert "args ['x']" in done.stdout


@pytest.fixture
def locked_uv(folder):
    """A lock that holds a uv of ours, which notes how it was called, and where it lies."""
    wheels = folder / "wheels"
    wheels.mkdir()
    wheel = wheels / "uv-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        script = (
            '#!/bin/sh\necho "$@" >"$VIRTUAL_ENV/called"\n'
            'printf " + one==1\\n + two==2\\n" >&2\nexit ${UV_ENDS_WITH:-0}\n'
        )
        program = zipfile.ZipInfo("uv-1.0.data/scripts/uv")
        program.external_attr = (stat.S_IFREG | 0o755) << 16
        archive.writestr(program, script)
        archive.writestr(
            "uv-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: uv\nVersion: 1.0\n"
        )
        archive.writestr("uv-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("uv-1.0.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock = f"# the lock\nuv==1.0 \\\n    --hash=sha256:{digest}\n    # via -r requirements.in\n"
    (folder / "requirements.txt").write_text(lock)
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": "/dev/null"}


def test_the_locks_own_uv_installs(folder, has_python, without_uv, locked_uv):
    done = run(folder, path=without_uv, **locked_uv)
    assert done.returncode == 0, done.stderr
    # Not each package by its name.
    assert "one==1" not in done.stderr
    assert done.stderr.splitlines()[-1] == "recon: packages installed: 1"
    called = (folder / ".venv" / "called").read_text()
    assert called == f"pip install --require-hashes -r {folder}/requirements.txt\n"


def test_a_uv_with_another_hash_is_not_run(folder, has_python, without_uv, locked_uv):
    lock = folder / "requirements.txt"
    lock.write_text(lock.read_text().replace("sha256:", "sha256:" + 64 * "0", 1)[:-64])
    assert run(folder, path=without_uv, **locked_uv).returncode == 1
    assert not (folder / ".venv" / "called").exists()


def test_pip_installs_where_uv_fails(folder, has_python, without_uv, locked_uv):
    done = run(folder, path=without_uv, **locked_uv, UV_ENDS_WITH="2")
    assert done.returncode == 0, done.stderr
    assert " + one==1\n + two==2\nrecon: uv is of no help here; pip takes" in done.stderr


def test_pip_installs_where_it_has_an_index_of_its_own(folder, has_python, without_uv, locked_uv):
    index = {"PIP_INDEX_URL": "https://localhost:1/simple"}
    done = run(folder, path=without_uv, **locked_uv, **index)
    assert done.returncode == 0, done.stderr
    assert not (folder / ".venv" / "called").exists()


def test_a_half_made_environment_is_made_again(folder):
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (folder / ".venv" / "bin" / "python").chmod(0o755)
    assert run(folder).returncode == 0


def test_a_set_up_that_was_killed_holds_up_nobody(folder, has_python):
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


def test_packages_that_cannot_be_installed_are_not_stamped(folder, has_python):
    (folder / "requirements.txt").write_text("no-such-package-here @ file:///nowhere\n")
    failed = run(folder)
    assert failed.returncode == 1
    assert "/nowhere" in failed.stderr  # whole, as the installer says it
    assert not (folder / ".venv" / "run.sha256").exists()
    assert run(folder).returncode == 1


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("tests/sql", "--help")])
def test_help_of_the_test_command_comes_at_once(folder, words):
    done = run(folder, "test", *words)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: ./recon test")
    assert done.stderr == ""
    assert not (folder / ".venv").exists()


def test_the_whole_test_command_says_what_failed(folder, has_python):
    """None of the tools is installed here: each is run, each failure is told."""
    done = run(folder, "test")
    assert done.returncode == 1
    for name in ("ruff", "mypy", "import-linter", "sqlfluff", "pytest"):
        assert name in done.stderr.splitlines()[-1]
