"""A YAML file whose mappings know their place, so that an error can name file, line and key.

Values are text, whole numbers, true/false, lists and sections; a bare decimal or date is
refused, because YAML would turn it into something else on the way ("quote it").
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from adapters.errors import MisconfiguredSource

REQUIRED: Any = object()  # the default of a key that must be there

SECONDS_BY_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400}
DURATION = re.compile(r"([0-9]{1,6})([smhd])")
# ${NAME}, ${NAME|OTHER}: the first that is set, ${NAME:-text}: text where none is.
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*(?:\|[A-Z][A-Z0-9_]*)*)(?::-([^}]*))?\}")


class Section(Mapping[str, Any]):
    """One mapping of a YAML file, read only. Every reader raises MisconfiguredSource."""

    def __init__(self, file: str, path: str, values: dict[str, Any], lines: dict[str, int]) -> None:
        self.file, self.path = file, path
        self._values, self._lines = values, lines

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Section({self.file}, {self.path or 'top'}, keys {list(self._values)})"

    def error(self, key: str, problem: str) -> MisconfiguredSource:
        line = self._lines.get(key, self._lines.get("", 1))
        name = f"{self.path}.{key}" if self.path and key else self.path or key
        return MisconfiguredSource(f"{self.file}, line {line}, {name}: {problem}")

    def only(self, *allowed: str) -> None:
        """Refuse a key that nothing reads: it is a slip of the pen."""
        for key in self._values:
            if key not in allowed:
                raise self.error(key, f"unknown key; known here: {', '.join(sorted(allowed))}")

    def _read(self, key: str, kinds: type | tuple[type, ...], what: str, default: Any) -> Any:
        value = self._values.get(key)
        if value is None:
            if default is REQUIRED:
                raise self.error(key, f"missing; expected {what}")
            return default
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise self.error(key, f"expected {what}")
        return value

    def text(self, key: str, default: Any = REQUIRED) -> str:
        value: str = self._read(key, str, "text", default)
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: Any = REQUIRED) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.error(key, f"expected one of {', '.join(allowed)}")
        return value

    def integer(self, key: str, low: int, high: int, default: Any = REQUIRED) -> int:
        """Digits in quotes count too: what comes from a `${VARIABLE}` is text."""
        value = self._read(key, (int, str), f"a whole number, {low} to {high}", default)
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
            value = int(value)
        if not isinstance(value, int) or not low <= value <= high:
            raise self.error(key, f"expected a whole number, {low} to {high}")
        return value

    def flag(self, key: str, default: Any = REQUIRED) -> bool:
        value: bool = self._read(key, bool, "true or false", default)
        return value

    def duration(self, key: str, default: Any = REQUIRED) -> timedelta:
        """`90s`, `15m`, `24h`, `7d`."""
        value = self._read(key, str, "a duration such as 24h", default)
        if isinstance(value, timedelta):
            return value
        found = DURATION.fullmatch(value)
        if not found:
            raise self.error(key, "expected a duration such as 90s, 15m, 24h or 7d")
        return timedelta(seconds=int(found[1]) * SECONDS_BY_UNIT[found[2]])

    def texts(self, key: str, default: Any = REQUIRED) -> tuple[str, ...]:
        values: tuple[Any, ...] = self._read(key, tuple, "a list of texts", default)
        if not all(isinstance(value, str) for value in values):
            raise self.error(key, "expected a list of texts")
        return values

    def section(self, key: str, default: Any = REQUIRED) -> "Section":
        if default is not REQUIRED and key not in self._values:
            return Section(self.file, f"{self.path}.{key}" if self.path else key, {}, self._lines)
        value: Section = self._read(key, Section, "a mapping", default)
        return value

    def text_map(self, key: str, default: Any = REQUIRED) -> dict[str, str]:
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
            return _walk(_first_configured(value, environment), change, environment)
        values = {key: _walk(item, change, environment) for key, item in value.items()}
        return Section(value.file, value.path, values, value._lines)
    return value


def _first_configured(value: Section, environment: Mapping[str, str]) -> Any:
    """The first alternative whose variables are all set; where none is, the last one."""
    choices = value["first_of"]
    if not (isinstance(choices, tuple) and all(isinstance(item, Section) for item in choices)):
        raise value.error("first_of", "expected a list of mappings")
    for choice in choices:
        if not choice.variables(environment)[1]:
            return choice
    return choices[-1]


def read_yaml(path: Path) -> Section:
    """Read one file; the top must be a mapping."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise MisconfiguredSource(f"{path.name}, line {line}: not YAML") from None
    if not isinstance(node, yaml.MappingNode):
        raise MisconfiguredSource(f"{path.name}, line 1: expected a mapping at the top")
    return _section(path.name, "", node)


def _section(file: str, path: str, node: yaml.MappingNode) -> Section:
    values: dict[str, Any] = {}
    lines = {"": node.start_mark.line + 1}
    section = Section(file, path, values, lines)
    for key_node, value_node in node.value:
        key = str(key_node.value)
        lines[key] = key_node.start_mark.line + 1
        if key in values:
            raise section.error(key, "given twice")
        values[key] = _value(section, key, f"{path}.{key}" if path else key, value_node)
    return section


def _value(section: Section, key: str, path: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _section(section.file, path, node)
    if isinstance(node, yaml.SequenceNode):
        return tuple(
            _value(section, key, f"{path}[{place}]", item) for place, item in enumerate(node.value)
        )
    plain = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool",
             "tag:yaml.org,2002:null"}  # fmt: skip
    if node.tag not in plain:
        raise section.error(key, f"quote it: YAML reads this as {node.tag.rpartition(':')[2]}")
    return yaml.SafeLoader("").construct_object(node)
