"""Progress on stderr: a bar on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.cli.output import progress, say

Advance = Callable[[int, int, object], None]  # done, total, what comes next


@contextmanager
def bar(of_what: str) -> Iterator[Advance]:
    """Gives the function to tell how far it is."""
    console = progress()
    if not console.is_terminal:
        yield lambda done, total, what: say(f"  {done} of {total} {of_what}: {what}")
        return
    drawn = Progress(
        TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, transient=True,
    )  # fmt: skip
    with drawn:
        task = drawn.add_task(of_what, total=None)

        def advance(done: int, total: int, what: object) -> None:
            drawn.update(task, completed=done, total=total)

        yield advance
