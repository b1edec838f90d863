"""File names as the database keeps them: a token where an account number stands.

AXIS_910020012345_20260310_10.csv is kept as AXIS_hfkdmcbapoeghjln-2345_20260310_10.csv:
letters of the number's blind index, so that two accounts that end alike stay apart, and its
last four for a person. The real name is kept beside it, encrypted and bound to its delivery.
"""

import json
import re

from adapters.base import Payload
from pipeline.accounts import LAST
from pipeline.crypto import DataKeys
from pipeline.keys import Keys

INDEX_DIGITS = 16  # hex: 64 bits are enough to tell accounts apart that end alike
# Letters only: a token is never taken for a number, a day or an hour.
LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
NUMBER = re.compile(r"[0-9]{9,}")


def kept_name(keys: Keys, name: str, account_at: tuple[int, int] | None) -> str:
    """The name with a token for the account number that stands at `account_at`.

    Where the adapter names none, for every run of nine digits or more: it may be one.
    """
    if account_at is None:
        return NUMBER.sub(lambda found: token(keys, found[0]), name)
    start, end = account_at
    return name[:start] + token(keys, name[start:end]) + name[end:]


def kept_part(keys: Keys, payload: Payload) -> str:
    """The same for the part: where it begins like the name, else wherever the number is in it."""
    if payload.account_at is None:
        return kept_name(keys, payload.part, None)
    start, end = payload.account_at
    number = payload.name[start:end]
    if payload.part[start:end] == number:
        return kept_name(keys, payload.part, payload.account_at)
    return payload.part.replace(number, token(keys, number))


def token(keys: Keys, number: str) -> str:
    letters = keys.index_of(number).hex()[:INDEX_DIGITS].translate(LETTERS)
    return f"{letters}-{number[-LAST:]}"


def sealed_names(keys: DataKeys, payload: Payload, *, source: str, part: str, sha256: str) -> bytes:
    """The real part and name; `part` is the kept one."""
    names = json.dumps([payload.part, payload.name])
    return keys.seal(names.encode(), _place(source, part, sha256))


def opened_names(
    keys: DataKeys, sealed: bytes, *, source: str, part: str, sha256: str
) -> tuple[str, str]:
    """(part, name) as they came. WrongKey when they do not open or were changed or moved."""
    real_part, name = json.loads(keys.unseal(sealed, _place(source, part, sha256)))
    return real_part, name


def _place(source: str, part: str, sha256: str) -> bytes:
    return "|".join(("name", source, part, sha256)).encode()
