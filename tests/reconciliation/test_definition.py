"""Definitions: the shipped ones hold together; a wrong one names file, line and key."""

import pytest

from pipeline.breaking import STEPS
from pipeline.statements import SQL_FOLDER
from reconciliation.definition import (
    DefinitionError,
    Due,
    blocks_of,
    load_definition,
    load_definitions,
)
from reconciliation.rulebook import shipped
from reconciliation.severity import Raise, shared_limits

GOOD = """\
version: 1
title: Ledger and bank
shape: ledger_bank
calendar: india_bank
owner: treasury
sides:
  ledger: {source: core, where: "bank_code = 'X'", due: 24h}
  external: {source: [x, y], due: 2 business days}
passes:
  - {name: rail, sql: rail_reference, block: rrn, reference: rrn, days_apart_max: 3}
days_apart_max: 3
hold_minutes: 15
block_size_max: 100
runbook: |
  Look.
"""


def written(tmp_path, text, name="core_x"):
    path = tmp_path / f"{name}.yaml"
    path.write_text(text)
    return path


def test_the_eight_that_are_shipped():
    names = [item.name for item in load_definitions()]
    assert names == [
        "core_axis", "core_gateway_mobile", "core_hdfc", "core_icici", "core_kotak", "core_sbi",
        "gateway_settlement", "settlement_bank",
    ]  # fmt: skip


@pytest.mark.parametrize("item", load_definitions(), ids=lambda item: item.name)
def test_a_shipped_definition_finds_its_sql(item):
    for one in item.passes:
        assert (SQL_FOLDER / "passes" / f"{one.sql}.sql").exists()
    for step in STEPS[item.shape]:
        assert (SQL_FOLDER / "breaks" / f"{step}.sql").exists()
    assert item.runbook.strip()


def test_the_five_banks_differ_by_names_only():
    texts = {
        shipped().find(f"core_{bank}").text.replace(bank, "b").replace(bank.upper(), "B")
        for bank in ("hdfc", "icici", "sbi", "axis", "kotak")
    }
    assert len(texts) == 1


def test_reading(tmp_path):
    item = load_definition(written(tmp_path, GOOD))
    assert [side.name for side in item.sides] == ["ledger", "external"]
    assert item.ledger.due == Due(hours=24)
    assert item.sides[1].due == Due(business_days=2)
    assert item.sides[1].sources == ("x", "y")
    assert item.sides[1].where.sql == "true"
    assert blocks_of(item.passes) == ("rrn",)
    assert dict(item.passes[0].parameters) == {"reference": "rrn", "days_apart_max": 3}


def test_what_raises_a_severity(tmp_path):
    assert load_definition(written(tmp_path, GOOD)).severity == Raise(shared_limits())
    given = "severity: {amounts_minor: {INR: 1, JPY: 5}, age_days: 3}\nowner: t"
    item = load_definition(written(tmp_path, GOOD.replace("owner: t", given, 1)))
    assert item.severity == Raise({**shared_limits(), "INR": 1, "JPY": 5}, 3)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("version: 1", "version: one", "core_x.yaml, line 1, version: expected a whole number"),
        ("version: 1", "version: 0", "line 1, version: expected a whole number, 1 to"),
        ("owner: treasury\n", "", "owner: missing; expected text"),
        ("owner: treasury", "owner: treasury\nowner: x", "line 6, owner: given twice"),
        ("owner: treasury", "owned: treasury", "line 5, owned: unknown key"),
        ("shape: ledger_bank", "shape: star", "line 3, shape: expected one of"),
        ("shape: ledger_bank", "shape: three_way", "sides: shape three_way has 3 sides"),
        ("due: 24h", "due: 1 day", "line 7, sides.ledger.due: expected hours"),
        ("bank_code = 'X'", "bank = 'X'", "line 7, sides.ledger.where: no column 'bank'"),
        ("block: rrn", "block: rnr", "line 10, passes[0].block: no block 'rnr'"),
        ("sql: rail_reference", "sql: ../x", "line 10, passes[0].sql: expected the name"),
        ("days_apart_max: 3}", "days_apart_max: 3.5}", "days_apart_max: quote it: YAML reads"),
        ("hold_minutes: 15", "hold_minutes: 1441", "hold_minutes: expected a whole number"),
        ("passes:\n", "passes: []\nx:\n", "unknown key"),
        (
            "owner: t",
            "severity: {amounts_minor: {XYZ: 1}}\nowner: t",
            "line 5, severity.amounts_minor.XYZ: unknown key",
        ),
        ("owner: t", "severity: {amounts_minor: {INR: 0}}\nowner: t", "INR: expected a whole"),
        ("owner: t", "severity: {age_days: 0}\nowner: t", "severity.age_days: expected a whole"),
        (
            "owner: t",
            "contract: {mdr_bps: {card: 10001}, gst_percent: 18}\nowner: t",
            "contract.mdr_bps.card: expected a whole",
        ),
        ("owner: t", "contract: {mdr_bps: {card: 200}}\nowner: t", "gst_percent: missing"),
        ("owner: t", "severity: {age: 1}\nowner: t", "severity.age: unknown key"),
        ("version: 1", "version: [", "core_x.yaml, line 3: not YAML"),
    ],
)
def test_a_mistake_names_its_place(tmp_path, old, new, problem):
    assert old in GOOD
    with pytest.raises(DefinitionError) as wrong:
        load_definition(written(tmp_path, GOOD.replace(old, new, 1)))
    assert problem in str(wrong.value)


def test_a_name_that_is_no_name(tmp_path):
    with pytest.raises(DefinitionError, match="lower case"):
        load_definition(written(tmp_path, GOOD, name="Core-X"))
