"""Run as a program in Airflow's environment: what the DAG files say, as JSON.

A process of its own, because what a DAG is made of depends on the environment it is parsed in,
and because Airflow sets up logging for the whole process.
"""

import json
import sys
import time
from datetime import timedelta

from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.decoders import decode_deadline_reference
from airflow.serialization.encoders import encode_deadline_reference
from airflow.serialization.serialized_objects import DagSerialization


def seconds(value: timedelta | None) -> float | None:
    return None if value is None else value.total_seconds()


def main(folder: str) -> None:
    begun = time.monotonic()
    bag = DagBag(folder)
    parsed = time.monotonic() - begun
    for dag in bag.dags.values():
        DagSerialization.to_dict(dag)  # what the scheduler stores
    facts = {
        "import_errors": bag.import_errors,
        "parse_seconds": parsed,
        "dags": {
            dag_id: {
                "schedule": str(dag.timetable),
                "start_date": dag.start_date.isoformat(),
                "end_date": dag.end_date and dag.end_date.isoformat(),
                "catchup": dag.catchup,
                "max_active_runs": dag.max_active_runs,
                "doc_md": dag.doc_md or "",
                "deadlines": [
                    {
                        "reference": type(item.reference).__name__,
                        # What the scheduler does with it: fails unless a plugin registers it.
                        "read_back": decode_deadline_reference(
                            encode_deadline_reference(item.reference)
                        ).reference_name,
                        "minutes": seconds(item.interval) / 60,
                        "callback": item.callback.path,
                        "kind": type(item.callback).__name__,
                    }
                    for item in dag.deadline or []
                ],
                "params": {name: dag.params.get_param(name).dump() for name in dag.params},
                "tasks": {
                    task.task_id: {
                        "owner": task.owner,
                        "retries": task.retries,
                        "retry_delay": seconds(task.retry_delay),
                        "retry_policy": type(task.retry_policy).__name__,
                        "timeout": seconds(task.execution_timeout),
                        "pool": task.pool,
                        "trigger_rule": str(task.trigger_rule.value),
                        "upstream": sorted(task.upstream_task_ids),
                        "downstream": sorted(task.downstream_task_ids),
                        "doc_md": task.doc_md or "",
                    }
                    for task in dag.tasks
                },
            }
            for dag_id, dag in bag.dags.items()
        },
    }
    sys.__stdout__.write("\n" + json.dumps(facts) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
