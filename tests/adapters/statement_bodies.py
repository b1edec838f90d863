"""Statement files as Axis and Kotak write them, right by default and wrong on demand."""

import json

HEADER = (
    "Account No,Tran Date,Tran Time,Value Date,Particulars,Chq/Ref No,Debit,Credit,Balance,Status"
)
ACCOUNT = "919486494471372"
AXIS = f"AXIS_{ACCOUNT}_20260310_10"
KOTAK = "KOTAK_6431385086_20260310_10"


def paise(minor: int) -> str:
    sign, units = ("-" if minor < 0 else ""), abs(minor)
    return f"{sign}{units // 100}.{units % 100:02d}"


def axis_line(
    minor: int,
    balance: int,
    *,
    status: str = "SUCCESS",
    narration: str = "UPI/P2A/606652473915/ASHA/SBIN/RENT",
    reference: str = "606652473915",
    account: str = ACCOUNT,
    day: str = "10-03-2026",
    time: str = "10:21:07",
    value_date: str = "10-03-2026",
    debit: str | None = None,
    credit: str | None = None,
) -> str:
    """Small amounts: nothing here needs Indian grouping."""
    debit = (paise(-minor) if minor < 0 else "") if debit is None else debit
    credit = (paise(minor) if minor >= 0 else "") if credit is None else credit
    cells = [
        account, day, time, value_date, narration, reference, debit, credit, paise(balance), status,
    ]  # fmt: skip
    return ",".join(cells)


def axis_lines(*minors: int, opening: int = 10_000, **fields) -> list[str]:
    lines, balance = [], opening
    for minor in minors:
        balance += minor
        lines.append(axis_line(minor, balance, **fields))
    return lines


def axis_body(
    lines: list[str],
    minors: tuple[int, ...] = (),
    *,
    count: int | None = None,
    debit: int | None = None,
    credit: int | None = None,
    header: str = HEADER,
    end: str = "\r\n",
    trailer: str | None = None,
) -> bytes:
    debit = sum(-minor for minor in minors if minor < 0) if debit is None else debit
    credit = sum(minor for minor in minors if minor > 0) if credit is None else credit
    count = len(lines) if count is None else count
    last = f"TRAILER,{count},{paise(debit)},{paise(credit)}" if trailer is None else trailer
    return (end.join([header, *lines, last]) + end).encode()


def axis_file(*minors: int, opening: int = 10_000) -> bytes:
    return axis_body(axis_lines(*minors, opening=opening), minors)


def kotak_row(number: int, minor: int, balance: int, **fields) -> dict:
    return {
        "transaction_id": f"KKBK{number:012d}",
        "transaction_date": "2026-03-10T10:21:07+05:30",
        "value_date": "2026-03-10",
        "type": "CREDIT" if minor >= 0 else "DEBIT",
        "amount": paise(abs(minor)),
        "currency": "INR",
        "status": "SUCCESS",
        "channel": "UPI",
        "transaction_type": "TRANSFER",
        "reference_number": "606652473915",
        "description": "UPI/P2A/606652473915/ASHA/SBIN/RENT",
        "balance": paise(balance),
        **fields,
    }


def kotak_content(*minors: int, opening: int = 10_000, **fields) -> dict:
    rows, balance = [], opening
    for number, minor in enumerate(minors):
        balance += minor
        rows.append(kotak_row(number, minor, balance))
    return {
        "account_number": "6431385086",
        "from": "2026-03-10T10:00:00+05:30",
        "to": "2026-03-10T11:00:00+05:30",
        "count": len(rows),
        "total_debit": paise(sum(-minor for minor in minors if minor < 0)),
        "total_credit": paise(sum(minor for minor in minors if minor > 0)),
        "transactions": rows,
        **fields,
    }


def kotak_file(*minors: int, **fields) -> bytes:
    return json.dumps(kotak_content(*minors, **fields)).encode()
