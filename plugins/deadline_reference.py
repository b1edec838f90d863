"""When a run's deadline starts to count: the moment it was queued, and never for a backfill.

Airflow has this as DeadlineReference.DAGRUN_QUEUED_AT. Ours differs in two things: the runs
of a backfill are all queued at its start, so the later ones would be "late" by nature, and
get no deadline; and clearing a run that has Airflow's own reference fails with HTTP 500 in
3.3.2 (apache/airflow issue 70368: it reads a JSON column as a number).

Not a plugin itself (.airflowignore): Airflow knows a reference by the name of its module, and
would load this file under another name than the DAGs import it by.
"""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from airflow.sdk.definitions.deadline import BaseDeadlineReference

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

BACKFILL = "backfill"


class QueuedAt(BaseDeadlineReference):
    """The moment the run was queued; None, so no deadline, for a backfill's run."""

    required_kwargs: ClassVar[set[str]] = {"dag_id", "run_id"}

    def _evaluate_with(self, *, session: "Session", dag_id: str, run_id: str) -> datetime | None:
        from airflow.models import DagRun  # noqa: PLC0415  DAG files import this module too

        run = DagRun.find_duplicate(dag_id=dag_id, run_id=run_id, session=session)
        if run is None or run.run_type == BACKFILL:
            return None
        return run.queued_at
