"""Each night: mail that waits, logs and metadata that are old."""

from collections.abc import Mapping
from datetime import timedelta

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

DOC = """
### Each night at 02:30 IST: nothing grows for ever

`send_waiting_mail` tries the outbox again, `delete_old_logs` removes task logs older than 30 days,
`clean_airflow_metadata` drops Airflow's own history older than 90 days. Our data are never touched.

Red is no emergency: read the log, mend it, clear the task. Two red weeks are one: the disk fills.
"""


@task(doc_md="Messages the mail server did not take before.", multiple_outputs=False)
def send_waiting_mail() -> Mapping[str, int]:
    from pipeline import housekeeping

    return housekeeping.send_waiting_mail(settings_of_task())


@task(doc_md="Task logs nobody wrote to for 30 days.", multiple_outputs=False)
def delete_old_logs() -> Mapping[str, int]:
    from pipeline import housekeeping

    return housekeeping.delete_old_logs(settings_of_task(), reported_moment(get_current_context()))


@task(
    doc_md="Airflow's own history older than 90 days.",
    execution_timeout=timedelta(minutes=20),
    multiple_outputs=False,
)
def clean_airflow_metadata() -> Mapping[str, int]:
    from pipeline import housekeeping, services

    settings = settings_of_task()
    return housekeeping.clean_airflow_metadata(
        settings, reported_moment(get_current_context()), services.Airflow(settings).port
    )


with DAG(
    dag_id="housekeeping",
    description="Waiting mail, old logs, old metadata",
    schedule=CronDataIntervalTimetable("30 2 * * *", timezone=TIME_ZONE),
    start_date=hour_of("RECON_FIRST_HOUR") or LONG_AGO,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=deadline(minutes=120),
    doc_md=DOC,
    tags=["housekeeping"],
):
    send_waiting_mail()
    delete_old_logs()
    clean_airflow_metadata()
