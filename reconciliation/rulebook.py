"""All definitions that hold at one moment, and what they say only together."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from reconciliation.definition import Definition, load_definitions
from reconciliation.yaml_place import DefinitionError


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One definition a reconciliation, in name order."""

    definitions: tuple[Definition, ...]

    def __iter__(self) -> Iterator[Definition]:
        return iter(self.definitions)

    def find(self, name: str) -> Definition:
        """DefinitionError where there is none of that name."""
        for definition in self.definitions:
            if definition.name == name:
                return definition
        names = ", ".join(item.name for item in self.definitions)
        raise DefinitionError(f"no reconciliation {name!r}; there are {names}")

    def replacing(self, *changed: Definition) -> "Rulebook":
        """The same with these in the place of those of their names."""
        found = {item.name: item for item in (*self.definitions, *changed)}
        return Rulebook(tuple(found[name] for name in sorted(found)))

    def anchored_sources(self, name: str) -> tuple[str, ...]:
        """The sources whose own troubles (a refused row or file) are told on this edge: those
        that no definition before it, in name order, names."""
        taken: set[str] = set()
        for definition in self.definitions:
            if definition.name == name:
                break
            taken.update(definition.sources)
        return tuple(source for source in self.find(name).sources if source not in taken)

    def ledger_clauses(self, name: str) -> dict[str, str]:
        """Ledgers whose own troubles are told on this edge, each with what any definition asks
        of its rows, as SQL over a row called `entry`."""
        ledgers = {
            source
            for item in self.definitions
            if item.shape == "ledger_bank"
            for source in item.ledger.sources
        }
        return {
            source: " or ".join(
                f"({side.where.sql})"
                for item in self.definitions
                for side in item.sides
                if source in side.sources
            )
            for source in self.anchored_sources(name)
            if source in ledgers
        }


@cache
def shipped() -> Rulebook:
    """What the files of this program say. DefinitionError."""
    return Rulebook(load_definitions())
