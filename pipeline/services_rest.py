"""Airflow's REST API as far as we use it, on loopback, logged in as the kept admin."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import requests

from pipeline.errors import PipelineError
from pipeline.patience import Patience
from pipeline.services_process import ServiceFailed
from pipeline.services_session import AirflowSession
from reconciliation.model import Interval

POLL_SECONDS = 1.0
PAGE = 100  # Airflow's own limit
FINISHED = ("success", "failed")


class BackfillBusy(PipelineError):
    """Airflow runs another backfill of this DAG; it allows one at a time."""


class AirflowRest(AirflowSession):
    """`base` like http://127.0.0.1:8080. ServiceFailed when it does not answer as it should."""

    def unpause(self, dag_id: str, *, seconds_max: float = 180) -> None:
        """Let the scheduler run this DAG; waits until the DAG is parsed for the first time."""
        patience = Patience(seconds_max)
        while True:
            answer = self.send("PATCH", f"/dags/{dag_id}", json={"is_paused": False})
            if answer.status_code != requests.codes.not_found:
                self.checked(answer)
                return
            if patience.is_over():
                raise ServiceFailed(f"Airflow does not know DAG {dag_id}{self.import_errors()}")
            time.sleep(POLL_SECONDS / 2)

    def scheduled_run(self, dag_id: str, start: datetime) -> dict[str, Any] | None:
        """The run of the interval that starts there, the scheduler's own; None before it is made.

        A run that a backfill took over keeps its identity and counts as well.
        """
        found = self.get(
            f"/dags/{dag_id}/dagRuns",
            {"logical_date_gte": start.isoformat(), "logical_date_lte": start.isoformat()},
        )
        runs: list[dict[str, Any]] = found["dag_runs"]
        return runs[0] if runs else None

    def task_states(self, dag_id: str, run_id: str) -> dict[str, int]:
        """How many tasks of a run are in which state; "none" before it has one."""
        return self._states(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", "task_instances")

    def _states(self, path: str, rows: str, **query: str) -> dict[str, int]:
        """How many of a list's rows are in which state, read page by page."""
        states: dict[str, int] = {}
        offset, total = 0, 1
        while offset < total:
            page = self.get(path, {**query, "limit": str(PAGE), "offset": str(offset)})
            total = page["total_entries"]
            for row in page[rows]:
                state = row["state"] or "none"
                states[state] = states.get(state, 0) + 1
            offset += PAGE
        return states

    def await_run(
        self,
        dag_id: str,
        interval: Interval,
        *,
        seconds_max: float,
        on_change: Callable[[Mapping[str, int]], None] = lambda states: None,
    ) -> dict[str, Any]:
        """Wait for the scheduler's own run of the interval to end.

        Returns {"dag_id", "run_id", "state", "tasks": {state: n}}; ServiceFailed when it has
        not ended in time.
        """
        deadline = time.monotonic() + seconds_max
        seen: dict[str, int] = {}
        while True:
            run = self.scheduled_run(dag_id, interval.start)
            if run is not None:
                tasks = self.task_states(dag_id, run["dag_run_id"])
                if tasks != seen:
                    seen = tasks
                    on_change(tasks)
                if run["state"] in FINISHED:
                    return {
                        "dag_id": dag_id,
                        "run_id": run["dag_run_id"],
                        "state": run["state"],
                        "tasks": tasks,
                    }
            if time.monotonic() > deadline:
                known = "is not there" if run is None else f"is {run['state']}: {seen}"
                raise ServiceFailed(
                    f"the run of {dag_id} for {interval} {known} after {seconds_max:.0f} s"
                    f"{self.import_errors()}"
                )
            time.sleep(POLL_SECONDS)

    def trigger(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Start a manual run with these Params; returns its run id."""
        body = {"logical_date": None, "conf": dict(conf)}
        run = self.checked(self.send("POST", f"/dags/{dag_id}/dagRuns", json=body))
        return str(run["dag_run_id"])

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        return self.get(f"/dags/{dag_id}/dagRuns/{run_id}", {})

    def create_backfill(
        self,
        dag_id: str,
        interval: Interval,
        *,
        sources: tuple[str, ...] = (),
        max_active_runs: int = 4,
        reprocess_behavior: str = "completed",
    ) -> int:
        """Queue one run an hour of the interval; returns the backfill's number.

        BackfillBusy while another backfill of the DAG is active.
        """
        last = list(interval.hours())[-1]
        body = {
            "dag_id": dag_id,
            "from_date": interval.start.isoformat(),
            "to_date": last.start.isoformat(),  # logical dates, both included
            "reprocess_behavior": reprocess_behavior,
            "max_active_runs": max_active_runs,
            "dag_run_conf": {"sources": list(sources)} if sources else {},
        }
        answer = self.send("POST", "/backfills", json=body)
        if answer.status_code == requests.codes.conflict:
            raise BackfillBusy(f"{dag_id} has an active backfill; this one has to wait for it")
        return int(self.checked(answer)["id"])

    def backfill_states(self, dag_id: str, interval: Interval) -> dict[str, int]:
        """How many runs of the interval's hours are in which state."""
        return self._states(
            f"/dags/{dag_id}/dagRuns",
            "dag_runs",
            logical_date_gte=interval.start.isoformat(),
            logical_date_lt=interval.end.isoformat(),
        )

    def is_backfill_done(self, backfill: int) -> bool:
        return self.get(f"/backfills/{backfill}", {})["completed_at"] is not None
