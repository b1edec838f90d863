"""Landed deliveries read back: decrypted, parsed, in chunks of bounded size."""

import json
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import pandas as pd
from sqlalchemy import RowMapping

from adapters.base import Payload, Source
from adapters.errors import DeliveryRefused, FormatMismatch, SourceRejected
from pipeline.evidence import opened
from pipeline.file_names import opened_names
from pipeline.keys import Keys
from pipeline.parsing import parse
from pipeline.store import Transaction

CHUNK_ROWS = 20_000  # rows in hand at once, about; a delivery is never split
BATCH_BYTES = 4_000_000  # of bodies read and parsed together
BATCH_DELIVERIES = 250

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    delivery_id: int
    dataset: str
    part: str
    interval_from: datetime
    interval_to: datetime
    window_from: datetime
    name: str
    sha256: str
    bytes: int
    key_id: str
    control: dict[str, str]
    fetched_at: datetime
    modified_at: datetime | None
    later_id: int | None  # a newer delivery of the same part that is loaded
    same_id: int | None  # the same bytes, loaded under another part

    @classmethod
    def of(cls, row: RowMapping) -> "Delivery":
        return cls(**row)


class Looks(Protocol):
    """Where the stored bytes are read: a Store, or a transaction that stands already."""

    def transaction(self) -> AbstractContextManager[Transaction]: ...


@dataclass(slots=True)
class Chunk:
    """Text rows of whole deliveries of one dataset, and where each row came from."""

    dataset: str
    deliveries: list[Delivery]
    rows: pd.DataFrame  # the source's text columns, index 0…n−1
    places: "np.ndarray[Any, np.dtype[np.int64]]"  # of each row's delivery in `deliveries`
    row_nos: "np.ndarray[Any, np.dtype[np.int64]]"  # of each row in its delivery


@dataclass(slots=True)
class Reading:
    """Goes over deliveries once; what it refused is in `refused` afterwards, and in `seconds`
    what decrypting and parsing took.
    """

    store: Looks
    keys: Keys
    source: Source
    refused: list[tuple[Delivery, str]] = field(default_factory=list)
    superseded: list[Delivery] = field(default_factory=list)
    stopped_at: Delivery | None = None  # the one that cannot be read and stops the source
    seconds: float = 0.0

    def chunks(self, deliveries: Sequence[Delivery]) -> Iterator[Chunk]:
        """Parsed rows, about CHUNK_ROWS at a time, datasets apart, in the order given.

        A delivery that contradicts itself (DeliveryRefused) is left out and noted; one that
        cannot be read at all stops the source unless a newer one of its part is at hand.
        SourceRejected, SchemaDrift.
        """
        held: list[Chunk] = []
        rows_wanted = 0  # the first batch goes on its way alone: the database waits for it
        for batch in _batches(deliveries):
            if held and held[0].dataset != batch[0].dataset:
                yield _joined(held)
                held = []
            started = time.perf_counter()
            chunk = self._parse(batch, deliveries)
            self.seconds += time.perf_counter() - started
            if chunk is not None:
                held.append(chunk)
            if held and sum(len(one.rows) for one in held) >= rows_wanted:
                yield _joined(held)
                held, rows_wanted = [], CHUNK_ROWS
        if held:
            yield _joined(held)

    def _parse(self, batch: list[Delivery], pending: Sequence[Delivery]) -> Chunk | None:
        aside: dict[int, str | None] = {}  # place → why it is refused; None: a newer one is there

        def can_lack(place: int, error: SourceRejected) -> bool:
            if isinstance(error, DeliveryRefused):
                aside[place] = str(error)
            elif isinstance(error, FormatMismatch) and self._has_newer(batch[place], pending):
                aside[place] = None
            else:
                self.stopped_at = batch[place]
            return place in aside

        rows, places = parse(self.source, self._payloads(batch), can_lack)
        for place in sorted(aside):
            reason = aside[place]
            if reason is None:
                self.superseded.append(batch[place])
            else:
                self.refused.append((batch[place], reason))
        if not places:
            return None
        if new_fields := rows.attrs.get("new_fields"):
            log.warning(
                "%s %s: fields never seen before, kept in the raw delivery: %s",
                self.source.config.name, batch[0].dataset, ", ".join(new_fields),
            )  # fmt: skip
        numbers = rows.pop("payload_no").to_numpy("int64")
        row_nos = rows.pop("row_no").to_numpy("int64")
        return Chunk(batch[0].dataset, [batch[place] for place in places], rows, numbers, row_nos)

    def _has_newer(self, delivery: Delivery, pending: Sequence[Delivery]) -> bool:
        """Whether the part was fetched again: a file whenever, an API page for its own interval."""
        is_file = self.source.config.datasets[delivery.dataset].later_delivery == "restates"
        return delivery.later_id is not None or any(
            other.part == delivery.part
            and other.dataset == delivery.dataset
            and other.fetched_at > delivery.fetched_at
            and (is_file or _interval(other) == _interval(delivery))
            for other in pending
        )

    def _payloads(self, batch: list[Delivery]) -> list[Payload]:
        with self.store.transaction() as transaction:  # beside the load's own, which is writing
            rows = transaction.rows(
                "staging/delivery_bytes", delivery_ids=[one.delivery_id for one in batch]
            )
        kept = {row["delivery_id"]: row for row in rows}
        return [self._payload(one, kept[one.delivery_id]) for one in batch]

    def _payload(self, one: Delivery, kept: RowMapping) -> Payload:
        place = {"source": self.source.config.name, "part": one.part, "sha256": one.sha256}
        part, name = one.part, one.name
        if kept["name_cipher"] is not None:
            part, name = opened_names(self.keys.data, kept["name_cipher"], **place)
        return Payload(
            dataset=one.dataset,
            part=part,
            name=name,
            body=opened(self.keys.data, one.key_id, kept["ciphertext"], size=one.bytes, **place),
            fetched_at=one.fetched_at,
            control=one.control,
            modified_at=one.modified_at,
        )


def row_texts(rows: pd.DataFrame) -> list[str]:
    """Each row as JSON text: what is encrypted when it is kept aside."""
    return [
        json.dumps({key: value for key, value in row.items() if not pd.isna(value)}, sort_keys=True)
        for row in rows.to_dict("records")
    ]


def _batches(deliveries: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    batch: list[Delivery] = []
    held = 0
    for one in deliveries:
        is_full = held + one.bytes > BATCH_BYTES or len(batch) >= BATCH_DELIVERIES
        if batch and (is_full or one.dataset != batch[0].dataset):
            yield batch
            batch, held = [], 0
        batch.append(one)
        held += one.bytes
    if batch:
        yield batch


def _joined(chunks: list[Chunk]) -> Chunk:
    if len(chunks) == 1:
        return chunks[0]
    for chunk in chunks:
        chunk.rows.attrs = {}
    starts = np.cumsum([0, *(len(chunk.deliveries) for chunk in chunks)])
    return Chunk(
        dataset=chunks[0].dataset,
        deliveries=[one for chunk in chunks for one in chunk.deliveries],
        rows=pd.concat([chunk.rows for chunk in chunks], ignore_index=True),
        places=np.concatenate(
            [chunk.places + start for chunk, start in zip(chunks, starts, strict=False)]
        ),
        row_nos=np.concatenate([chunk.row_nos for chunk in chunks]),
    )


def _interval(delivery: Delivery) -> tuple[datetime, datetime]:
    return delivery.interval_from, delivery.interval_to
