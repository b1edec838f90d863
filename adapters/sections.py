"""The YAML of a source: sections whose values may come from the environment.

Values are text, whole numbers, true/false, lists and sections. `${NAME}` in a text is an
environment variable; of the mappings under `first_of` the first whose variables are all set
is taken. Nothing is filled in before `expand`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.errors import MisconfiguredSource
from reconciliation.yaml_place import Place

SECONDS_BY_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400}
DURATION = re.compile(r"([0-9]{1,6})([smhd])")
# ${NAME}, ${NAME|OTHER}: the first that is set, ${NAME:-text}: text where none is.
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*(?:\|[A-Z][A-Z0-9_]*)*)(?::-([^}]*))?\}")


class Section(Place):
    """One mapping of a source's YAML. Every reader raises MisconfiguredSource."""

    plain = Place.plain | {"bool", "null"}
    refusal = MisconfiguredSource

    def __repr__(self) -> str:
        return f"Section({self.file}, {self.path or 'top'}, keys {list(self._values)})"

    def integer(self, key: str, low: int, high: int, default: Any = ...) -> int:
        """Digits in quotes count too: what comes from a `${VARIABLE}` is text."""
        value = self.get(key)
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
            return self._within(key, int(value), low, high)
        return super().integer(key, low, high, default)

    def flag(self, key: str, default: Any = ...) -> bool:
        value: bool = self.read(key, bool, "true or false", default)
        return value

    def duration(self, key: str, default: Any = ...) -> timedelta:
        """`90s`, `15m`, `24h`, `7d`."""
        value = self.read(key, str, "a duration such as 24h", default)
        if isinstance(value, timedelta):
            return value
        found = DURATION.fullmatch(value)
        if not found:
            raise self.error(key, "expected a duration such as 90s, 15m, 24h or 7d")
        return timedelta(seconds=int(found[1]) * SECONDS_BY_UNIT[found[2]])

    def texts(self, key: str, default: Any = ...) -> tuple[str, ...]:
        values: tuple[Any, ...] = self.read(key, tuple, "a list of texts", default)
        if not all(isinstance(value, str) for value in values):
            raise self.error(key, "expected a list of texts")
        return values

    def section(self, key: str, default: Any = ...) -> "Section":
        if default is not ... and self.get(key) is None:
            return Section(self.file, self.below(key), {}, self._lines)
        return self.place(key)

    def text_map(self, key: str, default: Any = ...) -> dict[str, str]:
        inner = self.section(key, default)
        return {name: inner.text(name) for name in inner}

    def sections(self, key: str) -> dict[str, "Section"]:
        """A mapping of mappings."""
        inner = self.section(key)
        return {name: inner.section(name) for name in inner}

    def without(self, keys: frozenset[str]) -> "Section":
        values = {key: value for key, value in self._values.items() if key not in keys}
        return Section(self.file, self.path, values, self._lines)

    def variables(self, environment: Mapping[str, str]) -> tuple[set[str], list[str]]:
        """Names of environment variables used below here: (those set, those missing)."""
        used: set[str] = set()
        missing: list[str] = []

        def look(text: str) -> str:
            for match in VARIABLE.finditer(text):
                names, default = match[1].split("|"), match[2]
                found = [name for name in names if environment.get(name)]
                used.update(found[:1])
                if not found and default is None and names[0] not in missing:
                    missing.append(names[0])
            return text

        _walk(self, look, environment)
        return used, missing

    def expand(self, environment: Mapping[str, str]) -> "Section":
        """The same with every `${VARIABLE}` filled in and every `first_of` decided."""
        _, missing = self.variables(environment)
        if missing:
            raise MisconfiguredSource(f"{self.file}: not configured: set {', '.join(missing)}")

        def fill(text: str) -> str:
            return VARIABLE.sub(lambda found: _value_of(found, environment), text)

        expanded: Section = _walk(self, fill, environment)
        return expanded


def _value_of(found: re.Match[str], environment: Mapping[str, str]) -> str:
    names = found[1].split("|")
    return next((environment[name] for name in names if environment.get(name)), found[2] or "")


def _walk(value: Any, change: Callable[[str], str], environment: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_walk(item, change, environment) for item in value)
    if isinstance(value, Section):
        if set(value) == {"first_of"}:
            chosen = first_whole(value, environment) or value["first_of"][-1]
            return _walk(chosen, change, environment)
        values = {key: _walk(item, change, environment) for key, item in value.items()}
        return Section(value.file, value.path, values, value._lines)
    return value


def first_whole(value: Section, environment: Mapping[str, str]) -> Section | None:
    """The first alternative under `first_of` whose variables are all set; None where none is."""
    choices = value["first_of"]
    if not (isinstance(choices, tuple) and all(isinstance(item, Section) for item in choices)):
        raise value.error("first_of", "expected a list of mappings")
    return next((one for one in choices if not one.variables(environment)[1]), None)


def read_yaml(path: Path) -> Section:
    """Read one file; the top must be a mapping."""
    return Section.of_file(path)
