"""`match` and `unmatch`: what people know better than the passes."""

from typing import Annotated, Any

import typer

from pipeline.cli.choices import known, known_reconciliation, known_source
from pipeline.cli.deciding import By, Comment, reason_option, refusals, why
from pipeline.cli.failures import Misused
from pipeline.cli.options import AsJson
from pipeline.cli.output import emit, ist, results, say, table, tell
from pipeline.cli.session import installation, load_settings
from pipeline.matching_by_hand import accept, match, must_be_there, unmatch
from pipeline.working_off import find_one
from reconciliation.decisions import MATCH_REASONS, UNMATCH_REASONS, is_same_person

KINDS = ("fits", "sum", "text")
NAMED_MAX = 10  # in a sentence

On = Annotated[
    str | None,
    typer.Option("--reconciliation", metavar="NAME", help="Where entries are on several."),
]


def register(app: typer.Typer) -> None:
    app.command("match")(match_command)
    app.command("unmatch")(unmatch_command)


def match_command(
    entries: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE:ID",
            help="All entries of the match; a settlement's id or UTR for its open lines.",
        ),
    ] = None,
    *,
    reconciliation: On = None,
    suggestion: Annotated[
        str | None,
        typer.Option(
            "--suggestion", metavar="BREAK", help="In place of entries: accept a suggestion of it."
        ),
    ] = None,
    rank: Annotated[
        int | None,
        typer.Option("--rank", metavar="N", min=1, max=100, help="Which, where there are several."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="Of which kind: fits, sum or text.")
    ] = None,
    reason: Annotated[str | None, reason_option(MATCH_REASONS)] = None,
    comment: Comment = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Match entries by hand; runs and backfills keep it. They must add up to the paisa.

    What two people wrote off is matched with --reason recovered alone.
    """
    if bool(entries) == (suggestion is not None):
        raise Misused("give entries as SOURCE:ID, or --suggestion BREAK", "One of the two.")
    known_reconciliation(reconciliation)
    known(kind, KINDS, "--kind", "kind of suggestion")
    names = [_entry(word) for word in entries or ()]
    with refusals(), installation() as (settings, store):
        # What is named is looked at first: a wrong id says more than a reason that is missing.
        break_id = find_one(store, suggestion) if suggestion is not None else ""
        must_be_there(store, names, reconciliation)
        given = why(reason or ("suggested" if break_id else None), MATCH_REASONS, comment, by)
        if break_id:
            told = accept(
                store, break_id, given, rank=rank, kind=kind, environment=settings.environment
            )
        else:
            told = match(store, names, given, edge=reconciliation, environment=settings.environment)
    _tell(told, "matched by hand", as_json, given.by)


def unmatch_command(
    asked: Annotated[
        str,
        typer.Argument(metavar="ID", help="A match's id or its first characters, or SOURCE:ID."),
    ],
    *,
    reconciliation: On = None,
    reason: Annotated[str | None, reason_option(UNMATCH_REASONS)] = None,
    comment: Comment = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Undo a match: one made by hand ends; entries that a pass matched are kept apart."""
    known_reconciliation(reconciliation)
    given = why(reason, UNMATCH_REASONS, comment, by)
    if ":" in asked:
        _entry(asked)
    with refusals(), installation() as (settings, store):
        told = unmatch(store, asked, given, edge=reconciliation, environment=settings.environment)
    _tell(told, "no longer matched", as_json, given.by)


def _entry(word: str) -> tuple[str, str]:
    source, colon, name = word.partition(":")
    if not (source and colon and name):
        raise Misused(f"{word!r} is no entry", "An entry is SOURCE:ID, as core:CORE-000001.")
    known_source(source, load_settings(), "SOURCE:ID")
    return source, name


def _tell(told: dict[str, Any], what: str, as_json: bool, by: str) -> None:
    for one in told["was"]:
        if not is_same_person(one["decided_by"], by):
            say(_whose(one))
    if as_json:
        emit(told)
        return
    rest = len(told["named"]) - NAMED_MAX
    named = ", ".join(told["named"][:NAMED_MAX]) + (f" and {rest} more" if rest > 0 else "")
    tell(f"{told['reconciliation']}: {named} {what}")
    for one in told.get("written_off", ()):
        tell(
            f"what next: reverse the write-off of {one['amount']} {one['currency']} in the books"
            f" (break {one['break_id'][:8]}, by {one['asked_by']} and {one['answered_by']})"
        )
    if told["changes"]:
        results().print(
            table(
                "",
                ("change", "id", "what", "why"),
                ((row["change"], row["id"][:8], row["what"], row["words"])
                 for row in told["changes"]),
            )
        )  # fmt: skip


def _whose(decision: dict[str, Any]) -> str:
    """A decision of somebody else's that has ended now."""
    how = "matched" if decision["kind"] == "together" else "taken apart"
    why = ", ".join(filter(None, (decision["reason_code"], decision["comment"])))
    by, when = decision["decided_by"], ist(decision["decided_at"])
    return f"remark: {by} had {how} them by hand, {when} IST: {why}; that has ended"
