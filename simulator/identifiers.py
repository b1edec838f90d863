"""Ids and references in the shapes that Indian banks and Razorpay give them, by the column."""

from typing import Any

import numpy as np
import pandas as pd

from simulator.business_days import DAY_SECONDS, Ints, days_of, start_of

BASE62 = np.frombuffer(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype="S1"
)
BASE36_LOWER = BASE62[[*range(10), *range(36, 62)]]
STEP = 736_338_717  # odd and no multiple of 5: coprime to every power of ten


def digits(numbers: Any, width: int) -> pd.Series:
    """Numbers below 10**width as text with leading zeros."""
    return pd.Series(np.asarray(numbers, dtype="int64") + 10**width).astype("str").str.slice(1)


def scattered(rng: np.random.Generator, count: int, width: int) -> pd.Series:
    """`count` different numbers of `width` digits in no visible order."""
    if count > 10**width:
        raise ValueError(f"there are no {count} numbers of {width} digits")
    start = int(rng.integers(10**width))
    return digits((start + np.arange(count, dtype="int64") * STEP) % 10**width, width)


def random_text(
    rng: np.random.Generator, count: int, width: int, alphabet: np.ndarray[Any, Any] = BASE62
) -> pd.Series:
    letters = alphabet[rng.integers(len(alphabet), size=(count, width))]
    return pd.Series(letters.view(f"S{width}").ravel().astype(f"U{width}"), dtype="str")


def razorpay_ids(rng: np.random.Generator, prefix: str, seconds: Ints) -> pd.Series:
    """`prefix` and 14 base62 characters, rising with `seconds` as Razorpay's own do."""
    rank = np.empty(len(seconds), dtype="int64")
    rank[np.argsort(seconds, kind="stable")] = np.cumsum(
        rng.integers(1, max(2, 9 * 10**7 // max(1, len(seconds))), size=len(seconds))
    )
    return prefix + digits(rank, 8) + random_text(rng, len(seconds), 6)


def with_case_twin(ids: pd.Series) -> pd.Series:
    """`ids` with one made to differ from the one before it by upper and lower case alone."""
    middle = len(ids) // 2
    if middle == 0:
        return ids
    other = ids.iloc[middle - 1]
    twin = other[:-6] + other[-6:].swapcase()
    return ids if twin == other else ids.where(np.arange(len(ids)) != middle, twin)


def rrns(rng: np.random.Generator, seconds: Ints) -> pd.Series:
    """12 digits: last digit of the year, day of the year, 8 more; no two alike."""
    local = pd.Series(days_of(seconds).astype("datetime64[D]").astype("datetime64[s]"))
    year_digit = (local.dt.year % 10).astype("str")
    return year_digit + digits(local.dt.day_of_year, 3) + scattered(rng, len(seconds), 8)


def neft_utrs(rng: np.random.Generator, bank4: pd.Series, seconds: Ints) -> pd.Series:
    """Both lengths in use: bank4 + 12 digits, and bank4 + N + digit + YYYYMMDD + 8."""
    short = bank4 + scattered(rng, len(seconds), 12)
    long = _utr22(rng, bank4, "N", seconds)
    return short.where(rng.random(len(seconds)) < 0.5, long)


def rtgs_utrs(rng: np.random.Generator, bank4: pd.Series, seconds: Ints) -> pd.Series:
    return _utr22(rng, bank4, "R", seconds)


def settlement_utrs(rng: np.random.Generator, seconds: Ints) -> pd.Series:
    """Opaque: `1568176960vxp0rj` or `RZRP173069230703`."""
    count = len(seconds)
    by_time = digits(seconds, 10) + random_text(rng, count, 6, BASE36_LOWER)
    return by_time.where(np.arange(count) % 3 != 2, "RZRP" + scattered(rng, count, 12))


def _utr22(rng: np.random.Generator, bank4: pd.Series, rail: str, seconds: Ints) -> pd.Series:
    day = pd.Series(days_of(seconds).astype("datetime64[D]").astype("datetime64[s]"))
    kind = pd.Series(rng.integers(1, 6, size=len(seconds))).astype("str")
    return bank4 + rail + kind + day.dt.strftime("%Y%m%d") + scattered(rng, len(seconds), 8)


def same_day(seconds: Ints, latest: Ints) -> Ints:
    """`latest`, but not past the IST day of `seconds`."""
    last = start_of(days_of(seconds)) + DAY_SECONDS - 1
    bounded: Ints = np.minimum(latest, last)
    return bounded
