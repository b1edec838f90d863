"""`backfill`: days of the past, planned, resumable, seen in Airflow where it runs."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.backfill import backfill_here, backfill_through_airflow, plan
from pipeline.cli.arguments import days, ended
from pipeline.cli.endings import finish
from pipeline.cli.failures import Misused, Partly
from pipeline.cli.options import AsJson, FirstDay, LastDay, Sources
from pipeline.cli.output import emit, progress, results, say, table, tell
from pipeline.cli.progress import bar
from pipeline.cli.running import chosen, end_with, show
from pipeline.cli.session import installation, load_settings
from pipeline.interval_runs import Outcome
from pipeline.recorded_runs import recorded_outcome
from pipeline.services import Airflow, BackfillBusy
from pipeline.source_checks import read_sources
from pipeline.world import ends_at
from reconciliation.model import Interval


def register(app: typer.Typer) -> None:
    app.command("backfill")(backfill_command)


def backfill_command(
    *,
    start: FirstDay,
    end: LastDay,
    source: Sources = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, do nothing.")] = False,
    local: Annotated[
        bool, typer.Option("--local", help="In this process, though the scheduler is up.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Leave out what is done already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch and reconcile IST days of the past, both included.

    Through Airflow when this installation's scheduler is up, so that its UI shows the runs;
    else here. Ctrl-C loses nothing: the same command with --resume goes on.
    """
    wanted = days(start, end)
    given = load_settings()
    names = chosen(given, source)
    interval = ended(wanted, ends_at(given.home, datetime.now(UTC)), say)
    with installation(may_be_first=True) as (settings, store):
        configs = read_sources(settings)
        lines = plan(store, interval, [configs[name] for name in names], resume=resume)
        airflow = Airflow(settings)
        through_airflow = not local and airflow.is_up()
        # Of a dry run the plan is the result.
        out = results() if dry_run and not as_json else progress()
        out.print(
            table(
                f"Plan for {interval}, {'through Airflow' if through_airflow else 'here'}",
                ("source", "days", "done before", "requests, about", "quota"),
                (
                    (line.source, line.days, line.days_done, line.requests or "?", line.quota)
                    for line in lines
                ),
                right=("days", "done before", "requests, about"),
            )
        )
        if dry_run:
            if as_json:
                emit({"from": interval.start, "to": interval.end, "plan": lines})
            return
        if through_airflow:
            # A person who names no source means all: Airflow's empty list.
            states = _through_airflow(airflow, interval, names if source else [], resume)
            outcome = recorded_outcome(store, interval, names)
            if resume and any(run.state != "done" for run in outcome.sources.values()):
                say("--resume leaves green hours as they are; without it they are asked again")
            _end(airflow, states, outcome, as_json)
            return
        with bar("days") as on_day:
            outcome = backfill_here(
                settings, store, interval, names, resume=resume, say=say, on_day=on_day
            )
    end_with(outcome, as_json)


def _through_airflow(
    airflow: Airflow, interval: Interval, names: list[str], resume: bool
) -> dict[str, int]:
    try:
        with bar("hours") as on_run:
            return backfill_through_airflow(
                airflow, interval, names, resume=resume, say=say,
                on_runs=lambda done, total: on_run(done, total, "in Airflow"),
            )  # fmt: skip
    except KeyboardInterrupt:
        say(f"the runs go on in Airflow: {airflow.url}; `./recon backfill --resume` watches again")
        raise
    except BackfillBusy as busy:
        raise Misused(
            str(busy),
            f"Wait for it, or cancel it in {airflow.url}, and run the same command again;"
            " --local does without the scheduler.",
        ) from None


def _end(airflow: Airflow, states: dict[str, int], outcome: Outcome, as_json: bool) -> None:
    """Failed runs first; else the sources of the green ones end it as they end `run`."""
    if as_json:
        data = outcome.as_data()
        emit({"from": data["from"], "to": data["to"], "runs": states, "sources": data["sources"]})
    else:
        show(outcome)
        tell(", ".join(f"{count} {state}" for state, count in sorted(states.items())))
    if states.get("failed"):
        raise Partly(
            f"{states['failed']} of {sum(states.values())} runs failed",
            f"See them in {airflow.url}, then `./recon backfill … --resume`.",
        )
    finish(outcome)
