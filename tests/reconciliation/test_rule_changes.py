"""What two definitions say differently, and which may take the other's place."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from reconciliation.definition import Due, definition_of
from reconciliation.rule_changes import Change, changes, refusal
from reconciliation.rulebook import shipped

EDGE = shipped().find("core_hdfc")
THIS, NEXT = str(EDGE.version), str(EDGE.version + 1)
HDFC = "bank_code = 'HDFC'"


def said_otherwise(*pairs):
    text = EDGE.text
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return definition_of("core_hdfc", text)


@pytest.mark.parametrize("name", [item.name for item in shipped()])
def test_nothing_differs_from_itself(name):
    assert changes(shipped().find(name), shipped().find(name)) == ()


def test_other_words_are_no_other_rules():
    other = said_otherwise(("# in order", "# one after the other"))
    assert other.sha256 != EDGE.sha256
    assert changes(EDGE, other) == ()


def test_each_place_with_both_values():
    other = said_otherwise(
        (f"version: {THIS}", f"version: {NEXT}"),
        ("business_days_max: 5", "business_days_max: 4"),
        ("hold_minutes: 15", "hold_minutes: 20"),
        ("approval_minor: 1000", "approval_minor: 2000"),
        ('minors: "295,590,1770,2950"', 'minors: "295,590"'),
        ("rounding_minor_max: 100", "rounding_minor_max: 99"),
        (HDFC, f"{HDFC} and channel = 'UPI'"),
        ("external: {source: hdfc, due: 24h}", "external: {source: hdfc, due: 2 business days}"),
        ("text_score_min: 60", "text_score_min: 61"),
        ("{age_days: 11}", "{amounts_minor: {INR: 10000001}, age_days: 12}"),
    )
    assert changes(EDGE, other) == (
        Change("version", THIS, NEXT),
        Change("sides.ledger.where", HDFC, f"{HDFC} and channel = 'UPI'"),
        Change("sides.external.due", "24h", "2 business days"),
        Change("passes.self_net.business_days_max", "5", "4"),
        Change("passes.charge_utr.minors", "2.95, 5.90, 17.70, 29.50 INR", "2.95, 5.90 INR"),
        Change("passes.charge_utr.approval_minor", "10.00 INR", "20.00 INR"),
        Change("hold_minutes", "15", "20"),
        Change("rounding_minor_max", "1.00 INR", "0.99 INR"),
        Change("suggest.text_score_min", "60", "61"),
        Change("severity.amounts_minor.INR", "100000.00 INR", "100000.01 INR"),
        Change("severity.age_days", "11", "12"),
    )


def test_a_pass_that_is_gone_or_new_is_one_change():
    without = replace(EDGE, passes=EDGE.passes[:1] + EDGE.passes[2:])
    says = "sql: rail_reference, block: rrn, tier: 1, reference: rrn, days_apart_max: 3"
    assert changes(EDGE, without) == (Change("passes.rail_rrn", says, ""),)
    assert changes(without, EDGE) == (Change("passes.rail_rrn", "", says),)


def test_the_order_of_passes_is_a_change():
    first, second, third, *rest = EDGE.passes
    turned = replace(EDGE, passes=(first, third, second, *rest))
    (change,) = changes(EDGE, turned)
    assert change.place == "order of passes"
    assert change.before.split()[1:3] == ["rail_rrn", "rail_utr"]
    assert change.after.split()[1:3] == ["rail_utr", "rail_rrn"]


def test_a_parameter_more_is_a_change():
    first, *rest = EDGE.passes
    more = replace(first, parameters=MappingProxyType({**first.parameters, "kind": "x"}))
    assert changes(EDGE, replace(EDGE, passes=(more, *rest))) == (
        Change("passes.self_net.kind", "", "x"),
    )


@pytest.mark.parametrize(("fields", "words"), [
    ({"version": EDGE.version}, f"its version {THIS} is not above {THIS}"),
    ({"version": EDGE.version - 1}, f"its version {EDGE.version - 1} is not above {THIS}"),
    ({"shape": "three_way"}, "the shape changes from ledger_bank to three_way"),
    ({"proof": "none"}, "the proof changes from accounts to none"),
    ({"sides": EDGE.sides[::-1]}, "who is on which side changes"),
    ({"sides": (EDGE.sides[0], replace(EDGE.sides[1], sources=("icici",)))}, "external: icici"),
    ({"name": "core_icici"}, "the name changes"),
])  # fmt: skip
def test_what_does_not_change_while_the_program_runs(fields, words):
    assert words in refusal(EDGE, replace(EDGE, **{"version": EDGE.version + 1, **fields}))


def test_everything_else_may_change():
    ledger, external = EDGE.sides
    other = replace(
        EDGE, version=EDGE.version + 1, title="Other", owner="ops", passes=EDGE.passes[:2],
        days_apart_max=1, calendar="every_day",
        sides=(replace(ledger, due=Due(hours=1)), external),
    )  # fmt: skip
    assert refusal(EDGE, other) is None
