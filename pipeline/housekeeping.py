"""What has to be done once a night so that nothing grows for ever and no mail is forgotten."""

import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline import airflow_setup, mailing
from pipeline.errors import PipelineError
from pipeline.settings import Settings
from pipeline.store import Store

LOG_DAYS = 30
METADATA_DAYS = 90
CLEAN_SECONDS_MAX = 900

log = logging.getLogger(__name__)


class MetadataNotCleaned(PipelineError):
    """`airflow db clean` failed; its last words are in the task's log."""


def send_waiting_mail(settings: Settings) -> dict[str, int]:
    """Try again what the mail server did not take."""
    return mailing.deliver_queued(settings, Store.open(settings))


def delete_old_logs(settings: Settings, now: datetime) -> dict[str, int]:
    """Task logs not written to for LOG_DAYS; folders left empty go too."""
    root = airflow_setup.airflow_home(settings) / "logs"
    oldest = (now - timedelta(days=LOG_DAYS)).timestamp()
    deleted = freed = 0
    for path in sorted(root.rglob("*"), reverse=True):  # children before their folder
        if path.is_symlink():
            continue
        if path.is_dir():
            _remove_if_empty(path)
        elif path.stat().st_mtime < oldest:
            freed += path.stat().st_size
            path.unlink()
            deleted += 1
    return {"files": deleted, "bytes": freed}


def clean_airflow_metadata(settings: Settings, now: datetime, port: int) -> dict[str, int]:
    """Drop Airflow's own history older than METADATA_DAYS (ours is kept in `recon`)."""
    oldest = (now - timedelta(days=METADATA_DAYS)).astimezone(UTC)
    done = subprocess.run(
        [
            sys.executable, "-m", "airflow", "db", "clean", "--skip-archive", "--yes",
            "--clean-before-timestamp", oldest.isoformat(),
        ],
        env=airflow_setup.environment(settings, port), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=CLEAN_SECONDS_MAX, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        log.error("airflow db clean: %s", done.stderr.strip()[-1000:])
        raise MetadataNotCleaned(f"airflow db clean ended with {done.returncode}")
    return {"days_kept": METADATA_DAYS}


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()
