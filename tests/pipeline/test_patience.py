"""A time limit on a machine that is free, busy, or busy for ever."""

import pytest

from pipeline.patience import STRETCH_MAX, Patience, load_a_processor
from pipeline.services_airflow import Airflow
from pipeline.services_process import Service, ServiceFailed, stop_all


def seconds_until_over(load):
    """Asked each second, of a limit of ten."""
    now = [0.0]
    patience = Patience(10, clock=lambda: now[0], load=lambda: load)
    while not patience.is_over():
        now[0] += 1
    return now[0]


@pytest.mark.parametrize(
    ("load", "seconds"), [(0.1, 11), (1, 11), (2, 21), (4, 41), (100, 10 * STRETCH_MAX + 1)]
)
def test_a_busy_machine_is_given_more_time_and_not_for_ever(load, seconds):
    assert seconds_until_over(load) == seconds


def test_the_load_is_a_number():
    assert load_a_processor() >= 0


def test_who_waited_in_vain_is_told_what_next(settings):
    """A process that lives and never answers."""
    sleeper = Service("api-server", ["-c", "import time; time.sleep(60)"], {}, settings.home)
    airflow = Airflow(settings)
    airflow._services = lambda variables=None: [sleeper]
    try:
        sleeper.start()
        with pytest.raises(ServiceFailed, match="run the same command again") as failed:
            airflow.wait_healthy(0.1)
        assert "scheduler, dag_processor, triggerer (load a processor: " in str(failed.value)
    finally:
        stop_all([sleeper])
