"""Which program made a result: a digest of everything of ours that can change one."""

import hashlib
from functools import cache

from pipeline.settings import PROJECT

# What a result is made with, from a source's bytes to a break.
FOLDERS = ("adapters", "expectations", "pipeline", "reconciliation", "sql")
SUFFIXES = frozenset({".py", ".sql", ".yaml"})
LENGTH = 12


@cache
def code_version() -> str:
    """Twelve hexadecimal digits, the same for the same files wherever they lie."""
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in SUFFIXES:
                content = path.read_bytes()
                digest.update(f"{path.relative_to(PROJECT).as_posix()}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()[:LENGTH]
