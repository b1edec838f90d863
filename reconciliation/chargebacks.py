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
    promised = [one for one in lines if one.amount_minor > 0 and not one.is_success]
    payment = next((one.payment_id for one in lines if one.payment_id), None)
    of = f" of payment {payment}" if payment else ""
    if taken:
        words = f"{_sum(taken)}{of} charged back on {taken[0].day} in {taken[0].settlement_id}"
    else:
        words = f"a chargeback{of} that took nothing yet"
    if back:
        words += f"; {_sum(back)} came back on {back[-1].day} in {back[-1].settlement_id}"
    if promised:
        words += f"; {_sum(promised)} is to come back since {promised[0].day}, and is not settled"
    if taken and not back and not promised:
        words += "; nothing has come back"
    returned = sum(one.amount_minor for one in (*taken, *back)) >= 0
    state = "charge_returned" if returned else "charge_promised" if promised else "charged_back"
    return Place.told(dispute, state, words)


def _sum(lines: list[Entry]) -> str:
    return money(abs(sum(one.amount_minor for one in lines)), lines[0].currency)
