"""Our own systems: the ledger's rows and balances, and the mobile app's rows."""

import numpy as np
import pandas as pd

from simulator.accounts import GATEWAY_ACCOUNT, MERCHANT_ID
from simulator.bank import CHANNEL, kinds
from simulator.business_days import DAY_SECONDS, IST_SECONDS, dates, days_of, instants
from simulator.gateway import GIVEN_UP
from simulator.identifiers import scattered
from simulator.world_columns import BALANCE_COLUMNS, LEDGER_COLUMNS

# Which cases leave a system without its row, or change what the row says.
LOST = {"core": "CORE_LOST", "mobile": "MOBILE_LOST"}
TWICE = {"core": "CORE_TWICE", "mobile": "MOBILE_TWICE"}
STATUS = {
    "core": {"CORE_FAILED": "FAILED", GIVEN_UP: "FAILED"},
    "mobile": {"MOBILE_FAILED": "FAILED", "MOBILE_PENDING": "PENDING", GIVEN_UP: "FAILED"},
}
MOBILE_SHORT_BY = 500


def leg_rows(
    rng: np.random.Generator, system: str, orders: pd.DataFrame, refunds: pd.DataFrame
) -> pd.DataFrame:
    """How "core" or "mobile" booked every payment and refund: `leg` and what a row needs."""
    paid = orders.assign(leg=orders.index, is_refund=False)
    given_back = refunds.assign(
        is_refund=True,
        order_id=orders["order_id"].to_numpy()[refunds["order"]],
        method=orders["method"].to_numpy()[refunds["order"]],
    )
    rows = pd.concat([paid, given_back], ignore_index=True)
    rows = rows[~rows["case"].eq(LOST[system])]
    rows = rows.assign(booked=rows[f"{system}_booked"], updated=rows[f"{system}_updated"])
    again = rows[rows["case"].eq(TWICE[system])]
    gap = rng.integers(120, 300, size=len(again))
    again = again.assign(booked=again["booked"] + gap, updated=again["updated"] + gap)
    rows = pd.concat([rows, again], ignore_index=True)
    is_mobile, case = system == "mobile", rows["case"]
    rupees = pd.Series("INR", index=rows.index, dtype="str")
    by_method = rows["method"].map({"upi": "UPI"}).fillna("ONLINE")
    return pd.DataFrame(
        {
            "movement": -1,
            "leg": rows["leg"],
            "order_id": rows["order_id"],
            "account_id": GATEWAY_ACCOUNT,
            "bank_code": pd.Series(pd.NA, index=rows.index, dtype="str"),
            "amount_minor": rows["amount"]
            - MOBILE_SHORT_BY * (case.eq("MOBILE_SHORT") & is_mobile),
            "direction": np.where(rows["is_refund"], "DEBIT", "CREDIT"),
            "currency": rupees.mask(case.eq("MOBILE_CURRENCY") & is_mobile, "USD"),
            "status": case.map(STATUS[system]).fillna("SUCCESS"),
            "channel": "MOBILE" if is_mobile else by_method,
            "transaction_type": np.where(rows["is_refund"], "REFUND", "PAYMENT"),
            "reference_number": pd.Series(pd.NA, index=rows.index, dtype="str"),
            "merchant_id": MERCHANT_ID,
            "description": np.where(rows["is_refund"], "Refund", "Order"),
            "booked": rows["booked"],
            "updated": rows["updated"],
        }
    )


def movement_rows(booked: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """The ledger's rows of bank movements (`bookings.core_rows`), as `leg_rows` gives its own."""
    blank = pd.Series(pd.NA, index=booked.index, dtype="str")
    return pd.DataFrame(
        {
            "movement": booked["movement"],
            "leg": -1,
            "order_id": blank,
            "account_id": accounts["account_number"].to_numpy()[booked["account"]],
            "bank_code": booked["bank"].str.upper(),
            "amount_minor": booked["amount"].abs(),
            "direction": np.where(booked["amount"] > 0, "CREDIT", "DEBIT"),
            "currency": booked["currency"],
            "status": booked["status"],
            "channel": booked["rail"].map(CHANNEL),
            "transaction_type": kinds(booked),
            "reference_number": booked["reference"],
            "merchant_id": blank,
            "description": booked["rail"] + " " + booked["name"],
            "booked": booked["booked"],
            "updated": booked["updated"],
        }
    )


def as_table(
    rng: np.random.Generator, prefix: str, rows: pd.DataFrame, end: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(LEDGER_COLUMNS of what is known before `end`, movement and leg beside it), by time."""
    rows = rows[rows["updated"] < end].sort_values(["updated", "booked"], kind="stable")
    rows = rows.reset_index(drop=True)
    booked = rows["booked"].to_numpy()
    rows = rows.assign(
        txn_id=prefix + scattered(rng, len(rows), 12),
        booked_at=instants(booked),
        value_date=dates(days_of(booked)),
        updated_at=instants(rows["updated"]),
    )
    text = [name for name in LEDGER_COLUMNS if rows[name].dtype == object]
    table = rows[list(LEDGER_COLUMNS)].astype(dict.fromkeys(text, "str"))
    return table, rows[["movement", "leg"]]


def balances(core: pd.DataFrame, accounts: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """The ledger's own closing balance of every account and whole day: BALANCE_COLUMNS.

    Its opening balance and its own successful rows in the account's currency, mistakes and
    all; kept by the ledger, so an engine has it from elsewhere than from those rows.
    """
    days = np.arange(days_of(np.array([start]))[0], (end + IST_SECONDS) // DAY_SECONDS)
    own = core["account_id"].map(accounts.set_index("account_number")["currency"])
    counted = core[core["status"].eq("SUCCESS") & core["currency"].eq(own)]
    signed = counted["amount_minor"].where(
        counted["direction"].eq("CREDIT"), -counted["amount_minor"]
    )
    moved = signed.groupby([counted["account_id"], counted["value_date"]]).sum()
    index = pd.MultiIndex.from_product([accounts["account_number"], dates(days)])
    moved = moved.reindex(index, fill_value=0)
    opening = np.repeat(accounts["opening_ledger_minor"].to_numpy(), len(days))
    closing = moved.groupby(level=0, sort=False).cumsum().to_numpy() + opening
    frame = pd.DataFrame(
        {
            "account_id": index.get_level_values(0),
            "business_date": index.get_level_values(1),
            "currency": np.repeat(accounts["currency"].to_numpy(), len(days)),
            "closing_balance_minor": closing,
        }
    )
    return frame[list(BALANCE_COLUMNS)]
