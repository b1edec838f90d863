"""How a break ended, told from its events, and what speaks against ending it by a write-off."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

# What breaks/ledger_bank_alone looked for a partner of.
SEARCHED = ("MIS_IN_BANK", "MIS_IN_LEDGER", "REF_MISSING", "STS_DEEMED_PENDING")
BY_ITSELF = "closed by itself: what it told is no longer so"


def closing(history: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """What closed it, None while it is open. `history`: the columns of `report.break_history`, in
    the order of events.

    {"known_at", "resolution", "by", "asked_by", "reason_code", "comment", "matched"}: `by` is
    None where facts closed it; of a write-off the reason is that of who asked for it.
    """
    if not history or history[-1]["status"] != "RESOLVED":
        return None
    # People may comment on what is closed.
    start = max((at for at, one in enumerate(history) if one["status"] != "RESOLVED"), default=-1)
    event = history[start + 1]
    asked: Mapping[str, Any] = {}
    if event["event"] == "write_off_approved":
        asked = next(one for one in reversed(history) if one["event"] == "write_off_asked")
    return {
        "known_at": event["known_at"],
        "resolution": event["resolution"],
        "by": event["actor"],
        "asked_by": asked.get("actor"),
        "reason_code": event["reason_code"] or asked.get("reason_code"),
        "comment": "; ".join(filter(None, (asked.get("comment"), event["comment"]))) or None,
        "matched": event["matched"],
    }


def words_of(event: Mapping[str, Any]) -> str:
    """One event for a person: what people did in their words; else what the run found."""
    if event["actor"] is not None:
        to = f"to {event['assigned_to']}" if event["event"] == "assigned" else None
        words = (to, event["reason_code"], event["comment"])
        return f"{event['actor']}: {', '.join(word for word in words if word)}".rstrip(": ")
    if event["event"] == "resolved":
        return event["matched"] or BY_ITSELF
    return str(event["explanation"])


def days_off(shown: Mapping[str, Any]) -> int | None:
    """Days without business since the break's day, which its age leaves out; None: not known."""
    until, age = shown["counted_until"], shown["age_days"]
    if until is None or age is None:
        return None
    return max(0, int((until - shown["business_date"]).days) - int(age))


def window_ends(shown: Mapping[str, Any], days_apart_max: int) -> date | None:
    """The last day on which the entry's partner may be booked, while that is not over; None where
    it is, or where nothing is waited for.
    """
    is_searched = shown["subject_kind"] == "entry" and shown["code"] in SEARCHED
    if shown["status"] == "RESOLVED" or not is_searched or shown["counted_until"] is None:
        return None
    last: date = shown["business_date"] + timedelta(days=days_apart_max)
    return last if last >= shown["counted_until"] else None


def doubts(shown: Mapping[str, Any]) -> list[str]:
    """Why a write-off may be a mistake, a sentence each. `shown`: as `reports.find_breaks`."""
    see = f"`./recon breaks show {str(shown['break_id'])[:8]}`"
    told = []
    refused = shown["refused_near"]
    if refused:
        rows = "1 refused row" if len(refused) == 1 else f"{len(refused)} refused rows"
        ids = " ".join(f"--id {one['quarantine_id']}" for one in refused)
        told.append(f"{rows} may be its partner: `./recon quarantine list {ids}`.")
    known = {one["kind"] for one in shown["candidates"] if one["txn_id"] is not None}
    if "fits" in known:
        told.append(f"It has candidates that fit equally: {see}.")
    if known - {"fits"}:
        told.append(f"It has an open suggestion (sum or text): {see}.")
    told += [
        f"{one['code']} {one['break_id'][:8]} on {one['reconciliation']} is of the same money"
        f" ({one['because']}) and {'stays open' if one['resolution'] is None else 'was closed'}"
        f"{'' if one['resolution'] is None else ' as ' + one['resolution']}."
        for one in shown["same_money"]
    ]
    holders = sorted({str(one["break_id"])[:8] for one in shown["contained"]})
    if holders:
        told.append(f"It may be part of what break {', '.join(holders)} lacks: {see}.")
    return told
