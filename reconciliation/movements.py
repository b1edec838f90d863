"""Where the money of a plain movement is, ledger against bank: explained, or by nobody. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from reconciliation.model import IST
from reconciliation.trace import BANK, Entry, Place, Standing

NAMED_MAX = 3  # partners named in a sentence; the table has all


def movement_places(
    entries: Sequence[Entry],
    shapes: Mapping[str, str],
    clocks: Mapping[str, datetime | None],
    compared: Mapping[str, int],
) -> tuple[Place, ...]:
    """A sentence for each entry of the bank, and for each of the ledger that no entry of the bank
    here is matched with. `shapes` of the edges, by name; `clocks`: how far each was reconciled;
    `compared`: on how many edges of ledger and bank a source is.
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
            found.append(_place(one, standing, partners, clocks, compared))
    return tuple(found)


def _standing(entry: Entry, shapes: Mapping[str, str]) -> Standing | None:
    """On the edge of ledger and bank, where it is on one."""
    return next(
        (one for one in entry.standings if shapes[one.reconciliation] == "ledger_bank"), None
    )


def _place(
    entry: Entry,
    standing: Standing | None,
    partners: list[Entry],
    clocks: Mapping[str, datetime | None],
    compared: Mapping[str, int],
) -> Place:
    at_bank = entry.system == BANK
    words = f"{_what(entry)} on {entry.day}"
    if entry.status == "FAILED" and not (standing and standing.breaks):
        return Place.told(entry.txn_id, "failed", f"{words} FAILED: no money moved")
    if not entry.is_success:
        words += f", {entry.status} there"
    other = "our ledger" if at_bank else "the bank"
    if standing is None:
        state, told = _nowhere(entry, compared)
        return Place.told(entry.txn_id, state, f"{words}; {told}")
    if partners:
        having = "booked in our ledger as" if at_bank else "at the bank as"
        return Place.told(entry.txn_id, "explained", f"{words}, {having} {_names(partners)}")
    if standing.match_group_id:
        return Place.told(entry.txn_id, "explained", f"{words}, {standing.reason or 'matched'}")
    state, told = _apart(standing, other, clocks[standing.reconciliation])
    return Place.told(entry.txn_id, state, f"{words}; {told}")


def _nowhere(entry: Entry, compared: Mapping[str, int]) -> tuple[str, str]:
    """(state, words) of an entry that stands on no edge of ledger and bank."""
    edges = compared.get(entry.source, 0)
    if not edges:
        return "not_compared", "no reconciliation looks at it"
    left_out = [one for one in entry.left_out if one.shape == "ledger_bank"]
    if len(left_out) < edges:
        return "not_reconciled", "not reconciled yet"
    reasons = "; ".join(f"{one.reconciliation}: {one.reason}" for one in left_out)
    return "left_out", f"no reconciliation takes it ({reasons})"


def _apart(standing: Standing, other: str, clock: datetime | None) -> tuple[str, str]:
    """(state, words) of an entry that stands in no match."""
    if standing.breaks:
        told = " ".join(f"{one.name}: {one.explanation}" for one in standing.breaks)
        return "unexplained", f"{other} does not explain it. {told.rstrip('.')}"
    if standing.closed:
        told = " and ".join(one.closing for one in standing.closed)
        return "closed", f"{other} does not explain it; {told}"
    state, due = _waiting(standing.due_at, clock)
    return state, f"{other} has nothing of it yet{due}"


def _waiting(due_at: datetime | None, clock: datetime | None) -> tuple[str, str]:
    if due_at is None:
        return "open", ""
    moment = f"{due_at.astimezone(IST):%Y-%m-%d %H:%M} IST"
    if clock is not None and due_at <= clock:
        return "overdue", f", overdue since {moment}"
    return "open", f", until {moment} it may still come"


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
