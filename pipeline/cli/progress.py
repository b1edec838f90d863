"""Progress on stderr: a bar on a terminal, plain lines elsewhere, where a log has use for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.cli.output import progress, say

Advance = Callable[[int, int, object], None]  # done, total, what comes next


@contextmanager
def bar(of_what: str, *, has_lines: bool = True) -> Iterator[Advance]:
    """Gives the function to tell how far it is; drawn from the first word to the last.

    `has_lines`: whether each step is a line where there is no terminal.
    """
    console = progress()
    if not console.is_terminal:
        yield _lines(of_what) if has_lines else _silent
        return
    drawn = Progress(
        TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, transient=True,
    )  # fmt: skip
    task = drawn.add_task(of_what, total=None)

    def advance(done: int, total: int, what: object) -> None:
        drawn.start()
        drawn.update(task, completed=done, total=total)
        if done == total:
            drawn.stop()

    try:
        yield advance
    finally:
        drawn.stop()


def _silent(done: int, total: int, what: object) -> None:
    pass


def _lines(of_what: str) -> Advance:
    told = -1

    def advance(done: int, total: int, what: object) -> None:
        nonlocal told
        if done != told:
            say(f"  {done} of {total} {of_what}: {what}" if done < total else f"  {done} {of_what}")
        told = done

    return advance
