"""Every hour: from each source's door to the breaks, one group a source, one task an edge."""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import (
    DAG,
    CronDataIntervalTimetable,
    Param,
    TaskGroup,
    get_current_context,
    task,
)
from airflow.sdk.exceptions import AirflowSkipException

from adapters.errors import SourceUnavailable
from dags.run_interval import (
    DEFAULT_ARGS,
    LONG_AGO,
    TIME_ZONE,
    chosen,
    deadline,
    hour_of,
    interval_of,
    settings_of_task,
)
from pipeline.wiring import configured_sources, possible_reconciliations
from pipeline.world import load_settings

DOC = """
### Every hour, from the sources to the breaks

Each source is a group: `land` fetches and keeps the bytes, `stage` reads, checks and loads them.
Each reconciliation waits until its own sources are *done*, whether or not they are green.

| what you see | what it means | what to do |
|---|---|---|
| `land` pink (skipped) | the source did not answer, nor to retries; its hours become `MIS_FILE` | \
nothing at first: the next hour fetches from where it ended. Two hours on, call the bank; \
`./recon sources check NAME` says what is wrong |
| `land` red | the source answered, and no retry can help: credentials, certificate, format | \
the log's last line names the variable or the file; mend it, then clear `land` of this run |
| `stage` red | a field is gone or retyped, or nothing of the delivery was fit to use | \
`./recon quarantine list`; mend the YAML, then clear `stage`, or wait: the next hour \
takes the kept bytes along |
| a reconciliation red, the run red | a defect, or the database is full or away | \
mend it and clear the task; cleared or run again, it stores the same |
| an e-mail "deadline missed" | the run was not over in time | the longest task of the grid view |

Worry when `everything_reconciled` is red. A pink or red source is the bank's alert, not this run's.

*Again by hand:* "Trigger" with `sources` (some of them) or with `from` and `to` (whole IST hours).
"""

SETTINGS = load_settings()
SOURCES = configured_sources(SETTINGS.environment)
EDGES = possible_reconciliations(SOURCES)
FIRST_HOUR, LAST_HOUR = hour_of("RECON_FIRST_HOUR"), hour_of("RECON_LAST_HOUR")


# One XCom a task: by its annotation alone Airflow would send each of a dozen counts by itself.
@task(
    task_id="land",
    doc_md="Fetch the hour and what is still missing before it; keep the bytes.",
    multiple_outputs=False,
)
def land(source: str) -> Mapping[str, Any]:
    from pipeline import steps

    context = get_current_context()
    if not chosen(context, source):
        raise AirflowSkipException(f"{source} was not asked for")
    try:
        return steps.land(settings_of_task(), source, interval_of(context))
    except SourceUnavailable as failure:
        this = context["ti"]
        if this.try_number <= this.max_tries:
            raise
        # Its MIS_FILE break and its alert say so; a dead bank is not this run's failure.
        raise AirflowSkipException(str(failure)) from failure


@task(
    task_id="stage",
    doc_md="Read, check and load what was landed, also what came before a failure.",
    multiple_outputs=False,
)
def stage(source: str) -> Mapping[str, Any]:
    from pipeline import steps

    context = get_current_context()
    if not chosen(context, source):
        raise AirflowSkipException(f"{source} was not asked for")
    return steps.stage(settings_of_task(), source, interval_of(context))


@task(
    doc_md="Match, explain and prove one edge with what its sources have staged.",
    multiple_outputs=False,
)
def reconcile(name: str, sources: list[str]) -> Mapping[str, Any]:
    from pipeline import steps

    context = get_current_context()
    if not any(chosen(context, source) for source in sources):
        raise AirflowSkipException(f"none of {', '.join(sources)} was asked for")
    return steps.reconcile(settings_of_task(), name, interval_of(context))


@task(
    doc_md="Raise what a person must know, clear what is over, send the mail that waits.",
    multiple_outputs=False,
)
def alerts() -> Mapping[str, Any]:
    from pipeline import deadlines, steps

    context = get_current_context()
    settings = settings_of_task()
    raised = steps.raise_alerts(settings, interval_of(context))
    deadlines.clear(settings, context["dag"].dag_id, context["run_id"])
    return raised


with DAG(
    dag_id="hourly_reconciliation",
    description="Fetch, stage and reconcile every source, hour by hour",
    schedule=CronDataIntervalTimetable("0 * * * *", timezone=TIME_ZONE),
    start_date=FIRST_HOUR or LONG_AGO,
    end_date=LAST_HOUR,
    catchup=FIRST_HOUR is not None,  # no hour is ever skipped, from the installation's first on
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=deadline(minutes=int(os.environ.get("RECON_HOURLY_DEADLINE_MINUTES") or 45)),
    doc_md=DOC,
    tags=["reconciliation"],
    params={
        "sources": Param(
            [], type="array", items={"type": "string", "enum": list(SOURCES)},
            examples=list(SOURCES), title="Only these sources",
            description="None: all of them. The reconciliations that use them follow.",
        ),
        "from": Param(
            None, type=["null", "string"], format="date-time", title="From",
            description="A whole IST hour. Blank: this run's own hour.",
        ),
        "to": Param(
            None, type=["null", "string"], format="date-time", title="To (excluded)",
            description="A whole IST hour after `from`.",
        ),
    },
):  # fmt: skip
    staged = {}
    for source in SOURCES:
        with TaskGroup(source):
            landed = land(source)
            staged[source] = stage.override(pool="heavy", trigger_rule="all_done")(source)
            landed >> staged[source]

    reconciled = []
    with TaskGroup("reconcile", prefix_group_id=False):
        for name, sources in EDGES.items():
            edge = reconcile.override(
                task_id=name, trigger_rule="all_done", execution_timeout=timedelta(hours=1)
            )(name, list(sources))
            [staged[source] for source in sources] >> edge
            reconciled.append(edge)

    told = alerts.override(trigger_rule="all_done")()
    # The run's colour: its only leaf, red where an edge or the alerts failed.
    whole = EmptyOperator(task_id="everything_reconciled", trigger_rule="none_failed")
    (reconciled or list(staged.values())) >> told
    [*reconciled, told] >> whole
