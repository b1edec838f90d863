"""Razorpay: payments, refunds, settlement lines and settlements to canonical columns.

Integers are in the currency's smallest unit already, and `fee` includes `tax`. There is no
account number: the gateway is the account. What it does not know of a status is PENDING.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from adapters.base import SourceConfig
from adapters.config import settings_of
from adapters.money import minor_units
from adapters.references import by_slot, normalised
from adapters.rest import RestSource
from adapters.statement import (
    Words,
    filled,
    given,
    row_numbers,
    statuses,
    translated,
    word_map,
)
from adapters.times import instants, local_dates
from reconciliation.model import as_entries

Columns = dict[str, object]
Maps = Mapping[str, Mapping[str, str]]


class RazorpaySource(RestSource):
    def normalise(self, dataset: str, rows: pd.DataFrame) -> pd.DataFrame:
        words = settings_of(self.config.datasets[dataset]).section("words")
        maps = {name: word_map(words, name) for name in words}
        return as_entries(
            TRANSLATED[dataset](self.config, rows, maps), self.config.datasets[dataset].kind
        )

    def words_of(self) -> Mapping[str, Words]:
        return {}


def payments(config: SourceConfig, rows: pd.DataFrame, maps: Maps) -> Columns:
    """Money to us: CREDIT. The payment's own id is its payment id."""
    amount = minor_units(rows["amount"], rows["currency"], "minor")
    return {
        **_common(config, rows),
        **_acquirer(rows),
        "amount_minor": amount,
        "gross_minor": amount,
        "fee_minor": minor_units(rows["fee"], rows["currency"], "minor"),
        "tax_minor": minor_units(rows["tax"], rows["currency"], "minor"),
        "direction": filled(rows, "CREDIT"),
        "status": statuses(rows["status"], maps["status"], config.name),
        "raw_status": rows["status"],
        "transaction_type": filled(rows, "PAYMENT"),
        "channel": _channel(rows["method"]),
        "raw_method": rows["method"],
        "description": given(rows["description"]),
        "order_id": given(rows["order_id"]),
        "payment_id": rows["txn_id"],
        "upi_id": normalised(rows["upi_id"]),
    }


def refunds(config: SourceConfig, rows: pd.DataFrame, maps: Maps) -> Columns:
    """Money from us: DEBIT, an entry of its own beside the payment it belongs to."""
    amount = minor_units(rows["amount"], rows["currency"], "minor")
    return {
        **_common(config, rows),
        **_acquirer(rows),
        "amount_minor": -amount,
        "gross_minor": amount,
        "direction": filled(rows, "DEBIT"),
        "status": statuses(rows["status"], maps["status"], config.name),
        "raw_status": rows["status"],
        "transaction_type": filled(rows, "REFUND"),
        "channel": filled(rows, "ONLINE"),
        "payment_id": given(rows["payment_id"]),
    }


def settlement_lines(config: SourceConfig, rows: pd.DataFrame, maps: Maps) -> Columns:
    """What a settlement is made of: credit − debit, as it adds up to the bank's one credit."""
    money = {
        name: minor_units(rows[name], rows["currency"], "minor")
        for name in ("debit", "credit", "amount", "fee", "tax")
    }
    amount = money["credit"] - money["debit"]
    direction = filled(rows, "CREDIT").where(amount.ge(0), "DEBIT")
    is_adjustment = rows["type"].eq("adjustment").fillna(False)
    is_held = rows["on_hold"].isin(["true", "1"]).astype("boolean")
    key = rows["txn_id"] + "@" + rows["settlement_id"]
    return {
        **_common(config, rows),
        "entry_key": key,
        "txn_id": key,
        "amount_minor": amount,
        "gross_minor": money["amount"],
        "fee_minor": money["fee"],
        "tax_minor": money["tax"],
        "direction": direction,
        "status": filled(rows, "SUCCESS").mask(rows["settled"].isin(["false", "0"]), "PENDING"),
        "transaction_type": translated(
            rows["type"].mask(is_adjustment), maps["transaction_type"], config.name
        ).mask(is_adjustment, direction.map({"CREDIT": "DEPOSIT", "DEBIT": "WITHDRAWAL"})),
        "raw_status": rows["type"],
        "channel": _channel(rows["method"]),
        "raw_method": rows["method"],
        "reference_number": given(rows["settlement_utr"]),
        "utr": normalised(rows["settlement_utr"]),
        "settlement_utr": normalised(rows["settlement_utr"]),
        "settlement_id": rows["settlement_id"],
        "payment_id": given(rows["payment_id"]).mask(rows["type"].eq("payment"), rows["txn_id"]),
        "order_id": given(rows["order_id"]),
        "description": given(rows["description"]),
        "on_hold": is_held.where(is_held),
        "dispute_id": given(rows["dispute_id"]),
    }


def settlements(config: SourceConfig, rows: pd.DataFrame, maps: Maps) -> Columns:
    """The headers: net amount and the UTR of the one credit at the bank."""
    return {
        "row_no": row_numbers(rows),
        "settlement_id": rows["settlement_id"],
        "amount_minor": minor_units(rows["amount"], config.currency, "minor_signed"),
        "fees_minor": minor_units(rows["fees"], config.currency, "minor"),
        "tax_minor": minor_units(rows["tax"], config.currency, "minor"),
        "currency": filled(rows, config.currency),
        "utr": normalised(rows["utr"]),
        "status": statuses(rows["status"], maps["status"], config.name),
        "created_at": instants(rows["timestamp"], "epoch"),
    }


TRANSLATED: Mapping[str, Callable[[SourceConfig, pd.DataFrame, Maps], Columns]] = {
    "payments": payments,
    "refunds": refunds,
    "settlement_lines": settlement_lines,
    "settlements": settlements,
}


def _common(config: SourceConfig, rows: pd.DataFrame) -> Columns:
    occurred_at = instants(rows["timestamp"], "epoch")
    day = local_dates(occurred_at)
    return {
        "row_no": row_numbers(rows),
        "entry_key": rows["txn_id"],
        "txn_id": rows["txn_id"],
        "bank_code": filled(rows, config.bank_code),
        "currency": rows["currency"],
        "occurred_at": occurred_at,
        "timestamp_precision": filled(rows, "second"),
        "business_date": day,
        "booking_date": day,
    }


def _acquirer(rows: pd.DataFrame) -> Columns:
    """References the bank gave: the first of rrn, arn, utr, its own; else our id."""
    kinds = by_slot(given(rows["rrn"]))
    reference = given(rows["rrn"])
    for other in ("arn", "utr", "bank_reference", "txn_id"):
        if other in rows:
            reference = reference.fillna(given(rows[other]))
    return {
        "reference_number": reference,
        "rrn": kinds["rrn"],
        "arn": normalised(rows["arn"]),
        "utr": normalised(rows["utr"]).fillna(kinds["utr"]),
    }


def _channel(method: pd.Series) -> pd.Series:
    is_upi = np.asarray(method.eq("upi").fillna(False), dtype=bool)
    return filled(method, "ONLINE").mask(is_upi, "UPI")
