"""One line of JSON for every request a simulated server answered.

Never headers, bodies or tokens; of the query only the parameters of a window and a page.
"""

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

QUERY_KEPT = frozenset(
    {
        "from", "to", "from_date", "to_date", "cursor", "limit", "page", "page_size", "offset",
        "skip", "count", "year", "month", "day",
    }
)  # fmt: skip


class AccessLog:
    """Appends to `folder`/`source`.jsonl, a whole line at a time. Safe from any thread."""

    def __init__(self, folder: Path, source: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{source}.jsonl"
        self._lock = threading.Lock()
        self._file = self.path.open("a", encoding="utf-8", buffering=1)

    def write(
        self, method: str, path: str, status: int | str, *,
        query: Mapping[str, str] | None = None, size: int = 0,
    ) -> None:  # fmt: skip
        """`status` is HTTP's, or a word of our own: reset, ok, refused."""
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "method": method,
            "path": path,
            "query": {k: v for k, v in (query or {}).items() if k in QUERY_KEPT},
            "status": status,
            "bytes": size,
        }
        with self._lock:
            if not self._file.closed:
                self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        with self._lock:
            self._file.close()
