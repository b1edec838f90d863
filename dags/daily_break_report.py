"""Each business day at seven: the break report of the days before, by e-mail."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, get_current_context, task

from dags.run_interval import (
    DEFAULT_ARGS,
    LONG_AGO,
    TIME_ZONE,
    deadline,
    hour_of,
    reported_moment,
    settings_of_task,
)
from reconciliation.model import IST

DOC = """
### The break report by e-mail, each business day at 07:00 IST

It shows the business days up to yesterday, as known at seven. Saturdays the banks work count.

| what you see | what it means | what to do |
|---|---|---|
| both tasks pink (skipped) | the banks rest today | nothing |
| `mail_report` green, nobody got it | its XCom says `waiting`: the mail server is down; \
or `queued` 0: no REPORT_RECIPIENTS | `./recon doctor` says what is wrong; it is tried again |
| `mail_report` red | the database is away or full | mend it, clear the task |

Clear and run again as you like: the same report is never mailed twice.
"""


def reported_day(moment: datetime) -> date:
    """The last IST day that was over at that moment."""
    return moment.astimezone(IST).date() - timedelta(days=1)


@task.short_circuit(doc_md="Go on only on a business day of the banks' calendar.")
def is_business_day() -> bool:
    from pipeline import daily_report

    moment = reported_moment(get_current_context())
    return daily_report.is_business_day(settings_of_task(), moment.astimezone(IST).date())


@task(
    doc_md="Read the report as of this run's moment, archive it, mail it.", multiple_outputs=False
)
def mail_report() -> Mapping[str, Any]:
    from pipeline import daily_report

    moment = reported_moment(get_current_context())
    return daily_report.mail_report(settings_of_task(), reported_day(moment), moment)


with DAG(
    dag_id="daily_break_report",
    description="What agrees, what does not and what to do next, by e-mail",
    schedule=CronDataIntervalTimetable("0 7 * * *", timezone=TIME_ZONE),
    start_date=hour_of("RECON_FIRST_HOUR") or LONG_AGO,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=deadline(minutes=30),
    doc_md=DOC,
    tags=["report"],
):
    is_business_day() >> mail_report()
