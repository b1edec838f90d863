"""Which hour a run is about, what it was asked to do, and how its tasks fail."""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import (
    DeadlineAlert,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    SyncCallback,
)
from airflow.sdk.log import mask_secret

from pipeline.settings import Settings
from pipeline.wiring import secret_values
from pipeline.world import load_settings
from plugins.deadline_reference import QueuedAt
from reconciliation.model import HOUR, IST, Interval, floor_hour

TIME_ZONE = "Asia/Kolkata"
LONG_AGO = datetime(2026, 1, 1, tzinfo=IST)  # without catchup only the hour just over is run

# A retry costs a bank's patience and an hour's time: only what may be well in a moment gets one.
# What was refused, is misconfigured, full, fenced or simply a defect fails at once. (A worker that
# was killed raises nothing: its task is tried again by Airflow's own count.)
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[
                "adapters.errors.SourceUnavailable",
                "pipeline.errors.StoreUnavailable",
                "pipeline.errors.StoreBusy",
            ],
            action=RetryAction.RETRY,
            reason="it may answer in a moment",
        ),
    ],
    default=RetryAction.FAIL,
)
DEFAULT_ARGS = {
    "owner": "reconciliation",
    "retries": 2,  # after [core] default_task_retry_delay
    "retry_policy": RETRY_POLICY,
    "execution_timeout": timedelta(minutes=30),
}


def deadline(minutes: int) -> list[DeadlineAlert]:
    """A run is late so long after it was queued: alert table, e-mail, dashboard."""
    return [
        DeadlineAlert(
            reference=QueuedAt(),
            interval=timedelta(minutes=minutes),
            callback=SyncCallback("plugins.deadline_callback.deadline_missed"),
        )
    ]


def hour_of(variable: str) -> datetime | None:
    """An hour's start from the environment (ISO 8601 with zone), None where it is not set."""
    text = os.environ.get(variable)
    return floor_hour(datetime.fromisoformat(text)) if text else None


def interval_of(context: Mapping[str, Any]) -> Interval:
    """Params `from` and `to`; else the run's own data interval; else, for a manual run that
    has neither, the last hour that was over when it was asked for.
    """
    params, run = context["params"], context["dag_run"]
    if params.get("from") or params.get("to"):
        if not (params.get("from") and params.get("to")):
            raise ValueError("say both `from` and `to`, or neither")
        return Interval(_moment(params["from"]), _moment(params["to"]))
    start, end = run.data_interval_start, run.data_interval_end
    if start is not None and end is not None and start < end:
        return Interval(_moment(start.isoformat()), _moment(end.isoformat()))
    end = floor_hour(_moment(run.run_after.isoformat()))
    return Interval(end - HOUR, end)


def reported_moment(context: Mapping[str, Any]) -> datetime:
    """The end of the run's data interval, else the moment a manual run was asked for."""
    run = context["dag_run"]
    end = run.data_interval_end or run.run_after
    return _moment(end.isoformat())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=IST)


def chosen(context: Mapping[str, Any], name: str) -> bool:
    """Whether this run is about the source: Param `sources`, where none chosen means all."""
    wanted = context["params"].get("sources") or []
    return not wanted or name in wanted


def settings_of_task() -> Settings:
    """The installation's settings, with every secret of it masked in what this task logs."""
    settings = load_settings()
    for value in secret_values(settings):
        mask_secret(value)
    return settings
