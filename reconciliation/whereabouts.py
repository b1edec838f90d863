"""Where the money of a payment, a refund or a settlement is now, in a sentence. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from reconciliation.chargebacks import dispute_places, is_of_dispute
from reconciliation.model import IST
from reconciliation.settlement_sum import disagreements
from reconciliation.trace import (
    GATEWAY,
    PAYMENT,
    REFUND,
    SETTLEMENT,
    Entry,
    Place,
    Settlement,
    money,
)


def places(
    entries: Sequence[Entry],
    settlements: Mapping[str, Settlement],
    due_days: Mapping[date, date],
    as_of: datetime | None,
) -> tuple[Place, ...]:
    """A sentence for the payment and for each refund. `settlements` by UTR; `due_days`: by when
    what was captured on a day is settled; `as_of`: how far the books were reconciled.
    """
    attempts = [one for one in entries if one.system == GATEWAY]
    paid = [one for one in attempts if one.transaction_type == PAYMENT]
    lines: dict[str, list[Entry]] = {}
    for one in entries:
        if one.system == SETTLEMENT and not is_of_dispute(one):
            lines.setdefault(one.entity_id, []).append(one)
    money_moved = [one for one in paid if one.is_success]
    shown = money_moved or paid[-1:]
    shown += [one for one in attempts if one.transaction_type == REFUND]
    told: set[str | None] = set()
    found = [
        _place(one, lines.pop(one.txn_id, []), settlements, due_days.get(one.day), as_of, told=told)
        for one in shown
    ]
    # A line whose payment the gateway's own feed never brought.
    found += [
        _listed(of_one[0].entity_id, of_one, settlements, as_of, told=told, only_listed=True)
        for of_one in lines.values()
    ]
    if not paid and not found:
        found.append(Place("", "not_paid", "Not paid: the gateway has no payment of it."))
    return (*found, *dispute_places(entries))


def _place(
    entry: Entry,
    lines: list[Entry],
    settlements: Mapping[str, Settlement],
    due_day: date | None,
    as_of: datetime | None,
    *,
    told: set[str | None],
) -> Place:
    if lines:
        return _listed(entry.txn_id, lines, settlements, as_of, told=told)
    is_refund = entry.transaction_type == REFUND
    amount = money(abs(entry.amount_minor), entry.currency)
    if entry.status == "FAILED":
        words = (
            f"refund failed on {entry.day}: {amount} is still with us"
            if is_refund
            else f"not paid: the last attempt, of {amount}, failed on {entry.day}"
        )
        return Place.told(entry.txn_id, "refund_failed" if is_refund else "not_paid", words)
    if entry.status == "PENDING":
        words = (
            f"refund of {amount} asked for on {entry.day}, not processed yet"
            if is_refund
            else f"not captured: {amount} is pending at the gateway since {entry.day}"
        )
        return Place.told(entry.txn_id, "refund_pending" if is_refund else "pending", words)
    done = f"{amount} {'refunded' if is_refund else 'captured'} on {entry.day}"
    if due_day is not None and is_over(due_day, as_of):
        words = f"{done}, not settled, overdue: its settlement was due by {due_day}"
        return Place.told(entry.txn_id, "overdue", words)
    by = "" if due_day is None else f"; settlement due by {due_day}"
    return Place.told(entry.txn_id, "not_settled", f"{done}, not settled yet{by}")


def _listed(
    entity_id: str,
    lines: list[Entry],
    settlements: Mapping[str, Settlement],
    as_of: datetime | None,
    *,
    told: set[str | None],
    only_listed: bool = False,
) -> Place:
    """The first successful line counts; a second one is said too. `told`: UTRs of settlements of
    which was said what does not add up; once is enough. `only_listed`: nothing else tells of it.
    """
    line = next((one for one in lines if one.is_success), lines[0])
    others = [one for one in lines if one is not line]
    again = "".join(f"; listed again in {one.settlement_id} on {one.day}" for one in others)
    if only_listed:
        kind = "refund" if line.transaction_type == REFUND else "payment"
        again += f"; the gateway's own feed has no such {kind}"
    what = _line_words(line)
    if not line.is_success:
        words = f"{what} is listed in {line.settlement_id} on {line.day} but held back there"
        return Place.told(entity_id, "held", words + again)
    settlement = settlements.get(line.settlement_utr or "")
    if settlement is None:
        words = f"{what} listed in {line.settlement_id} on {line.day}, no UTR given yet"
        return Place.told(entity_id, "listed", words + again)
    state, words = settlement_place(settlement, as_of)
    if state == "credited_differently":
        is_told = settlement.utr in told
        words += "; it does not add up"
        words += ", as said" if is_told else f": {'; '.join(disagreements(settlement))}"
        told.add(settlement.utr)
    return Place.told(entity_id, state, f"{what} {words}{again}")


def _line_words(line: Entry) -> str:
    net = money(line.amount_minor, line.currency)
    if line.transaction_type == REFUND:
        return f"refund of {money(-line.amount_minor, line.currency)} taken out,"
    if not line.fee_minor or line.gross_minor is None:
        return net
    gst = f", GST {money(line.tax_minor, line.currency)} in it" if line.tax_minor else ""
    return (
        f"{net} ({money(line.gross_minor, line.currency)} less fee"
        f" {money(line.fee_minor, line.currency)}{gst})"
    )


def settlement_place(settlement: Settlement, as_of: datetime | None) -> tuple[str, str]:
    """(state, words) of a settlement that has a UTR; what does not add up is not in the words."""
    part = f"settlement {settlement.name} (UTR {settlement.utr})"
    if not settlement.booked:
        words = f"settled under UTR {settlement.utr} on {settlement.settled_day}"
        words += f" ({settlement.name}), credit not seen in bank"
        if settlement.credits:
            words += f" as booked: there it is {settlement.credits[0].status}"
        if settlement.due_day is None:
            return "not_credited", words
        if is_over(settlement.due_day, as_of):
            return "credit_overdue", f"{words}, overdue: due by {settlement.due_day}"
        return "not_credited", f"{words} yet; due by {settlement.due_day}"
    first, *more = settlement.booked
    if not settlement.counted and not settlement.headers:
        words = f"{_booked(first)} under UTR {settlement.utr}, and not explained: the gateway"
        if settlement.sums:
            how = " and ".join(sorted({one.status for one in settlement.sums}))
            return "unexplained", f"{words} lists {settlement.name} under it as {how} only"
        return "unexplained", f"{words} lists no settlement under it"
    words = f"{_booked(first)} as part of {part}"
    words += "".join(f"; again at {_account(one)} on {one.day}" for one in more)
    return ("credited_differently" if disagreements(settlement) else "credited"), words


def is_over(day: date, as_of: datetime | None) -> bool:
    """Whether that IST day was over."""
    end = datetime.combine(day + timedelta(days=1), time(), IST)
    return as_of is not None and as_of >= end


def _booked(entry: Entry) -> str:
    verb = "credited to" if entry.amount_minor >= 0 else "debited from"
    return f"{verb} {_account(entry)} on {entry.day}"


def _account(entry: Entry) -> str:
    return " ".join(filter(None, (entry.bank_code or entry.source.upper(), entry.account_id)))
