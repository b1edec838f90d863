"""Sources are found, not registered: every adapters/*.yaml is one.

`load_sources` reads and checks them all; `open_source` gives the object that answers
`adapters.base.Source`. A variable that is not set is no error here: the source is then
"not configured", and says so when it is asked to fetch.
"""

import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from adapters.arrival import read_arrival
from adapters.base import Dataset, Services, Source, SourceConfig
from adapters.errors import MisconfiguredSource
from adapters.sections import VARIABLE, Section, read_yaml
from adapters.variables import variables_of
from reconciliation.model import COLUMNS_BY_KIND, MINOR_UNIT_DIGITS

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
KINDS = ("rest", "sftp", "sql")
CALENDARS = ("india_bank", "always")
STATUSES = ("exact", "documented placeholder", "observed")
SUITES = ("bank_statement", "gateway", "ledger", "settlement")
LATER_DELIVERY = ("adds", "restates")
OWN_KEYS = frozenset({
    "kind", "adapter", "bank_code", "currency", "calendar", "status", "trailing_window",
    "deep_window", "late_after", "rate_limit", "nightly_share", "datasets", "parser_version",
})  # fmt: skip
DATASET_KEYS = frozenset({
    "kind", "suite", "later_delivery", "required", "patterns", "known", "arrival",
})  # fmt: skip


def load_sources(
    folder: Path, environment: Mapping[str, str], unconfigured: str = ""
) -> dict[str, SourceConfig]:
    """Every source described in `folder`, by name, in name order.

    `environment` is what `.env` and the process give; only the variables a source names
    are kept in its config. MisconfiguredSource names file, line and key.
    """
    paths = sorted(folder.glob("*.yaml"))
    return {path.stem: load_source(path, environment, unconfigured) for path in paths}


def variables_named(folder: Path) -> set[str]:
    """Every variable some source in `folder` names, used or not; also in a YAML that is wrong."""
    texts = (path.read_text(encoding="utf-8") for path in folder.glob("*.yaml"))
    found = (match[1].split("|") for text in texts for match in VARIABLE.finditer(text))
    return {name for names in found for name in names}


def load_source(path: Path, environment: Mapping[str, str], unconfigured: str = "") -> SourceConfig:
    top = read_yaml(path)
    if not NAME.fullmatch(path.stem):
        raise MisconfiguredSource(f"{path.name}: a source's name is lower case, digits and _")
    used, missing = top.variables(environment)
    currency = top.text("currency")
    if currency not in MINOR_UNIT_DIGITS:
        raise top.error("currency", "not a currency known to reconciliation/model.py")
    limit = top.section("rate_limit")
    limit.only("requests", "per")
    kind = top.choice("kind", KINDS)
    return SourceConfig(
        name=path.stem,
        kind=kind,
        adapter=_dotted_class(top, "adapter"),
        bank_code=top.text("bank_code"),
        currency=currency,
        calendar=top.choice("calendar", CALENDARS),
        status=top.choice("status", STATUSES),
        trailing_window=top.duration("trailing_window"),
        deep_window=top.duration("deep_window"),
        late_after=top.duration("late_after"),
        rate_limit=(limit.integer("requests", 1, 10**9), limit.duration("per")),
        nightly_share=_share(top, "nightly_share"),
        datasets=MappingProxyType(
            {
                name: _dataset(name, section, kind)
                for name, section in top.sections("datasets").items()
            }
        ),
        settings=top.without(OWN_KEYS),
        environment=MappingProxyType({name: environment[name] for name in sorted(used)}),
        missing=tuple(missing),
        parser_version=top.text("parser_version", "1"),
        unconfigured=unconfigured,
        variables=variables_of(top, environment),
    )


def open_source(config: SourceConfig, services: Services) -> Source:
    """The object that speaks for this source: its class is called with config and services."""
    module, _, name = config.adapter.rpartition(".")
    try:
        kind = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        raise MisconfiguredSource(
            f"{config.name}.yaml, adapter: no class {config.adapter}"
        ) from None
    return cast(Source, kind(config, services))


def expanded(config: SourceConfig) -> Section:
    """Its own part of the YAML with the environment filled in.

    MisconfiguredSource where a variable is not set, naming it.
    """
    if config.missing:
        raise MisconfiguredSource(f"{config.name}: {config.lack}")
    return settings_of(config).expand(config.environment)


def settings_of(holder: SourceConfig | Dataset) -> Section:
    """The adapter's own part of the YAML, with its checking readers."""
    return cast(Section, holder.settings)


def _dataset(name: str, section: Section, source_kind: str) -> Dataset:
    fields = section.text_map("fields", {})
    kind = section.choice("kind", tuple(COLUMNS_BY_KIND))
    patterns = section.text_map("patterns", {})
    for column, pattern in patterns.items():
        _must_be_mapped(section, "patterns", column, fields)
        try:
            re.compile(pattern)
        except re.error as problem:
            raise section.section("patterns").error(column, f"no pattern: {problem}") from None
    required = section.texts("required", ())
    for column in required:
        _must_be_mapped(section, "required", column, fields)
    # A dotted field is a path into an object: the object's name is what the source sends.
    known = {*section.texts("known", ()), *fields.values()}
    known |= {path.partition(".")[0] for path in fields.values()}
    return Dataset(
        name=name,
        kind=kind,
        suite=section.choice("suite", SUITES),
        later_delivery=section.choice("later_delivery", LATER_DELIVERY),
        required=required,
        patterns=MappingProxyType(patterns),
        known=frozenset(known),
        settings=section.without(DATASET_KEYS),
        arrival=read_arrival(section, source_kind),
    )


def _must_be_mapped(section: Section, key: str, column: str, fields: Mapping[str, Any]) -> None:
    # Sources without a field map (a format with columns of its own) are checked by their adapter.
    if fields and column not in fields:
        raise section.error(key, f"{column} is not under fields")


def _dotted_class(section: Section, key: str) -> str:
    value = section.text(key)
    if not re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)*\.[A-Z]\w*", value):
        raise section.error(key, "expected a dotted class such as adapters.rest.RestSource")
    return value


def _share(section: Section, key: str) -> float:
    value = section.text(key)
    if not re.fullmatch(r"[0-9]{1,2}%|100%", value):
        raise section.error(key, "expected a share of the quota such as 50%")
    return int(value[:-1]) / 100
