"""Statements as one JSON object: account, count, totals, and a list of movements."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import pyarrow as pa

from adapters.errors import DeliveryRefused, SchemaDrift
from adapters.formats.delimited import utf8
from adapters.formats.proof import Statement


def read(
    body: bytes,
    fields: Mapping[str, str],
    required: tuple[str, ...],
    envelope: Mapping[str, str],
    label: str,
) -> Statement:
    """The file's rows under our names, in their order, and what its envelope declares.

    `envelope`: account, count, total_debit, total_credit, rows → the file's own keys.
    Numbers stay text. DeliveryRefused where the file cannot be read whole; SchemaDrift where
    no row has a required field, or a field of all rows is no plain value any more.
    """
    content = _object(utf8(body, label), label)
    declared = {}
    for ours in ("account", "count", "total_debit", "total_credit"):
        value = content.get(envelope[ours])
        if not isinstance(value, str) or not value:
            raise DeliveryRefused(f"{label}: does not declare its {envelope[ours]}")
        declared[ours] = value
    rows = content.get(envelope["rows"])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DeliveryRefused(f"{label}: has no list of {envelope['rows']}")
    theirs = {name for row in rows for name in row}
    gone = [fields[ours] for ours in required if ours in fields and fields[ours] not in theirs]
    if rows and (gone := [name for name in gone if name not in envelope.values()]):
        raise SchemaDrift(f"{label}: no row has {', '.join(gone)} any more")
    columns = {
        ours: _text([row.get(name) for row in rows], name, label)
        for ours, name in fields.items()
        if name in theirs or not rows
    }
    columns["account_number"] = pa.array([declared["account"]] * len(rows), pa.large_string())
    return Statement(
        pa.table(columns),
        declared["count"],
        declared["total_debit"],
        declared["total_credit"],
        account=declared["account"],
        new_fields=tuple(sorted(theirs - set(fields.values()))),
    )


def _object(text: bytes, label: str) -> dict[str, Any]:
    try:
        content = json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_number)
    except (ValueError, RecursionError):
        # The decoder's message may quote the text.
        raise DeliveryRefused(
            f"{label}: is not whole JSON: it is cut short or another format, ask for it again"
        ) from None
    if not isinstance(content, dict):
        raise DeliveryRefused(f"{label}: is not one JSON object")
    return content


def _text(values: list[Any], name: str, label: str) -> pa.Array:
    """A column of text; blank is null. Objects, lists and true/false are another type."""
    try:
        return pa.array([value or None for value in values], pa.large_string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        if all(value is None or isinstance(value, dict | list | bool) for value in values):
            raise SchemaDrift(f"{label}: {name} is no text or number any more") from None
        raise DeliveryRefused(f"{label}: {name} is no text or number in some rows") from None
    except UnicodeEncodeError:
        raise DeliveryRefused(f"{label}: {name} holds half a character") from None


def _no_number(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no numbers")
