"""What a session sees of a host: one read-only folder of files, and what can go wrong with it.

The folder is shown as "/" and as it lies there, so a test changes the host by writing to it; see
`simulator.faults` for the rest.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import PurePosixPath
from typing import Any, NoReturn

import asyncssh

from simulator.sftp_host import Host

MARKER_SUFFIX = b".done"
AT_BYTE = 512
STALL_SECONDS = 3600.0
MANY_NAMES = 100_000
HOSTILE_NAMES = (
    b"../../etc/passwd", b"/etc/passwd", b"..", b"a/b.csv", b"a\\b.csv", b"nul\x00.csv",
    b"line\nbreak.csv", b"carriage\rreturn.csv", b"x" * 300 + b".csv", b"", b" .csv",
    "AXIS_\u202evsc.exe".encode(), b"-rf.csv", b"$(id).csv",
)  # fmt: skip
NOT_UTF8 = b"\xff\xfe.csv"
DROP = frozenset({"drop_mid_file"})
# Bits of an SFTP open request that would change the host.
_WRITE_FLAGS = asyncssh.FXF_WRITE | asyncssh.FXF_APPEND | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC
_BASIC = asyncssh.FILEXFER_TYPE_REGULAR


class Folder(asyncssh.SFTPServer):
    """Reads from the host's folder; every wish to change something is refused."""

    def __init__(self, channel: Any, host: Host) -> None:
        super().__init__(channel, chroot=str(host.folder).encode())
        self._host = host
        self._is_cut = False

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        host = self._host
        host.restate()
        host.is_growing = host.take("growing") is not None
        host.looks = host.looks + 1 if host.is_growing else 0
        hides_markers = host.is_growing or host.take("no_marker") is not None
        host.access_log.write("LIST", path.decode("utf-8", "replace"), "ok")
        async for name in super().scandir(path):
            if not (hides_markers and _raw(name.filename).endswith(MARKER_SUFFIX)):
                yield self._grown(name)
        hostile, many = host.take("hostile_names"), host.take("many_names")
        for filename in HOSTILE_NAMES if hostile is not None else ():
            yield _made_up(filename)
        if (hostile or {}).get("not_utf8"):
            yield _made_up(NOT_UTF8)
        for number in range(int((many or {}).get("count", MANY_NAMES)) if many is not None else 0):
            yield _made_up(b"NOISE_%08d.csv" % number)

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        name = path.decode("utf-8", "replace")
        if pflags & _WRITE_FLAGS:
            self._host.access_log.write("OPEN", name, "refused")
            _read_only()
        if self._host.take("gone") is not None:
            self._host.access_log.write("OPEN", name, "gone")
            raise asyncssh.SFTPNoSuchFile("no such file")
        opened = super().open(path, pflags, attrs)
        self._host.access_log.write("OPEN", name, "ok")
        self._host.was_read(PurePosixPath(name).name)
        return opened

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        host = self._host
        stall = {} if self._is_cut else host.take("stalled_read")
        if stall is not None:
            await asyncio.sleep(float(stall.get("seconds", STALL_SECONDS)))
        content: bytes = super().read(file_obj, offset, size)  # type: ignore[assignment]
        if host.is_growing:
            content = content[: max(0, host.size_now(offset + len(content)) - offset)]
        drop = host.faults.peek(host.source, DROP)
        at_byte = int(drop.options.get("at_byte", AT_BYTE)) if drop else 0
        if drop and offset + len(content) > at_byte:
            host.faults.take(host.source, DROP)
            self._is_cut = True
            # A moment, so that what comes before the cut has left.
            asyncio.get_running_loop().call_later(0.05, self.connection.abort)
            return content[: max(1, at_byte - offset)]
        return content

    def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        return self._grown_attrs(super().stat(path))

    def lstat(self, path: bytes) -> asyncssh.SFTPAttrs:
        return self._grown_attrs(super().lstat(path))

    def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        return self._grown_attrs(super().fstat(file_obj))

    def _grown(self, name: asyncssh.SFTPName) -> asyncssh.SFTPName:
        name.attrs = self._grown_attrs(name.attrs)
        return name

    def _grown_attrs(self, found: Any) -> asyncssh.SFTPAttrs:
        attrs = (
            found if isinstance(found, asyncssh.SFTPAttrs) else asyncssh.SFTPAttrs.from_local(found)
        )
        if self._host.is_growing and attrs.size is not None and attrs.type == _BASIC:
            attrs.size = self._host.size_now(attrs.size)
            attrs.mtime = int(time.time())
        return attrs

    def open56(self, *_: Any) -> NoReturn:
        _read_only()

    def write(self, *_: Any) -> NoReturn:
        _read_only()

    def setstat(self, *_: Any) -> NoReturn:
        _read_only()

    def lsetstat(self, *_: Any) -> NoReturn:
        _read_only()

    def fsetstat(self, *_: Any) -> NoReturn:
        _read_only()

    def remove(self, *_: Any) -> NoReturn:
        _read_only()

    def mkdir(self, *_: Any) -> NoReturn:
        _read_only()

    def rmdir(self, *_: Any) -> NoReturn:
        _read_only()

    def rename(self, *_: Any) -> NoReturn:
        _read_only()

    def posix_rename(self, *_: Any) -> NoReturn:
        _read_only()

    def symlink(self, *_: Any) -> NoReturn:
        _read_only()

    def link(self, *_: Any) -> NoReturn:
        _read_only()


def _read_only() -> NoReturn:
    raise asyncssh.SFTPPermissionDenied("this host is read-only")


def _raw(filename: bytes | str) -> bytes:
    return filename if isinstance(filename, bytes) else filename.encode()


def _made_up(filename: bytes) -> asyncssh.SFTPName:
    now = int(time.time())
    attrs = asyncssh.SFTPAttrs(
        type=_BASIC, size=64, uid=0, gid=0, permissions=0o100444, atime=now, mtime=now
    )
    return asyncssh.SFTPName(filename, attrs=attrs)
