"""One edge in one run: its definition, its clocks, and what its SQL is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from adapters.config import load_source
from pipeline.code_version import code_version
from pipeline.promised_files import PromisedFiles, as_params, promised_files
from pipeline.settings import PROJECT
from pipeline.store import Transaction
from reconciliation.breaks import ALONE, CODES
from reconciliation.definition import Definition, Pass
from reconciliation.model import Interval
from reconciliation.rulebook import Rulebook
from reconciliation.severity import rules

SOURCES = PROJECT / "adapters"
# Passes that match by account, amount and days alone.
UNNAMED = ("without_reference", "interchangeable")
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a source comes: when an hour of it is late, whether in files, and which are due when."""

    late_after: timedelta | None  # None: not configured, so nobody waits for it
    is_by_file: bool
    files: tuple[PromisedFiles, ...] = ()


def arrivals(definition: Definition, environment: Mapping[str, str]) -> dict[str, Arrival]:
    """Of the edge's sources, as their YAML says."""
    found = {}
    for source in definition.sources:
        path = SOURCES / f"{source}.yaml"
        if path.exists():
            config = load_source(path, environment)
            late_after = None if config.missing else config.late_after
            files = () if config.missing else promised_files(config)
            found[source] = Arrival(late_after, config.kind == "sftp", files)
    return found


@dataclass(frozen=True)
class Edge:
    definition: Definition
    rulebook: Rulebook  # all that hold beside it
    arrivals: Mapping[str, Arrival]
    as_of: datetime  # business clock: the latest interval end reconciled, this one's included
    known_at: datetime  # the knowledge time of what this run learns
    clock: datetime  # the last knowledge time used
    seen_until: datetime | None  # as_of before this run; None: the first
    is_same_rules: bool

    @classmethod
    def read(
        cls,
        transaction: Transaction,
        rulebook: Rulebook,
        name: str,
        interval: Interval,
        arrivals: Mapping[str, Arrival],
    ) -> "Edge":
        definition = rulebook.find(name)
        (found,) = transaction.rows("matching/edge_state", reconciliation=definition.name)
        clock = found["known_at"] or BEGINNING
        seen_until = found["as_of"]
        return cls(
            definition=definition,
            rulebook=rulebook,
            arrivals=arrivals,
            as_of=max(interval.end, seen_until or BEGINNING),
            known_at=max(interval.end, clock + TICK, found["next_moment"] or BEGINNING),
            clock=clock,
            seen_until=seen_until,
            is_same_rules=(found["version"], found["sha256"])
            == (definition.version, definition.sha256),
        )

    @property
    def is_gross(self) -> bool:
        """Lines agree with the ledger side by what they were before their fee."""
        return self.definition.shape == "gateway_settlement"

    @property
    def manual(self) -> Pass:
        """What people matched: the pass before all that the definition lists."""
        return Pass("manual", "manual", block=(), tier=1, parameters={"is_gross": self.is_gross})

    @cached_property
    def params(self) -> dict[str, Any]:
        """What any statement of the edge may name."""
        sides = self.definition.sides
        tolerances = [item for item in self.definition.passes if "cause" in item.parameters]
        ledger, others = sides[0], sides[1:]
        pairs = [(side.name, source) for side in sides for source in side.sources]
        late_after = {
            source: self.arrivals[source].late_after
            for _, source in pairs
            if source in self.arrivals and self.arrivals[source].late_after is not None
        }
        return {
            "reconciliation": self.definition.name,
            "version": self.definition.version,
            "rule_version": self.definition.version,
            "sha256": self.definition.sha256,
            "code_version": code_version(),
            "owner": self.definition.owner,
            "calendar": self.definition.calendar,
            "as_of": self.as_of,
            "known_at": self.known_at,
            "tolerance_passes": [item.name for item in tolerances],
            "tolerance_causes": [item.parameters["cause"] for item in tolerances],
            "tolerance_references": [item.parameters["reference"] for item in tolerances],
            "tolerance_minor_maxes": [item.parameters["minor_max"] for item in tolerances],
            "tolerance_minors": [item.parameters["minors"] for item in tolerances],
            "approval_minors": [item.parameters["approval_minor"] for item in tolerances],
            "sources": [source for _, source in pairs],
            "source_sides": [side for side, _ in pairs],
            "ledger_side": ledger.name,
            "ledger_sources": list(ledger.sources),
            "external_sources": [source for side in others for source in side.sources],
            "gateway_side": others[0].name,
            "mobile_side": others[-1].name,
            "anchored_sources": list(self.rulebook.anchored_sources(self.definition.name)),
            "sides": [side.name for side in sides],
            "due_hours": [side.due.hours for side in sides],
            "due_days": [side.due.business_days for side in sides],
            "waited_sources": list(late_after),
            "late_after": list(late_after.values()),
            **as_params(
                one
                for source in self.definition.sources
                if source in self.arrivals
                for one in self.arrivals[source].files
            ),
            "is_by_file": any(
                self.arrivals[source].is_by_file
                for side in others
                for source in side.sources
                if source in self.arrivals
            ),
            # The gateway's own horizons say when a settlement is missing: nothing is held.
            "holds": self.definition.shape != "gateway_settlement",
            "by_account": self.definition.proof == "accounts",
            "days_apart_max": self.definition.days_apart_max,
            "alike_days_max": max(
                (
                    item.parameters["days_apart_max"]
                    for item in self.definition.passes
                    if item.sql in UNNAMED
                ),
                default=0,
            ),
            "hold_minutes": self.definition.hold_minutes,
            "rounding_minor_max": self.definition.rounding_minor_max,
            "block_size_max": self.definition.block_size_max,
            "mdr_methods": list(self.definition.contract.mdr_bps),
            "mdr_bps": list(self.definition.contract.mdr_bps.values()),
            "gst_percent": self.definition.contract.gst_percent,
            "severity_rules": rules(self.definition.severity),
            "codes": list(CODES),
            "alone_codes": list(ALONE),
            "lacked_codes": list(self.definition.lacked),
            "lacked_sides": list(self.definition.lacked.values()),
            "families": [code.family for code in CODES.values()],
        }
