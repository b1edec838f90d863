"""Open items at go-live made again from the delivery that `accounts set` kept of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from pipeline.accounts import account_facts
from pipeline.deliveries import Delivery
from pipeline.evidence import unpacked
from pipeline.keys import Keys
from pipeline.merging import Piece
from pipeline.opening_items import checked_items, entry_of
from pipeline.opening_load import fetched_at_of, frame_of
from pipeline.quarantine import COLUMNS
from pipeline.store import Transaction


def opening_piece(
    transaction: Transaction, keys: Keys, source: str, one: Delivery, environment: Mapping[str, str]
) -> Piece:
    """What the list says today; its opening dates were judged when it was given. Rows have no
    number here: the list was kept in an order of its own.
    """
    kept = transaction.rows("staging/delivery_bytes", delivery_ids=[one.delivery_id])[0]
    body = unpacked(
        keys.data, one.key_id, kept["ciphertext"], source=source, part=one.part, sha256=one.sha256
    )
    items = checked_items(json.loads(body), environment)
    facts = account_facts(transaction, keys, sorted({i.number for i in items if i.number}))
    facts = {number: replace(held, opening_date=date.max) for number, held in facts.items()}
    frame = frame_of(
        [(item, entry_of(item, facts, date.max)) for item in items],
        one.dataset,
        one.delivery_id,
        one.part,
        fetched_at_of(one.part),
    )
    return Piece(
        kind="entries",
        frame=frame,
        findings=pd.DataFrame(columns=COLUMNS),
        dataset=one.dataset,
        delivery_ids=[one.delivery_id],
        restated_parts=(),
    )
