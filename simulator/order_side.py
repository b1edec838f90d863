"""Orders from the first attempt to pay to the settlement that carries their money."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from simulator.business_days import DAY_SECONDS, days_of, epoch
from simulator.discrepancies import order_cases, refund_cases
from simulator.gateway import GIVEN_UP, draw_payments, draw_refund_records, note_refunds
from simulator.orders import draw_orders, draw_refunds
from simulator.payouts import rest_credits, second_credits, stray_credit
from simulator.settlements import settle
from simulator.world_columns import PAYMENT_FIELDS, PAYMENT_HISTORY

ORDER_SHARE = 0.5  # of the ledger's entries; the others are movements of bank accounts
REFUNDS_AN_ORDER = 0.06
LOST = ("GATEWAY_LOST", "GATEWAY_LOST_SETTLED")
UNSETTLED = ("LINE_MISSING", "GATEWAY_LOST")
DAYS_OF_MANY = 8
WRONG_BY = (101, 900)  # paise, more than rounding; no order is below 1,000


@dataclass(frozen=True, slots=True)
class OrderSide:
    orders: pd.DataFrame  # as drawn, and `case`
    refunds: pd.DataFrame  # as drawn, and `case`
    payments: pd.DataFrame  # the gateway's, and `leg`
    refund_records: pd.DataFrame  # the gateway's, and `leg`
    lines: pd.DataFrame
    headers: pd.DataFrame  # and `case`
    credits: pd.DataFrame  # account, amount, reference, at, case: the payouts at our banks


def draw_order_side(
    rng: np.random.Generator, times: tuple[int, int, int], rows: int, accounts: int
) -> OrderSide:
    """`times`: the world's start, anchor and end, epoch seconds. `rows`: ledger entries a day."""
    start, now, end = times
    orders = draw_orders(rng, start, end, round(rows * ORDER_SHARE / (1 + REFUNDS_AN_ORDER)))
    refunds = draw_refunds(rng, orders, end)
    is_refunded = np.isin(np.arange(len(orders)), refunds["order"])
    orders["is_plain"] &= ~is_refunded
    orders["case"] = order_cases(rng, orders, now).mask(orders["is_given_up"], GIVEN_UP)
    refunds["case"] = refund_cases(rng, refunds, now)
    off = rng.integers(*WRONG_BY, size=len(orders))
    orders["gateway_difference"] = off * orders["case"].eq("GATEWAY_OVER") - off * orders[
        "case"
    ].eq("GATEWAY_SHORT")
    payments = draw_payments(rng, orders)
    records = draw_refund_records(rng, refunds, payments)
    items = _to_settle(rng, orders, refunds, payments, records)
    settled = settle(rng, items, end, now, accounts)
    payments = note_refunds(payments, records)
    is_lost = orders["case"].isin(LOST).to_numpy()[payments["leg"]]
    arrivals = settled.headers.rename(
        columns={"credit_account": "account", "credit": "credited", "credit_at": "at"}
    )
    payouts = pd.DataFrame(
        {
            "account": arrivals["account"],
            "amount": arrivals["credited"],
            "reference": arrivals["utr"],
            "at": arrivals["at"],
            "case": arrivals["case"].where(arrivals["case"].eq("MISSING"), ""),
        }
    )
    more = [second_credits(settled.headers, accounts), rest_credits(settled.headers)]
    credits = pd.concat([payouts, *more, stray_credit(rng, now, accounts)], ignore_index=True)
    return OrderSide(
        orders=orders,
        refunds=refunds,
        payments=payments[~is_lost].reset_index(drop=True),
        refund_records=records,
        lines=settled.lines,
        headers=settled.headers,
        credits=credits,
    )


def many_payments(seed: int, count: int, anchor: datetime) -> pd.DataFrame:
    """`count` payments of the days before `anchor`, as World.payments has them, and no more
    of a world than that: for measuring.
    """
    rng = np.random.default_rng(seed)
    end = epoch(anchor)
    orders = draw_orders(rng, end - DAYS_OF_MANY * DAY_SECONDS, end, -(-count // DAYS_OF_MANY))
    case = pd.Series("", index=orders.index).mask(orders["is_given_up"], GIVEN_UP)
    orders = orders.assign(case=case, gateway_difference=0)
    payments = draw_payments(rng, orders)
    records = draw_refund_records(rng, draw_refunds(rng, orders, end), payments)
    return note_refunds(payments, records)[[*PAYMENT_FIELDS, *PAYMENT_HISTORY]].head(count)


def _to_settle(
    rng: np.random.Generator,
    orders: pd.DataFrame,
    refunds: pd.DataFrame,
    payments: pd.DataFrame,
    records: pd.DataFrame,
) -> pd.DataFrame:
    """What the gateway owes and is owed, as `settlements.settle` takes it; some of it wrong."""
    paid = payments[payments["status"].eq("captured")]
    paid = paid[~orders["case"].isin(UNSETTLED).to_numpy()[paid["leg"]]]
    case = pd.Series(orders["case"].to_numpy()[paid["leg"]], index=paid.index)
    off = rng.integers(*WRONG_BY, size=len(paid))
    amount = paid["amount"] + off * case.eq("LINE_OVER") - off * case.eq("LINE_SHORT")
    bought = pd.DataFrame(
        {
            "entity_id": paid["id"],
            "type": "payment",
            "debit": 0,
            "credit": amount - paid["fee"].astype("int64") - off * case.eq("LINE_WRONG"),
            "amount": amount,
            "fee": paid["fee"].astype("int64"),
            "tax": paid["tax"].astype("int64"),
            "created_at": paid["created_at"],
            "payment_id": pd.Series(pd.NA, index=paid.index, dtype="str"),
            "order_id": paid["order_id"],
            "method": paid["method"],
            "notes": paid["notes"],
            "day": paid["captured_day"],
            "is_twice": case.eq("LINE_TWICE"),
            "is_held": case.eq("LINE_HELD"),
        }
    )
    back = records[~refunds["case"].isin(UNSETTLED)]
    wrong = refunds["case"][back.index].eq("LINE_WRONG")
    off = rng.integers(*WRONG_BY, size=len(back))
    returned = pd.DataFrame(
        {
            "entity_id": back["id"],
            "type": "refund",
            "debit": back["amount"] + off * wrong,
            "credit": 0,
            "amount": back["amount"],
            "fee": 0,
            "tax": 0,
            "created_at": back["created_at"],
            "payment_id": back["payment_id"],
            "order_id": orders["order_id"].to_numpy()[refunds["order"][back.index]],
            "method": back["method"],
            "notes": back["notes"],
            "day": days_of(back["created_at"].to_numpy()),
            "is_twice": False,
            "is_held": False,
        }
    )
    return pd.concat([bought, returned], ignore_index=True)
