"""`up`, `down`, `status`: the system with your own banks, in the background."""

from typing import Any

import typer
from rich.text import Text
from sqlalchemy import make_url

from pipeline import schema, services, world
from pipeline.cli.failures import Misused
from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, results, say, table, tell
from pipeline.cli.session import load_settings
from pipeline.errors import SettingsError
from pipeline.postgres import Postgres
from pipeline.services import HOURLY_DAG, Airflow
from pipeline.settings import Settings
from pipeline.source_checks import none_configured, read_sources

OTHER_DAGS = ("daily_break_report", "housekeeping")


def register(app: typer.Typer) -> None:
    app.command("up")(up_command)
    app.command("down")(down_command)
    app.command("status")(status_command)


def up_command(*, as_json: AsJson = False) -> None:
    """Start the system in the background: your `.env`, your banks, Airflow's schedule."""
    settings = load_settings()
    if world.clock_file(settings.home).exists():
        raise Misused(
            f"{settings.home} holds a demo's simulated world",
            f"Give your own banks a folder of their own: RECON_HOME={settings.home}-own in `.env`"
            " or the environment. If the demo is done with, `./recon down`, then remove"
            f" {settings.home}.",
        )
    _warn_of_no_source(settings)
    if settings.database_url is None:
        say("starting Postgres")
        Postgres(settings.home).start()
    applied, notes = schema.prepare(settings)
    if applied:
        say(f"database brought up to date: {', '.join(applied)}")
    for note in notes:
        say(f"note: {note}")
    airflow = Airflow(settings)
    say("preparing Airflow (half a minute the first time)")
    airflow.setup()
    airflow.start()
    airflow.wait_healthy()
    for dag in (HOURLY_DAG, *OTHER_DAGS):
        airflow.rest().unpause(dag)
    if as_json:
        emit(_status(settings))
    else:
        _show(settings)


def _warn_of_no_source(settings: Settings) -> None:
    """It starts all the same: what is configured later needs a restart, not another set-up."""
    if any(not config.missing for config in read_sources(settings).values()):
        return
    what, next_step = none_configured(settings)
    say(f"note: {what}")
    say(f"next: {next_step} Then `./recon down` and `./recon up`.")


def down_command(*, as_json: AsJson = False) -> None:
    """Stop everything that runs for this RECON_HOME; the data stay."""
    settings = load_settings()
    before = services.states(settings)
    killed = services.stop(settings)
    stopped = sorted(name for name, state in before.items() if state == "running")
    if as_json:
        emit({"stopped": stopped, "killed": killed})
        return
    tell(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")
    if killed:
        tell(f"had to be killed: {', '.join(killed)}")


def status_command(*, as_json: AsJson = False) -> None:
    """Show what runs and where to find it."""
    settings = load_settings()
    if as_json:
        emit(_status(settings))
    else:
        _show(settings)


def _status(settings: Settings) -> dict[str, Any]:
    """What the contract names; null for the URL of what does not run."""
    airflow = Airflow(settings)
    states = services.states(settings)
    is_up = bool(airflow.port) and states["api-server"] == "running"
    # An own server is nobody's service here: its URL holds whatever runs.
    has_database = states.get("postgres", "running") == "running"
    return {
        "airflow_url": airflow.url if is_up else None,
        "dashboard_url": airflow.dashboard_url if is_up else None,
        "database_url": auditor_url(settings) if has_database else None,
        "login": airflow.login(),
        "services": states,
    }


def auditor_url(settings: Settings) -> str | None:
    """Where an auditor connects, password included; None where there is no such role yet."""
    if settings.database_url is None:
        try:
            url = make_url(Postgres(settings.home).urls().auditor)
        except SettingsError:
            return None
        return url.set(drivername="postgresql").render_as_string(hide_password=False)
    kept = settings.home / "secrets" / "postgres_recon_auditor"
    if not kept.exists():
        return None  # the role was made by somebody else: he knows its password
    url = make_url(settings.database_url).set(
        drivername="postgresql", username="recon_auditor", password=kept.read_text().strip()
    )
    return url.render_as_string(hide_password=False)


def _show(settings: Settings) -> None:
    status = _status(settings)
    out = results()
    out.print(table("", ("service", "state"), sorted(status["services"].items())))
    url = status["database_url"]
    if status["airflow_url"] or url:
        out.print()
    else:
        # A demo's home is started by `demo` alone.
        is_demo = world.read_clock(settings.home) is not None
        starters = "`./recon demo`" if is_demo else "`./recon up`, or a demo by `./recon demo`"
        out.print(Text(f"\nNothing runs: start it with {starters}."))
    if status["airflow_url"]:
        out.print(Text(f"Dashboard  {status['dashboard_url']}"))
        out.print(Text(f"Airflow    {status['airflow_url']}"))
        login = status["login"]
        out.print(Text(f"Login      {login['user']}, password in {login['password_file']}"))
    if url:
        # For people without the password: it is in the file, and in --json for programs.
        shown = make_url(url).render_as_string(hide_password=True)
        out.print(Text(f"Auditors   {shown} (with the password: --json)"))
