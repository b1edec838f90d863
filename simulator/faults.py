"""Faults on demand: what a test makes a simulated server do wrong, and for how long.

    servers.fault("hdfc", "too_many", retry_after="2", times=3)
    servers.fault("hdfc", "unauthorised", after=1)   # the second page finds its token gone
    servers.fault("sbi", "down", times=None)         # until servers.mend("sbi")
    servers.mend()                                   # all is well again

From another process: POST {SIMULATOR_CONTROL_URL}/faults/hdfc with the same words as JSON
({"kind": "too_many", "retry_after": "2", "times": 3}), DELETE /faults/hdfc or /faults to
mend, GET /faults to list; `Authorization: Bearer {SIMULATOR_CONTROL_TOKEN}`.

Every fault takes `after` (so many requests are served well first; 0), `times` (so many are
spoiled, then it is over; 1; None: until mended) and, for REST, `on` ("data", or "token" for
the token endpoint). The first one set that applies is used; one request has one fault of
each group.

Answers (REST): the page is right, what comes back is not
  unauthorised            401; every token given out is forgotten
  forbidden               403
  too_many                429; retry_after: text of the header, "date:<seconds>" for an HTTP
                          date so far ahead, or None for no header (the default)
  server_error            status (503)
  html                    200 with a page for people
  error_object            200 with an error in JSON
  empty, bom              200 with nothing; with a byte order mark before the JSON
  truncated               the JSON ends early: keep (0.5 of it), length declared accordingly
  cut_short               the connection closes before the declared length: keep (0.5)
  slow_drip               bytes_per_second (20)
  endless_body            JSON that never ends
  gzip_bomb               megabytes (200) of blanks in a few kilobytes
  reset                   the connection is reset; keep (0.0): after so much of the body
  stall                   no answer for seconds (3600)
Pages (REST): a valid answer with the wrong rows
  cut_at_boundary         the last half of the rows is missing and nothing says so
  repeat_page             the page before once more
  missing_page            the page after next, as if it were the next
  shift_page              rows moved on by: by (1); negative repeats rows
  endless_pages           never says that it ends
  field_gone, field_retyped, field_new, field_set    field, for field_set also value
Files (SFTP)
  login_refused           the right credentials are refused
  growing                 every file is a little longer at each look, its mtime now, no marker
  no_marker               files without their .done
  gone                    listed, and not there when opened
  drop_mid_file           the connection is cut at at_byte (512) of a file
  stalled_read            a read that takes seconds (3600)
  hostile_names           names no sane host would list, beside the real ones; not_utf8 (False)
                          for one that is no text at all
  many_names              count (100000) more names
Listeners (any source)
  down                    nobody listens on the port
  host_key_changed        (SFTP) another host key
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ANSWER_KINDS = frozenset(
    {
        "unauthorised", "forbidden", "too_many", "server_error", "html", "error_object", "empty",
        "bom", "truncated", "cut_short", "slow_drip", "endless_body", "gzip_bomb", "reset", "stall",
    }
)  # fmt: skip
PAGE_KINDS = frozenset(
    {
        "cut_at_boundary", "repeat_page", "missing_page", "shift_page", "endless_pages",
        "field_gone", "field_retyped", "field_new", "field_set",
    }
)  # fmt: skip
FILE_KINDS = frozenset(
    {
        "login_refused", "growing", "no_marker", "gone", "drop_mid_file", "stalled_read",
        "hostile_names", "many_names",
    }
)  # fmt: skip
LISTENER_KINDS = frozenset({"down", "host_key_changed"})
KINDS = ANSWER_KINDS | PAGE_KINDS | FILE_KINDS | LISTENER_KINDS


@dataclass(slots=True)
class Fault:
    kind: str
    after: int = 0
    times: int | None = 1
    on: str = "data"
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind!r}; one of {', '.join(sorted(KINDS))}")
        if self.on not in ("data", "token"):
            raise ValueError(f"a fault is on data or token, not {self.on!r}")


class Faults:
    """What is to go wrong, per source. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: dict[str, list[Fault]] = {}

    def set(
        self,
        source: str,
        kind: str,
        *,
        after: int = 0,
        times: int | None = 1,
        on: str = "data",
        **options: Any,
    ) -> None:
        """ValueError for a kind that does not exist."""
        fault = Fault(kind, after, times, on, options)
        with self._lock:
            self._armed.setdefault(source, []).append(fault)

    def take(self, source: str, kinds: frozenset[str], on: str = "data") -> Fault | None:
        """The fault that spoils this request, if any; counts the request."""
        with self._lock:
            waiting = [f for f in self._armed.get(source, ()) if f.kind in kinds and f.on == on]
            for fault in waiting:
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._armed[source].remove(fault)
                return fault
        return None

    def peek(self, source: str, kinds: frozenset[str]) -> Fault | None:
        """The first fault of `kinds` that is due, left as it is."""
        with self._lock:
            due = (f for f in self._armed.get(source, ()) if f.kind in kinds and f.after == 0)
            return next(due, None)

    def clear(self, source: str | None = None) -> None:
        with self._lock:
            if source is None:
                self._armed.clear()
            else:
                self._armed.pop(source, None)

    def armed(self) -> dict[str, list[dict[str, Any]]]:
        """What is set now, for people."""
        with self._lock:
            return {
                source: [
                    {"kind": f.kind, "after": f.after, "times": f.times, "on": f.on, **f.options}
                    for f in faults
                ]
                for source, faults in self._armed.items()
                if faults
            }
