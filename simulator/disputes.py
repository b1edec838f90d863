"""Chargebacks: settlement lines that take a payment back, and one that returns it on paper."""

import numpy as np
import pandas as pd

from simulator.identifiers import random_text


def dispute_lines(
    rng: np.random.Generator, headers: pd.DataFrame, items: pd.DataFrame
) -> pd.DataFrame:
    """Two small payments that were settled by then charged back in the first clean settlement; the
    second comes back in the next one, on paper. None where there are not as many.
    """
    clean = headers[headers["case"].eq("")].sort_values("created_at").index[:2].to_numpy()
    # Nobody disputes what is not paid yet: settlements are numbered as they are paid out.
    is_paid = items["settlement"].le(clean[0] if len(clean) else -1)
    paid = items[items["type"].eq("payment") & ~items["is_held"] & is_paid].nsmallest(2, "amount")
    if min(len(clean), len(paid)) < 2:
        clean, paid = clean[:0], paid.iloc[:0]
    taken = paid.assign(settlement=clean[:1].repeat(len(paid)))
    lines = pd.concat([taken, paid.iloc[1:].assign(settlement=clean[1:])], ignore_index=True)
    is_back = lines.index == len(paid)
    amount = lines["amount"].to_numpy()
    disputes = ("disp_" + random_text(rng, len(paid), 14)).to_numpy()
    return pd.DataFrame(
        {
            "entity_id": "adj_" + random_text(rng, len(lines), 14),
            "type": "adjustment",
            "debit": np.where(is_back, 0, amount),
            "credit": np.where(is_back, amount, 0),
            "amount": amount,
            "fee": 0,
            "tax": 0,
            "created_at": headers["created_at"].to_numpy()[lines["settlement"].to_numpy("int64")]
            - 7_200,
            "notes": "[]",
            "payment_id": lines["entity_id"],
            "settlement": lines["settlement"].to_numpy("int64"),
            "dispute_id": np.concatenate([disputes, disputes[1:]]),
            "is_held": is_back,
        }
    )
