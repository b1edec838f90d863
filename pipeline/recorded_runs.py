"""How the sources went in runs that another process made: read from what its steps recorded.

A green run of the scheduler may hold sources that did not answer or were refused: those are
marks on their own tasks (DECISIONS.md, "A run is as red as its reconciliations").
"""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters import errors
from adapters.errors import SourceError, SourceRejected, SourceUnavailable
from pipeline.interval_runs import Outcome, SourceRun, judge
from pipeline.store import Store
from reconciliation.model import Interval

NOTHING = {
    "rows_parsed": 0, "rows_quarantined": 0, "refused": 0, "entries_new": 0, "entries_changed": 0,
    "already_loaded": False,
}  # fmt: skip


def recorded_outcome(store: Store, interval: Interval, sources: Sequence[str]) -> Outcome:
    """The interval's hours, judged as `run_interval` judges its own; every source is in it."""
    with store.transaction() as transaction:
        hours = transaction.rows(
            "reports/source_hours",
            sources=list(sources),
            interval_from=interval.start,
            interval_to=interval.end,
        )
    outcome = Outcome(interval)
    for hour in hours:
        piece = Interval(hour["interval_from"], hour["interval_to"])
        outcome.add(Outcome(piece, {hour["source"]: _judged(dict(hour))}))
    for name in sorted(set(sources) - set(outcome.sources)):
        outcome.sources[name] = SourceRun(
            "unreachable",
            sentence=f"{name}: not one of its hours was run; after a change of `.env`,"
            " `./recon down` and `./recon up` let the scheduler know of it",
        )
    return outcome


def _judged(hour: Mapping[str, Any]) -> SourceRun:
    stage = _problem("stage", hour)
    if stage is not None:
        state = "refused" if isinstance(stage, SourceRejected) else "unreachable"
        return SourceRun(state, sentence=str(stage))
    return judge(hour["counts"] or NOTHING, _problem("land", hour))


def _problem(step: str, hour: Mapping[str, Any]) -> SourceError | None:
    """What the step failed of; whatever a rerun may mend counts as unavailable."""
    if hour[f"{step}_state"] == "done":
        return None
    kind, _, sentence = (hour[f"{step}_error"] or "").partition(": ")
    if not sentence:
        return SourceUnavailable(f"{hour['source']}: {step} was not ended")
    is_rejected = issubclass(getattr(errors, kind, SourceError), SourceRejected)
    return SourceRejected(sentence) if is_rejected else SourceUnavailable(sentence)
