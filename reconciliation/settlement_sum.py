"""Whether a settlement adds up: its lines, its header and the bank's credit. Pure."""

from collections.abc import Iterable

from reconciliation.trace import Settlement, money


def disagreements(settlement: Settlement) -> tuple[str, ...]:
    """What of lines, header and bank credit do not say the same to the paisa; none: all agree.

    Of several credits any one that fits is enough: a second one is a break of its own; so is
    what all of them come to, where a settlement is paid in parts.
    """
    nets = _by_currency((one.currency, one.net_minor) for one in settlement.counted)
    headers = _by_currency((one.currency, one.amount_minor) for one in settlement.headers)
    found = []
    off = {
        unit
        for unit in ({*nets, *headers} if settlement.counted and settlement.headers else ())
        if headers.get(unit, 0) != nets.get(unit, 0)
    }
    said = nets if settlement.counted else headers
    if settlement.booked and said:
        credited = [(one.currency, one.amount_minor) for one in settlement.booked]
        parts = _by_currency(credited)
        if parts != said and not any(said.get(unit) == amount for unit, amount in credited):
            unit, amount = credited[0]
            if abs(parts[unit]) <= abs(said.get(unit, 0)):
                amount = parts[unit]  # one part or more is missing
            whose = "lines" if settlement.counted else "header"
            if unit in said:
                less = amount - said[unit]
                which = "short" if abs(amount) < abs(said[unit]) else "over"
                gap = f" ({money(abs(less), unit)} {which})"
            else:
                gap = " (another currency)"
            told = " and ".join(money(said[one], one) for one in sorted(said))
            # One fact where the bank paid what the header says.
            is_headed = unit in off and headers.get(unit) == amount
            off -= {unit} if is_headed else set()
            who = "header and credit" if is_headed else "credit"
            found.append(f"{who} {money(amount, unit)}, {whose} {told}{gap}")
    found[:0] = [
        f"header {money(headers.get(unit, 0), unit)}, lines {money(nets.get(unit, 0), unit)}"
        for unit in sorted(off)
    ]
    if odd := sum(one.odd_lines for one in settlement.counted):
        by_themselves = "does not add up by itself" if odd == 1 else "do not add up by themselves"
        found.append(f"{odd} {'line' if odd == 1 else 'lines'} {by_themselves}")
    return tuple(found)


def agreement(settlement: Settlement) -> str:
    """What of lines, header and bank credit is there and says the same, and what is not there.

    For a settlement without `disagreements`.
    """
    parts = {
        "lines": settlement.counted,
        "header": settlement.headers,
        "bank credit": settlement.booked,
    }
    there = [name for name, found in parts.items() if found]
    missing = " and ".join(f"no {name}" for name, found in parts.items() if not found)
    if len(there) == 1:
        return f"Nothing to compare its {there[0]} with: {missing} is there"
    named = f"{', '.join(there[:-1])} and {there[-1]} agree to the paisa".capitalize()
    return f"{named}; {missing} is there" if missing else named


def _by_currency(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for unit, amount in amounts:
        found[unit] = found.get(unit, 0) + amount
    return found
