"""`breaks assign|comment|resolve|reopen|withdraw`: a break is somebody's, talked about, closed."""

from typing import Annotated, Any

import typer

from pipeline import undoing, working_off
from pipeline.cli.break_story_tables import asked_words
from pipeline.cli.choices import known
from pipeline.cli.deciding import By, Comment, reason_option, refusals, said, who, why
from pipeline.cli.failures import Misused
from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, tell
from pipeline.cli.session import installation
from pipeline.deciding import Why
from reconciliation.decisions import REOPEN_REASONS, RESOLUTIONS, WITHDRAW_REASONS

REASONS = " ".join(f"{how}: {', '.join(codes)}." for how, codes in RESOLUTIONS.items())
DONE = {
    "written_off": "waits for approval",
    "claimed": "closed as claimed",
    "not_a_break": "closed as no break",
}
Id = Annotated[str, typer.Argument(metavar="ID", help="The id, or its first characters.")]


def register(app: typer.Typer) -> None:
    app.command("assign")(assign_command)
    app.command("comment")(comment_command)
    app.command("resolve")(resolve_command)
    app.command("reopen")(reopen_command)
    app.command("withdraw")(withdraw_command)


def assign_command(
    break_id: Id,
    *,
    to: Annotated[
        str | None, typer.Option("--to", metavar="NAME", help="Who has it; default: who acts.")
    ] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Give a break to somebody, or take it yourself."""
    actor = who(by)
    owner = who(to, "--to") if to is not None else actor
    with refusals(), installation() as (_, store):
        told = working_off.assign(store, break_id, owner, actor)
    _tell(told, f"assigned to {owner}", as_json)


def comment_command(
    break_id: Id,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="In your words; kept.")],
    *,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Say something about a break; with the first words of whoever has it, the search begins."""
    words = said(text)
    if not words:
        raise Misused("a comment has words")
    with refusals(), installation() as (_, store):
        told = working_off.comment(store, break_id, words, who(by))
    _tell(told, "commented on", as_json)


def resolve_command(
    break_id: Id,
    *,
    resolution: Annotated[
        str | None,
        typer.Option("--resolution", metavar="HOW", help=f"One of {', '.join(RESOLUTIONS)}."),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", metavar="CODE", help=f"Why. {REASONS}"),
    ] = None,
    approve: Annotated[
        bool, typer.Option("--approve", help="Approve the write-off somebody else asked for.")
    ] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse it.")] = False,
    comment: Comment = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Close a break. written_off waits until another person gives --approve or --refuse.

    Both are warned where the break's partner may have been refused, or something is suggested. Not
    every reason fits every break: a refusal says which do.
    """
    if (resolution is not None) + approve + refuse != 1:
        raise Misused("give one of --resolution, --approve, --refuse")
    if resolution is None:
        _answer(break_id, Why("", who(by), said(comment)), approve, as_json)
        return
    known(resolution, RESOLUTIONS, "--resolution", "resolution")
    needs_comment = resolution == "not_a_break"
    given = why(reason, RESOLUTIONS[resolution], comment, by, needs_comment=needs_comment)
    with refusals(), installation() as (_, store):
        if resolution == "written_off":
            told = working_off.ask_write_off(store, break_id, given)
        else:
            told = working_off.close(store, break_id, resolution, given)
    _tell(told, DONE[resolution], as_json)


def reopen_command(
    break_id: Id,
    *,
    reason: Annotated[str | None, reason_option(REOPEN_REASONS)] = None,
    comment: Comment = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Undo a closing as not_a_break or claimed: the break is work again, as it stands now."""
    given = why(reason, REOPEN_REASONS, comment, by)
    with refusals(), installation() as (settings, store):
        told = undoing.reopen(store, break_id, given, settings.environment)
    closed = told["status"] == "RESOLVED"
    facts = told["resolution"] in ("auto", "matched")
    who = "facts have" if facts else "somebody has"
    _tell(told, f"{who} closed it meanwhile" if closed else "reopened", as_json)


def withdraw_command(
    break_id: Id,
    *,
    reason: Annotated[str | None, reason_option(WITHDRAW_REASONS)] = None,
    comment: Comment = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Take back a write-off you asked for, before somebody else answers."""
    given = why(reason, WITHDRAW_REASONS, comment, by)
    with refusals(), installation() as (_, store):
        told = undoing.withdraw(store, break_id, given)
    _tell(told, "write-off withdrawn", as_json)


def _answer(break_id: str, given: Why, is_approved: bool, as_json: bool) -> None:
    with refusals(), installation() as (_, store):
        told = working_off.answer_write_off(store, break_id, given, is_approved=is_approved)
    _tell(told, "written off" if is_approved else "write-off refused", as_json)


def _tell(told: dict[str, Any], what: str, as_json: bool) -> None:
    if as_json:
        emit(told)
    else:
        if told.get("write_off"):
            tell(_request(told["write_off"]))
        for words in told.get("warnings", ()):
            tell(f"warning: {words}")
        status = "" if told["status"] == "RESOLVED" else f" ({told['status']})"  # `what` says it
        tell(f"{told['code']} {told['break_id'][:8]}: {what}{status}")


def _request(asked: dict[str, Any]) -> str:
    """What the checker answers about, before the answer."""
    at_stake = asked["exposure"] != asked["amount"]
    stake = f", {asked['exposure']} {asked['currency']} at stake" if at_stake else ""
    days = asked["age_days"]
    age = "" if days is None else f", {days} business {'day' if days == 1 else 'days'} old"
    owner = f"{asked['assigned_to']} has it" if asked["assigned_to"] else "nobody has it"
    return (
        f"{asked['amount']} {asked['currency']}{stake}, of {asked['business_date']}{age}; {owner};"
        f" asked for {asked_words(asked)}"
    )
