"""Which variables of the environment a source reads, and which of several ways is taken."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from adapters.base import Variable
from adapters.sections import VARIABLE, Section, first_whole


def variables_of(top: Section, environment: Mapping[str, str]) -> tuple[Variable, ...]:
    """Every variable below `top` once, in its order. MisconfiguredSource on a bad `first_of`."""
    found: dict[tuple[str, str, int], Variable] = {}
    for one in _below(top, "", environment):
        key = (one.name, one.choice, one.way)
        known = found.get(key)
        found[key] = replace(one, is_used=one.is_used or known.is_used) if known else one
    return tuple(found.values())


def _below(value: Any, path: str, environment: Mapping[str, str]) -> Iterator[Variable]:
    if isinstance(value, str):
        yield from _in_text(value, path, environment)
    elif isinstance(value, tuple):
        for item in value:
            yield from _below(item, path, environment)
    elif isinstance(value, Section) and set(value) == {"first_of"}:
        whole = first_whole(value, environment)
        for way, choice in enumerate(value["first_of"], start=1):
            for one in _below(choice, path, environment):
                is_used = one.is_used and choice is whole
                yield replace(one, is_used=is_used, choice=path, way=way)
    elif isinstance(value, Section):
        for key in value:
            yield from _below(value[key], value.below(key), environment)


def _in_text(text: str, path: str, environment: Mapping[str, str]) -> Iterator[Variable]:
    for match in VARIABLE.finditer(text):
        names = match[1].split("|")
        first = next((name for name in names if environment.get(name)), None)
        for way, name in enumerate(names, start=1):
            one = Variable(name, bool(environment.get(name)), name == first, match[2])
            yield one if len(names) == 1 else replace(one, choice=path, way=way)
