"""What the scheduler's graph is made of: configured sources, the reconciliations they allow.

Read from the YAML files alone, so that parsing a DAG touches neither database nor network.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from adapters.config import load_sources
from pipeline.settings import PROJECT, Settings
from reconciliation.definition import Definition, load_definitions

SECRET_NAME = re.compile(r"(TOKEN|SECRET|PASSWORD|KEY|KEYS)$|_URL$")
MASKED_LENGTH_MIN = 6  # shorter texts are words, and masking them would blank the log
USERINFO = re.compile(r"//[^/@:]*:([^/@]+)@")


def configured_sources(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the sources that have every variable they need, in name order."""
    sources = load_sources(PROJECT / "adapters", environment)
    return tuple(name for name, config in sorted(sources.items()) if not config.missing)


def possible_reconciliations(configured: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Reconciliation → its configured sources, where each of its sides has at least one."""
    known = frozenset(configured)
    return {
        item.name: tuple(sorted(known.intersection(item.sources)))
        for item in load_definitions()
        if _is_possible(item, known)
    }


def _is_possible(definition: Definition, known: frozenset[str]) -> bool:
    return all(known.intersection(side.sources) for side in definition.sides)


def secret_values(settings: Settings) -> Iterator[str]:
    """Every secret this installation was given or keeps, for masks of logs and fields."""
    given = {
        value for name, value in settings.environment.items() if SECRET_NAME.search(name) and value
    }
    folder = settings.home / "secrets"
    kept = {path.read_text().strip() for path in folder.glob("[!.]*") if path.is_file()}
    for value in given | kept | {settings.data_keys}:
        if "://" in value:
            yield from (found for found in USERINFO.findall(value))
        elif len(value) >= MASKED_LENGTH_MIN:
            yield value
