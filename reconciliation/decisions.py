"""What people may decide, and why: reason codes, and when a match by hand means nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

MEMBERS_MAX = 200  # entries of one match by hand; more is a rule that is missing
OTHER = "other"  # needs a comment
MATCH_REASONS = (
    "same_movement", "wrong_reference", "split", "reversal", "suggested", "confirmed", OTHER,
)  # fmt: skip
UNMATCH_REASONS = ("wrong_partner", "duplicate", "mistake", OTHER)
WRITE_OFF_REASONS = ("bank_charge", "rounding", "uneconomic", "agreed", OTHER)
RESOLUTIONS = ("not_a_break", "claimed")


@dataclass(frozen=True, slots=True)
class Named:
    """An entry somebody named, where it lies on the edge."""

    source: str
    entry_key: str
    side: str
    account_id: int | None
    amount_minor: int
    currency: str
    status: str


def difference_minor(entries: Sequence[Named], ledger_side: str) -> int:
    """External − ledger, with several other sides the largest deviation; a lone side by itself."""
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.side] += entry.amount_minor
    ledger = sums.pop(ledger_side, 0)
    return max((amount - ledger for amount in sums.values()), key=abs, default=-ledger)


def refusal(entries: Sequence[Named], *, by_account: bool) -> str | None:
    """Why these are no match whatever people say, None where they may be one."""
    if len({(entry.source, entry.entry_key) for entry in entries}) < 2:  # noqa: PLR2004
        return "a match has at least two entries"
    if len(entries) > MEMBERS_MAX:
        return f"{len(entries)} entries: at most {MEMBERS_MAX} are matched by hand"
    for what, values in (
        ("currencies", {entry.currency for entry in entries}),
        ("statuses", {entry.status for entry in entries}),
    ):
        if len(values) > 1:
            return (
                f"they are of several {what} ({', '.join(sorted(values))}): no sum means anything"
            )
    if by_account and len({entry.account_id for entry in entries}) > 1:
        return "they are of several accounts, and each account is proven by itself"
    return None
