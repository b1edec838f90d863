"""What doctor says of the sources: which are configured, which answer, which are late."""

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.base import SourceConfig
from adapters.errors import SourceError
from pipeline.dashboard import is_late, now
from pipeline.settings import Settings
from pipeline.source_checks import check_source, none_configured, read_sources
from pipeline.store import Store
from pipeline.wiring import possible_reconciliations
from reconciliation.definition import load_definitions
from reconciliation.model import IST


@dataclass(frozen=True, slots=True)
class Finding:
    state: str  # ok | note | wrong
    what: str
    sentence: str
    next_step: str = ""


def late(settings: Settings, store: Store) -> Iterator[Finding]:
    """Sources whose next hour should have landed by now, as their YAML's `late_after` says."""
    try:
        configs = read_sources(settings)
    except SourceError:
        return  # `sources` names the line
    with store.transaction() as transaction:
        fresh = transaction.rows("reports/source_freshness")
    for row in fresh:
        config = configs.get(row["source"])
        if config and not config.missing and is_late(config, row["landed_until"], now()):
            until = row["landed_until"].astimezone(IST)
            yield Finding(
                "wrong", row["source"],
                f"landed until {until:%Y-%m-%d %H:%M} IST and no hour since, which is late",
                f"`./recon sources check {row['source']}`; see its land task in Airflow.",
            )  # fmt: skip


def sources(settings: Settings, store: Store | None) -> Iterator[Finding]:
    try:
        configs = read_sources(settings)
    except SourceError as failure:
        yield Finding("wrong", "sources", str(failure), "Mend that line.")
        return
    configured = {name for name, config in configs.items() if not config.missing}
    if not configured:
        yield Finding("note", "sources", *none_configured(settings))
    for config in configs.values():
        yield _source(settings, store, config)
    possible = possible_reconciliations(configured)
    for definition in load_definitions():
        absent = [source for source in definition.sources if source not in configured]
        if absent:
            how = "runs without" if definition.name in possible else "does not run without"
            yield Finding(
                "note", definition.name, f"{how} {', '.join(absent)}",
                "Configure them, or leave this reconciliation aside.",
            )  # fmt: skip


def _source(settings: Settings, store: Store | None, config: SourceConfig) -> Finding:
    if config.missing:
        next_step = "" if config.unconfigured else "Set them in .env when you want this source."
        return Finding("note", config.name, config.lack, next_step)
    if store is None:
        return Finding("note", config.name, "configured; not asked without a database")
    wrong = check_source(settings, store, config).wrong
    if wrong:
        return Finding(
            "wrong", config.name, "; ".join(wrong), f"Then `./recon sources check {config.name}`."
        )
    return Finding("ok", config.name, "answers")
