"""One seeded world drawn: what really happened first, then what each party says about it."""

from datetime import datetime

import numpy as np
import pandas as pd

from reconciliation.model import Interval
from simulator.accounts import RUPEE_ACCOUNTS, draw_accounts, opening_balances
from simulator.bank import statements
from simulator.bookings import amounts_of_two_sums, bank_rows, core_rows
from simulator.business_days import DAY_SECONDS, days_of, epoch, history_start
from simulator.discrepancies import movement_cases
from simulator.gateway import GIVEN_UP
from simulator.ledger import as_table, balances, leg_rows, movement_rows
from simulator.movements import (
    draw_movements,
    free_second,
    movements_of_settlements,
    repeat_references,
)
from simulator.order_side import ORDER_SHARE, OrderSide, draw_order_side
from simulator.payouts import PAID_MORE
from simulator.world import Links, World
from simulator.world_columns import (
    ACCOUNT_COLUMNS,
    PAYMENT_FIELDS,
    PAYMENT_HISTORY,
    REFUND_FIELDS,
    REFUND_HISTORY,
    SETTLEMENT_FIELDS,
)

HISTORY_BUSINESS_DAYS = 4
ROWS_MIN = 100


def build(seed: int, rows: int, anchor: datetime) -> World:
    """The world of this seed: the same seed, rows and anchor give the same bytes.

    `rows`: ledger entries a day, ROWS_MIN or more. `anchor` is a whole IST hour. ValueError
    where one is not.
    """
    if rows < ROWS_MIN:
        raise ValueError(f"a world has {ROWS_MIN} ledger entries a day or more, not {rows}")
    history = Interval(history_start(anchor, HISTORY_BUSINESS_DAYS), anchor)
    start, now = epoch(history.start), epoch(history.end)
    end = now + DAY_SECONDS
    rng = np.random.default_rng(seed)
    accounts = draw_accounts(rng)
    of_orders = draw_order_side(rng, (start, now, end), rows, RUPEE_ACCOUNTS)
    moves = _moves(rng, accounts, (start, now, end), rows, of_orders.credits)
    debits = -moves["amount"].clip(upper=0).groupby(moves["account"]).sum()
    paid_out = debits.reindex(accounts.index, fill_value=0).to_numpy()
    opened = opening_balances(accounts, paid_out, int(days_of(np.array([start]))[0]))
    booked_by_banks = bank_rows(rng, moves)
    told = statements(rng, booked_by_banks, accounts, opened["opening_statement_minor"])
    reversals = booked_by_banks[booked_by_banks["is_reversal"]]
    core, core_links = as_table(
        rng,
        "TXN",
        pd.concat(
            [
                movement_rows(core_rows(rng, moves, reversals), accounts),
                leg_rows(rng, "core", of_orders.orders, of_orders.refunds),
            ]
        ),
        end,
    )
    mobile, mobile_links = as_table(
        rng, "MOB", leg_rows(rng, "mobile", of_orders.orders, of_orders.refunds), end
    )
    payments, refunds = of_orders.payments, of_orders.refund_records
    return World(
        seed=seed,
        rows=rows,
        history=history,
        banks=told.banks,
        payments=payments[[*PAYMENT_FIELDS, *PAYMENT_HISTORY]],
        refunds=refunds[[*REFUND_FIELDS, *REFUND_HISTORY]],
        settlements=of_orders.headers[list(SETTLEMENT_FIELDS)],
        settlement_lines=of_orders.lines,
        core=core,
        mobile=mobile,
        balances=balances(core, opened, start, end),
        accounts=opened[list(ACCOUNT_COLUMNS)],
        files=told.files,
        links=Links(
            core=core_links,
            mobile=mobile_links[["leg"]],
            payments=payments[["leg"]],
            refunds=refunds[["leg"]],
            settlements=_movement_of(of_orders.headers, moves),
            banks=told.movements,
            cases=_cases(of_orders, moves),
            jumps=told.jumps,
        ),
    )


def _moves(
    rng: np.random.Generator,
    accounts: pd.DataFrame,
    times: tuple[int, int, int],
    rows: int,
    credits: pd.DataFrame,
) -> pd.DataFrame:
    """Every movement of our bank accounts, with its `case` and whether its file `is_refused`."""
    start, now, end = times
    moves = draw_movements(rng, accounts, start, end, round(rows * (1 - ORDER_SHARE)))
    repeat_references(rng, moves, now)
    banks = accounts["bank"].to_numpy()
    credits = credits.assign(bank=banks[credits["account"]])
    credits["at"] = free_second(moves, credits["account"].to_numpy(), credits["at"].to_numpy())
    credits = credits[credits["at"] < end].reset_index(drop=True)
    moves = pd.concat([moves, movements_of_settlements(rng, credits)], ignore_index=True)
    case, moves["is_refused"] = movement_cases(rng, moves, now)
    payout = moves["case"].fillna("")
    moves["case"] = case.mask(payout.ne(""), payout.replace("MISSING", "BANK_LOST"))
    moves["amount"] = amounts_of_two_sums(rng, moves)
    return moves


def _movement_of(headers: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Which movement each settlement arrives as, and which its second part; -1 when that is past
    the world's end, or there is none.
    """
    payouts = moves[moves["rail"].eq("SETTLEMENT") & ~moves["case"].isin(PAID_MORE)]
    is_rest = payouts["case"].eq("SPLIT_REST")
    found = {}
    for name, part in (("movement", payouts[~is_rest]), ("rest", payouts[is_rest])):
        number = pd.Series(part.index, index=part["reference"])
        found[name] = headers["utr"].str.upper().map(number).fillna(-1).astype("int64")
    return pd.DataFrame(found)


def _cases(of_orders: OrderSide, moves: pd.DataFrame) -> pd.DataFrame:
    parts = {
        "movement": moves["case"],
        "order": of_orders.orders["case"].replace(GIVEN_UP, ""),
        "refund": of_orders.refunds["case"],
        "settlement": of_orders.headers["case"],
    }
    frames = [
        pd.DataFrame({"kind": kind, "number": case.index, "case": case})[case.ne("").to_numpy()]
        for kind, case in parts.items()
    ]
    return pd.concat(frames, ignore_index=True)
