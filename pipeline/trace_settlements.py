"""Settlements for a trace: every line in sums, the headers, the credits; lines only so many."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import RowMapping

from pipeline.trace_reading import Reader
from reconciliation.decisions import RESOLUTIONS
from reconciliation.definition import Due
from reconciliation.shared_breaks import share
from reconciliation.trace import BANK, CORE, BreakSeen, Entry, Header, Line, Settlement, Sum


def read_settlements(
    reader: Reader, utrs: Iterable[str], settlement_ids: Iterable[str] = ()
) -> tuple[Settlement, ...]:
    """The settlements of these UTRs or ids, as far as anything is known of them."""
    ids, edge, transaction = sorted(set(settlement_ids)), reader.edges.bank, reader.transaction
    asked = sorted(set(utrs))
    rows = transaction.rows("reports/trace_headers", utrs=asked, settlement_ids=ids)
    headers = [Header(**row) for row in rows]
    asked = sorted({*asked, *(one.settlement_utr for one in headers if one.settlement_utr)})
    sums = transaction.rows("reports/trace_sums", utrs=asked, reconciliation=edge.name)
    told = transaction.rows(
        "reports/trace_settlement_breaks", utrs=asked, reconciliation=edge.name,
        by_people=list(RESOLUTIONS),
    )  # fmt: skip
    breaks = [(row["settlement_utr"], _break(row)) for row in told]
    credits_, receipts = _in_bank_and_ledger(reader, asked)
    shapes = {one.name: one.shape for one in reader.edges.all}
    made = []
    for utr in asked:
        of_utr = [row for row in sums if row["settlement_utr"] == utr]
        known = [one for one in headers if one.settlement_utr == utr]
        lines = tuple(_sum(row) for row in of_utr)
        settled = min((one.first_day for one in lines), default=None)
        due = due_days(reader, [settled] if settled else [], edge.ledger.due, edge.calendar)
        listed = {one for row in of_utr for one in row["settlement_ids"] or ()}
        made.append(
            Settlement(
                utr=utr,
                settlement_ids=tuple(sorted(listed | {one.settlement_id for one in known})),
                headers=tuple(known),
                sums=lines,
                credits=share(
                    [one for one in credits_ if one.settlement_utr == utr], shapes, breaks
                ),
                receipts=tuple(receipts.get(utr, ())),
                breaks=tuple(one for of, one in breaks if of == utr and not one.is_closed),
                closed=tuple(one for of, one in breaks if of == utr and one.is_closed),
                due_day=due.get(settled) if settled else None,
            )
        )
    made += [
        Settlement(None, (one.settlement_id,), (one,), (), (), (), (), None)
        for one in headers
        if one.settlement_utr is None
    ]
    return tuple(one for one in made if one.headers or one.sums or one.credits)


def _in_bank_and_ledger(
    reader: Reader, utrs: Sequence[str]
) -> tuple[list[Entry], dict[str, list[Entry]]]:
    """The bank's credits, and by UTR what our ledger has of the same money."""
    kinds = ("settlement_utr", "utr", "rrn")
    found = reader.with_standings(reader.by_keys((kind, utr) for utr in utrs for kind in kinds))
    credits_ = [one for one in found if one.system == BANK and one.settlement_utr in utrs]
    receipts: dict[int, tuple[str, Entry]] = {
        one.entry_id: (utr, one)
        for one in found
        if one.system == CORE
        for utr in (one.utr, one.rrn)
        if utr in utrs and utr is not None
    }
    for credit in credits_:  # the ledger may have it under a reference that was cut short
        for one in reader.with_standings(reader.partners([credit])):
            if one.system == CORE:
                receipts.setdefault(one.entry_id, (credit.settlement_utr or "", one))
    by_utr: dict[str, list[Entry]] = {}
    for utr, one in receipts.values():
        by_utr.setdefault(utr, []).append(one)
    return credits_, by_utr


def read_lines(reader: Reader, utr: str, rows_max: int) -> tuple[Line, ...]:
    """Lines of one settlement, those in a break first; at most `rows_max`."""
    edges = reader.edges
    rows = reader.transaction.rows(
        "reports/trace_lines",
        utr=utr,
        reconciliation=edges.bank.name,
        reconciliations=[edges.lines.name, edges.orders.name],
        by_people=list(RESOLUTIONS),
        rows_max=rows_max,
    )
    standings = reader.transaction.rows(
        "reports/trace_standings",
        entry_ids=[row["entry_id"] for row in rows],
        reconciliations=[edges.lines.name],
    )
    seated = {row["entry_id"] for row in standings if row["match_group_id"] is not None}
    return tuple(_line(row, is_seated=row["entry_id"] in seated) for row in rows)


def due_days(reader: Reader, days: Iterable[date], due: Due, calendar: str) -> dict[date, date]:
    """The last day for what happened on each of the days; a day no calendar knows has none."""
    asked = sorted(set(days))
    if due.business_days is None:
        later = timedelta(days=-(-(due.hours or 0) // 24))
        return {day: day + later for day in asked}
    rows = reader.transaction.rows(
        "reports/trace_due_days", days=asked, calendar=calendar, business_days=due.business_days
    )
    return {row["day"]: row["due_day"] for row in rows}


def _line(row: RowMapping, *, is_seated: bool) -> Line:
    if row["code"] and not row["resolution"]:
        state = "break"
    elif is_seated:
        state = "matched"
    else:
        state = "closed" if row["code"] else "open"
    return Line(state=state, **{name: row[name] for name in row if name != "entry_id"})


def _sum(row: RowMapping) -> Sum:
    return Sum(
        **{name: row[name] for name in row if name not in ("settlement_utr", "settlement_ids")}
    )


def _break(row: RowMapping) -> BreakSeen:
    return BreakSeen(**{name: row[name] for name in row if name != "settlement_utr"})
