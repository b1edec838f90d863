"""Small files that other processes read while we write them: a port, a clock."""

import os
import secrets
from pathlib import Path


def keep(path: Path, text: str) -> None:
    """Write the file whole or not at all: who reads it sees the old text or the new one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        part.write_text(text)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
