"""Is what is stored what it was made from? Bytes, entries, groups, proofs, breaks, in this order.

Everything is recomputed, on one snapshot, by the code that made it, in pieces of bounded size;
nothing is written. The first thing that does not agree ends it: what follows from it would not
agree either.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping

from adapters.base import SourceConfig
from adapters.config import load_sources
from pipeline.crypto import DataKeys, blind_index
from pipeline.errors import WrongKey
from pipeline.keys import INDEX, Keys
from pipeline.rehearsing import read_only
from pipeline.rules_in_force import rulebook
from pipeline.settings import PROJECT, Settings
from pipeline.store import Store, Transaction
from pipeline.verifying_deliveries import verify_deliveries
from pipeline.verifying_edges import verify_edge
from pipeline.verifying_found import Advance, Disagreement, Disagrees, Scope, Verified
from pipeline.verifying_loads import Loads
from reconciliation.model import IST, Interval
from reconciliation.rulebook import Rulebook

__all__ = ["Disagreement", "Verified", "Verifier", "verify"]

ALWAYS = Interval(datetime(1900, 1, 1, tzinfo=IST), datetime(2200, 1, 1, tzinfo=IST))


def verify(
    settings: Settings,
    store: Store,
    *,
    interval: Interval | None = None,
    sources: Sequence[str] | None = None,
    advance: Advance = lambda done, total, what: None,
) -> Verified:
    """All of it, or the deliveries and loads of an interval, or what touches some sources.

    Results are sums over all days: those of an edge are always recomputed whole. WrongKey where
    the index key is not this database's.
    """
    keys = Keys(DataKeys(settings.data_keys), settings.index_key)
    configs = load_sources(PROJECT / "adapters", settings.environment, settings.unconfigured)
    with store.transaction(snapshot=True) as transaction:
        _check_index_key(transaction, keys)
        verifier = Verifier(transaction, keys, configs, settings.environment)
        return verifier.verify(interval=interval, sources=sources, advance=advance)


Tell = Callable[[int, object], None]  # steps done, what comes next


class Verifier:
    """Verifies what a transaction sees; `book`: default the rules in force."""

    def __init__(
        self,
        transaction: Transaction,
        keys: Keys,
        configs: Mapping[str, SourceConfig],
        environment: Mapping[str, str],
        book: Rulebook | None = None,
    ) -> None:
        self.transaction = transaction
        self.keys = keys
        self.configs = configs
        self.environment = environment
        self.book = rulebook(transaction) if book is None else book
        self.sources = {item.name: item.sources for item in self.book}

    def verify(
        self,
        *,
        interval: Interval | None = None,
        sources: Sequence[str] | None = None,
        advance: Advance = lambda done, total, what: None,
        with_results: bool = True,
    ) -> Verified:
        """What agrees, and the first disagreement, in `found`."""
        verified = Verified()
        scope = self._scope(interval, sources)
        edges = self._edges(sources) if with_results else []
        done = 0
        total = len(edges) + int(
            self.transaction.value(
                "verify/count_steps",
                sources=list(scope.sources), since=scope.since, until=scope.until,
            )
        )  # fmt: skip

        def tell(count: int, what: object) -> None:
            nonlocal done
            done += count
            advance(min(done, total), total, what)

        try:
            with read_only(self.transaction):
                self._evidence(scope, verified, tell)
            for name, state in edges:
                tell(0, name)
                if name not in self.sources:
                    verified.not_verifiable[f"{name}: no definition of it is left"] += 1
                else:
                    verify_edge(self.transaction, self.book, state, self.environment, verified)
                tell(1, name)
        except Disagrees as disagrees:
            verified.found = disagrees.found
        return verified

    def _evidence(
        self, scope: Scope, verified: Verified, tell: Callable[[int, object], None]
    ) -> None:
        for opened in verify_deliveries(self.transaction, self.keys, scope, verified):
            tell(opened, "deliveries")
        for name in scope.sources:
            loads = Loads(
                self.transaction, self.keys, name, self.configs.get(name), self.environment,
                verified,
            )  # fmt: skip
            for made in loads.verify(scope):
                tell(made, name)

    def _scope(self, interval: Interval | None, sources: Sequence[str] | None) -> Scope:
        known = [row["source"] for row in self.transaction.rows("verify/sources")]
        chosen = known if sources is None else [name for name in known if name in sources]
        bounds = interval or ALWAYS
        return Scope(tuple(chosen), bounds.start, bounds.end)

    def _edges(self, sources: Sequence[str] | None) -> list[tuple[str, RowMapping]]:
        return [
            (row["reconciliation"], row)
            for row in self.transaction.rows("verify/edges")
            if sources is None
            or row["reconciliation"] not in self.sources
            or set(sources) & set(self.sources[row["reconciliation"]])
        ]


def _check_index_key(transaction: Transaction, keys: Keys) -> None:
    kept = transaction.value("verify/index_proof", key_id=INDEX)
    if kept is not None and not hmac.compare_digest(
        bytes(kept), blind_index(keys.index_key, INDEX)
    ):
        raise WrongKey("RECON_INDEX_KEY is not the key this database was written with")
