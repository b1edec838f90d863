"""How `rules` shows versions, changes and replays to people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from pipeline.backtesting import Backtest
from pipeline.cli.output import ist, results, table
from reconciliation.definition import Definition
from reconciliation.model import minor_text
from reconciliation.rule_changes import Change
from reconciliation.trial import in_order, warnings

SHA = 12
VALUE_WIDTH_MAX = 60


def show_versions(rows: Sequence[Mapping[str, Any]]) -> None:
    results().print(
        table(
            "",
            ("reconciliation", "version", "sha256", "origin", "in force", "passes", "first used",
             "promoted by", "tried by"),
            (
                (
                    row["reconciliation"], row["version"], row["sha256"][:SHA], row["origin"],
                    "yes" if row["is_in_force"] else "", len(row["passes"]),
                    row["first_used_at"], _promoter(row), row["tested_by"],
                )
                for row in rows
            ),
            right=("version", "passes"),
            spare=("first used", "tried by", "origin"),
            stack=("promoted by", "tried by"),
            then=(("origin", "in force"), ("version", "passes"), ("sha256", "first used")),
        )
    )  # fmt: skip


def _promoter(row: Mapping[str, Any]) -> str | None:
    name: str | None = row["promoted_by"]
    return f"{name}, despite wrong matches" if row["despite_wrong"] else name


def show_changes(before: Definition, after: Definition, found: Sequence[Change]) -> None:
    results().print(Text(f"{after.name}: {_mark(before)} → {_mark(after)}"))
    if not found:
        same = before.sha256 == after.sha256
        results().print(Text("the same" if same else "the same rules in other words"))
        return
    results().print(
        table(
            "",
            ("what", "before", "after"),
            ((one.place, _short(one.before), _short(one.after)) for one in found),
        )
    )


def show_trial(rests_on: Mapping[str, Any]) -> None:
    """The replay that a promotion rests on, as `promoting.promote` tells it."""
    results().print(
        Text(
            f"rests on backtest {rests_on['backtest_id']}: tried by {rests_on['made_by']}"
            f" on {ist(rests_on['made_at'])} IST, {ist(rests_on['from'])} to"
            f" {ist(rests_on['to'])} IST, against version {rests_on['against_version']}"
        )
    )
    _show_counts(rests_on["to"], rests_on)


def show_backtest(found: Backtest) -> None:
    show_changes(found.before, found.after, found.changes)
    _show_counts(found.interval.end, found.result)
    for words in warnings(found.result):
        results().print(Text(f"warning: {words}"))
    if found.loads_late:
        results().print(
            Text(
                f"note: {found.loads_late} loads of these days became known only after them, and"
                " are not replayed; a later --to takes them in"
            )
        )
    _show_largest(found)
    results().print(Text(f"kept as backtest {found.backtest_id}; {found.duration_s} s"))


def _show_counts(until: datetime, result: Mapping[str, Any]) -> None:
    """`result`: as `Backtest.result` is kept."""
    columns = ("change", "matches", "entries", "amount")
    end = f"{ist(until)} IST"
    title = f"matches at {end}"
    results().print(table(title, columns, _groups(result["matches"]), right=columns[1:]))
    results().print(
        table(f"breaks at {end}", ("change", "code", "breaks", "at stake before", "at stake after"),
              _breaks(result["breaks"]), right=("breaks", "at stake before", "at stake after"))
    )  # fmt: skip
    results().print(
        Text(
            f"raised in the interval, standing or gone since: {result['raised']['before']} by the"
            f" rules in force, {result['raised']['after']} by the changed ones"
        )
    )
    for which, judged in (in_order(result["truth"]) or {}).items():
        results().print(
            Text(
                f"truth, {which}: precision {judged['precision'] or '-'}, recall"
                f" {judged['recall'] or '-'} ({judged['pairs_found']} of"
                f" {judged['pairs_expected']} matches, {judged['pairs_wrong']} wrong; breaks"
                f" {judged['breaks_found']} of {judged['breaks_expected']},"
                f" {judged['breaks_unexpected']} unexpected; {judged['undecidable_silent']} of"
                f" {judged['undecidable']} undecidable silent)"
            )
        )


def _show_largest(found: Backtest) -> None:
    if found.shown_groups:
        results().print(
            table(
                "the largest matches that change",
                ("change", "amount", "currency", "pass", "entries", "why"),
                (
                    (row["change"], row["amount"], row["currency"], _passes(row),
                     " ".join(row["entries"][:4]), row["reason"])
                    for row in found.shown_groups
                ),
                right=("amount",),
                spare=("why",),
                stack=("amount", "currency"),
                then=(("change", "pass"),),
            )
        )  # fmt: skip
    if found.shown_breaks:
        results().print(
            table(
                "the largest breaks that change",
                ("change", "at stake", "currency", "code", "about", "why"),
                (
                    (row["change"], row["amount"], row["currency"],
                     _arrow(row["code_before"], row["code_after"]), row["subject"],
                     row["explanation"])
                    for row in found.shown_breaks
                ),
                right=("at stake",),
                spare=("why",),
                stack=("amount", "currency"),
                then=(("change", "code"),),
            )
        )  # fmt: skip


def _groups(rows: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (
            _change(row), row["groups"], row["entries"],
            f"{minor_text(row['amount_minor'], row['currency'])} {row['currency']}",
        )
        for row in rows
    ]  # fmt: skip


def _breaks(rows: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    same: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    told = []
    for row in rows:
        if row["change"] == "same":  # by code they are no news
            held = same[_change(row), row["currency"]]
            held[0] += row["breaks"]
            held[1] += row["before_minor"]
            continue
        told.append((
            _change(row), _arrow(row["code_before"], row["code_after"]), row["breaks"],
            f"{minor_text(row['before_minor'], row['currency'])} {row['currency']}",
            f"{minor_text(row['after_minor'], row['currency'])} {row['currency']}",
        ))  # fmt: skip
    for (change, currency), (count, minor) in same.items():
        amount = f"{minor_text(minor, currency)} {currency}"
        told.append((change, "", count, amount, amount))
    return told


def _change(row: Mapping[str, Any]) -> str:
    return str(row["change"]) + ("" if row["is_within"] else ", of days before")


def _passes(row: Mapping[str, Any]) -> str:
    return _arrow(row["pass_before"], row["pass_after"])


def _arrow(before: str | None, after: str | None) -> str:
    if before and after and before != after:
        return f"{before} → {after}"
    return after or before or ""


def _mark(definition: Definition) -> str:
    return f"version {definition.version} ({definition.sha256[:SHA]})"


def _short(value: str) -> str:
    words = value.splitlines()[0] if value else "-"
    return words if len(words) <= VALUE_WIDTH_MAX else f"{words[:VALUE_WIDTH_MAX]}…"
