"""kill -9 between any two steps, on the real scheduler: the exports are those of the unharmed run.

The database is put back to before the hour and the scheduler's run of it is cleared, so that it
works as for the first time. What was killed Airflow runs again by itself: after its retry delay,
its heartbeat timeout or its look for orphans, which `running_airflow.SETTINGS` shortens.
"""

import signal
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from pipeline.services import HOURLY_DAG
from pipeline.services_process import Service
from tests.dags.holding import Hold, make_holdable, task_process, wait_until
from tests.running_airflow import RUN_SECONDS_MAX

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(600)]
KEPT = "select count(*) from raw.delivery where source = :subject"
COVERED = "select count(*) from raw.coverage where source = :subject"
ATTEMPT = "select max(attempt) from recon.run where step = 'stage' and subject = :subject"
LOADED = """
select counts ->> 'already_loaded' from recon.run where step = 'stage' and subject = :subject
"""


@pytest.fixture
def hour(running, first_run):
    running.restore()
    make_holdable(running)
    return Hour(running, first_run["run_id"])


class Hour:
    """The scheduler's run of the hour, about to be run again."""

    def __init__(self, running, run_id):
        self.running, self.run_id = running, run_id
        self.tries = self.tries_now()

    def begin(self):
        path = f"/dags/{HOURLY_DAG}/dagRuns/{self.run_id}/clear"
        answer = self.running.airflow.rest().send("POST", path, json={"dry_run": False})
        assert answer.ok, answer.text

    def process(self, task_id):
        return task_process(self.running, self.run_id, task_id)

    def value(self, statement, subject):
        with self.running.store.transaction() as transaction:
            return transaction.connection.execute(text(statement), {"subject": subject}).scalar()

    def tries_now(self):
        return {task: tries for task, (_, tries) in self.running.tasks(self.run_id).items()}

    def run_more_than_once(self):
        return {task for task, tries in self.tries_now().items() if tries > self.tries[task] + 1}

    def end(self):
        rest = self.running.airflow.rest()
        run = rest.await_run(HOURLY_DAG, self.running.hour, seconds_max=RUN_SECONDS_MAX)
        return run["state"]


def kill_while_it_fetches(hour, source):
    """Some files are kept, the next does not come."""
    wait_until(lambda: hour.running.is_spoiled(source), f"{source} stands still")
    hour.process(f"{source}.land").kill()
    assert hour.value(KEPT, source) > 0


def kill_before_the_commit(hour, hold, task_id):
    """All is done, nothing is committed."""
    hold.wait()
    hour.process(task_id).kill()
    hold.release()


def kill_after_the_commit(hour, hold, source):
    """All is committed, and Airflow does not know."""
    hold.wait()
    task = hour.process(f"{source}.land")
    supervisor = task.parent()
    supervisor.suspend()  # nothing the task says is heard
    hold.release()
    wait_until(lambda: hour.value(COVERED, source) == 1, f"{source} is landed")
    task.kill()
    supervisor.resume()


def kill_the_supervisor(hour, hold, task_id):
    """The task itself lives on, and stays where it is held."""
    hold.wait()
    task = hour.process(task_id)
    task.parent().kill()
    return task


def test_killed_once_in_every_step_the_hour_ends_as_unharmed(running, hour):
    keys = ("land hdfc", "land icici", "stage sbi", "stage core", "reconcile core_hdfc", "alerts")
    with ExitStack() as stack:
        holds = {key: stack.enter_context(Hold(running, key)) for key in keys}
        stack.enter_context(running.fault("kotak", "stalled_read", after=8))
        hour.begin()
        kill_while_it_fetches(hour, "kotak")
        kill_before_the_commit(hour, holds["land hdfc"], "hdfc.land")
        kill_after_the_commit(hour, holds["land icici"], "icici")
        orphan = kill_the_supervisor(hour, holds["stage sbi"], "sbi.stage")
        kill_before_the_commit(hour, holds["stage core"], "core.stage")
        kill_before_the_commit(hour, holds["reconcile core_hdfc"], "core_hdfc")
        # Once it is run again, the orphan comes to its end and is too late.
        wait_until(lambda: hour.value(ATTEMPT, "sbi") == 2, "sbi is staged again")
        assert orphan.is_running()
        holds["stage sbi"].release()
        kill_before_the_commit(hour, holds["alerts"], "alerts")
        assert hour.end() == "success"
    assert hour.run_more_than_once() >= {
        "kotak.land", "hdfc.land", "icici.land", "sbi.stage", "core.stage", "core_hdfc", "alerts",
    }  # fmt: skip
    assert hour.value(LOADED, "sbi") == "false", "the orphan loaded it"
    assert running.exported() == running.unharmed


def test_a_killed_scheduler_goes_on_where_it_was(running, hour):
    """Started again as by `./recon up`; what its tasks were at is run again."""
    scheduler = Service("scheduler", [], {}, running.settings.home)
    with Hold(running, "reconcile core_hdfc") as hold:
        hour.begin()
        hold.wait()
        task = hour.process("core_hdfc")
        scheduler.signal(signal.SIGKILL)
        wait_until(lambda: not scheduler.is_running(), "the scheduler is dead")
        assert task.is_running()
        assert running.airflow.start() == ["scheduler"]
        wait_until(lambda: not task.is_running(), "what it left behind is gone")
    assert hour.end() == "success"
    assert "core_hdfc" in hour.run_more_than_once()
    assert running.exported() == running.unharmed
