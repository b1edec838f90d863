"""Whether a settlement adds up: its lines, its header and the bank's credit. Pure."""

from collections.abc import Iterable

from reconciliation.trace import Settlement, money


def disagreements(settlement: Settlement) -> tuple[str, ...]:
    """What of lines, header and bank credit do not say the same to the paisa; none: all agree.

    Of several credits any one that fits is enough: a second one is a break of its own.
    """
    nets = _by_currency((one.currency, one.net_minor) for one in settlement.counted)
    headers = _by_currency((one.currency, one.amount_minor) for one in settlement.headers)
    found = []
    if settlement.counted and settlement.headers:
        found += [
            f"header {money(headers.get(unit, 0), unit)}, lines {money(nets.get(unit, 0), unit)}"
            for unit in sorted({*nets, *headers})
            if headers.get(unit, 0) != nets.get(unit, 0)
        ]
    said = nets if settlement.counted else headers
    if settlement.booked and said:
        credited = [(one.currency, one.amount_minor) for one in settlement.booked]
        if not any(said.get(unit) == amount for unit, amount in credited):
            unit, amount = credited[0]
            whose = "lines" if settlement.counted else "header"
            if unit in said:
                less = amount - said[unit]
                which = "short" if abs(amount) < abs(said[unit]) else "over"
                gap = f" ({money(abs(less), unit)} {which})"
            else:
                gap = " (another currency)"
            told = " and ".join(money(said[one], one) for one in sorted(said))
            found.append(f"credit {money(amount, unit)}, {whose} {told}{gap}")
    if odd := sum(one.odd_lines for one in settlement.counted):
        found.append(f"{odd} {'line does' if odd == 1 else 'lines do'} not add up by themselves")
    return tuple(found)


def _by_currency(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for unit, amount in amounts:
        found[unit] = found.get(unit, 0) + amount
    return found
