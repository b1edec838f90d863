"""YAML that remembers where each key stands, so that an error can name file, line and key.

A bare decimal or date is refused, because YAML would turn it into something else on the way.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

import yaml

# libyaml reads a dozen times as fast; without it PyYAML reads by itself.
FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DefinitionError(ValueError):
    """A definition that cannot be used: file, line, key and what is wrong."""


class Place(Mapping[str, Any]):
    """One mapping of a file, read only. Values are text, whole numbers, lists and mappings.

    Every reader raises the class's `refusal`. Of plain values it takes those of the YAML types
    in `plain`; null is as good as missing.
    """

    plain: ClassVar[frozenset[str]] = frozenset({"str", "int"})
    refusal: ClassVar[type[Exception]] = DefinitionError

    def __init__(self, file: str, path: str, values: dict[str, Any], lines: dict[str, int]) -> None:
        """`lines`: where each key stands, and under "" the mapping itself."""
        self.file, self.path = file, path
        self._values, self._lines = values, lines

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """The mapping at the top of a file."""
        try:
            return cls.of_text(path.name, path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            raise cls.refusal(f"{path.name}, line 1: not YAML") from None

    @classmethod
    def of_text(cls, file: str, text: str) -> Self:
        """The mapping at the top of a text; `file` is what errors call it."""
        try:
            node = yaml.compose(text, Loader=FAST)
        except yaml.YAMLError as problem:
            line = _line_of(problem, text)
            raise cls.refusal(f"{file}, line {line}: not YAML") from None
        if not isinstance(node, yaml.MappingNode):
            raise cls.refusal(f"{file}, line 1: expected a mapping at the top")
        return cls._of_node(file, "", node)

    @classmethod
    def _of_node(cls, file: str, path: str, node: yaml.MappingNode) -> Self:
        values: dict[str, Any] = {}
        lines = {"": node.start_mark.line + 1}
        place = cls(file, path, values, lines)
        for key_node, value_node in node.value:
            key = str(key_node.value)
            lines[key] = key_node.start_mark.line + 1
            if key in values:
                raise place.error(key, "given twice")
            values[key] = place._value(key, place.below(key), value_node)
        return place

    def _value(self, key: str, path: str, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._of_node(self.file, path, node)
        if isinstance(node, yaml.SequenceNode):
            return tuple(
                self._value(key, f"{path}[{at}]", item) for at, item in enumerate(node.value)
            )
        kind = node.tag.rpartition(":")[2]
        if node.tag != f"tag:yaml.org,2002:{kind}" or kind not in self.plain:
            raise self.error(key, f"quote it: YAML reads this as {kind}")
        return yaml.constructor.SafeConstructor().construct_object(node)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def below(self, key: str) -> str:
        """The path of a key from the top of the file."""
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def error(self, key: str, problem: str) -> Exception:
        line = self._lines.get(key, self._lines.get("", 1))
        return self.refusal(f"{self.file}, line {line}, {self.below(key)}: {problem}")

    def only(self, *allowed: str) -> None:
        """Refuse a key that nothing reads: it is a slip of the pen."""
        for key in self:
            if key not in allowed:
                raise self.error(key, f"unknown key; known here: {', '.join(sorted(allowed))}")

    def read(self, key: str, kinds: type | tuple[type, ...], what: str, default: Any = ...) -> Any:
        value = self._values.get(key)
        if value is None:
            if default is ...:
                raise self.error(key, f"missing; expected {what}")
            return default
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise self.error(key, f"expected {what}")
        return value

    def text(self, key: str, default: Any = ...) -> str:
        value: str = self.read(key, str, "text", default)
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: Any = ...) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.error(key, f"expected one of {', '.join(allowed)}")
        return value

    def integer(self, key: str, low: int, high: int, default: Any = ...) -> int:
        value = self.read(key, int, f"a whole number, {low} to {high}", default)
        return self._within(key, value, low, high)

    def _within(self, key: str, value: int, low: int, high: int) -> int:
        if not low <= value <= high:
            raise self.error(key, f"expected a whole number, {low} to {high}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """One text, or a list of them; never empty."""
        value = self.read(key, (str, tuple), "a text or a list of texts")
        values: tuple[str, ...] = (value,) if isinstance(value, str) else value
        if not values:
            raise self.error(key, "expected a text or a list of texts")
        if not all(isinstance(item, str) for item in values):
            raise self.error(key, "expected a list of texts")
        return values

    def place(self, key: str) -> Self:
        value: Self = self.read(key, type(self), "a mapping")
        return value


def _line_of(problem: yaml.YAMLError, text: str) -> int:
    """Where it stands: libyaml often names the line after it, PyYAML the line itself."""
    try:
        yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as known:
        problem = known
    mark = getattr(problem, "problem_mark", None)
    return mark.line + 1 if mark else 1
