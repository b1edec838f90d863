"""A trace as plain data for programs: amounts as decimal text, dates and times as they are."""

from dataclasses import fields, is_dataclass
from typing import Any

from reconciliation.model import minor_text
from reconciliation.settlement_sum import disagreements
from reconciliation.trace import Entry, Settlement, Standing, Trace

PARTS = ("asked", "as_of", "orders", "settlements", "entries", "places")
LEFT_OUT = ("entry_id", "entry_key", "moment")


def as_data(found: Trace) -> dict[str, Any]:
    """The trace's own fields; `settlements` with what does not add up."""
    made: dict[str, Any] = _plain(found)
    return {name: made[name] for name in PARTS}


def _plain(value: Any, currency: str = "") -> Any:
    if isinstance(value, tuple):
        return [_plain(one, currency) for one in value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    unit = getattr(value, "currency", currency)
    made: dict[str, Any] = {}
    for field in fields(value):
        if field.name in LEFT_OUT:
            continue
        inner = getattr(value, field.name)
        if field.name.endswith("_minor"):
            made[field.name.removesuffix("_minor")] = (
                None if inner is None else minor_text(inner, unit)
            )
        else:
            made[field.name] = _plain(inner, unit)
    if isinstance(value, Entry):
        made["occurred_at"] = value.moment
    if isinstance(value, Standing):
        made["state"] = value.state
    if isinstance(value, Settlement):
        made["settled_day"] = value.settled_day
        made["does_not_add_up"] = list(disagreements(value))
    return made
