"""Which of a few amounts add up to another: all of the answers, or the word that there are more.

The bound is what can be told apart, not time: of 40 amounts some 40,000 sets add up to a
given sum by chance (matching.md, pass 11). So few are searched, and all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

AMOUNTS_MAX = 20  # exact sums
AMOUNTS_MAX_NEAR = 12  # where a tolerance lets more sets fit
PARTS_MIN = 2  # one amount alone is another pass's business
ANSWERS_KEPT = 20


@dataclass(frozen=True, slots=True)
class SubsetSums:
    """What was found: sets of places in `amounts`, the smallest first, and how many there are.

    `is_searched` is False where there are too many amounts: then nothing is known.
    """

    answers: tuple[tuple[int, ...], ...]
    count: int
    is_searched: bool

    @property
    def only(self) -> tuple[int, ...] | None:
        """The one answer, None where there is none or another fits as well."""
        return self.answers[0] if self.count == 1 else None


def subset_sums(amounts: Sequence[int], target: int, *, tolerance: int = 0) -> SubsetSums:
    """The sets of two or more amounts whose sum is within `tolerance` of `target`.

    Minor units, whole numbers; any sign. ValueError for a tolerance below nought.
    """
    if tolerance < 0:
        raise ValueError(f"a tolerance of {tolerance} is none")
    if len(amounts) > (AMOUNTS_MAX_NEAR if tolerance else AMOUNTS_MAX):
        return SubsetSums((), 0, is_searched=False)
    # Every set's sum, by doubling: the place in the array is the set, a bit an amount. Whole
    # numbers of any size where 64 bits may not hold them.
    is_large = sum(abs(amount) for amount in amounts) + abs(target) + tolerance >= 1 << 62
    sums = np.zeros(1, dtype=object if is_large else "int64")
    for amount in amounts:
        sums = np.concatenate([sums, sums + amount])
    hits = np.flatnonzero(np.abs(sums - target) <= tolerance)
    sets = [_places(int(hit)) for hit in hits if int(hit).bit_count() >= PARTS_MIN]
    sets.sort(key=lambda places: (len(places), places))
    return SubsetSums(tuple(sets[:ANSWERS_KEPT]), len(sets), is_searched=True)


def _places(bits: int) -> tuple[int, ...]:
    return tuple(place for place in range(bits.bit_length()) if bits >> place & 1)
