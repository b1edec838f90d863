"""Imported before a test module imports Airflow: without its logging, database or home.

What Airflow is told here is gone from the environment afterwards, so that no process started
by a test inherits it.
"""

import os
from pathlib import Path

_TOLD = {
    "_AIRFLOW__AS_LIBRARY": "1",
    "AIRFLOW_CONFIG": str(Path(__file__).parents[1] / "airflow.cfg"),
}
_before = {name: os.environ.get(name) for name in _TOLD}
os.environ.update(_TOLD)
try:
    import airflow
    import airflow.sdk  # noqa: F401
finally:
    for _name, _value in _before.items():
        if _value is None:
            del os.environ[_name]
        else:
            os.environ[_name] = _value
