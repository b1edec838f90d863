"""A trace as tables on the terminal."""

from collections.abc import Iterable
from datetime import date, datetime

from rich.console import Console
from rich.text import Text

from pipeline.cli.output import table
from reconciliation.model import IST
from reconciliation.settlement_sum import agreement, disagreements
from reconciliation.trace import (
    REFUND,
    SETTLEMENT,
    Entry,
    Line,
    OrderTrace,
    Settlement,
    Trace,
    closed_words,
    money,
)
from reconciliation.whereabouts import settlement_place


def show_order(order: OrderTrace, out: Console) -> None:
    out.print(Text(f"Order {order.order_id or 'not named by the gateway'}", style="bold"))
    for place in order.places:
        out.print(Text(f"• {place.sentence}"))
    out.print()
    for sentence in order.agreement:
        out.print(Text(sentence))
    _entries([one for one in order.entries if one.system != SETTLEMENT], out)
    lines = [one for one in order.entries if one.system == SETTLEMENT]
    if lines:
        out.print(
            table(
                "its settlement lines",
                ("id", "settlement", "day", "gross", "fee", "GST in it", "net"),
                (
                    (
                        one.entity_id, one.settlement_id, one.day,
                        _part(one.gross_minor, one.currency), _part(one.fee_minor, one.currency),
                        _part(one.tax_minor, one.currency), one.amount,
                    )
                    for one in lines
                ),
                right=("gross", "fee", "GST in it", "net"),
                spare=("day", "GST in it"),
                stack=("settlement", "day"),
                then=(("fee", "GST in it"), ("gross", "net")),
            )
        )  # fmt: skip
        out.print()
    for settlement in order.settlements:
        _totals(settlement, out)
    everything = [*order.entries, *_banked(order.settlements)]
    _standings(everything, out)


def show_settlement(settlement: Settlement, as_of: datetime | None, out: Console) -> None:
    out.print(Text(f"Settlement {settlement.name}", style="bold"))
    out.print(Text(f"• {_where(settlement, as_of)}."))
    wrong = disagreements(settlement)
    if wrong:
        out.print(Text(f"• It does not add up: {'; '.join(wrong)}.", style="red"))
    elif settlement.counted:
        out.print(Text(f"• {agreement(settlement)}."))
    out.print()
    _totals(settlement, out)
    if settlement.sums:
        _sums(settlement, out)
    for one in settlement.breaks:
        out.print(Text(f"{one.name}: {one.explanation}"))
    for one in settlement.closed:
        out.print(Text(f"{one.closing}: {one.explanation}"))
    if settlement.breaks or settlement.closed:
        out.print()
    _standings(_banked([settlement]), out)
    _lines(settlement, out)


def show_entries(found: Trace, out: Console) -> None:
    entries = found.entries
    out.print(Text("Entries of ledger and bank", style="bold"))
    for place in found.places:
        out.print(Text(f"• {place.sentence}"))
    out.print()
    _entries(entries, out)
    _standings(entries, out)


def _where(settlement: Settlement, as_of: datetime | None) -> str:
    if settlement.utr is None:
        return "announced by the gateway, no UTR given yet"
    words = settlement_place(settlement, as_of)[1]
    return words[0].upper() + words[1:]


def _entries(entries: Iterable[Entry], out: Console) -> None:
    out.print(
        table(
            "",
            ("system", "id", "type", "status", "amount", "day", "account", "reference"),
            (
                (
                    one.source, one.txn_id, one.transaction_type, one.status, one.amount, one.day,
                    " ".join(filter(None, (one.bank_code, one.account_id))), one.rrn or one.utr,
                )
                for one in entries
            ),
            right=("amount",),
            spare=("reference", "type", "account"),
            stack=("type", "status"),
            then=(("amount", "day"), ("account", "reference")),
        )
    )  # fmt: skip
    out.print()


def _totals(settlement: Settlement, out: Console) -> None:
    """What each party says of the settlement as a whole."""
    rows: list[tuple[object, ...]] = [
        ("header", one.settlement_id, one.status, _ist_day(one.created_at),
         money(one.amount_minor, one.currency))
        for one in settlement.headers
    ]  # fmt: skip
    rows += [
        (name, one.txn_id, one.status, one.day, one.amount)
        for name, entries in (("bank", settlement.credits), ("ledger", settlement.receipts))
        for one in entries
    ]
    out.print(
        table(
            f"settlement {settlement.name}, UTR {settlement.utr or 'not given'}",
            ("said by", "id", "status", "day", "amount"),
            [
                (f"{name} {_account(settlement, id_)}".strip(), id_, *rest)
                for name, id_, *rest in rows
            ],
            right=("amount",),
        )
    )
    out.print()


def _account(settlement: Settlement, txn_id: object) -> str:
    for one in (*settlement.credits, *settlement.receipts):
        if one.txn_id == txn_id:
            return " ".join(filter(None, (one.bank_code, one.account_id)))
    return ""


def _sums(settlement: Settlement, out: Console) -> None:
    rows = [
        (
            f"{one.transaction_type or 'other'}{'' if one.status == 'SUCCESS' else ' (held back)'}",
            one.lines, _part(one.gross_minor, one.currency), _part(one.fee_minor, one.currency),
            _part(one.tax_minor, one.currency), money(one.net_minor, one.currency),
        )
        for one in settlement.sums
    ]  # fmt: skip
    for unit in sorted({one.currency for one in settlement.counted}):
        counted = [one for one in settlement.counted if one.currency == unit]
        rows.append(
            (
                "all", sum(one.lines for one in counted), "",
                _part(_total(one.fee_minor for one in counted), unit),
                _part(_total(one.tax_minor for one in counted), unit),
                money(sum(one.net_minor for one in counted), unit),
            )
        )  # fmt: skip
    columns = ("lines of kind", "lines", "gross", "fee", "GST in it", "net")
    out.print(table("the sum of all its lines", columns, rows, right=columns[1:]))
    out.print()


def _lines(settlement: Settlement, out: Console) -> None:
    total = sum(one.lines for one in settlement.sums)
    if not total:
        return
    out.print(
        table(
            f"its orders, those in breaks first: {len(settlement.lines)} of {total} lines",
            ("order", "id", "net", "fee", "state"),
            (
                (
                    one.order_id, one.entity_id, money(one.net_minor, one.currency),
                    _part(one.fee_minor, one.currency),
                    _line_state(one),
                )
                for one in settlement.lines
            ),
            right=("net", "fee"),
            spare=("fee",),
            stack=("order", "id"),
            then=(("net", "fee"),),
        )
    )  # fmt: skip
    out.print()


def _line_state(line: Line) -> str:
    if line.state == "matched":
        return f"matched with its {'refund' if line.transaction_type == REFUND else 'payment'}"
    if line.state not in ("break", "closed"):
        return line.state
    how = f", {closed_words(line.resolution)}" if line.resolution else ""
    return f"{line.code} {(line.break_id or '')[:8]}{how}"


def _standings(entries: Iterable[Entry], out: Console) -> None:
    rows = []
    for entry in entries:
        for one in entry.standings:
            if one.state == "break":
                told = "; ".join(each.name for each in one.breaks)
            elif one.state == "closed":
                told = "; ".join(each.closing for each in one.closed)
            else:
                lost = (each for each in one.closed if each.resolution == "written_off")
                told = "; ".join(filter(None, (one.reason, *(each.closing for each in lost))))
            name = f"{one.state} by {one.pass_name}" if one.pass_name else one.state
            rows.append((f"{entry.source} {entry.txn_id}", one.reconciliation, name, told))
        if not entry.standings:
            rows += [
                (f"{entry.source} {entry.txn_id}", one.reconciliation, "left out", one.reason)
                for one in entry.left_out
            ]
    if rows:
        out.print(
            table(
                "matches and breaks",
                ("entry", "edge", "state", "why"),
                rows,
                stack=("edge", "state"),
            )
        )
        out.print()


def _banked(settlements: Iterable[Settlement]) -> list[Entry]:
    return [one for each in settlements for one in (*each.credits, *each.receipts)]


def _part(minor: int | None, currency: str) -> str:
    return "" if minor is None else money(minor, currency)


def _total(parts: Iterable[int | None]) -> int | None:
    """None where no part is known."""
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def _ist_day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(IST).date()
