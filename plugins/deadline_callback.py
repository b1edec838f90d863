"""What Airflow calls when a run misses its deadline. Not a plugin (.airflowignore)."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pipeline import deadlines
from pipeline.world import load_settings

BACKFILL = "backfill"
log = logging.getLogger(__name__)


def deadline_missed(context: Mapping[str, Any]) -> None:
    """Raise the alert and the mail, once a run.

    A backfill's runs are all queued at its start, so the later ones are "late" by nature:
    they are left alone.
    """
    run = context["dag_run"]
    if run["run_type"] == BACKFILL:
        log.info("%s: a backfill's run has no deadline", run["dag_run_id"])
        return
    due = context["deadline"]["deadline_time"]
    if isinstance(due, str):
        due = datetime.fromisoformat(due)
    is_new = deadlines.missed(load_settings(), run["dag_id"], run["dag_run_id"], due)
    log.info("%s: deadline missed%s", run["dag_run_id"], "" if is_new else ", known already")
