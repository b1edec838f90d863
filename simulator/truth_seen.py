"""What could be seen of a world at a moment, with what belongs together beside it.

An entry is a row `source, txn_id, at (epoch seconds), amount (signed), currency, status` and the
links of `world.Links`. A row an engine must refuse is not an entry.
"""

import pandas as pd

from simulator.business_days import Ints
from simulator.world import World

DAY = 86_400
ROUNDING = 100  # paise: a difference up to a rupee is nobody's loss
ENTRY = ["source", "txn_id", "at", "amount", "currency", "status"]


def seconds(moments: pd.Series) -> Ints:
    """Instants as epoch seconds; blank is far in the past."""
    found: Ints = moments.dt.as_unit("s").astype("int64").to_numpy()
    return found


def bank_entries(world: World, bank: str, as_of: int) -> pd.DataFrame:
    """ENTRY, account, movement, without refused files' rows; `flaw` is why a row is refused."""
    rows = world.bank(bank)
    at = seconds(rows["occurred_at"])
    pending = seconds(rows["pending_until"]) > as_of
    movement = world.links.banks[bank]["movement"]
    frame = pd.DataFrame(
        {
            "source": bank,
            "txn_id": rows["transaction_id"],
            "at": at,
            "amount": rows["amount_minor"],
            "currency": rows["currency"],
            "status": rows["status"].mask(pending, "PENDING"),
            "account": rows["account_number"],
            "movement": movement,
            "flaw": rows["amount_text"].where(rows["amount_text"].eq(""), "DQ_QUARANTINED")
            .mask(movement.isin(numbers(world, "SAME_ID")), "DQ_CONFLICT"),
        }
    )  # fmt: skip
    seen = (at < as_of) & (seconds(rows["visible_at"]) <= as_of)
    return _exact(frame[seen & ~rows["file"].isin(refused_files(world))])


def numbers(world: World, case: str) -> pd.Series:
    """The movements that a case was put on."""
    cases = world.links.cases
    return cases.loc[cases["kind"].eq("movement") & cases["case"].eq(case), "number"]


def refused_files(world: World) -> pd.Series:
    """Stems of the files that their own trailer contradicts."""
    lying = world.files.loc[world.files["trailer_off_minor"] != 0, "name"]
    return lying.str.replace(r"\.\w+$", "", regex=True)


def ledger_entries(world: World, system: str, as_of: int) -> pd.DataFrame:
    """ENTRY, account, bank, movement (core only) and leg, of "core" or "mobile"."""
    rows = world.core if system == "core" else world.mobile
    links = world.links.core if system == "core" else world.links.mobile
    frame = pd.DataFrame(
        {
            "source": system,
            "txn_id": rows["txn_id"],
            "at": seconds(rows["booked_at"]),
            "amount": rows["amount_minor"].where(
                rows["direction"].eq("CREDIT"), -rows["amount_minor"]
            ),
            "currency": rows["currency"],
            "status": rows["status"],
            "account": rows["account_id"],
            "bank": rows["bank_code"].str.lower(),
        }
    ).join(links)
    return _exact(frame[seconds(rows["updated_at"]) < as_of])


def gateway_entries(world: World, as_of: int) -> pd.DataFrame:
    """ENTRY, leg, is_refund and fee of payments (credits) and refunds (debits)."""
    paid, back = world.payments, world.refunds
    status = pd.Series("PENDING", index=paid.index, dtype="str")
    status = status.mask(paid["captured_at"].le(as_of).fillna(False), "SUCCESS")
    status = status.mask(paid["failed_at"].le(as_of).fillna(False), "FAILED")
    payments = pd.DataFrame(
        {
            "source": "razorpay",
            "txn_id": paid["id"],
            "at": paid["created_at"],
            "amount": paid["amount"],
            "currency": paid["currency"],
            "status": status,
            "is_refund": False,
            "leg": world.links.payments["leg"],
        }
    )
    is_done = back["processed_at"] <= as_of
    refunds = pd.DataFrame(
        {
            "source": "razorpay",
            "txn_id": back["id"],
            "at": back["created_at"],
            "amount": -back["amount"],
            "currency": back["currency"],
            "status": pd.Series("PENDING", index=back.index, dtype="str").mask(is_done, "SUCCESS"),
            "is_refund": True,
            "leg": world.links.refunds["leg"],
        }
    )
    entries = pd.concat([payments, refunds], ignore_index=True)
    return _exact(entries[entries["at"] < as_of])


def line_entries(world: World, as_of: int) -> pd.DataFrame:
    """Settlement lines: source, txn_id, entity_id, type, settlement_id, at (settled), net,
    amount (unsigned, before the fee) and fee.
    """
    rows = world.settlement_lines
    frame = pd.DataFrame(
        {
            "source": "razorpay_settlement",
            "txn_id": rows["entity_id"] + "@" + rows["settlement_id"],
            "entity_id": rows["entity_id"],
            "type": rows["type"],
            "settlement_id": rows["settlement_id"],
            "at": rows["settled_at"],
            "net": rows["credit"] - rows["debit"],
            "amount": rows["amount"],
            "fee": rows["fee"],
            "is_held": ~rows["settled"],
            "dispute": rows["dispute_id"],
        }
    )
    return _exact(frame[frame["at"] < as_of])


def _exact(entries: pd.DataFrame) -> pd.DataFrame:
    """Integers that stay integers where a merge leaves blanks: no amount becomes a float."""
    whole = {"at", "amount", "net", "fee"} & set(entries.columns)
    return entries.astype(dict.fromkeys(whole, "Int64"))
