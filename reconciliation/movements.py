"""Where the money of a plain movement is, ledger against bank: explained, or by nobody. Pure."""

from collections.abc import Mapping, Sequence

from reconciliation.model import IST
from reconciliation.trace import BANK, Entry, Place, Standing

NAMED_MAX = 3  # partners named in a sentence; the table has all


def movement_places(entries: Sequence[Entry], shapes: Mapping[str, str]) -> tuple[Place, ...]:
    """A sentence for each entry of the bank, and for each of the ledger that no entry of the bank
    here is matched with. `shapes`: of the edges, by name.
    """
    groups: dict[str, list[Entry]] = {}
    standings = {one.entry_id: _standing(one, shapes) for one in entries}
    for one in entries:
        standing = standings[one.entry_id]
        if standing and standing.match_group_id:
            groups.setdefault(standing.match_group_id, []).append(one)
    found = []
    for one in entries:
        standing = standings[one.entry_id]
        together = groups.get((standing.match_group_id if standing else None) or "", [])
        partners = [each for each in together if (each.system == BANK) != (one.system == BANK)]
        if one.system == BANK or not partners:
            found.append(_place(one, standing, partners))
    return tuple(found)


def _standing(entry: Entry, shapes: Mapping[str, str]) -> Standing | None:
    """On the edge of ledger and bank, where it is on one."""
    return next(
        (one for one in entry.standings if shapes[one.reconciliation] == "ledger_bank"), None
    )


def _place(entry: Entry, standing: Standing | None, partners: list[Entry]) -> Place:
    at_bank = entry.system == BANK
    words = f"{_what(entry)} on {entry.day}"
    if entry.status == "FAILED" and not (standing and standing.breaks):
        return Place.told(entry.txn_id, "failed", f"{words} FAILED: no money moved")
    if not entry.is_success:
        words += f", {entry.status} there"
    other = "our ledger" if at_bank else "the bank"
    if standing is None:
        return Place.told(entry.txn_id, "not_compared", f"{words}; no reconciliation looks at it")
    if partners:
        having = "booked in our ledger as" if at_bank else "at the bank as"
        return Place.told(entry.txn_id, "explained", f"{words}, {having} {_names(partners)}")
    if standing.match_group_id:
        return Place.told(entry.txn_id, "explained", f"{words}, {standing.reason or 'matched'}")
    if standing.breaks:
        told = " ".join(
            f"{one.code} {one.break_id[:8]}: {one.explanation}" for one in standing.breaks
        )
        return Place.told(
            entry.txn_id, "unexplained", f"{words}; {other} does not explain it. {told.rstrip('.')}"
        )
    due = ""
    if standing.due_at is not None:
        due = f", until {standing.due_at.astimezone(IST):%Y-%m-%d %H:%M} IST it may still come"
    return Place.told(entry.txn_id, "open", f"{words}; {other} has nothing of it yet{due}")


def _what(entry: Entry) -> str:
    amount = entry.amount.removeprefix("-")
    account = " ".join(filter(None, (entry.bank_code, entry.account_id))) or "an account"
    if entry.system == BANK:
        verb = "credited to" if entry.amount_minor >= 0 else "debited from"
    else:
        way = "credit to" if entry.amount_minor >= 0 else "debit from"
        verb = f"booked by us as a {way}"
    return f"{amount} {verb} {account}"


def _names(partners: list[Entry]) -> str:
    named = ", ".join(f"{one.txn_id} on {one.day}" for one in partners[:NAMED_MAX])
    more = len(partners) - NAMED_MAX
    return f"{named} and {more} more" if more > 0 else named
