"""What the commands of people's decisions share: who acts, for which reason, and refusals."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from pipeline.cli.choices import known
from pipeline.cli.failures import Misused
from pipeline.deciding import Undecidable, Why
from pipeline.login import os_user
from reconciliation.decisions import OTHER

NAME_LENGTH_MAX, COMMENT_LENGTH_MAX = 100, 2_000

By = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who acts; default: the OS user.")
]
Comment = Annotated[str, typer.Option("--comment", metavar="TEXT", help="In your words; kept.")]


def reason_option(reasons: Iterable[str]) -> Any:
    """--reason of a command that knows these."""
    return typer.Option("--reason", metavar="CODE", help=f"One of {', '.join(reasons)}.")


@contextmanager
def refusals() -> Iterator[None]:
    """What cannot be decided is a misuse of the command, told in its words."""
    try:
        yield
    except Undecidable as refused:
        raise Misused(str(refused), refused.next_step) from None


def who(by: str | None, option: str = "--as") -> str:
    """The name given, else the OS user's."""
    name = (os_user() if by is None else by).strip()
    if not name or len(name) > NAME_LENGTH_MAX or not name.isprintable():
        raise Misused(f"{option}: a name of 1 to {NAME_LENGTH_MAX} characters is needed")
    return name


def why(
    reason: str | None, reasons: Iterable[str], comment: str, by: str | None, *,
    needs_comment: bool = False,
) -> Why:  # fmt: skip
    """Checked as typed: the reason is one of `reasons`, and `other` is explained."""
    if reason is None:
        raise Misused("--reason is missing", f"There are: {', '.join(sorted(reasons))}.")
    known(reason, reasons, "--reason", "reason")
    words = said(comment)
    if not words and (needs_comment or reason == OTHER):
        raise Misused("--comment is missing", "Say in your words why; it is kept.")
    return Why(reason, who(by), words)


def said(comment: str) -> str:
    words = comment.strip()
    if len(words) > COMMENT_LENGTH_MAX or "\0" in words:
        raise Misused(f"a comment has at most {COMMENT_LENGTH_MAX} characters")
    return words
