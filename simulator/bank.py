"""The banks' statements: ids, narrations, running balances, and the files two of them send."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.business_days import dates, days_of, hour_end, instants
from simulator.identifiers import digits
from simulator.narration import narrate
from simulator.orders import ist_text
from simulator.world_columns import BANK_COLUMNS, BANKS, FILE_BANKS, FILE_COLUMNS

CHANNEL = {"UPI": "UPI", "IMPS": "ONLINE", "NEFT": "ONLINE", "RTGS": "ONLINE", "ATM": "ATM",
           "POS": "POS", "SETTLEMENT": "ONLINE"}  # fmt: skip
TRANSACTION_TYPE = {"ATM": "WITHDRAWAL", "POS": "PAYMENT", "SETTLEMENT": "DEPOSIT"}
ID_SHAPE = {"hdfc": ("HDFC", 12), "icici": ("S", 8), "sbi": ("SBI", 13), "axis": ("", 12),
            "kotak": ("KKBK", 12)}  # fmt: skip
HDFC_REFERENCE_WIDTH = 16
JUMP_MINOR = (1_000, 50_000)
TRAILER_LIE_MINOR = 10_000
KEY_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Statements:
    banks: dict[str, pd.DataFrame]  # BANK_COLUMNS
    movements: dict[str, pd.DataFrame]  # movement, beside each row
    jumps: pd.DataFrame  # bank, account_number, day, code, amount_minor
    files: pd.DataFrame  # FILE_COLUMNS


def statements(
    rng: np.random.Generator, rows: pd.DataFrame, accounts: pd.DataFrame, opening: pd.Series
) -> Statements:
    """`rows` of `bookings.bank_rows`, worded and in order; `opening`: minor units by account."""
    rows = rows.sort_values(["account", "at"], kind="stable", ignore_index=True)
    rows["account_number"] = accounts["account_number"].to_numpy()[rows["account"]]
    rows["file"] = _file_names(rows)
    rows["jump"] = _jumps(rng, rows)
    moved = rows["amount"].where(rows["status"].eq("SUCCESS"), 0)
    running = (moved + rows["jump"]).groupby(rows["account"]).cumsum()
    rows["balance_minor"] = running + opening.to_numpy()[rows["account"]]
    banks, movements = {}, {}
    for name in BANKS:
        own = rows[rows["bank"] == name].reset_index(drop=True)
        banks[name] = _worded(rng, name, own)
        movements[name] = own[["movement"]]
    return Statements(banks, movements, _jumps_made(rows), _files(rows))


def kinds(rows: pd.DataFrame) -> pd.Series:
    """The transaction type of movements, by `rail` and the sign of `amount`."""
    kind = rows["rail"].map(TRANSACTION_TYPE).fillna("TRANSFER").astype("str")
    return kind.mask(kind.eq("DEPOSIT") & rows["amount"].lt(0), "WITHDRAWAL")


def axis_keys(rows: pd.DataFrame) -> pd.Series:
    """The ids that an engine derives for Axis, which sends none.

    First 32 hex digits of the SHA-256 of account, day, signed amount, narration, the hour of
    the file and how many rows alike came before it in that file, joined by "|". Rows in the
    order of their files.
    """
    local = rows["occurred_at"].dt.tz_convert("Asia/Kolkata")
    day, hour = local.dt.strftime("%Y-%m-%d"), local.dt.strftime("%H")
    narration = rows["description"].str.upper().str.replace(r"\s+", " ", regex=True).str.strip()
    alike = [rows["account_number"], day, rows["amount_minor"].astype("str"), narration, hour]
    occurrence = rows["amount_minor"].groupby(alike).cumcount().astype("str")
    text = alike[0].str.cat([*alike[1:], occurrence], sep="|")
    # A cryptographic hash has no whole-column form.
    hashed = [hashlib.sha256(one.encode()).hexdigest()[:KEY_DIGITS] for one in text]
    return pd.Series(hashed, index=rows.index, dtype="str")


def _worded(rng: np.random.Generator, bank: str, rows: pd.DataFrame) -> pd.DataFrame:
    at = rows["at"].to_numpy()
    rows = rows.assign(
        is_credit=rows["amount"] > 0,
        note=rows["note"].mask(rows["is_reversal"], "REVERSAL"),
    )
    prefix, width = ID_SHAPE[bank]
    # Ids rise with time, so that two rows of one second have an order too.
    order = np.empty(len(rows), dtype="int64")
    order[np.argsort(at, kind="stable")] = np.cumsum(rng.integers(1, 90, size=len(rows)))
    reference = rows["reference"].astype("str")
    if bank == "hdfc":
        is_rrn = reference.str.len().eq(12) & reference.str.isdigit()
        reference = reference.mask(is_rrn, reference.str.zfill(HDFC_REFERENCE_WIDTH))
    frame = pd.DataFrame(
        {
            "transaction_id": prefix + digits(10**7 + order, width),
            "account_number": rows["account_number"].astype("str"),
            "amount_minor": rows["amount"].astype("int64"),
            "amount_text": rows["amount_text"],
            "first_minor": rows["first_minor"].astype("int64"),
            "currency": rows["currency"].astype("str"),
            "status": rows["status"].astype("str"),
            "pending_until": instants(
                rows["pending_until"].astype("Int64").mask(rows["pending_until"] == 0)
            ),
            "occurred_at": instants(at),
            "visible_at": instants(rows["visible_at"]),
            "value_date": dates(days_of(at)),
            "channel": rows["rail"].map(CHANNEL).astype("str"),
            "transaction_type": kinds(rows),
            "reference": reference,
            "description": narrate(bank, rows),
            "balance_minor": rows["balance_minor"].astype("int64"),
            "file": rows["file"],
        }
    )
    if bank == "axis":
        frame["transaction_id"] = axis_keys(frame)
    ids = frame["transaction_id"]
    shared = rows["case"].eq("SAME_ID")
    one = ids[shared].groupby(rows["file"]).transform("first")
    frame["transaction_id"] = ids.mask(shared, one)
    return frame[list(BANK_COLUMNS)]


def _file_names(rows: pd.DataFrame) -> pd.Series:
    start = hour_end(rows["at"].to_numpy()) - 3_600
    stem = rows["bank"].str.upper() + "_" + rows["account_number"] + "_"
    name = stem + ist_text(start, "%Y%m%d_%H")
    return name.where(rows["bank"].isin(FILE_BANKS), "").astype("str")


def _jumps(rng: np.random.Generator, rows: pd.DataFrame) -> pd.Series:
    """What balances gain at a row beyond its amount; it stays in all later ones."""
    sizes = rng.integers(*JUMP_MINOR, size=len(rows)) * rng.choice(np.array([-1, 1]), len(rows))
    # A file's jump lies before its first row, whatever row the case was put on.
    jumping = rows.loc[rows["case"].eq("FILE_JUMP"), "file"].unique()
    first = ~rows["file"].duplicated() & rows["file"].isin(jumping)
    return pd.Series(np.where(rows["case"].eq("BALANCE_JUMP") | first, sizes, 0), index=rows.index)


def _jumps_made(rows: pd.DataFrame) -> pd.DataFrame:
    made = rows[rows["jump"] != 0]
    code = np.where(made["file"].eq(""), "STM_CONSISTENCY", "STM_CONTINUITY")
    return pd.DataFrame(
        {
            "bank": made["bank"],
            "account_number": made["account_number"],
            "day": days_of(made["at"].to_numpy()),
            "code": code,
            "amount_minor": made["jump"],
        }
    ).reset_index(drop=True)


def _files(rows: pd.DataFrame) -> pd.DataFrame:
    own = rows[rows["file"] != ""]
    files = own.groupby("file", as_index=False).agg(
        bank=("bank", "first"),
        account_number=("account_number", "first"),
        at=("at", "min"),
        rows=("at", "size"),
        lies=("is_refused", "any"),
    )
    end = hour_end(files["at"].to_numpy())
    files["name"] = files["file"] + files["bank"].map({"axis": ".csv", "kotak": ".json"})
    files["hour_start"] = instants(end - 3_600)
    files["visible_at"] = instants(end)
    files["trailer_off_minor"] = np.where(files["lies"], TRAILER_LIE_MINOR, 0)
    return files[list(FILE_COLUMNS)]
