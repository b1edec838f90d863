"""Run as a program, once: Airflow's tables, its login and its pool.

The three commands of Airflow's own command line in one process, which saves two starts of
three seconds each; the password stays out of the process list. Not a plugin (.airflowignore).
"""

import os
import sys

from airflow.cli import cli_parser
from airflow.configuration import conf


def commands(environment: dict[str, str]) -> list[list[str]]:
    """The command lines in order, each safe to repeat. A password may begin with a dash."""
    user = environment["RECON_AIRFLOW_ADMIN"]
    password = environment["RECON_AIRFLOW_PASSWORD"]
    pool, slots = environment["RECON_AIRFLOW_POOL"].split(":")
    return [
        ["db", "migrate"],
        [
            "users", "create", "--username", user, f"--password={password}", "--role", "Admin",
            "--firstname", "Recon", "--lastname", "Admin", "--email", f"{user}@localhost",
        ],
        # `create` leaves an existing user as he is, and the password kept here is the one to use.
        ["users", "reset-password", "--username", user, f"--password={password}"],
        ["pools", "set", pool, slots, "Tasks that hold a whole batch in memory"],
    ]  # fmt: skip


def main() -> None:
    if conf.getboolean("core", "load_examples"):
        sys.exit("airflow.cfg of the project was not read: AIRFLOW_CONFIG is wrong")
    parser = cli_parser.get_parser()
    for words in commands(dict(os.environ)):
        arguments = parser.parse_args(words)
        arguments.func(arguments)


if __name__ == "__main__":
    main()
