"""`backfill`: days of the past, planned, resumable, seen in Airflow where it runs."""

from typing import Annotated, Any

import typer

from pipeline.backfill import backfill_here, backfill_through_airflow, plan
from pipeline.cli.arguments import days
from pipeline.cli.failures import Partly
from pipeline.cli.options import AsJson, FirstDay, LastDay, Sources
from pipeline.cli.output import emit, progress, say, table
from pipeline.cli.progress import bar
from pipeline.cli.running import chosen, end_with
from pipeline.cli.session import installation, load_settings
from pipeline.services import Airflow
from pipeline.source_checks import read_sources
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
    interval = days(start, end)
    names = chosen(load_settings(), source)
    with installation(may_be_first=True) as (settings, store):
        configs = read_sources(settings)
        lines = plan(store, interval, [configs[name] for name in names], resume=resume)
        airflow = Airflow(settings)
        through_airflow = not local and airflow.is_up()
        progress().print(
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
            _through_airflow(airflow, interval, names if source else [], resume, as_json)
            return
        with bar("days") as on_day:
            outcome = backfill_here(
                settings, store, interval, names, resume=resume, say=say, on_day=on_day
            )
    end_with(outcome, as_json)


def _through_airflow(
    airflow: Airflow, interval: Interval, names: list[str], resume: bool, as_json: bool
) -> None:
    try:
        with bar("hours") as on_run:
            states = backfill_through_airflow(
                airflow, interval, names, resume=resume, say=say,
                on_runs=lambda done, total: on_run(done, total, "in Airflow"),
            )  # fmt: skip
    except KeyboardInterrupt:
        say(f"the runs go on in Airflow: {airflow.url}; `./recon backfill --resume` watches again")
        raise
    result: dict[str, Any] = {"from": interval.start, "to": interval.end, "runs": states}
    if as_json:
        emit(result)
    else:
        say(", ".join(f"{count} {state}" for state, count in sorted(states.items())))
    if states.get("failed"):
        raise Partly(
            f"{states['failed']} of {sum(states.values())} runs failed",
            f"See them in {airflow.url}, then `./recon backfill … --resume`.",
        )
