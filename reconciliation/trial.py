"""What a replay of changed rules showed against the truth, and what it warns of."""

from collections.abc import Mapping
from typing import Any

# As `pipeline.backtesting.Backtest.result` is kept; "truth" None or not there: nobody knows it.
Result = Mapping[str, Any]
ORDER = ("before", "after")  # the rules in force, then the changed ones


def in_order(truth: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The same, before and then after: what is stored as JSON keeps no order."""
    return None if truth is None else {name: truth[name] for name in ORDER if name in truth}


def wrong_matches(result: Result) -> int:
    """How many matches the changed rules made that are false; 0 where nobody knows the truth."""
    return int(_judged(result)[1].get("pairs_wrong", 0))


def wrong_told(result: Result) -> str | None:
    """That they make false matches, with the numbers; None where they make none."""
    if not wrong_matches(result):
        return None
    before, after = _judged(result)
    return (
        f"{after['pairs_wrong']} of the matches that the changed rules make are wrong by the"
        f" simulator's truth (of those of the rules in force: {before['pairs_wrong']})"
    )


def loss_told(result: Result) -> str | None:
    """That they find fewer correct matches, with the numbers; None where they do not."""
    before, after = _judged(result)
    if not before or after["pairs_found"] >= before["pairs_found"]:
        return None
    return (
        f"the changed rules lose correct matches: they find {after['pairs_found']} of"
        f" {after['pairs_expected']} (recall {after['recall'] or '-'}), the rules in force"
        f" {before['pairs_found']} (recall {before['recall'] or '-'})"
    )


def warnings(result: Result) -> list[str]:
    """What speaks against these rules, a sentence each."""
    return [words for words in (wrong_told(result), loss_told(result)) if words]


def _judged(result: Result) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    truth = result.get("truth") or {}
    before, after = (truth.get(name, {}) for name in ORDER)
    return before, after
