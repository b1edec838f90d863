"""What people may decide, and why: reason codes, and when a match by hand means nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from reconciliation.model import minor_text

MEMBERS_MAX = 200  # entries of one match by hand; more is a rule that is missing
OTHER = "other"  # needs a comment
RECOVERED = "recovered"  # the money came after two people had written it off
MATCH_REASONS = (
    "same_movement", "wrong_reference", "split", "reversal", "suggested", "confirmed",
    RECOVERED, OTHER,
)  # fmt: skip
UNMATCH_REASONS = ("wrong_partner", "duplicate", "mistake", OTHER)
# How a person closes a break, and for which reasons. Only the first takes two people.
RESOLUTIONS = {
    "written_off": ("bank_charge", "rounding", "uneconomic", "agreed", OTHER),
    "claimed": ("from_bank", "from_gateway", "from_customer", OTHER),
    "not_a_break": ("test_entry", "known_timing", "explained_elsewhere", OTHER),
}
REOPENED = ("claimed", "not_a_break")  # what one person closed, one person opens again
REOPEN_REASONS = ("mistake", "new_facts", "not_paid", OTHER)
WITHDRAW_REASONS = ("mistake", "new_facts", OTHER)
NEVER_CLOSED = "PROOF_UNEXPLAINED"  # by a person, under any name; the database says so too


@dataclass(frozen=True, slots=True)
class Named:
    """An entry somebody named, where it lies on the edge."""

    source: str
    entry_key: str
    side: str
    account_id: int | None
    amount_minor: int
    gross_minor: int | None
    currency: str
    status: str


def difference_minor(entries: Sequence[Named], ledger_side: str, *, is_gross: bool = False) -> int:
    """External − ledger, with several other sides the largest deviation; a lone side by itself.

    `is_gross`: what lines were before their fee, against what the gateway took, unsigned.
    """
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        if not is_gross:
            sums[entry.side] += entry.amount_minor
        elif entry.side == ledger_side:
            sums[entry.side] += abs(entry.amount_minor)
        else:
            sums[entry.side] += entry.gross_minor or 0
    ledger = sums.pop(ledger_side, 0)
    return max((amount - ledger for amount in sums.values()), key=abs, default=-ledger)


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, as the database compares them."""
    return one.strip().lower() == other.strip().lower()


def refusal(
    entries: Sequence[Named], ledger_side: str, *, by_account: bool, is_gross: bool = False
) -> tuple[str, str] | None:
    """Why these are no match whatever people say, and what next; None where they may be one.

    As passes/manual.sql, which asks again at every run.
    """
    members = len({(entry.source, entry.entry_key) for entry in entries})
    if not 2 <= members <= MEMBERS_MAX:  # noqa: PLR2004
        return (
            f"a match by hand has 2 to {MEMBERS_MAX} entries, not {members}",
            "Name each entry of the movement once, as SOURCE:ID.",
        )
    for what, values in (
        ("currencies", {entry.currency for entry in entries}),
        ("statuses", {entry.status for entry in entries}),
    ):
        if len(values) > 1:
            return (
                f"they are of several {what} ({', '.join(sorted(values))}): no sum means anything",
                "Leave out the one that differs, or have its source correct it first.",
            )
    if by_account and len({entry.account_id for entry in entries}) > 1:
        return "they are of several accounts, and each account is proven by itself", ""
    if is_gross and len({entry.side == ledger_side for entry in entries}) == 1:
        return "a line needs what the gateway took, and that needs a line", ""
    difference = difference_minor(entries, ledger_side, is_gross=is_gross)
    if difference:
        currency = entries[0].currency
        return (
            f"they differ by {minor_text(difference, currency)} {currency}: they do not add up to"
            " the paisa, and a match by hand writes nothing off",
            "Name every entry of the movement, as SOURCE:ID; a rest that stays is written off by"
            " `./recon breaks resolve`, or claimed.",
        )
    return None
