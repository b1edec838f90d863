"""`bench`: measure a step on this machine."""

import typer


def register(app: typer.Typer) -> None:
    app.command("bench")(bench_command)


def bench_command() -> None:
    """Measure how fast a delivery becomes entries on this machine."""
    raise NotImplementedError
