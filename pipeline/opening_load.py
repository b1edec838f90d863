"""Open items at go-live into staging, by the doors of every entry: evidence, versions, a load.

What a source itself says of an entry always counts more: items are read as if fetched before
anything else, one tick after the items given before them.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import RowMapping

from pipeline.accounts import account_facts
from pipeline.evidence import sealed, sha256_of
from pipeline.keys import Keys
from pipeline.merging import Counts, Piece, create_tables, digests, merge, open_load
from pipeline.opening_items import Item, entry_of
from pipeline.quarantine import COLUMNS as FINDING_COLUMNS
from pipeline.store import Transaction
from reconciliation.model import HOUR, IST, Interval, as_entries

PART = "opening_items/"  # and a number: the first, the second … list of one source's items
PARSER_VERSION = "opening 1"
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
Given = Sequence[tuple[Item, Mapping[str, Any], Mapping[str, Any]]]  # item, as written, canonical


def load_items(
    transaction: Transaction,
    keys: Keys,
    items: Sequence[Item],
    written: Sequence[Mapping[str, Any]],
) -> dict[str, int]:
    """Make the open items what this list says; how many are given, new, changed, retracted."""
    bounds = transaction.row("ops/opening_bounds")
    first_day = bounds["first_day"] if bounds else None
    last_day = bounds["last_day"] if bounds else None
    accounts = account_facts(
        transaction, keys, sorted({item.number for item in items if item.number})
    )
    given = [
        (item, raw, entry_of(item, accounts, last_day))
        for item, raw in zip(items, written, strict=True)
    ]
    _record(transaction, given)
    before = transaction.rows("staging/opening_deliveries", prefix=PART)
    sources = sorted({item.source for item in items} | {row["source"] for row in before})
    found = {"given": len(given), "new": 0, "changed": 0, "retracted": 0}
    create_tables(transaction)
    for source in sources:
        transaction.lock(f"stage:{source}")
        counts = _load_source(
            transaction,
            keys,
            source,
            given=[one for one in given if one[0].source == source],
            before=[row for row in before if row["source"] == source],
            first_day=first_day or BEFORE_ALL.date(),
        )
        found["new"] += counts.entries_new
        found["changed"] += counts.entries_changed
        found["retracted"] += counts.entries_retracted
    return found


def _load_source(
    transaction: Transaction,
    keys: Keys,
    source: str,
    *,
    given: Given,
    before: Sequence[RowMapping],
    first_day: date,
) -> Counts:
    counts = Counts()
    latest = {row["dataset"]: row["sha256"] for row in before}
    bodies = {
        name: _body([raw for item, raw, _ in given if item.dataset.name == name])
        for name in sorted({item.dataset.name for item, _, _ in given} | set(latest))
    }
    changed = {name: body for name, body in bodies.items() if latest.get(name) != sha256_of(body)}
    if not changed:
        return counts
    day_end = datetime.combine(first_day + timedelta(days=1), time(), IST)
    interval = Interval(day_end - HOUR, day_end)
    load = open_load(transaction, source, interval, PARSER_VERSION)
    parts = [row["part"] for row in before]
    delivered = []
    for name, body in changed.items():
        part = f"{PART}{len(parts) + 1:04d}"
        parts.append(part)
        delivery_id = _keep(
            transaction, keys, body, source=source, dataset=name, interval=interval, part=part
        )
        frame = frame_of(
            [(item, entry) for item, _, entry in given if item.dataset.name == name],
            name,
            delivery_id,
            part,
            fetched_at_of(part),
        )
        counts.rows_parsed += len(frame)
        merge(transaction, load, _piece(name, frame, delivery_id, parts), counts)
        delivered.append(delivery_id)
    transaction.run(
        "staging/record_deliveries",
        load_id=load.load_id,
        delivery_ids=delivered,
        outcomes=["loaded"] * len(delivered),
        reasons=[None] * len(delivered),
    )
    transaction.run("staging/close_load", load_id=load.load_id, **counts.as_data())
    return counts


def fetched_at_of(part: str) -> datetime:
    """Before all that a source sends, in the order of the lists."""
    return BEFORE_ALL + int(part.removeprefix(PART)) * TICK


def _piece(name: str, frame: pd.DataFrame, delivery_id: int, parts: Sequence[str]) -> Piece:
    return Piece(
        kind="entries",
        frame=frame,
        findings=pd.DataFrame(columns=FINDING_COLUMNS),
        dataset=name,
        delivery_ids=[delivery_id],
        restated_parts=list(parts),
    )


def _body(written: Sequence[Mapping[str, Any]]) -> bytes:
    """The items word for word, in an order of their own: a list shuffled is the same list."""
    texts = sorted(json.dumps(raw, sort_keys=True, ensure_ascii=False) for raw in written)
    return ("[" + ",\n".join(texts) + "]").encode()


def _keep(
    transaction: Transaction,
    keys: Keys,
    body: bytes,
    *,
    source: str,
    dataset: str,
    interval: Interval,
    part: str,
) -> int:
    sha256 = sha256_of(body)
    key_id, ciphertext = sealed(keys.data, body, source=source, part=part, sha256=sha256)
    delivery_id: int = transaction.value(
        "landing/insert_delivery",
        source=source,
        dataset=dataset,
        interval_from=interval.start,
        interval_to=interval.end,
        window_from=interval.start,
        part=part,
        name="accounts set",
        name_cipher=None,
        sha256=sha256,
        bytes=len(body),
        ciphertext=ciphertext,
        key_id=key_id,
        control={},
        fetched_at=datetime.now(UTC),
        modified_at=None,
    )
    return delivery_id


def frame_of(
    given: Sequence[tuple[Item, Mapping[str, Any]]],
    dataset: str,
    delivery_id: int,
    part: str,
    fetched_at: datetime,
) -> pd.DataFrame:
    """What the items are in staging, `row_no` by their place in the list."""
    if not given:
        return pd.DataFrame()
    entries = pd.DataFrame([entry for _, entry in given], dtype="object")
    accounts = entries.pop("account_id").astype("Int64")
    entries["row_no"] = range(len(entries))
    for day in ("business_date", "booking_date"):
        entries[day] = pd.to_datetime(entries[day]).astype("datetime64[s]")
    frame = as_entries({str(name): entries[name] for name in entries}).drop(
        columns=["account_number"]
    )
    frame = frame.assign(
        account_id=accounts,
        dataset=pd.Series(dataset, index=frame.index, dtype="string"),
        delivery_id=delivery_id,
        part=pd.Series(part, index=frame.index, dtype="string"),
        fetched_at=pd.Timestamp(fetched_at),
    )
    return frame.assign(digest=digests(frame))


def _record(transaction: Transaction, given: Given) -> None:
    transaction.run("ops/forget_opening_items")
    transaction.run(
        "ops/record_opening_items",
        sources=[item.source for item, _, _ in given],
        entry_keys=[entry["entry_key"] for _, _, entry in given],
        datasets=[item.dataset.name for item, _, _ in given],
        account_ids=[entry["account_id"] for _, _, entry in given],
        currencies=[entry["currency"] for _, _, entry in given],
        amounts=[entry["amount_minor"] for _, _, entry in given],
        open_ons=[None if item.open_on is None else ",".join(item.open_on) for item, _, _ in given],
    )
