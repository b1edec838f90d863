"""Old logs go, younger ones stay, nothing outside the folder is touched."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from pipeline import airflow_setup, housekeeping

NOW = datetime(2026, 3, 10, 21, 0, tzinfo=UTC)


@pytest.fixture
def logs(settings):
    folder = airflow_setup.airflow_home(settings) / "logs"
    folder.mkdir(parents=True)
    return folder


def written(path, age):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("line\n")
    at = (NOW - age).timestamp()
    os.utime(path, (at, at))
    return path


def test_by_the_second(settings, logs):
    limit = timedelta(days=housekeeping.LOG_DAYS)
    old = written(logs / "dag_id=a" / "1.log", limit + timedelta(seconds=1))
    young = written(logs / "dag_id=a" / "2.log", limit)
    assert housekeeping.delete_old_logs(settings, NOW) == {"files": 1, "bytes": 5}
    assert not old.exists()
    assert young.exists()
    assert housekeeping.delete_old_logs(settings, NOW) == {"files": 0, "bytes": 0}


def test_empty_folders_go_and_links_are_not_followed(settings, logs, tmp_path):
    outside = written(tmp_path / "outside" / "kept.log", timedelta(days=365))
    (logs / "link").symlink_to(outside.parent)
    written(logs / "dag_id=a" / "run_id=b" / "1.log", timedelta(days=365))
    assert housekeeping.delete_old_logs(settings, NOW)["files"] == 1
    assert not (logs / "dag_id=a").exists()
    assert outside.exists()


def test_nothing_there_is_fine(settings):
    assert housekeeping.delete_old_logs(settings, NOW) == {"files": 0, "bytes": 0}
    assert housekeeping.send_waiting_mail(settings) == {"sent": 0, "waiting": 0, "failed": 0}
