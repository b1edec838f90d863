"""A world small enough to know by heart: a few rows a party on 10 March 2026, anchor 12:00 IST."""

from datetime import datetime

import pandas as pd

from reconciliation.model import IST, Interval
from simulator.world import (
    ACCOUNT_COLUMNS,
    BALANCE_COLUMNS,
    BANK_COLUMNS,
    BANKS,
    FILE_COLUMNS,
    LEDGER_COLUMNS,
    LINE_FIELDS,
    PAYMENT_FIELDS,
    PAYMENT_HISTORY,
    REFUND_FIELDS,
    REFUND_HISTORY,
    SETTLEMENT_FIELDS,
    Links,
    World,
)

ANCHOR = datetime(2026, 3, 10, 12, tzinfo=IST)
START = datetime(2026, 3, 9, tzinfo=IST)


def at(hour: int, minute: int = 0, second: int = 0, day: int = 10) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=IST)


def epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def bank_frame(*rows: dict) -> pd.DataFrame:
    """BANK_COLUMNS; what a row does not say is what an ordinary one would."""
    filled = []
    for number, row in enumerate(rows):
        moment = row.get("occurred_at", at(10, number % 60))
        filled.append(
            {
                "transaction_id": f"T{number:04d}",
                "account_number": "50100000000001",
                "amount_minor": 500_000,
                "amount_text": "",
                "first_minor": 0,
                "currency": "INR",
                "status": "SUCCESS",
                "pending_until": pd.NaT,
                "occurred_at": moment,
                "visible_at": moment,
                "value_date": moment.replace(tzinfo=None).date(),
                "channel": "UPI",
                "transaction_type": "TRANSFER",
                "reference": f"{409374856309 + number}",
                "description": f"UPI-ASHA-asha@bank-HDFC0000001-{409374856309 + number}-RENT",
                "balance_minor": 1_050_510_00,
                "file": "",
                **row,
            }
        )
    frame = pd.DataFrame(filled, columns=list(BANK_COLUMNS))
    for name in ("pending_until", "occurred_at", "visible_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    frame["value_date"] = pd.to_datetime(frame["value_date"]).astype("datetime64[s]")
    whole = {"balance_minor": "Int64"}
    whole |= dict.fromkeys(("amount_minor", "first_minor"), "int64")
    instants = ("pending_until", "occurred_at", "visible_at", "value_date")
    text = dict.fromkeys(set(BANK_COLUMNS) - set(whole) - set(instants), "string")
    return frame.astype(whole | text)


def gateway_frame(fields: tuple[str, ...], history: tuple[str, ...], *rows: dict) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=[*fields, *history])
    seconds = [name for name in frame.columns if name.endswith("_at")]
    return frame.astype(dict.fromkeys(seconds, "Int64"))


def payment(identity: str, created: datetime, **fields) -> dict:
    return {
        "id": identity,
        "entity": "payment",
        "amount": 50_000,
        "currency": "INR",
        "status": "captured",
        "order_id": "order_00000000000001",
        "method": "upi",
        "amount_refunded": 0,
        "captured": True,
        "vpa": "asha@bank",
        "notes": "[]",
        "fee": 1_180,
        "tax": 180,
        "acquirer_data": '{"rrn": "009374856309"}',
        "created_at": epoch(created),
        "authorized_at": epoch(created) + 10,
        "captured_at": epoch(created) + 60,
        **fields,
    }


def line(identity: str, settled: datetime, **fields) -> dict:
    return {
        "entity_id": identity,
        "type": "payment",
        "debit": 0,
        "credit": 48_820,
        "amount": 50_000,
        "currency": "INR",
        "fee": 1_180,
        "tax": 180,
        "on_hold": False,
        "settled": True,
        "created_at": epoch(settled) - 172_800,
        "settled_at": epoch(settled),
        "settlement_id": "setl_00000000000001",
        "settlement_utr": "1568176960vxp0rj",
        **fields,
    }


def ledger_frame(*rows: dict) -> pd.DataFrame:
    filled = [
        {
            "txn_id": f"CORE{number}",
            "account_id": "50100000000001",
            "bank_code": "HDFC",
            "amount_minor": 500_000,
            "direction": "CREDIT",
            "currency": "INR",
            "status": "SUCCESS",
            "channel": "UPI",
            "transaction_type": "TRANSFER",
            "reference_number": "009374856309",
            "description": 'rent, "March"',
            "booked_at": at(10, number),
            "value_date": pd.Timestamp("2026-03-10"),
            "updated_at": at(10, number, 5),
            **row,
        }
        for number, row in enumerate(rows)
    ]
    return pd.DataFrame(filled, columns=list(LEDGER_COLUMNS))


def file_frame(*rows: dict) -> pd.DataFrame:
    filled = [
        {
            "hour_start": at(10),
            "visible_at": at(11, 2),
            "rows": 1,
            "trailer_off_minor": 0,
            **row,
        }
        for row in rows
    ]
    frame = pd.DataFrame(filled, columns=list(FILE_COLUMNS))
    for name in ("hour_start", "visible_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def small_world(**parts) -> World:
    """A world without a row in it but for `parts`, given by the names of World's fields."""
    banks = {name: bank_frame() for name in BANKS} | parts.pop("banks", {})
    empty = pd.DataFrame()
    given = {
        "payments": gateway_frame(PAYMENT_FIELDS, PAYMENT_HISTORY),
        "refunds": gateway_frame(REFUND_FIELDS, REFUND_HISTORY),
        "settlements": gateway_frame(SETTLEMENT_FIELDS, ()),
        "settlement_lines": gateway_frame(LINE_FIELDS, ()),
        "core": ledger_frame(),
        "mobile": ledger_frame(),
        "balances": pd.DataFrame(columns=list(BALANCE_COLUMNS)),
        "accounts": pd.DataFrame(columns=list(ACCOUNT_COLUMNS)),
        "files": file_frame(),
        "links": Links(empty, empty, empty, empty, empty, {}, empty, empty),
        **parts,
    }
    return World(
        seed=1,
        rows=10,
        history=Interval(START, ANCHOR),
        banks=banks,
        **given,
    )
