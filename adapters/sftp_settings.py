"""What the YAML of an SFTP source says of its host, and of what may be at most.

sftp:
  host: ${AXIS_SFTP_HOST}
  port: ${AXIS_SFTP_PORT:-22}
  user: ${AXIS_SFTP_USER}
  host_key: ${AXIS_SFTP_HOST_KEY}
  directory: ${AXIS_SFTP_DIR:-.}
  login:
    first_of: [{password: "${AXIS_SFTP_PASSWORD}"}, {key_file: "${AXIS_SFTP_KEY_FILE}"}]
limits: {connect: 30s, quiet: 30s, listing: 2m, file: 5m, settle: 5s, attempts: 4,
         budget: 3m, megabytes: 64, names_max: 200000}
work_folder: ${RECON_HOME:-}    # below it downloads pass through; blank for the system's own
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from adapters.base import SourceConfig
from adapters.config import expanded, settings_of
from adapters.ssh_login import Peer

MEGABYTE = 1_000_000
SECONDS = {
    "connect": 30, "quiet": 30, "listing": 120, "file": 300, "settle": 5, "budget": 180,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of wall time, and what may be at most."""

    connect: float
    quiet: float  # longest silence inside a step
    listing: float
    file: float
    settle: float  # between two looks at a file without a marker
    budget: float  # for all attempts to get through
    attempts: int
    bytes_max: int
    names_max: int


def limits_of(config: SourceConfig) -> Limits:
    """MisconfiguredSource, with file and line; also for a key that nothing reads."""
    settings = settings_of(config)
    settings.only("sftp", "limits", "work_folder")
    settings.section("sftp").only("host", "port", "user", "host_key", "directory", "login")
    section = settings.section("limits", {})
    section.only(*SECONDS, "attempts", "megabytes", "names_max")
    return Limits(
        **{
            name: section.duration(name, timedelta(seconds=seconds)).total_seconds()
            for name, seconds in SECONDS.items()
        },
        attempts=section.integer("attempts", 1, 20, 4),
        bytes_max=section.integer("megabytes", 1, 2_000, 64) * MEGABYTE,
        names_max=section.integer("names_max", 1, 10_000_000, 200_000),
    )


def peer_of(config: SourceConfig, limits: Limits) -> Peer:
    """MisconfiguredSource where a variable is missing."""
    section = expanded(config).section("sftp")
    login = section.section("login")
    login.only("password", "key_file")
    key_file = login.text("key_file", "")
    return Peer(
        source=config.name,
        host=section.text("host"),
        port=section.integer("port", 1, 65_535),
        user=section.text("user"),
        host_key=section.text("host_key"),
        directory=section.text("directory"),
        password=login.text("password", "") or None,
        key_file=Path(key_file).expanduser() if key_file else None,
        connect_seconds=limits.connect,
        quiet_seconds=limits.quiet,
    )
