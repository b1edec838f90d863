"""What the disputes of a payment took, and what came back of it. Pure."""

from collections.abc import Iterable

from reconciliation.trace import PAYMENT, REFUND, SETTLEMENT, Entry, Place, money

TRANSFER = "TRANSFER"


def is_of_dispute(entry: Entry) -> bool:
    """A line that takes money for a dispute or gives it back; a payment's own line that names its
    dispute is none, nor does it say anything of money.
    """
    return (
        entry.system == SETTLEMENT
        and entry.dispute_id is not None
        and entry.transaction_type not in (PAYMENT, REFUND, TRANSFER)
    )


def dispute_places(entries: Iterable[Entry]) -> tuple[Place, ...]:
    """A sentence for each dispute there is a line of."""
    disputes: dict[str, list[Entry]] = {}
    for one in entries:
        if is_of_dispute(one) and one.dispute_id:
            disputes.setdefault(one.dispute_id, []).append(one)
    return tuple(_place(name, disputes[name]) for name in sorted(disputes))


def _place(dispute: str, lines: list[Entry]) -> Place:
    taken = [one for one in lines if one.amount_minor < 0 and one.is_success]
    back = [one for one in lines if one.amount_minor > 0 and one.is_success]
    to_take = [one for one in lines if one.amount_minor < 0 and one.status == "PENDING"]
    promised = [one for one in lines if one.amount_minor > 0 and not one.is_success]
    payment = next((one.payment_id for one in lines if one.payment_id), None)
    of = f" of payment {payment}" if payment else ""
    if taken:
        words = f"{_sum(taken)}{of} charged back on {taken[0].day} in {taken[0].settlement_id}"
    else:
        words = f"a chargeback{of} that took nothing yet"
        if to_take:
            words += f": {_sum(to_take)} is listed on {to_take[0].day} in"
            words += f" {to_take[0].settlement_id}, and is not settled"
    if back:
        words += f"; {_sum(back)} came back on {back[-1].day} in {back[-1].settlement_id}"
    if promised:
        words += f"; {_sum(promised)} is to come back since {promised[0].day}, and is not settled"
    if taken and not back and not promised:
        words += "; nothing has come back"
    return Place.told(dispute, _state(taken, back, promised), words)


def _state(taken: list[Entry], back: list[Entry], promised: list[Entry]) -> str:
    if not taken and not back:
        return "charge_not_taken"
    if all(minor >= 0 for minor in _by_currency([*taken, *back]).values()):
        return "charge_returned"
    return "charge_promised" if promised else "charged_back"


def _sum(lines: list[Entry]) -> str:
    sums = _by_currency(lines)
    return " and ".join(money(abs(sums[unit]), unit) for unit in sorted(sums))


def _by_currency(lines: Iterable[Entry]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in lines:
        sums[one.currency] = sums.get(one.currency, 0) + one.amount_minor
    return sums
