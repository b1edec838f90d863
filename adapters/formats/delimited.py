"""Statements as CSV: one header, one row a movement, a trailer with count and totals.

Read by Arrow, so a quoted field may hold line ends and a megabyte. Encoding is UTF-8, with or
without a byte order mark; any other is refused by name, because guessing turns a narration
into another one without a sound.
"""

import io
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from adapters.errors import DeliveryRefused, SchemaDrift
from adapters.formats.proof import Statement

BOM = b"\xef\xbb\xbf"
OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"PK": "a zip or XLSX file"}
TRAILER_CELLS = 4  # the mark, count, total debit, total credit


def read(
    body: bytes, fields: Mapping[str, str], required: tuple[str, ...], trailer: str, label: str
) -> Statement:
    """The file's rows under our names, in their order, and what its trailer declares.

    `fields`: our name → the header's. `trailer`: the first cell of the last line. `label`
    names source and file. DeliveryRefused where the file cannot be read whole; SchemaDrift
    where its header has lost a required column.
    """
    text = utf8(body, label)
    lines = text.rstrip(b"\r\n")
    start = max(lines.rfind(b"\n"), lines.rfind(b"\r")) + 1
    cells = lines[start:].decode().split(",")
    if cells[0] != trailer or len(cells) != TRAILER_CELLS:
        raise DeliveryRefused(
            f"{label}: has no {trailer} line at its end: it is cut short, ask for it again"
        )
    table = _table(text[:start], label)
    header = [name.strip() for name in table.column_names]
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise SchemaDrift(f"{label}: the header names {', '.join(twice)} twice")
    if not set(header) & set(fields.values()):
        raise DeliveryRefused(f"{label}: its first line is not the agreed header")
    gone = [fields[ours] for ours in required if fields[ours] not in header]
    if gone:
        raise SchemaDrift(f"{label}: the header has lost {', '.join(gone)}")
    table = _without_repeated_header(table.rename_columns(header))
    columns = {ours: table[theirs] for ours, theirs in fields.items() if theirs in header}
    new = tuple(name for name in header if name not in fields.values())
    return Statement(pa.table(columns), cells[1], cells[2], cells[3], new_fields=new)


def utf8(body: bytes, label: str) -> bytes:
    """The body without its byte order mark. DeliveryRefused when it is empty or not UTF-8."""
    if not body.removeprefix(BOM).strip():
        raise DeliveryRefused(f"{label}: is empty: ask the bank to send it again")
    for start, name in OTHER_ENCODINGS.items():
        if body.startswith(start):
            raise DeliveryRefused(f"{label}: is {name}, agreed is UTF-8")
    body = body.removeprefix(BOM)
    try:
        body.decode()
    except UnicodeDecodeError as problem:
        raise DeliveryRefused(
            f"{label}: is not UTF-8 (byte {problem.start}; perhaps Windows-1252): "
            "ask the bank for UTF-8"
        ) from None
    return body


def _table(text: bytes, label: str) -> pa.Table:
    header = text.split(b"\n", 1)[0].split(b"\r", 1)[0].decode()
    names = list(dict.fromkeys(header.split(",")))
    try:
        return pyarrow.csv.read_csv(
            io.BytesIO(text),
            # One block: a field may be longer than Arrow's usual block.
            read_options=pyarrow.csv.ReadOptions(
                block_size=max(len(text), 1) + 1, use_threads=False
            ),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={name: pa.large_string() for name in names},
                strings_can_be_null=True,
                null_values=[""],
                check_utf8=False,  # checked above, by name
            ),
        )
    except pa.ArrowInvalid:
        # Its message quotes the row.
        raise DeliveryRefused(
            f"{label}: a row has not the cells that the header has (a lost quote, a shifted "
            "or missing column): ask the bank to send it again"
        ) from None


def _without_repeated_header(table: pa.Table) -> pa.Table:
    """Files glued together repeat their header; such a line is no row."""
    first = table.column_names[0]
    suspects = pc.equal(table[first], first)
    if not pc.any(suspects).as_py():
        return table
    repeats = suspects
    for name in table.column_names[1:]:
        repeats = pc.and_(repeats, pc.fill_null(pc.equal(table[name], name), False))
    return table.filter(pc.invert(pc.fill_null(repeats, False)))
