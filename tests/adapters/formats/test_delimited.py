"""CSV as files really come: encodings, quotes, line ends, columns out of place."""

import pandas as pd
import pytest

from adapters.errors import DeliveryRefused
from adapters.formats.delimited import read

FIELDS = {"day": "Date", "narration": "Narration", "amount": "Amount"}
HEADER = "Date,Narration,Amount"


def rows_of(text: str | bytes, end: str = "\n"):
    body = text if isinstance(text, bytes) else (text + f"{end}TRAILER,1,0.00,0.00{end}").encode()
    table = read(body, FIELDS, ("amount",), "TRAILER", "axis: file").rows
    return pd.DataFrame(
        {
            name: pd.array(table[name].combine_chunks(), dtype="string")
            for name in table.column_names
        }
    )


def one(text: str | bytes, **options) -> dict:
    rows = rows_of(text, **options)
    assert len(rows) == 1
    return rows.iloc[0].to_dict()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end(end):
    row = one(end.join([HEADER, "1,text,5"]), end=end)

    assert row == {"day": "1", "narration": "text", "amount": "5"}


def test_line_ends_mixed_in_one_file():
    rows = rows_of(f"{HEADER}\r\n1,a,1\n2,b,2\r\n3,c,3")

    assert rows["amount"].tolist() == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('"two\nlines"', "two\nlines"),
        ('"a, b"', "a, b"),
        ('"she said ""pay"""', 'she said "pay"'),
        ('5" pipe', '5" pipe'),
        ("=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1"),
        ("{{ jinja }} %s", "{{ jinja }} %s"),
        ("💸 ₹ \u202eevil", "💸 ₹ \u202eevil"),
        ("nul\x00inside", "nul\x00inside"),
        ("  spaces kept ", "  spaces kept "),
        ("NULL", "NULL"),
        ("NaN", "NaN"),
        ("007", "007"),
        ("x" * 1_000_000, "x" * 1_000_000),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_text_comes_through_as_it_is(cell, value):
    assert one(f"{HEADER}\n1,{cell},5")["narration"] == value


def test_a_blank_cell_is_null_and_numbers_stay_text():
    row = rows_of(f"{HEADER}\n1,,00.10").iloc[0]

    assert row["narration"] is not None
    assert row.isna().tolist() == [False, True, False]
    assert row["amount"] == "00.10"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("1,a,5,6", id="a cell too many"),
        pytest.param("1,a", id="a cell too few"),
        pytest.param("1,a,b,5", id="a comma that shifts the rest"),
        pytest.param('1,"a,5', id="a lone quote"),
        pytest.param('1,"a\n2,b,6', id="a lone quote before more rows"),
    ],
)
def test_a_row_that_does_not_fit_the_header_refuses_the_file(line):
    with pytest.raises(DeliveryRefused, match="not the cells") as refused:
        rows_of(f"{HEADER}\n{line}")
    assert "a,5" not in str(refused.value)


def test_a_header_repeated_among_the_rows_is_no_row():
    rows = rows_of(f"{HEADER}\n1,a,5\n{HEADER}\n2,Narration,6")

    assert rows["narration"].tolist() == ["a", "Narration"]


def test_header_only():
    assert rows_of(HEADER).empty


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (f"{HEADER}\n1,caf\u00e9,5\nTRAILER,1,0,0".encode("cp1252"), "not UTF-8 .byte 27"),
        (f"{HEADER}\n1,a,5\nTRAILER,1,0,0".encode("utf-16"), "is UTF-16"),
        (f"{HEADER}\n1,a,5\nTRAILER,1,0,0".encode("utf-16-be"), "no TRAILER line"),
        (b"PK\x03\x04rest of a workbook", "a zip or XLSX file"),
        (b"\x1f\x8b\x08compressed", "not UTF-8"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"TRAILER,0,0.00,0.00", "not the agreed header|cells"),
    ],
    ids=["cp1252", "utf-16", "utf-16 without mark", "zip", "gzip", "nothing", "mark", "trailer"],
)
def test_what_is_not_utf8_csv_is_refused_by_name(body, says):
    with pytest.raises(DeliveryRefused, match=says):
        rows_of(body)


def test_a_byte_order_mark_is_no_part_of_the_header():
    assert one(b"\xef\xbb\xbf" + f"{HEADER}\n1,a,5\nTRAILER,1,0,0\n".encode())["day"] == "1"


def test_the_trailer_is_the_last_line_only():
    rows = rows_of(f'{HEADER}\n1,"x\nTRAILER,9,9,9",5')

    assert rows["narration"].tolist() == ["x\nTRAILER,9,9,9"]
    with pytest.raises(DeliveryRefused, match="no TRAILER line"):
        rows_of(f"{HEADER}\n1,a,5\nTRAILER,1,0,0\n2,b,6\n".encode())
