"""`run` and `backfill`: the steps by hand, without the scheduler or ahead of it."""

from datetime import UTC, datetime

import typer

from pipeline.cli import failures
from pipeline.cli.arguments import ended
from pipeline.cli.arguments import interval as interval_of
from pipeline.cli.choices import known
from pipeline.cli.endings import finish
from pipeline.cli.options import AsJson, From, Sources, To
from pipeline.cli.output import emit, results, say, table
from pipeline.cli.session import installation, load_settings
from pipeline.interval_runs import Outcome, SourceRun, run_interval
from pipeline.settings import Settings
from pipeline.source_checks import none_configured, read_sources
from pipeline.world import ends_at

# fetched = new + changed + read again + refused + other
ROWS = ("fetched", "new", "changed", "read again", "refused", "other")
NEXT = "See `./recon sources list`."


def register(app: typer.Typer) -> None:
    app.command("run")(run_command)


def chosen(settings: Settings, names: list[str] | None) -> list[str]:
    """The sources meant: those named, else all that are configured.

    Misused on a name nobody has, on one that is not configured, and where none is.
    """
    configs = read_sources(settings)
    for name in names or ():
        known(name, configs, "--source", "source")
        if configs[name].missing:
            raise failures.Misused(f"--source: {name} is {configs[name].lack}", NEXT)
    found = sorted(set(names)) if names else [n for n, c in configs.items() if not c.missing]
    if not found:
        raise failures.Misused(*none_configured(settings))
    return found


def run_command(
    *,
    start: From,
    end: To,
    source: Sources = None,
    as_json: AsJson = False,
) -> None:
    """Fetch, stage and reconcile an interval now: the scheduler's steps, without it."""
    wanted = interval_of(start, end)
    given = load_settings()
    names = chosen(given, source)
    interval = ended(wanted, ends_at(given.home, datetime.now(UTC)), say)
    with installation(may_be_first=True) as (settings, _):
        outcome = run_interval(settings, interval, names, say)
    end_with(outcome, as_json)


def end_with(outcome: Outcome, as_json: bool) -> None:
    """Print it, and end as `endings.finish` says."""
    if as_json:
        emit(outcome.as_data())
    else:
        show(outcome)
    finish(outcome)


def show(outcome: Outcome) -> None:
    """A line a source, and a line an edge, on stdout."""
    results().print(
        table(
            str(outcome.interval),
            ("source", "state", *ROWS, "what happened"),
            (
                (
                    name, s.state, s.fetched, s.new, s.changed, s.read_again, s.refused,
                    s.outside + s.of_no_entry, _story(s),
                )
                for name, s in sorted(outcome.sources.items())
            ),
            right=ROWS,
            stack=("source", "state"),
            then=(("new", "changed"), ("read again", "refused", "other")),
        )
    )  # fmt: skip
    if outcome.reconciliations:
        columns = ("matches new", "matches gone", "breaks opened", "breaks closed", "open breaks")
        results().print(
            table(
                "",
                ("reconciliation", *columns),
                (
                    (
                        name, counts["groups_new"], counts["groups_gone"],
                        counts["opened"] + counts["reopened"], counts["resolved"],
                        sum(counts["breaks"].values()),
                    )
                    for name, counts in sorted(outcome.reconciliations.items())
                ),
                right=columns,
            )
        )  # fmt: skip


def _story(run: SourceRun) -> str:
    told = [run.sentence] if run.sentence else ["already loaded"] if run.was_loaded else []
    parts = {
        f"{run.whole_refused} refused whole": run.whole_refused,
        f"{run.outside} beyond the interval": run.outside,
        f"{run.of_no_entry} of balances or headers": run.of_no_entry,
    }
    return "; ".join([*told, *(words for words, count in parts.items() if count)])
