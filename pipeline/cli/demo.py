"""`demo`: everything, on a simulated world, with one command."""

import signal
import time
from types import FrameType
from typing import Annotated

import typer
from rich.text import Text

from pipeline import services, world
from pipeline.cli.failures import Missed
from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, results, say
from pipeline.cli.progress import bar
from pipeline.cli.report_tables import show
from pipeline.demo import DEFAULT_ROWS, DEFAULT_SEED, Demo, clock_of, run_demo
from pipeline.redaction import redact_logging
from pipeline.settings import Settings
from pipeline.wiring import secret_values
from reconciliation.model import IST


def register(app: typer.Typer) -> None:
    app.command("demo")(demo_command)


def demo_command(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="End after the report instead of staying up.")
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, help=f"Which world. [{DEFAULT_SEED}]"),
    ] = None,
    rows: Annotated[
        int | None,
        typer.Option(
            "--rows", min=500, max=1_000_000, help=f"Ledger entries a day. [{DEFAULT_ROWS}]"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Simulated banks, four business days of history, the last hour by the real scheduler.

    Prints the break report and how it compares with the truth, then stays up until Ctrl-C or
    `./recon down`.
    """
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, _as_interrupt)
    settings = Settings.load()
    redact_logging(secret_values(settings))
    with clock_of(settings, seed, rows) as clock:
        try:
            with bar("calendar days of history") as on_day, bar("tasks") as on_task:
                demo = run_demo(settings, clock, say, on_day, on_task)
            if as_json:
                emit(demo.as_data(time.monotonic() - begun))
            else:
                _show(demo, time.monotonic() - begun, is_up=not once)
            if not once:
                say("stays up until Ctrl-C, or `./recon down` elsewhere")
                _stay(settings)
        finally:
            _stop(settings)
    if not demo.is_true:
        if demo.differences:
            say(demo.differences)
        raise Missed(
            f"the report and the world's truth do not agree: {_shortfall(demo)}",
            f"Report it with --seed {clock.seed} --rows {clock.rows} "
            f"and the anchor {clock.anchor.astimezone(IST).isoformat()}.",
        )


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stay(settings: Settings) -> None:
    """Until Ctrl-C, or until its services are gone: there is nothing to stay for then."""
    try:
        services.wait_until_stopped(world.simulated(settings, {}))
        say("its services were stopped (`./recon down`): the demo ends; `./recon demo` goes on")
    except KeyboardInterrupt:
        say("")  # the terminal has just shown ^C


def _stop(settings: Settings) -> None:
    # A second Ctrl-C must not leave half of it running.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ours = world.simulated(settings, {})
        if "running" in services.states(ours).values():
            say("stopping what was started")
        killed = services.stop(ours)
        if killed:
            say(f"had to be killed: {', '.join(killed)}")
    finally:
        signal.signal(signal.SIGINT, before)


def _show(demo: Demo, seconds: float, *, is_up: bool) -> None:
    out = results()
    show(demo.report, out)
    truth = demo.truth
    out.print()
    out.print(
        Text(
            f"Truth: {truth['pairs_found']} of {truth['pairs_expected']} pairs found, "
            f"{truth['pairs_wrong']} wrong; "
            f"{truth['breaks_found']} of {truth['breaks_expected']} breaks found, "
            f"{truth['breaks_missed']} missed, {truth['breaks_unexpected']} unexpected; "
            f"{truth['undecidable'] - truth['undecidable_silent']} of {truth['undecidable']} "
            "undecidable told",
            style="green" if demo.is_true else "bold red",
        )
    )
    out.print(Text(f"Airflow: {demo.run['dag_id']} {demo.run['run_id']} {demo.run['state']}"))
    out.print(Text(f"Took {seconds:.0f} s (seed {demo.clock.seed}, {demo.clock.rows} rows a day)"))
    if is_up:
        out.print(Text(f"\nDashboard  {demo.dashboard_url}"))
        out.print(Text(f"Airflow    {demo.airflow_url}"))
        out.print(
            Text(f"Login      {demo.login['user']}, password in {demo.login['password_file']}")
        )
        return
    out.print(Text("\nWhat next"))
    for command, words in _next_commands(demo):
        out.print(Text(f"  {command:<30}{words}"))


def _next_commands(demo: Demo) -> list[tuple[str, str]]:
    """(command, what it shows): of what is there now that all is stopped."""
    worst = next((row["break_id"] for row in demo.report.breaks if row["txn_id"]), None)
    commands = [("./recon breaks list", "the work list; a command starts what it needs")]
    if worst is not None:
        commands.append((f"./recon breaks show {worst[:8]}", "the worst one: why, and what to do"))
    commands.append(("./recon demo", "goes on from here, with the first page"))
    return commands


def _shortfall(demo: Demo) -> str:
    truth = demo.truth
    parts = [
        f"{truth[name]} {name.replace('_', ' ')}"
        for name in ("pairs_wrong", "breaks_missed", "breaks_unexpected", "undecidable_silent")
        if truth[name]
    ]
    missing = truth["pairs_expected"] - truth["pairs_found"]
    if missing:
        parts.append(f"{missing} pairs not found")
    if demo.report.unexplained_minor:
        parts.append("account days are not explained")
    if demo.run["state"] != "success":
        parts.append(f"the run {demo.run['run_id']} ended {demo.run['state']}")
    return ", ".join(parts)
