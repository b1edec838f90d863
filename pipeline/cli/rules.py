"""`rules`: which hold, what changes, what a change would have done, and putting it in force."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.arguments import ended
from pipeline.cli.arguments import interval as interval_of
from pipeline.cli.choices import known_reconciliation
from pipeline.cli.deciding import By, Comment, refusals, said, who
from pipeline.cli.failures import Misused
from pipeline.cli.options import AsJson, From, Reconciliation, To
from pipeline.cli.output import emit, say, tell
from pipeline.cli.progress import bar
from pipeline.cli.rule_tables import show_backtest, show_changes, show_trial, show_versions
from pipeline.cli.session import installation
from pipeline.settings import PROJECT, Settings
from pipeline.store import Store
from pipeline.world import ends_at, read_clock
from reconciliation.definition import FOLDER, Definition, load_definition
from reconciliation.rule_changes import changes
from reconciliation.trial import warnings

app = typer.Typer(no_args_is_help=True, help="Rules: which hold, try others, put them in force.")

DefinitionFile = Annotated[
    Path,
    typer.Option(
        "--definition", metavar="FILE",
        help="The changed rules: a YAML called as the reconciliation, core_hdfc.yaml.",
    ),
]  # fmt: skip
SHOWN = 20


@app.command("list")
def list_command(*, reconciliation: Reconciliation = None, as_json: AsJson = False) -> None:
    """The rules in force; of one reconciliation every version there ever was."""
    from pipeline.rule_versions import versions  # noqa: PLC0415  it brings the whole engine

    known_reconciliation(reconciliation)
    with installation() as (_, store):
        found = versions(store)
    if reconciliation:
        found = [row for row in found if row["reconciliation"] == reconciliation]
    if as_json:
        emit({"definitions": found})
        return
    show_versions(found if reconciliation else [row for row in found if row["is_in_force"]])


@app.command("diff")
def diff_command(
    first: Annotated[
        str,
        typer.Argument(metavar="RULES", help="FILE, NAME (in force) or NAME@VERSION, NAME@SHA256."),
    ],
    second: Annotated[
        str | None,
        typer.Argument(metavar="CHANGED", help="The changed ones; default: RULES against force."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """What two sets of rules say differently; one alone is held against those in force."""
    with refusals(), installation() as (_, store):
        after = _named(store, second or first)
        before = _named(store, first) if second else _in_force(store, after.name)
        is_draft = second is None and _is_file(first)
        hindered = _hindered(store, after) if is_draft else None
    if before.name != after.name:
        raise Misused(f"{before.name} and {after.name} are two reconciliations", "Compare one.")
    found = changes(before, after)
    if as_json:
        emit({
            "reconciliation": after.name, "before": _mark(before), "after": _mark(after),
            "changes": found, "not_promotable": hindered,
        })  # fmt: skip
        return
    show_changes(before, after, found)


@app.command("backtest")
def backtest_command(
    *,
    definition: DefinitionFile,
    start: From,
    end: To,
    by: By = None,
    limit: Annotated[
        int, typer.Option("--limit", min=0, max=10_000, help="How many changes to name of a kind.")
    ] = SHOWN,
    as_json: AsJson = False,
) -> None:
    """Replay history by changed rules and by those in force, and show what differs.

    Nothing that stands is touched. What became known by the end of --to is replayed, day by day
    from --from on; what was matched by hand and stands then, stands.
    """
    from pipeline.backtesting import backtest  # noqa: PLC0415  it brings the whole engine

    changed = _of_file(definition, "--definition: ")
    known_reconciliation(changed.name, "--definition")
    wanted, tester = interval_of(start, end), who(by)
    with refusals(), installation() as (settings, store):
        interval = ended(wanted, ends_at(settings.home, datetime.now(UTC)), say)
        hindered = _hindered(store, changed)
        with bar("replays of a day") as advance:
            found = backtest(
                store, Store.open(settings, "owner"), changed, interval, tester,
                environment=settings.environment, rows_max=limit, judge=_judge(settings),
                advance=advance,
            )  # fmt: skip
    if as_json:
        emit({
            "reconciliation": changed.name, "from": interval.start, "to": interval.end,
            "before": _mark(found.before), "after": _mark(changed), "changes": found.changes,
            **found.result, "shown_matches": found.shown_groups,
            "shown_breaks": found.shown_breaks, "loads_late": found.loads_late,
            "warnings": warnings(found.result), "not_promotable": hindered,
            "backtest_id": found.backtest_id, "made_by": tester, "duration_s": found.duration_s,
        })  # fmt: skip
        return
    show_backtest(found)


@app.command("promote")
def promote_command(
    *,
    definition: DefinitionFile,
    by: By = None,
    comment: Comment = "",
    despite_wrong: Annotated[
        bool,
        typer.Option(
            "--despite-wrong",
            help="Also where a trial found wrong matches; kept with the promotion.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what it rests on; put nothing in force.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put rules in force that somebody else has tried by `backtest`, and show what that showed.

    From its next run on the reconciliation is derived anew by them. Where a trial of them found
    wrong matches, they are refused without --despite-wrong.
    """
    from pipeline.deciding import Why  # noqa: PLC0415
    from pipeline.promoting import preview, promote  # noqa: PLC0415

    changed = _of_file(definition, "--definition: ")
    known_reconciliation(changed.name, "--definition")
    why = Why("tried", who(by), said(comment))
    with refusals(), installation() as (_, store):
        if dry_run:
            told = preview(store, changed, why.by)
        else:
            told = promote(store, changed, why, despite_wrong=despite_wrong)
    for words in told["warnings"]:
        say(f"warning: {words}")
    if as_json:
        emit(told)
        return
    show_trial(told["rests_on"])
    if dry_run:
        tell(f"{told['reconciliation']}: version {told['replaces']} stays in force")
        return
    tell(
        f"{told['reconciliation']}: version {told['version']} is in force in the place of"
        f" {told['replaces']}; its next run derives all matches anew"
    )


def _of_file(path: Path, option: str = "") -> Definition:
    if not path.is_file():
        names = ", ".join(sorted(file.name for file in FOLDER.glob("*.yaml")))
        raise Misused(
            f"{option}there is no file {path}",
            f"Give a changed copy of one in {FOLDER.relative_to(PROJECT)}/, under its own name:"
            f" {names}.",
        )
    return load_definition(path)


def _hindered(store: Store, changed: Definition) -> str | None:
    """Say, and return, why this text could never be put in force; better now than after a trial."""
    from pipeline.promoting import hindrance  # noqa: PLC0415

    words = hindrance(store, changed)
    if words:
        say(f"warning: {changed.name}: as it stands it cannot be put in force: {words}")
    return words


def _named(store: Store, words: str) -> Definition:
    """A file, NAME, or NAME@ a version or the beginning of a SHA-256."""
    from pipeline.rule_versions import stored  # noqa: PLC0415

    name, at, mark = words.partition("@")
    if _is_file(words):
        return _of_file(Path(words))
    known_reconciliation(name, "RULES")
    return stored(store, name, mark) if at else _in_force(store, name)


def _is_file(words: str) -> bool:
    return words.endswith((".yaml", ".yml")) or "/" in words


def _in_force(store: Store, name: str) -> Definition:
    from pipeline.rule_versions import in_force  # noqa: PLC0415

    known_reconciliation(name, "RULES")
    return in_force(store).find(name)


def _mark(definition: Definition) -> dict[str, Any]:
    return {"version": definition.version, "sha256": definition.sha256}


def _judge(settings: Settings) -> Callable[..., dict[str, Any]] | None:
    """Only the simulator knows the truth."""
    clock = read_clock(settings.home)
    if clock is None:
        return None
    from pipeline import demo_world  # noqa: PLC0415

    return partial(demo_world.judge, settings, clock)
