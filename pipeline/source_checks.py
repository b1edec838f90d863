"""Is a source as its YAML says? Asked of the far end once, or of a saved sample, offline."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pandas as pd

from adapters.base import Payload, Services, Source, SourceConfig
from adapters.config import load_sources, open_source
from adapters.errors import SourceError
from expectations import validate
from pipeline.keys import open_keys
from pipeline.lending import lend
from pipeline.settings import PROJECT, Settings
from pipeline.store import Store
from reconciliation.model import ACCOUNT_MASK

ROWS_SHOWN_MAX = 5
REASONS_SHOWN_MAX = 10
FIELD_SHOWN_MAX = 40  # characters of a name that is the far end's own


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found: sentences, and the first rows as they would be staged."""

    wrong: list[str] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)
    rows_total: int = 0


def read_sources(settings: Settings) -> dict[str, SourceConfig]:
    """Every source this installation knows, by name."""
    return load_sources(PROJECT / "adapters", settings.environment, settings.unconfigured)


def none_configured(settings: Settings) -> tuple[str, str]:
    """What to say where no source is configured: a sentence, and what next."""
    if settings.unconfigured:
        return f"no source is configured: {settings.unconfigured}", ""
    return (
        "no source is configured: nothing will be fetched",
        "Fill in `.env`: `./recon sources list` says which variables each source reads."
        " `./recon demo` shows all of it on simulated banks.",
    )


def check_source(settings: Settings, store: Store, config: SourceConfig) -> Found:
    """Reach it once, and say which promised files are late; a missing variable is a finding and
    nothing is asked.
    """
    if config.missing:
        return Found([config.lack])
    try:
        with lend(store, open_keys(settings, store), config) as services:
            judging = replace(services, judge=lambda *came: judge(*came).wrong)
            wrong = open_source(config, judging).check()
    except SourceError as failure:
        wrong = [str(failure)]
    return Found([*wrong, *_late_files(store, config.name)])


def check_sample(config: SourceConfig, sample: Path, dataset: str | None) -> Found:
    """Judge a saved answer or file as if it had just come, offline. Nothing is stored.

    Of several datasets it is taken for the one that its name holds, else for the one it fits best.
    """
    names = sorted(config.datasets)
    if dataset is not None and dataset not in names:
        return Found([f"no dataset is called {dataset}: --dataset {' | '.join(names)}"])
    named = [name for name in names if name in sample.stem]
    found: list[Found] = []
    refused: list[str] = []
    try:
        # Reading a payload uses nothing of what the pipeline lends.
        source = open_source(config, cast(Services, None))
    except SourceError as failure:
        return Found([str(failure)])
    for name in [dataset] if dataset else named if len(named) == 1 else names:
        payload = Payload(
            dataset=name, part=sample.stem, name=sample.name, body=sample.read_bytes(),
            fetched_at=datetime.now(UTC),
        )  # fmt: skip
        try:
            found.append(judge(source, payload))
        except SourceError as failure:
            refused.append(str(failure))
    return min(found, key=lambda one: len(one.wrong)) if found else Found(refused)


def judge(source: Source, payload: Payload) -> Found:
    """Parse, judge by the suite and normalise, as `stage` does. SourceError."""
    about = source.config.datasets[payload.dataset]
    rows = source.parse(payload)
    verdict = validate(about.suite, rows, required=about.required, patterns=about.patterns)
    wrong = list(verdict.drift) if len(rows) else []  # no rows have no columns to miss
    wrong += _reasons(verdict.rejected, len(rows))
    new = rows.attrs.get("new_fields") or ()
    wrong += [f"a field we do not know: {name[:FIELD_SHOWN_MAX]}" for name in sorted(new)]
    staged = source.normalise(payload.dataset, rows[verdict.accepted.to_numpy()])
    shown = staged.head(ROWS_SHOWN_MAX).dropna(axis="columns", how="all").astype("string")
    if "account_number" in shown:
        shown["account_number"] = ACCOUNT_MASK + shown["account_number"].str[-4:]
    sample_rows = [
        {str(name): str(value) for name, value in row.items()}
        for row in shown.fillna("").to_dict("records")
    ]
    return Found([f"{about.name}: {sentence}" for sentence in wrong], sample_rows, len(staged))


def _late_files(store: Store, source: str) -> list[str]:
    """A sentence for each promised file that has not come, the oldest first."""
    with store.transaction() as transaction:
        rows = transaction.rows("ops/list_late_files", source=source)
    more = len(rows) - REASONS_SHOWN_MAX
    lines = [row["explanation"].partition(";")[0] for row in rows[:REASONS_SHOWN_MAX]]
    return lines + ([f"and {more} more files"] if more > 0 else [])


def _reasons(rejected: pd.DataFrame, total: int) -> list[str]:
    """In how many rows each thing is wrong, the most frequent first."""
    counts = rejected["reason"].value_counts()
    lines = [f"{reason} in {count} of {total} rows" for reason, count in counts.items()]
    more = len(lines) - REASONS_SHOWN_MAX
    return lines[:REASONS_SHOWN_MAX] + ([f"and {more} more reasons"] if more > 0 else [])
