"""`python -m pipeline`, which `./recon` calls: runs a command and ends with its exit code."""

import logging
import os
import sys
import traceback
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from adapters.errors import MisconfiguredSource, SourceRejected, SourceUnavailable
from pipeline.cli import failures
from pipeline.errors import PipelineError, SettingsError, StoreUnavailable
from pipeline.redaction import clean, redact_logging
from reconciliation.yaml_place import DefinitionError

if TYPE_CHECKING:
    from typer._click.exceptions import UsageError

# What the layers below raise: the first kind that fits.
OTHERS: tuple[tuple[type[Exception], str, int], ...] = (
    (SettingsError, "See `./recon doctor` for what is configured.", failures.USAGE),
    (DefinitionError, "See reconciliation/definitions/.", failures.USAGE),
    (MisconfiguredSource, "See `./recon doctor` for what is configured.", failures.USAGE),
    (SourceUnavailable, "Try again later: nothing is lost.", failures.UNREACHABLE),
    (SourceRejected, "See `./recon doctor` and the runbook.", failures.REFUSED),
    (StoreUnavailable, "Start it with `./recon up`, or check DATABASE_URL.", failures.INTERNAL),
    (Exception, "Run it again with --debug for the details.", failures.INTERNAL),
)
EXPECTED = (
    failures.CommandError, PipelineError, DefinitionError, SourceRejected, SourceUnavailable,
)  # fmt: skip


def main() -> None:
    """Ends the process: see `pipeline.cli.failures` for what each exit code means."""
    words = sys.argv[1:]
    # `--debug` is taken anywhere: people add it to the end of what just failed.
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    sys.excepthook = _in_full if debug else _one_line
    _log_to_stderr(logging.DEBUG if debug else logging.WARNING)
    # After the hook, which typer keeps as it finds it: a broken import is one line.
    from typer._click.exceptions import UsageError  # noqa: PLC0415

    from pipeline.cli.app import app  # noqa: PLC0415

    try:
        code = app(args=words, prog_name="recon", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else failures.DONE)
    except KeyboardInterrupt:
        sys.exit(failures.INTERRUPTED)
    except BrokenPipeError:
        # The reader left (`recon export | head`): not an error; keep the exit quiet.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(failures.DONE)
    except UsageError as misuse:
        _show_misuse(misuse)
        sys.exit(failures.USAGE)
    except EXPECTED as failure:
        if debug:
            _in_full(type(failure), failure, failure.__traceback__)
        what, next_step, exit_code = _explain(failure)
        _complain(what, next_step)
        sys.exit(exit_code)


def _log_to_stderr(level: int) -> None:
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    for handler in logging.getLogger().handlers:
        handler.setLevel(level)  # some libraries set their own logger's level when imported
    redact_logging()  # the secrets follow with the settings


def _explain(failure: Exception) -> tuple[str, str, int]:
    """(what and where, what next, exit code)."""
    if isinstance(failure, failures.CommandError):
        return failure.what, failure.next_step, failure.exit_code
    fitting = (item for item in OTHERS if isinstance(failure, item[0]))
    _, next_step, exit_code = next(fitting)
    return str(failure), next_step, exit_code


def _show_misuse(misuse: "UsageError") -> None:
    """An option or a command that is not there, as plainly as what the commands refuse."""
    from typer._click.exceptions import NoArgsIsHelpError  # noqa: PLC0415

    if isinstance(misuse, NoArgsIsHelpError):
        misuse.show()  # the help itself
        return
    path = misuse.ctx.command_path if misuse.ctx else "recon"
    _complain(f"{path}: {misuse.format_message().rstrip('.')}", f"See `./{path} --help`.")


def _complain(what: str, next_step: str) -> None:
    console = Console(stderr=True, soft_wrap=True)
    console.print(Text("error: ", style="bold red") + Text(clean(what)))
    if next_step:
        console.print(Text("next:  ", style="bold") + Text(next_step))


def _one_line(
    kind: type[BaseException], failure: BaseException, trace: TracebackType | None
) -> None:
    """An error nobody foresaw: its kind and place, never its text, which may hold data."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    _complain(f"internal error: {kind.__name__}{place}", "Run it again with --debug and report it.")


def _in_full(
    kind: type[BaseException], failure: BaseException, trace: TracebackType | None
) -> None:
    """What --debug shows: the traceback, as redacted as a log."""
    print(clean("".join(traceback.format_exception(kind, failure, trace))), end="", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
