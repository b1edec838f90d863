"""Tables fit the terminal without breaking a word, or say what they left out."""

import io

import pytest
from rich.console import Console

from pipeline.cli.output import table
from pipeline.cli.tables import record

COLUMNS = ("id", "code", "reconciliation", "entry", "amount", "age")
ROW = ("0123abcd", "STS_LEDGER_OK_GW_FAILED", "core_gateway_mobile", "core T1", "-12.00 INR", "11")


def lines(renderable, width):
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(renderable)
    found = console.file.getvalue().splitlines()
    assert all(len(line) <= width for line in found)
    return found


def words(found):
    return {word for line in found for word in line.replace("│", " ").split()}


@pytest.mark.parametrize("width", [200, 100, 80, 60, 50])
def test_every_word_that_is_shown_is_whole(width):
    found = lines(
        table("", COLUMNS, [ROW], spare=("age",), stack=("code", "reconciliation")), width
    )
    assert {word for text in ROW[:-1] for word in text.split()} <= words(found)


def test_wide_enough_it_is_one_line_a_row():
    assert len(lines(table("", COLUMNS, [ROW, ROW]), 100)) == 4


def test_a_column_is_left_out_and_named():
    found = lines(table("", ("a", "b", "c"), [("x" * 9, "y" * 9, "z" * 9)], spare=("c", "b")), 22)
    assert "z" * 9 not in words(found)
    assert {"x" * 9, "y" * 9} <= words(found)
    assert "not shown: c;" in " ".join(found)


def test_what_is_too_wide_is_laid_over_several_lines_before_anything_is_left_out():
    stacks = (("amount", "age"), ("id", "nowhere"), ("code", "reconciliation", "entry"))
    made = table("", COLUMNS, [ROW], right=("amount", "age"), spare=("age",),
                 stack=("code", "reconciliation"), then=stacks)  # fmt: skip
    found = lines(made, 50)
    assert {word for text in ROW for word in text.split()} <= words(found)
    assert "not shown" not in " ".join(found)
    rest = [line.rstrip() for line in found if "T1" in line or line.endswith("11")]
    assert any(line.endswith("11") for line in rest)  # below the amount, to the right as it is


def test_a_blank_column_is_no_loss():
    found = lines(table("", ("a", "b", "c"), [("x" * 9, "", "z" * 9)], spare=("b",)), 22)
    assert {"x" * 9, "z" * 9} <= words(found)
    assert "not shown" not in " ".join(found)


def test_what_cannot_stand_side_by_side_is_written_downwards():
    found = lines(table("T", ("first", "second"), [("x" * 18, "y" * 18)] * 2), 36)
    assert {"first", "second", "x" * 18, "y" * 18} <= words(found)
    assert sum("x" * 18 in line for line in found) == 2


def test_an_id_of_two_is_folded_between_them():
    whole = f"pay_{'1' * 14}@setl_{'2' * 14}"
    found = words(lines(table("", ("entry", "why"), [(whole, "w" * 20)]), 46))
    assert {f"pay_{'1' * 14}", f"@setl_{'2' * 14}"} <= found
    assert whole in words(lines(table("", ("entry", "why"), [(whole, "w" * 20)]), 80))


def test_an_empty_table_is_its_columns():
    assert words(lines(table("", COLUMNS, [], stack=("code", "reconciliation")), 80)) >= {*COLUMNS}


def test_a_record_is_folded_beside_its_names():
    found = lines(record({"what": "one two three four five six"}), 20)
    assert found[0].startswith("what one two")
    assert all(line.startswith("     ") for line in found[1:])
