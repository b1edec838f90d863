"""Payments and refunds as Razorpay tells of them, made from what customers did."""

from typing import Any

import numpy as np
import pandas as pd

from simulator.business_days import Ints, days_of
from simulator.identifiers import (
    digits,
    random_text,
    razorpay_ids,
    rrns,
    scattered,
    with_case_twin,
)
from simulator.world_columns import (
    PAYMENT_FIELDS,
    PAYMENT_HISTORY,
    REFUND_FIELDS,
    REFUND_HISTORY,
)

# Merchant discount in hundredths of a percent; UPI is free by law.
MDR_BPS = {"upi": 0, "card": 200, "netbanking": 190}
GST_PERCENT = 18
HANDLES = np.array(["okhdfcbank", "ybl", "paytm", "okicici", "oksbi"])
NETBANKS = np.array(["HDFC", "ICIC", "SBIN", "UTIB", "KKBK"])
NOTES = np.array(["[]", '{"cart":"web"}', '{"cart":"app","gift":"yes"}', '"call first"', "null"])
NO_ACQUIRER_SHARE = 0.04
GIVEN_UP = "GIVEN_UP"  # all three say that the order failed


def fees(amount: Ints, method: pd.Series) -> tuple[Ints, Ints]:
    """(fee with GST inside, that GST), in paise."""
    discount = (amount * method.map(MDR_BPS).to_numpy() + 5_000) // 10_000
    tax = (discount * GST_PERCENT + 50) // 100
    return discount + tax, tax


def draw_payments(rng: np.random.Generator, orders: pd.DataFrame) -> pd.DataFrame:
    """Every attempt to pay, by time: PAYMENT_FIELDS, PAYMENT_HISTORY, `leg` (the order's row) and
    `captured_day`. Those the gateway is to forget (`case` GATEWAY_LOST…) are still here.
    """
    main = _attempts(orders, failed=orders["case"].isin(("GATEWAY_FAILED", GIVEN_UP)))
    failed_first = orders[orders["failed_before"] > 0]
    failed_first = failed_first.assign(
        created=failed_first["created"] - failed_first["failed_before"]
    )
    paid_twice = orders[orders["case"].eq("PAID_TWICE")]
    later = {name: paid_twice[name] + 150 for name in ("created", "authorized", "captured")}
    attempts = pd.concat(
        [
            main,
            _attempts(failed_first, failed=pd.Series(True, index=failed_first.index)),
            _attempts(paid_twice.assign(**later), failed=pd.Series(False, index=paid_twice.index)),
        ]
    ).sort_values(["created", "leg"], kind="stable", ignore_index=True)
    return _described(rng, attempts)


def draw_refund_records(
    rng: np.random.Generator, refunds: pd.DataFrame, payments: pd.DataFrame
) -> pd.DataFrame:
    """REFUND_FIELDS, REFUND_HISTORY, `leg` and `method`, in the rows of `refunds`."""
    paid = payments[payments["status"] == "captured"].drop_duplicates("leg").set_index("leg")
    of = paid.loc[refunds["order"], ["id", "method"]]
    count = len(refunds)
    created = refunds["created"].to_numpy()
    reference = rrns(rng, created)
    acquirer = ('{"arn":"' + scattered(rng, count, 12) + digits(np.arange(count), 11) + '"}').where(
        of["method"].eq("card").to_numpy(), '{"rrn":"' + reference + '"}'
    )
    frame = pd.DataFrame(
        {
            "id": razorpay_ids(rng, "rfnd_", created),
            "amount": refunds["amount"],
            "payment_id": of["id"].to_numpy(),
            "notes": NOTES[rng.integers(len(NOTES), size=count)],
            "acquirer_data": acquirer,
            "created_at": created,
            "processed_at": refunds["processed"],
            "leg": refunds["leg"],
            "method": of["method"].to_numpy(),
        }
    )
    fixed: dict[str, Any] = {
        "entity": "refund",
        "currency": "INR",
        "receipt": pd.NA,
        "batch_id": pd.NA,
        "status": "processed",
        "speed_processed": "normal",
        "speed_requested": "normal",
    }
    frame = frame.assign(**fixed)
    return frame[[*REFUND_FIELDS, *REFUND_HISTORY, "leg", "method"]]


def note_refunds(payments: pd.DataFrame, refunds: pd.DataFrame) -> pd.DataFrame:
    """`payments` as they end: how much went back, and when the last of it did."""
    back = refunds.groupby("payment_id")["amount"].sum()
    last = refunds.groupby("payment_id")["created_at"].max().astype("Int64")
    amount = pd.Series(back.reindex(payments["id"], fill_value=0).to_numpy())
    is_full = (amount > 0) & (amount == payments["amount"])
    return payments.assign(
        amount_refunded=amount,
        refund_status=pd.Series(pd.NA, index=payments.index, dtype="str")
        .mask(amount > 0, "partial").mask(is_full, "full"),
        status=payments["status"].mask(is_full, "refunded"),
        refunded_at=pd.Series(last.reindex(payments["id"]).array).where(is_full),
    )  # fmt: skip


def _attempts(orders: pd.DataFrame, *, failed: pd.Series) -> pd.DataFrame:
    amount = orders["amount"] + orders["gateway_difference"]
    captured = orders["captured"].astype("Int64").mask(failed)
    return pd.DataFrame(
        {
            "leg": orders.index,
            "order_id": orders["order_id"],
            "amount": amount,
            "method": orders["method"],
            "status": pd.Series("captured", index=orders.index, dtype="str").mask(failed, "failed"),
            "created": orders["created"],
            "authorized_at": orders["authorized"].astype("Int64").mask(failed),
            "captured_at": captured,
            "failed_at": (orders["created"] + 20).astype("Int64").where(failed),
            "captured_day": days_of(orders["captured"].to_numpy()),
        }
    )


def _described(rng: np.random.Generator, attempts: pd.DataFrame) -> pd.DataFrame:
    count, method = len(attempts), attempts["method"]
    created = attempts["created"].to_numpy()
    failed = attempts["status"].eq("failed")
    fee, tax = fees(attempts["amount"].to_numpy(), method)
    person = digits(rng.integers(10**6, size=count), 6)
    reference = rrns(rng, created)
    handle = pd.Series(HANDLES[rng.integers(len(HANDLES), size=count)], dtype="str")
    upi = '{"rrn":"' + reference + '","upi_transaction_id":"' + random_text(rng, count, 35) + '"}'
    card = '{"auth_code":"' + scattered(rng, count, 8).str.slice(2) + '","rrn":"' + reference + '"}'
    net = '{"bank_transaction_id":"' + scattered(rng, count, 10) + '"}'
    acquirer = upi.mask(method.eq("card"), card).mask(method.eq("netbanking"), net)
    is_upi, is_card, is_net = (method.eq(name) for name in MDR_BPS)
    frame = attempts.assign(
        id=with_case_twin(razorpay_ids(rng, "pay_", created)),
        entity="payment",
        currency="INR",
        international=False,
        amount_refunded=0,
        captured=~failed,
        description="Order at ACME Retail",
        card_id=("card_" + random_text(rng, count, 14)).where(is_card),
        bank=pd.Series(NETBANKS[rng.integers(len(NETBANKS), size=count)], dtype="str").where(
            is_net
        ),
        vpa=("buyer" + person + "@" + handle).where(is_upi),
        email="buyer" + person + "@example.com",
        contact="+9198" + digits(rng.integers(10**8, size=count), 8),
        notes=NOTES[rng.integers(len(NOTES), size=count)],
        fee=pd.Series(fee).astype("Int64").mask(failed),
        tax=pd.Series(tax).astype("Int64").mask(failed),
        acquirer_data=acquirer.mask(rng.random(count) < NO_ACQUIRER_SHARE, ""),
        created_at=created,
    )
    blank = pd.Series(pd.NA, index=frame.index, dtype="str")
    error = {
        "code": "BAD_REQUEST_ERROR",
        "description": "Payment failed at the bank",
        "source": "bank",
        "step": "payment_authorization",
        "reason": "payment_failed",
    }
    frame = frame.assign(
        invoice_id=blank, wallet=blank, refund_status=blank,
        refunded_at=pd.Series(pd.NA, index=frame.index, dtype="Int64"),
        **{f"error_{name}": blank.mask(failed, text) for name, text in error.items()},
    )  # fmt: skip
    return frame[[*PAYMENT_FIELDS, *PAYMENT_HISTORY, "leg", "captured_day"]]
