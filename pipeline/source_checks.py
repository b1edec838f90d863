"""Is a source as its YAML says? Asked of the far end once, or of a saved sample, offline."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.base import FileLook, Payload, Services, SourceConfig
from adapters.config import load_sources, open_source
from adapters.errors import SourceError
from expectations import validate
from pipeline.keys import open_keys
from pipeline.lending import lend
from pipeline.settings import PROJECT, Settings
from pipeline.store import Store

ROWS_SHOWN_MAX = 5
REASONS_SHOWN_MAX = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found: sentences, and the first rows as they would be staged."""

    wrong: list[str] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)
    rows_total: int = 0


def read_sources(settings: Settings) -> dict[str, SourceConfig]:
    """Every source this installation knows, by name."""
    return load_sources(PROJECT / "adapters", settings.environment)


def check_source(settings: Settings, store: Store, config: SourceConfig) -> Found:
    """Reach it once; a missing variable is a finding and nothing is asked."""
    if config.missing:
        return Found([f"not configured: set {', '.join(config.missing)} in .env"])
    try:
        with lend(store, open_keys(settings, store), config) as services:
            return Found(open_source(config, services).check())
    except SourceError as failure:
        return Found([str(failure)])


def check_sample(config: SourceConfig, sample: Path, dataset: str | None) -> Found:
    """Parse, judge and normalise a saved answer as if it had just come. Nothing is stored."""
    names = sorted(config.datasets)
    dataset = dataset or _dataset_of(sample, names)
    if dataset not in config.datasets:
        return Found([f"say which dataset the sample is of: --dataset {' | '.join(names)}"])
    payload = Payload(
        dataset=dataset, part=sample.stem, name=sample.name, body=sample.read_bytes(),
        fetched_at=datetime.now(UTC),
    )  # fmt: skip
    try:
        with _no_services() as services:
            source = open_source(config, services)
            rows = source.parse(payload)
            about = config.datasets[dataset]
            verdict = validate(about.suite, rows, required=about.required, patterns=about.patterns)
            wrong = [*verdict.drift, *_reasons(verdict.rejected)]
            new = rows.attrs.get("new_fields") or ()
            if new:
                wrong.append(f"fields not in the YAML: {', '.join(sorted(new))}")
            staged = source.normalise(dataset, rows[verdict.accepted.to_numpy()])
    except SourceError as failure:
        return Found([str(failure)])
    shown = staged.head(ROWS_SHOWN_MAX).dropna(axis="columns", how="all").astype("string")
    if "account_number" in shown:
        shown["account_number"] = "••••" + shown["account_number"].str[-4:]
    sample_rows = [
        {str(name): str(value) for name, value in row.items()}
        for row in shown.fillna("").to_dict("records")
    ]
    return Found(wrong, sample_rows, len(staged))


def _dataset_of(sample: Path, names: list[str]) -> str:
    """The only dataset, else the one whose name the file's name holds; blank where in doubt."""
    fitting = names if len(names) == 1 else [name for name in names if name in sample.stem]
    return fitting[0] if len(fitting) == 1 else ""


def _reasons(rejected: Any) -> list[str]:
    """How many rows were refused for each reason, the most frequent first."""
    counts = rejected["reason"].value_counts()
    lines = [f"{count} rows refused: {reason}" for reason, count in counts.items()]
    more = len(lines) - REASONS_SHOWN_MAX
    return lines[:REASONS_SHOWN_MAX] + ([f"and {more} more reasons"] if more > 0 else [])


@contextmanager
def _no_services() -> Iterator[Services]:
    """For reading a sample: whoever asks the network or the store anything fails."""
    nothing = _Nothing()
    yield Services(rate_limiter=nothing, circuit=nothing, audit=nothing, files=nothing)


class _Nothing:
    """Answers every protocol of Services; a sample is read without asking anybody."""

    def acquire(self, source: str, deadline: datetime) -> None: ...

    def penalise(self, source: str, seconds: float) -> None: ...

    def check(self, source: str) -> None: ...

    def succeeded(self, source: str) -> None: ...

    def failed(self, source: str) -> None: ...

    def api_call(self, **_: Any) -> None: ...

    def file_transfer(self, **_: Any) -> None: ...

    def is_known(self, source: str, look: FileLook) -> bool:
        return False
