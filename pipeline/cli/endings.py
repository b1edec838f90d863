"""How a run of several sources ends: the exit code that says what it was worth."""

from pipeline.cli import failures
from pipeline.interval_runs import Outcome


def finish(outcome: Outcome) -> None:
    """Return when all went well, else raise what the exit code says."""
    by_state: dict[str, list[str]] = {}
    for name, run in sorted(outcome.sources.items()):
        by_state.setdefault(run.state, []).append(name)
    if set(by_state) <= {"done"}:
        return
    if set(by_state) == {"unreachable"}:
        raise failures.Unreachable(
            f"no source could be reached: {', '.join(by_state['unreachable'])}",
            "Check the network and `./recon doctor`, then run the same command again.",
        )
    if set(by_state) == {"refused"}:
        raise failures.Refused(
            f"everything fetched was refused: {', '.join(by_state['refused'])}",
            "See `./recon quarantine list`; mend the source or its YAML, then `./recon reparse`.",
        )
    parts = [f"{state}: {', '.join(names)}" for state, names in by_state.items() if state != "done"]
    raise failures.Partly(
        f"done in part ({'; '.join(parts)}); the rest is done",
        "Run the same command again for what could not be reached; "
        "see `./recon quarantine list` for what was refused.",
    )
