import pytest

from tests.running_airflow import Running, running_airflow


@pytest.fixture
def running(request: pytest.FixtureRequest) -> Running:
    return running_airflow(request.config)
