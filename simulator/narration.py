"""How each bank words a movement, a column at a time.

`rows`: rail, reference, is_credit, name, handle, party_bank (4 letters), note, account_number.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

NAMES = np.array(
    ["RAVI KUMAR", "PRIYA SHARMA", "MOHAMMED IRFAN", "LAKSHMI N", "S P TRADERS", "RAO, K AND SONS",
     "ANITA DESAI", "GURPREET SINGH", "O'BRIEN DSOUZA", "NEW ERA STORES", "THOMAS CHACKO",
     "BHARAT STEEL & CO"]
)  # fmt: skip
NOTES = np.array(["PAYMENT", "INV 4471", "rent march", "SUPPLIES", "ADVANCE", "Sent from app"])
CITIES = np.array(["MUMBAI", "PUNE", "BENGALURU", "NEW DELHI", "KOCHI"])
PAYER = "RAZORPAY SOFTWARE PRIVATE LIMITED"

Style = Callable[[pd.DataFrame], dict[str, pd.Series]]


def narrate(bank: str, rows: pd.DataFrame) -> pd.Series:
    """The description of each row. KeyError for a rail the bank has no words for."""
    worded = STYLES[bank](rows)
    text = pd.Series("", index=rows.index, dtype="str")
    for rail in rows["rail"].unique():
        text = text.mask(rows["rail"] == rail, worded[rail])
    return text


def _hdfc(rows: pd.DataFrame) -> dict[str, pd.Series]:
    reference, name, note = rows["reference"], rows["name"], rows["note"]
    ifsc = rows["party_bank"] + "0000123"
    side = _side(rows, "CR", "DR")
    card = "4166XXXXXXXX" + rows["account_number"].str.slice(-4)
    return {
        "UPI": "UPI-" + name + "-" + rows["handle"] + "-" + ifsc + "-" + reference + "-" + note,
        "IMPS": "IMPS-" + reference + "-" + name + "-" + rows["party_bank"] + "-XXXXXXXX7731-"
        + note,
        "NEFT": "NEFT " + side + "-" + ifsc + "-" + name + "-" + note + "-" + reference,
        "RTGS": "RTGS " + side + "-" + ifsc + "-" + name + "-" + reference,
        "ATM": "ATW-" + card + "-S1ANMU41-" + rows["city"],
        "POS": "POS " + card + " " + name,
        "SETTLEMENT": "NEFT " + side + "-RATN0000001-" + PAYER + "-SETTLEMENT-" + reference,
    }  # fmt: skip


def _icici(rows: pd.DataFrame) -> dict[str, pd.Series]:
    reference, name, note = rows["reference"], rows["name"], rows["note"]
    bank4 = rows["party_bank"]
    return {
        "UPI": "UPI/" + reference + "/" + note + "/" + rows["handle"] + "/" + bank4,
        "IMPS": "MMT/IMPS/" + reference + "/" + note + "/" + name + "/" + bank4,
        "NEFT": "NEFT-" + reference + "-" + name,
        "RTGS": "RTGS-" + reference + "-" + name + "-" + bank4 + "0000123",
        "ATM": "NFS/CASH WDL/" + rows["city"] + "/" + reference,
        "POS": "IPS/" + name + "/" + rows["city"] + "/" + reference,
        "SETTLEMENT": "NEFT-" + reference + "-" + PAYER,
    }


def _sbi(rows: pd.DataFrame) -> dict[str, pd.Series]:
    reference, name, note = rows["reference"], rows["name"], rows["note"]
    bank4, way = rows["party_bank"], _side(rows, "BY TRANSFER-", "TO TRANSFER-")
    side = _side(rows, "CR", "DR")
    upi = "UPI/" + side + "/" + reference + "/" + name + "/" + bank4 + "/" + rows["handle"]
    return {
        "UPI": way + upi + "/" + note + "--",
        "IMPS": way + "IMPS/" + reference + "/" + bank4 + "/" + name + "--",
        "NEFT": way + "NEFT*" + bank4 + "0000123*" + reference + "*" + name + "--",
        "RTGS": way + "RTGS UTR NO: " + reference + "-" + name + "--",
        "ATM": "ATM WDL-ATM CASH " + reference + " " + rows["city"] + "--",
        "POS": "by debit card-OTHPOS" + reference + name + "--",
        "SETTLEMENT": way + "NEFT*RATN0000001*" + reference + "*" + PAYER + "--",
    }


def _axis_kotak(rows: pd.DataFrame) -> dict[str, pd.Series]:
    reference, name, note = rows["reference"], rows["name"], rows["note"]
    bank4 = rows["party_bank"]
    return {
        "UPI": "UPI/P2A/" + reference + "/" + name + "/" + bank4 + "/" + note,
        "IMPS": "IMPS/P2A/" + reference + "/" + name + "/" + bank4 + "/" + note,
        "NEFT": "NEFT/" + reference + "/" + name + "/" + bank4,
        "RTGS": "RTGS/" + reference + "/" + name + "/" + bank4,
        "ATM": "ATM-CASH/" + rows["city"] + "/" + reference,
        "POS": "POS/" + name + "/" + rows["city"] + "/" + reference,
        "SETTLEMENT": "NEFT/" + reference + "/" + PAYER + "/RATN",
    }


STYLES: dict[str, Style] = {
    "hdfc": _hdfc, "icici": _icici, "sbi": _sbi, "axis": _axis_kotak, "kotak": _axis_kotak,
}  # fmt: skip


def _side(rows: pd.DataFrame, credit: str, debit: str) -> pd.Series:
    return pd.Series(debit, index=rows.index, dtype="str").mask(rows["is_credit"], credit)
