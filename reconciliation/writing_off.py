"""What may be written off, and for which reason: what is refused, and in which words."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciliation.advice import next_step
from reconciliation.breaks import ALONE, CODES
from reconciliation.decisions import OTHER, RESOLUTIONS
from reconciliation.model import MINOR_UNIT_DIGITS, minor_text

REASONS = RESOLUTIONS["written_off"]
COMMENTED = ("agreed", OTHER)  # need a comment
ROUNDING_UNITS_MAX = 1  # of the currency: rupees, dollars
UNECONOMIC_PART = 100  # below this part of the limit from which a break is more severe
# Breaks of data: what is wrong is not money, so there is nothing to book.
DATA_FAMILIES, DATA_CODES = ("data", "statement"), ("MIS_FILE", "NO_EDGE")
DIFFERENCES = ("amount", "fee", "tax")  # families whose two sides both have the movement
BANK_SHAPES = ("ledger_bank", "settlement_bank")  # their external side is a bank


@dataclass(frozen=True, slots=True)
class Written:
    """A break as somebody would write it off."""

    code: str
    shape: str | None  # of its reconciliation
    side: str | None  # of its entry there, as `Definition.role` names it
    amount_minor: int
    exposure_minor: int | None  # None: the amount
    currency: str

    @property
    def size_minor(self) -> int:
        """What is written off at most: the difference, or all that is at stake."""
        return max(abs(self.amount_minor), abs(self.exposure_minor or 0))

    @property
    def is_difference(self) -> bool:
        return CODES[self.code].family in DIFFERENCES

    @property
    def is_taken_by_bank(self) -> bool:
        """A debit that a bank alone has."""
        is_bank = self.shape in BANK_SHAPES and self.side == "external"
        return is_bank and self.code in ALONE and self.amount_minor < 0


def refused(
    written: Written, reason: str, comment: str, limits_minor: Mapping[str, int]
) -> tuple[str, str] | None:
    """Why it cannot be written off for that reason, and what next; None where it can be.

    `limits_minor`: from which on, by currency, a break is more severe.
    """
    advised = next_step(written.code, written.shape, written.side)
    family = CODES[written.code].family
    if family in DATA_FAMILIES or written.code in DATA_CODES:
        return f"{written.code} is about data, so there is nothing to book", advised
    if not written.size_minor:
        return f"{written.code} differs by nothing, so there is nothing to book", advised
    fitting = reasons_for(written, limits_minor)
    if reason not in fitting:
        return (
            f"{reason} does not fit {written.code} of "
            f"{minor_text(written.size_minor, written.currency)} {written.currency}: "
            f"{_meant(reason, written.currency, limits_minor)}",
            f"What fits: {', '.join(fitting)} ({' and '.join(COMMENTED)} need --comment).",
        )
    if reason in COMMENTED and not comment.strip():
        return "--comment is missing", f"{reason} needs your words: say why; it is kept."
    return None


def reasons_for(written: Written, limits_minor: Mapping[str, int]) -> tuple[str, ...]:
    """Those of REASONS that fit its code and size."""
    unit = 10 ** MINOR_UNIT_DIGITS[written.currency]
    left_out = {
        "rounding": not written.is_difference or written.size_minor > ROUNDING_UNITS_MAX * unit,
        "uneconomic": written.size_minor >= limits_minor[written.currency] // UNECONOMIC_PART,
        "bank_charge": not (written.is_difference or written.is_taken_by_bank),
    }
    return tuple(reason for reason in REASONS if not left_out.get(reason, False))


def _meant(reason: str, currency: str, limits_minor: Mapping[str, int]) -> str:
    if reason == "rounding":
        most = minor_text(ROUNDING_UNITS_MAX * 10 ** MINOR_UNIT_DIGITS[currency], currency)
        return f"it is for differences of at most {most} {currency} between two sides"
    if reason == "uneconomic":
        least = minor_text(limits_minor[currency] // UNECONOMIC_PART, currency)
        return f"it is for less than {least} {currency}"
    if reason == "bank_charge":
        return "it is for what a bank took and has alone, and for a fee or amount that differs"
    return f"there is no such reason ({', '.join(REASONS)})"
