"""In a container: prepare the databases, or become one of Airflow's processes.

python docker/run.py init | api-server | scheduler | dag-processor | triggerer

Configuration is the environment's (the names of .env.example); keys that are missing are made
once and kept in RECON_HOME, a volume that all containers share.
"""

import os
import sys
from pathlib import Path

from pipeline import airflow_setup, schema
from pipeline.services_airflow import COMMANDS, Airflow
from pipeline.settings import Settings
from pipeline.world import load_settings

PORT = 8080
API_SERVER = "api-server"  # its name in compose.yaml is its host name


def environment(settings: Settings) -> dict[str, str]:
    """As on one machine, but the API server is another host and listens to its network."""
    inside = f"http://{API_SERVER}:{PORT}"
    return {
        **airflow_setup.environment(settings, PORT, Airflow(settings).schedule()),
        "AIRFLOW__API__HOST": "0.0.0.0",  # noqa: S104  the container's; compose publishes loopback
        "AIRFLOW__API__BASE_URL": os.environ.get("RECON_PUBLIC_URL", f"http://127.0.0.1:{PORT}"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{inside}/execution/",
        "NO_PROXY": f"{os.environ.get('NO_PROXY', '')},{API_SERVER}",
    }


def main(words: list[str]) -> None:
    settings = load_settings()
    if words == ["init"]:
        schema.prepare(settings)
        airflow_setup.prepare(settings, PORT)
        return
    if len(words) != 1 or words[0] not in COMMANDS:
        sys.exit(f"one of: init, {', '.join(COMMANDS)}")
    home = airflow_setup.airflow_home(settings)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chdir(Path(home))
    command = [sys.executable, "-m", "airflow", *COMMANDS[words[0]]]
    os.execve(sys.executable, command, environment(settings))  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
