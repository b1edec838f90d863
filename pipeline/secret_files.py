"""Secrets nobody gave: made once, kept in RECON_HOME/secrets (folder 0700, files 0600)."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import SettingsError

OTHERS_MAY = 0o077


def kept_secret(
    home: Path, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)
) -> str:
    """The secret of that name; made and kept when there is none yet.

    Two processes asking at once get the same one. SettingsError when others can read it.
    """
    folder = home / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(make() + "\n")
        try:
            os.link(draft, path)  # unlike rename, fails where another was first
        except FileExistsError:
            pass  # the other process's secret is the one to use
        finally:
            draft.unlink()
    if path.stat().st_mode & OTHERS_MAY:
        raise SettingsError(f"{path}: others can read it; `chmod 600` it")
    return path.read_text().strip()
