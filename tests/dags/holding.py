"""Holds a step of the running Airflow still, so that a kill surely meets it where it is meant to.

A step is held in the middle of its transaction: something is written and nothing is committed. A
trigger there waits for an advisory lock for as long as the test holds it. What takes an advisory
lock by itself can be held by that lock's own name.
"""

import time
from collections.abc import Callable
from types import TracebackType

import psutil

from pipeline.services import HOURLY_DAG
from tests.running_airflow import Running, execute, superuser

SECONDS_MAX = 120
# Step: the table it writes to, the column that names the source or the reconciliation.
PLACES = {
    "land": ("raw.coverage", "source"),  # the bytes of all its deliveries are kept
    "stage": ("staging.entry", "source"),  # later it holds the table's statistics: others wait
    "reconcile": ("recon.edge", "reconciliation"),  # matched, explained, proven
}
FUNCTION = """
create function public.wait_while_held() returns trigger language plpgsql as $$
begin
    perform set_config('lock_timeout', '0', true);
    perform pg_advisory_xact_lock_shared(
        hashtextextended(concat(tg_argv[0], ' ', to_jsonb(new) ->> tg_argv[1]), 0)
    );
    return new;
end
$$
"""
TRIGGER = """
create trigger wait_while_held before insert on {table}
for each row execute function public.wait_while_held('{step}', '{column}')
"""
# Somebody waits for what this session holds.
IS_REACHED = """
select exists (
    select
    from pg_locks as held
    inner join pg_locks as waiting using (locktype, database, classid, objid, objsubid)
    where locktype = 'advisory' and held.pid = pg_backend_pid() and not waiting.granted
)
"""


def make_holdable(running: Running) -> None:
    """Of a database that is thrown away afterwards (`Running.restore`)."""
    triggers = [
        TRIGGER.format(step=step, table=table, column=column)
        for step, (table, column) in PLACES.items()
    ]
    execute(running.settings.home, "recon", FUNCTION, *triggers)


class Hold:
    """`with Hold(running, "land hdfc") as hold:` holds that step until the block or `release`."""

    def __init__(self, running: Running, key: str) -> None:
        self._connection = superuser(running.settings.home, "recon")
        self._cursor = self._connection.cursor()
        self._cursor.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (key,))
        self.key = key

    def __enter__(self) -> "Hold":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def release(self) -> None:
        self._connection.close()

    def wait(self) -> None:
        """Until the step has come to where it is held."""
        wait_until(self._is_reached, f"{self.key} is reached")

    def _is_reached(self) -> bool:
        self._cursor.execute(IS_REACHED)
        return bool(self._cursor.fetchone()[0])


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + SECONDS_MAX
    while not is_so():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.1)


def task_process(running: Running, run_id: str, task_id: str) -> psutil.Process:
    """The process that runs the task; its parent is Airflow's supervisor of it."""
    task = running.airflow.rest().get(
        f"/dags/{HOURLY_DAG}/dagRuns/{run_id}/taskInstances/{task_id}", {}
    )
    return psutil.Process(task["pid"])
