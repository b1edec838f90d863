"""Reports and exports as bytes: made, fingerprinted, noted, and made again to be compared."""

import hashlib
import zlib
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TextIO

from pipeline import break_outputs, export
from pipeline.errors import PipelineError
from pipeline.login import os_user
from pipeline.report_formats import as_csv, as_html, as_json
from pipeline.reports import read_report
from pipeline.store import Store
from reconciliation.report import Report

LINES_SUMMED_MAX = 1_000_000  # four bytes each; beyond, a difference is found but has no line

LINES: dict[str, Callable[[Store, Mapping[str, Any], datetime | None], str | None]] = {
    "breaks": break_outputs.work_list, "break": break_outputs.story,
}  # fmt: skip
# How a report is written; the command line adds its table.
REPORT_FORMS: dict[str, Callable[[Report], str]] = {
    "csv": as_csv, "html": as_html, "json": as_json,
}  # fmt: skip


class NotReproducible(PipelineError):
    """What made the output is not there any more."""


class Fingerprint:
    """Text on its way to `out`, if to anywhere: SHA-256 of its bytes and a sum a line."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out
        self._sha256 = hashlib.sha256()
        self._sums = array("I")
        self._rest = b""
        self.bytes = self.lines = 0

    def write(self, text: str) -> int:
        content = text.encode()
        self._sha256.update(content)
        self.bytes += len(content)
        *whole, self._rest = (self._rest + content).split(b"\n")
        self._add(whole)
        if self._out is not None:
            self._out.write(text)
        return len(text)

    def end(self) -> "Fingerprint":
        """A last line without its end counts as one."""
        if self._rest:
            self._add([self._rest])
            self._rest = b""
        return self

    def _add(self, lines: list[bytes]) -> None:
        self.lines += len(lines)
        room = LINES_SUMMED_MAX - len(self._sums)
        self._sums.extend(zlib.crc32(line) for line in lines[:room])

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def line_sums(self) -> bytes:
        sums = array("I", self._sums)
        if array("I", [1]).tobytes()[0] == 0:
            sums.byteswap()  # little endian everywhere
        return sums.tobytes()


@dataclass(frozen=True, slots=True)
class Again:
    """An output made a second time."""

    output_id: int
    what: str
    parameters: Mapping[str, Any]
    as_of: datetime
    sha256: str  # as it was
    sha256_now: str
    line: int | None  # the first that differs; None where none does, or none is known
    lines: int
    lines_now: int

    @property
    def is_same(self) -> bool:
        return self.sha256 == self.sha256_now


def make(
    store: Store,
    what: str,
    parameters: Mapping[str, Any],
    as_of: datetime,
    out: TextIO | None = None,
) -> Fingerprint:
    """Write one output as of a closed moment to `out`. NotReproducible where it cannot be made.

    `what`: "report" with {"form", "reconciliation", "until", "is_of_now"}, "export" with
    {"table", "form", "reconciliations", "sources"}, or "breaks" (a work list) and "break" (one's
    story) with {"form"} and what pipeline/break_outputs.py takes.
    """
    written = Fingerprint(out)
    if what in LINES:
        text = LINES[what](store, {k: v for k, v in parameters.items() if k != "form"}, as_of)
        if text is None:
            raise NotReproducible(f"no {what} of these parameters is there")
        written.write(text)
        return written.end()
    if what == "export":
        export.write(
            store, parameters["table"], written, form=parameters["form"], as_of=as_of,
            reconciliations=parameters["reconciliations"], sources=parameters["sources"],
        )  # fmt: skip
        return written.end()
    until = parameters["until"]
    report = read_report(
        store,
        as_of=as_of,
        until=None if until is None else date.fromisoformat(until),
        reconciliation=parameters["reconciliation"],
        is_of_now=parameters.get("is_of_now", False),
    )
    form = REPORT_FORMS.get(parameters["form"])
    if report is None or form is None:
        raise NotReproducible(f"no {what} of the form {parameters['form']} can be made")
    written.write(form(report))
    return written.end()


def note(
    store: Store, what: str, parameters: Mapping[str, Any], as_of: datetime, made: Fingerprint
) -> None:
    """Keep what was made, so that `reproduce` can ask for it again."""
    store.once(
        "knowing/record_output",
        what=what,
        parameters=dict(parameters),
        as_of=as_of,
        sha256=made.sha256,
        bytes=made.bytes,
        lines=made.lines,
        line_sums=made.line_sums,
        made_by=os_user(),
    )


def list_outputs(store: Store, asked: str | None, rows_max: int) -> list[dict[str, Any]]:
    """What was made, newest first; of that number, or whose fingerprint begins so."""
    with store.transaction() as transaction:
        rows = transaction.rows("knowing/outputs", asked=asked, rows_max=rows_max)
    return [dict(row) for row in rows]


def reproduce(store: Store, output: Mapping[str, Any]) -> Again:
    """Make one of `list_outputs` again, and compare it with what it was."""
    made = make(store, output["what"], output["parameters"], output["as_of"])
    return Again(
        output_id=output["output_id"],
        what=output["what"],
        parameters=output["parameters"],
        as_of=output["as_of"],
        sha256=output["sha256"],
        sha256_now=made.sha256,
        line=first_difference(bytes(output["line_sums"]), made.line_sums),
        lines=output["lines"],
        lines_now=made.lines,
    )


def first_difference(one: bytes, other: bytes) -> int | None:
    """The first line, from 1, whose sums differ or that only one of them has."""
    sums = [memoryview(each).cast("I") for each in (one, other)]
    for number, (left, right) in enumerate(zip(*sums, strict=False), start=1):
        if left != right:
            return number
    shorter, longer = sorted(len(each) for each in sums)
    return shorter + 1 if shorter < longer else None
