"""Which of core, gateway and mobile disagrees with the other two about an order. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from reconciliation.trace import CORE, GATEWAY, MOBILE, PAYMENT, REFUND, Entry, money

Told = tuple[str, int, str]  # status, amount, currency


def agreement(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Whether core, gateway and mobile say the same, payment and refunds apart."""
    told: dict[str, dict[str, list[Entry]]] = {PAYMENT: {}, REFUND: {}}
    for one in entries:
        if one.system in (CORE, GATEWAY, MOBILE) and one.transaction_type in told:
            told[one.transaction_type].setdefault(one.system, []).append(one)
    return tuple(
        _verdict(
            "payment" if kind == PAYMENT else "refunds",
            {
                system: _told(of_kind.get(system, []), is_payment=kind == PAYMENT)
                for system in (CORE, GATEWAY, MOBILE)
            },
        )
        for kind, of_kind in told.items()
        if of_kind
    )


def _told(entries: list[Entry], *, is_payment: bool) -> tuple[Told, ...]:
    """Of payments the first success, else the last attempt; of refunds all, by amount."""
    ordered = sorted(entries, key=lambda one: (one.moment, one.txn_id))
    if is_payment:
        ordered = [one for one in ordered if one.is_success][:1] or ordered[-1:]
    return tuple(sorted((one.status, abs(one.amount_minor), one.currency) for one in ordered))


def _verdict(what: str, by_system: Mapping[str, tuple[Told, ...]]) -> str:
    counts = Counter(by_system.values())
    common, most = counts.most_common(1)[0]
    if most == len(by_system):
        return f"{what}: core, gateway and mobile agree: {_words(common)}"
    if most == 1:
        each = "; ".join(f"{system} {_words(said)}" for system, said in by_system.items())
        return f"{what}: all three differ: {each}"
    (odd,) = (system for system, said in by_system.items() if said != common)
    two = " and ".join(system for system in by_system if system != odd)
    return (
        f"{what}: {odd} disagrees with {two}: {odd} says {_words(by_system[odd])},"
        f" they say {_words(common)}"
    )


def _words(said: tuple[Told, ...]) -> str:
    return " + ".join(f"{status} {money(amount, unit)}" for status, amount, unit in said) or "none"
