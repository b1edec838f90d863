"""Folders for the servers' data: in memory where there is room, else on disk.

Making and dropping a database is some four hundred files each time. On a disk whose file system
keeps no journal every new file looks past all that were deleted in the last seconds (ext4's
`recently_deleted`), which was half of the suite's processor time.
"""

import os
import tempfile
from pathlib import Path

import psutil

MEMORY, DISK = "/dev/shm", "/var/tmp"
BYTES_MIN = 4 << 30  # both free there and free at all: a server takes up to 300 MB, five run


def quick_folder(prefix: str) -> Path:
    """A new folder that the server's own user can reach (pytest's are private)."""
    home = Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if _is_roomy(MEMORY) else DISK))
    home.chmod(0o711)
    return home


def _is_roomy(folder: str) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    # The server's programs may have to be copied there.
    if found.f_flag & os.ST_NOEXEC or not os.access(folder, os.W_OK | os.X_OK):
        return False
    return min(found.f_bavail * found.f_frsize, psutil.virtual_memory().available) >= BYTES_MIN
