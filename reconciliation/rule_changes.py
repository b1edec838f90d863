"""What two definitions of one reconciliation say differently."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciliation.definition import Definition, Due, Pass
from reconciliation.model import minor_text

# Bounds in paise: passes/named_tolerance and AMT_ROUNDING are of rupees alone.
OF_RUPEES = ("minor_max", "minors", "approval_minor")


@dataclass(frozen=True, slots=True)
class Change:
    """One place of a definition, `passes.rail_rrn.days_apart_max`; "" stands for not there.

    Bounds that the file has in minor units are amounts with their currency: "10.00 INR".
    """

    place: str
    before: str
    after: str


def changes(before: Definition, after: Definition) -> tuple[Change, ...]:
    """In the order of the definition's file; none where only words about it changed."""
    old, new = dict(_flat(before)), dict(_flat(after))
    places = [*new, *(place for place in old if place not in new)]
    found = [
        Change(place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place, "") != new.get(place, "")
    ]
    return (*_whole_passes(found, before, after), *_order(before.passes, after.passes))


def refusal(before: Definition, after: Definition) -> str | None:
    """Why `after` cannot take the place of `before` while the program runs; None: it can."""
    for place, old, new in _fixed(before, after):
        if old != new:
            return f"{place} changes from {old} to {new}: ship it with the program's own files"
    if after.version <= before.version:
        return f"its version {after.version} is not above {before.version}, which is in force"
    return None


def _fixed(before: Definition, after: Definition) -> Iterator[tuple[str, str, str]]:
    yield "the name", before.name, after.name
    yield "the shape", before.shape, after.shape
    yield "the proof", before.proof, after.proof
    yield "who is on which side", _sides(before), _sides(after)


def _sides(definition: Definition) -> str:
    return ", ".join(f"{side.name}: {' '.join(side.sources)}" for side in definition.sides)


def _flat(definition: Definition) -> Iterator[tuple[str, str]]:
    yield "version", str(definition.version)
    for name in ("title", "shape", "calendar", "proof", "owner"):
        yield name, str(getattr(definition, name))
    for side in definition.sides:
        yield f"sides.{side.name}.source", ", ".join(side.sources)
        yield f"sides.{side.name}.where", side.where.text
        yield f"sides.{side.name}.due", _due(side.due)
    for item in definition.passes:
        yield from _pass(item)
    for name in ("days_apart_max", "hold_minutes", "block_size_max"):
        yield name, str(getattr(definition, name))
    yield "rounding_minor_max", _amounts(definition.rounding_minor_max, "INR")
    if definition.suggest is not None:
        for name in ("days_apart_max", "sum_entries_max", "text_score_min", "searches_max"):
            yield f"suggest.{name}", str(getattr(definition.suggest, name))
    for currency, minor in definition.severity.amounts_minor.items():
        yield f"severity.amounts_minor.{currency}", _amounts(minor, currency)
    yield "severity.age_days", str(definition.severity.age_days or "")
    yield from _named("contract.mdr_bps", definition.contract.mdr_bps)
    yield "contract.gst_percent", str(definition.contract.gst_percent or "")
    yield "runbook", definition.runbook.strip()


def _pass(item: Pass) -> Iterator[tuple[str, str]]:
    place = f"passes.{item.name}"
    yield f"{place}.sql", item.sql
    yield f"{place}.block", ", ".join(item.block)
    yield f"{place}.tier", str(item.tier)
    for name, value in item.parameters.items():
        said = _amounts(value, "INR") if name in OF_RUPEES else str(value)
        yield f"{place}.{name}", said


def _named(place: str, values: Mapping[str, int | str]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        yield f"{place}.{name}", str(value)


def _amounts(minors: int | str, currency: str) -> str:
    """Of one amount in minor units, or of several in text with commas; other text as it is."""
    parts = [part.strip() for part in str(minors).split(",")]
    if not all(part.isdecimal() for part in parts):
        return str(minors)
    return f"{', '.join(minor_text(int(part), currency) for part in parts)} {currency}"


def _due(due: Due) -> str:
    return f"{due.hours}h" if due.hours is not None else f"{due.business_days} business days"


def _whole_passes(found: list[Change], before: Definition, after: Definition) -> Iterator[Change]:
    """A pass that only one of them has as one change, with all it says."""
    names = [{item.name for item in definition.passes} for definition in (before, after)]
    lone = names[0] ^ names[1]
    told: dict[str, list[Change]] = {name: [] for name in lone}
    for change in found:
        name = change.place.split(".")[1] if change.place.startswith("passes.") else ""
        if name not in lone:
            yield change
        else:
            told[name].append(change)
    for definition in (before, after):
        for item in definition.passes:
            if item.name in lone:
                says = ", ".join(
                    f"{one.place.rpartition('.')[2]}: {one.before or one.after}"
                    for one in told[item.name]
                )
                is_gone = definition is before
                yield Change(
                    f"passes.{item.name}", says if is_gone else "", "" if is_gone else says
                )


def _order(before: tuple[Pass, ...], after: tuple[Pass, ...]) -> tuple[Change, ...]:
    """The passes that both have, where their order changed."""
    old, new = ([item.name for item in passes] for passes in (before, after))
    kept = [name for name in old if name in new], [name for name in new if name in old]
    if kept[0] == kept[1]:
        return ()
    return (Change("order of passes", " ".join(kept[0]), " ".join(kept[1])),)
