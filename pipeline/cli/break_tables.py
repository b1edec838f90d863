"""How `breaks` shows the work list and claims to people; one break: break_story_tables.py."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.claims import Claim, Claims
from pipeline.cli.output import results, table
from reconciliation.report import at_stake
from reconciliation.turnaround import CLAIM_CURRENCY


def show_list(rows: Sequence[Mapping[str, Any]]) -> None:
    columns = (
        "id", "code", "severity", "reconciliation", "entry", "amount", "at stake", "day", "age",
        "status",
    )  # fmt: skip
    results().print(
        table(
            "",
            columns,
            (
                (
                    row["break_id"][:8],
                    row["code"],
                    row["severity"] or "",
                    row["reconciliation"],
                    _about(row),
                    f"{row['amount']} {row['currency']}",
                    at_stake(row["exposure"], row["currency"]),
                    row["business_date"],
                    row["age_days"],
                    " ".join(filter(None, (row["status"], row["assigned_to"]))),
                )
                for row in rows
            ),
            right=("amount", "at stake", "age"),
            spare=("status", "age", "day", "severity", "at stake"),
            stack=("code", "reconciliation"),
            then=(
                ("id", "severity"), ("amount", "at stake", "day", "age"),
                ("code", "reconciliation", "status"),
            ),
        )
    )  # fmt: skip


def show_claims(found: Claims) -> None:
    is_claimed = any(claim.claimed_on for claim in found.claims)
    heading = f"{found.total} {CLAIM_CURRENCY} claimable"
    results().print(
        table(
            f"{heading}, {found.claimed} of it claimed already" if is_claimed else heading,
            ("id", "debit", "amount", "rail", "day", "due", "back", "days over", "claim", "status"),
            (
                (
                    claim.break_id[:8], f"{claim.source} {claim.txn_id}",
                    f"{claim.amount} {claim.currency}", claim.rail, claim.day, claim.due_day,
                    claim.reversed_on or "", claim.days_over, claim.claimable, claim_status(claim),
                )
                for claim in found.claims
            ),
            right=("amount", "days over", "claim"),
            spare=("back", "day", "rail"),
            stack=("day", "due", "back"),
            then=(("id", "rail"), ("days over", "claim")),
        )
    )  # fmt: skip


def claim_status(claim: Claim) -> str:
    if claim.claimed_on is None:
        return claim.status
    return f"claimed on {claim.claimed_on} by {claim.claimed_by}"


def _about(row: Mapping[str, Any]) -> str:
    """The entry; where there is none because it was refused, the findings to look at."""
    entry = row["txn_id"]
    if entry is None and row["quarantine_ids"]:
        entry = f"quarantine {', '.join(str(one) for one in row['quarantine_ids'])}"
    return " ".join(filter(None, (row["source"], entry)))
