"""Stored bytes opened again: is each delivery what its hash says, and where it was put?"""

from collections.abc import Iterator

from sqlalchemy import RowMapping

from pipeline.deliveries import BATCH_BYTES
from pipeline.errors import WrongKey
from pipeline.evidence import sha256_of, unpacked
from pipeline.file_names import opened_names
from pipeline.keys import Keys
from pipeline.store import Transaction
from pipeline.verifying_found import Disagreement, Disagrees, Scope, Verified

ROWS_MAX = 250  # deliveries whose bytes are in hand at once, at most

NEXT = "Compare raw.delivery with a backup: its rows are never changed by us."
NEXT_KEY = (
    "Put every data key ever used back into RECON_DATA_KEYS; if it is there, the bytes were"
    " changed: compare raw.delivery with a backup."
)


def verify_deliveries(
    transaction: Transaction, keys: Keys, scope: Scope, verified: Verified
) -> Iterator[int]:
    """Yields how many were opened, some hundred at a time. Disagrees."""
    after = 0
    while rows := transaction.rows(
        "verify/deliveries",
        sources=list(scope.sources),
        since=scope.since,
        until=scope.until,
        after=after,
        rows_max=ROWS_MAX,
    ):
        for batch in _batches(rows):
            kept = transaction.rows(
                "staging/delivery_bytes", delivery_ids=[row["delivery_id"] for row in batch]
            )
            bytes_of = {row["delivery_id"]: row for row in kept}
            for row in batch:
                _open(keys, row, bytes_of[row["delivery_id"]])
                verified.agreed["deliveries"] += 1
                verified.agreed["bytes"] += row["bytes"]
                if row["outcome"] != "loaded":
                    verified.agreed[f"of them {row['outcome'] or 'not staged'}"] += 1
        after = rows[-1]["delivery_id"]
        yield len(rows)


def _open(keys: Keys, row: RowMapping, kept: RowMapping) -> None:
    place = {"source": row["source"], "part": row["part"], "sha256": row["sha256"]}
    try:
        body = unpacked(keys.data, row["key_id"], kept["ciphertext"], **place)
        if kept["name_cipher"] is not None:
            opened_names(keys.data, kept["name_cipher"], **place)
    except (WrongKey, OSError, ValueError) as problem:
        raise _disagrees(row, "bytes that open", str(problem), NEXT_KEY) from None
    if sha256_of(body) != row["sha256"]:
        raise _disagrees(row, f"sha256 {row['sha256']}", f"sha256 {sha256_of(body)}", NEXT)
    if len(body) != row["bytes"]:
        raise _disagrees(row, f"{row['bytes']} bytes", f"{len(body)} bytes", NEXT)


def _disagrees(row: RowMapping, stored: str, again: str, next_step: str) -> Disagrees:
    return Disagrees(
        Disagreement(
            what="a stored delivery",
            where=f"raw.delivery {row['delivery_id']}: {row['source']}, {row['part']}",
            stored=stored,
            recomputed=again,
            next_step=next_step,
        )
    )


def _batches(rows: list[RowMapping]) -> Iterator[list[RowMapping]]:
    batch: list[RowMapping] = []
    held = 0
    for row in rows:
        if batch and held + row["bytes"] > BATCH_BYTES:
            yield batch
            batch, held = [], 0
        batch.append(row)
        held += row["bytes"]
    yield batch
