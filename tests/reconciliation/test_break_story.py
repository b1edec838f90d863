"""What a break's age leaves out, and until when its partner may come."""

from datetime import date

import pytest

from reconciliation.break_story import days_off, window_ends

SHOWN = {
    "subject_kind": "entry", "code": "MIS_IN_BANK", "status": "OPEN", "age_days": 2,
    "business_date": date(2026, 3, 6), "counted_until": date(2026, 3, 10),
}  # fmt: skip


@pytest.mark.parametrize(("age", "off"), [(4, 0), (2, 2), (None, None)])
def test_an_age_says_how_many_days_it_leaves_out(age, off):
    assert days_off(SHOWN | {"age_days": age}) == off


@pytest.mark.parametrize(
    ("days", "changed", "ends"),
    [
        (3, {}, None),
        (4, {}, date(2026, 3, 10)),  # the last day counts
        (5, {"code": "STS_DEEMED_PENDING"}, date(2026, 3, 11)),
        (5, {"code": "AMT_SHORT"}, None),
        (5, {"status": "RESOLVED"}, None),
        (5, {"subject_kind": "row"}, None),
    ],
)
def test_a_window_is_told_while_it_is_open(days, changed, ends):
    assert window_ends(SHOWN | changed, days) == ends
