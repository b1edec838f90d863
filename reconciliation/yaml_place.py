"""YAML that remembers where each key stands, so that an error can name file, line and key."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml


class DefinitionError(ValueError):
    """A definition that cannot be used: file, line, key and what is wrong."""


class Place(Mapping[str, Any]):
    """One mapping of the file. Values are text, whole numbers, lists and mappings."""

    def __init__(self, file: str, path: str, node: yaml.MappingNode) -> None:
        self.file, self.path = file, path
        self._line = node.start_mark.line + 1
        self._lines: dict[str, int] = {}
        self._values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            self._lines[key] = key_node.start_mark.line + 1
            if key in self._values:
                raise self.error(key, "given twice")
            self._values[key] = self._value(key, value_node)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def error(self, key: str, problem: str) -> DefinitionError:
        line = self._lines.get(key, self._line)
        name = f"{self.path}.{key}" if self.path else key
        return DefinitionError(f"{self.file}, line {line}, {name}: {problem}")

    def only(self, *allowed: str) -> None:
        """Refuse a key that nothing reads: it is a slip of the pen."""
        for key in self:
            if key not in allowed:
                raise self.error(key, f"unknown key; known here: {', '.join(allowed)}")

    def read(self, key: str, kind: type, what: str, default: Any = ...) -> Any:
        value = self._values.get(key, default)
        if value is ...:
            raise self.error(key, f"missing; expected {what}")
        if value is not default and (not isinstance(value, kind) or isinstance(value, bool)):
            raise self.error(key, f"expected {what}")
        return value

    def text(self, key: str, default: Any = ...) -> str:
        return str(self.read(key, str, "text", default))

    def choice(self, key: str, allowed: tuple[str, ...], default: Any = ...) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.error(key, f"expected one of {', '.join(allowed)}")
        return value

    def integer(self, key: str, low: int, high: int, default: Any = ...) -> int:
        value = self.read(key, int, f"a whole number, {low} to {high}", default)
        if not low <= value <= high:
            raise self.error(key, f"expected a whole number, {low} to {high}")
        return int(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """One text, or a list of them; never empty."""
        value = self._values.get(key)
        values = (value,) if isinstance(value, str) else value
        if not isinstance(values, tuple) or not values:
            raise self.error(key, "expected a text or a list of texts")
        if not all(isinstance(item, str) for item in values):
            raise self.error(key, "expected a list of texts")
        return values

    def place(self, key: str) -> "Place":
        value: Place = self.read(key, Place, "a mapping")
        return value

    def _value(self, key: str, node: yaml.Node) -> Any:
        path = f"{self.path}.{key}" if self.path else key
        if isinstance(node, yaml.MappingNode):
            return Place(self.file, path, node)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self._value(f"{key}[{at}]", item) for at, item in enumerate(node.value))
        if node.tag not in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:int"):
            raise self.error(key, f"quote it: YAML reads this as {node.tag.rpartition(':')[2]}")
        return yaml.SafeLoader("").construct_object(node)


def read_place(path: Path) -> Place:
    """The top mapping of a file. DefinitionError."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise DefinitionError(f"{path.name}, line {line}: not YAML") from None
    if not isinstance(node, yaml.MappingNode):
        raise DefinitionError(f"{path.name}, line 1: expected a mapping at the top")
    return Place(path.name, "", node)
