"""Every load made again from its stored bytes, by the code of staging, and held against the rows.

A load of another parser version is not made again; its entries must still be what their own
digests say.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import RowMapping

from adapters.base import Services, Source, SourceConfig
from adapters.config import open_source
from adapters.errors import MisconfiguredSource, SourceError
from pipeline.accounts import Accounts
from pipeline.deliveries import Chunk, Delivery, Reading
from pipeline.errors import PipelineError
from pipeline.keys import Keys
from pipeline.merging import ENTRY_COLUMNS, Counts, Piece, digests
from pipeline.opening_load import PARSER_VERSION as OPENING
from pipeline.store import Store, Transaction
from pipeline.translating import Translation
from pipeline.verifying_found import Disagreement, Disagrees, Scope, Verified
from pipeline.verifying_opening import opening_piece
from pipeline.verifying_pieces import PieceCheck
from pipeline.verifying_rows import compare_own_digests

LOADS_MAX = 200  # whose marks are checked by one statement
NEXT_READ = (
    "Mend the adapter or its YAML, or give the YAML a new parser_version: its bytes are whole,"
    " today's code does not read them as it did."
)
NEXT_MARK = "Nothing of ours changes a load's marks: restore the row from a backup."


class Beside:
    """Lets what asks a store for a transaction read in the one that stands: one snapshot."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        yield self._transaction


class KnownAccounts(Accounts):
    """Looks accounts up and never notes one: an unknown number has the id 0."""

    def __init__(self, transaction: Transaction, keys: Keys, source: str) -> None:
        super().__init__(cast(Store, Beside(transaction)), keys, source)
        self._transaction = transaction

    def _discover(self, met: dict[str, tuple[str | None, str | None]]) -> None:
        indexes = {self._keys.index_of(number): number for number in met}
        self._ids.update(dict.fromkeys(met, 0))
        for row in self._transaction.rows("ops/account_ids", indexes=list(indexes)):
            self._ids[indexes[bytes(row["number_index"])]] = row["account_id"]


@dataclass(slots=True)
class Loads:
    """The loads of one source. `config`: None where no YAML is left of it."""

    transaction: Transaction
    keys: Keys
    name: str
    config: SourceConfig | None
    environment: Mapping[str, str]
    verified: Verified
    _accounts: KnownAccounts = field(init=False)

    def __post_init__(self) -> None:
        self._accounts = KnownAccounts(self.transaction, self.keys, self.name)

    def verify(self, scope: Scope) -> Iterator[int]:
        """Yields after each load. Disagrees."""
        loads = self.transaction.rows(
            "verify/loads", source=self.name, since=scope.since, until=scope.until
        )
        self.marks([row["load_id"] for row in loads])
        source = self._source()
        for load in loads:
            self.load(load, source)
            self.verified.agreed["loads"] += 1
            yield 1

    def marks(self, load_ids: Sequence[int]) -> None:
        """What every row says of its load, and every load of its rows."""
        for start in range(0, len(load_ids), LOADS_MAX):
            some = list(load_ids[start : start + LOADS_MAX])
            self._marks("load_stamps", load_ids=some)
            self._marks("load_figures", load_ids=some)
        self._marks("version_chain", source=self.name)
        self._marks("stray_row", source=self.name)
        self._marks("differing_noticed", source=self.name)
        restated = [] if self.config is None else self.config.restated
        self._marks("differing_restatement", source=self.name, restated=restated)

    def _source(self) -> Source | None:
        if self.config is None:
            return None
        try:
            return open_source(self.config, cast(Services, None))  # reading uses none of them
        except MisconfiguredSource:
            return None

    def _marks(self, check: str, **params: Any) -> None:
        row = self.transaction.row(f"verify/{check}", **params)
        if row is None:
            return
        name = row.get("name")
        raise Disagrees(
            Disagreement(
                what={
                    "load_stamps": "the marks of an entry",
                    "load_figures": "entries written, superseded, retracted by a load",
                    "version_chain": "the versions of an entry",
                    "stray_row": f"the marks of a {row.get('kind')}",
                    "differing_noticed": "what a load noticed",
                    "differing_restatement": "what a statement's later delivery changed",
                }[check],
                where=", ".join(
                    [self.name]
                    + ([f"load {row['load_id']}"] if "load_id" in row else [])
                    + ([str(name)] if name else [])
                ),
                stored=str(row["stored"]),
                recomputed=str(row.get("again", "no load of the source bears it out")),
                next_step=NEXT_MARK,
            )
        )

    def load(self, load: RowMapping, source: Source | None) -> None:
        """`source`: None where it cannot be opened."""
        place = f"{self.name}, load {load['load_id']}"
        deliveries = [
            Delivery.of(row)
            for row in self.transaction.rows("verify/load_deliveries", load_id=load["load_id"])
        ]
        version = load["parser_version"]
        if version != OPENING and (source is None or source.config.parser_version != version):
            why = "no configured source" if source is None else "another parser version"
            self.verified.not_verifiable[f"deliveries: {why}"] += len(deliveries)
            self._by_own_digests(load, place, why)
            return
        check = PieceCheck(self.transaction, self.keys, load, self.verified)
        try:
            for piece, chunk in self.pieces(load, source, deliveries):
                check.verify(piece, chunk)
            check.all_seen()
        except (SourceError, PipelineError, ValueError, KeyError, ArithmeticError) as problem:
            words = str(problem) if isinstance(problem, SourceError) else type(problem).__name__
            raise Disagrees(
                Disagreement(
                    what="a delivery read again",
                    where=place,
                    stored="entries, so it could be read",
                    recomputed=words,
                    next_step=NEXT_READ,
                )
            ) from problem

    def pieces(
        self, load: RowMapping, source: Source | None, deliveries: list[Delivery]
    ) -> Iterator[tuple[Piece, Chunk | None]]:
        """The load made again, chunk by chunk; errors say why it cannot be."""
        if source is None or load["parser_version"] == OPENING:
            for one in deliveries:
                yield (
                    opening_piece(self.transaction, self.keys, self.name, one, self.environment),
                    None,
                )
            return
        unknown = [one for one in deliveries if one.dataset not in source.config.datasets]
        if unknown:
            raise KeyError(unknown[0].dataset)
        reading = Reading(Beside(self.transaction), self.keys, source)
        translation = Translation(source, self.keys)
        for chunk in reading.chunks(deliveries):
            yield translation.piece(self._accounts, chunk, Counts()), chunk
        if reading.refused:
            raise ValueError(reading.refused[0][1])

    def _by_own_digests(self, load: RowMapping, place: str, why: str) -> None:
        for frame in self.transaction.frames(
            "verify/entries_of_load", rows_max=20_000, load_id=load["load_id"]
        ):
            stored = frame.assign(digest=frame["digest"].str.replace("-", ""))
            compare_own_digests(place, stored, digests(stored[ENTRY_COLUMNS]))
            self.verified.not_verifiable[f"entries, but for their own digest: {why}"] += len(stored)
