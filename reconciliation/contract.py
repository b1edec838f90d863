"""What the gateway may take by its contract: a discount by method of payment, and GST on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciliation.yaml_place import Place


@dataclass(frozen=True, slots=True)
class Contract:
    """A method that is not named is not judged."""

    mdr_bps: Mapping[str, int] = field(default_factory=dict)  # hundredths of a percent, by method
    gst_percent: int = 0


def contract_of(place: Place) -> Contract:
    """A definition's `contract:`. DefinitionError."""
    place.only("mdr_bps", "gst_percent")
    rates = place.place("mdr_bps")
    return Contract(
        {method: rates.integer(method, 0, 10_000) for method in rates},
        place.integer("gst_percent", 0, 100),
    )
