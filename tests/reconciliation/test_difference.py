"""The parts of a difference add up, side by side and currency by currency."""

import pytest

from reconciliation.difference import difference_lines, ledger_side


def matched(side, amount, entries=1, currency="INR"):
    return {"side": side, "currency": currency, "entries": entries, "amount_minor": amount}


def item(side, amount, state="open", reason=None, role="money", **more):
    return matched(side, amount, **more) | {"state": state, "reason": reason, "role": role}


def told(lines):
    return [(one.side, one.currency, one.cause, one.entries, one.amount_minor) for one in lines]


def test_each_part_is_the_side_less_the_ledger():
    lines = difference_lines(
        [matched("ledger", 500_00), matched("external", 490_00)],
        [
            item("ledger", 70_00, reason="TIM_CUTOFF"),
            item("external", 25_00, state="due"),
            item("external", 9_00, role="information"),
        ],
    )
    assert told(lines) == [
        ("external", "INR", "break", 1, 25_00),
        ("external", "INR", "matched", 2, -10_00),
        ("external", "INR", "open", 1, -70_00),
        ("external", "INR", "total", 4, -55_00),
    ]
    assert [one.detail for one in lines][1:] == [
        "inside matches (fees and GST the other side kept)",
        "TIM_CUTOFF: after the 21:00 IST cut-off, counts for the next business day",
        "external less our side",
    ]


def test_each_currency_has_its_own_total():
    lines = difference_lines([], [item("ledger", 5), item("external", 7, currency="USD")])
    assert told(lines) == [
        ("external", "INR", "open", 1, -5),
        ("external", "INR", "total", 1, -5),
        ("external", "USD", "open", 1, 7),
        ("external", "USD", "total", 1, 7),
    ]


def test_in_a_three_way_each_side_is_compared_with_core():
    lines = difference_lines(
        [matched("core", 100), matched("gateway", 98), matched("mobile", 100)],
        [item("core", 30, state="due")],
    )
    assert [one for one in told(lines) if one[2] == "total"] == [
        ("gateway", "INR", "total", 3, -32),
        ("mobile", "INR", "total", 1, -30),
    ]
    # Where matches agree, they are no part of the difference.
    assert ("mobile", "INR", "matched") not in [one[:3] for one in told(lines)]


@pytest.mark.parametrize(
    ("sides", "ours"),
    [(["external"], "ledger"), (["ledger"], "ledger"), (["core", "mobile"], "core")],
)
def test_which_side_the_others_are_compared_with(sides, ours):
    assert ledger_side(sides) == ours


def test_nothing_makes_no_difference():
    assert difference_lines([], []) == ()
