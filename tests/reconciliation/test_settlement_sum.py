"""What of a settlement is there to be compared, and what is not."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from reconciliation.model import IST
from reconciliation.settlement_sum import agreement
from reconciliation.trace import BANK, Entry, Header, Settlement, Sum

DAY = date(2026, 3, 12)
LINES = Sum("INR", "PAYMENT", "SUCCESS", 1, 0, 100_00, 2_36, 36, 97_64, DAY, DAY)
HEADER = Header("setl_1", "UTR1", 97_64, None, None, "INR", "SUCCESS", None)
CREDIT = Entry(
    1, BANK, "hdfc", "B", "B", None, "SUCCESS", 97_64, "INR", datetime(2026, 3, 12, tzinfo=IST),
    DAY, "HDFC", None, None, None, None, "UTR1", None, "UTR1", None, None, None,
)  # fmt: skip
WHOLE = Settlement("UTR1", ("setl_1",), (HEADER,), (LINES,), (CREDIT,), (), (), DAY)


@pytest.mark.parametrize(
    ("settlement", "told"),
    [
        (WHOLE, "Lines, header and bank credit agree to the paisa"),
        (
            replace(WHOLE, credits=()),
            "Lines and header agree to the paisa; no bank credit is there",
        ),
        (
            replace(WHOLE, credits=(replace(CREDIT, status="PENDING"),)),
            "Lines and header agree to the paisa; no bank credit is there",
        ),
        (
            replace(WHOLE, headers=()),
            "Lines and bank credit agree to the paisa; no header is there",
        ),
        (
            replace(WHOLE, headers=(), credits=()),
            "Nothing to compare its lines with: no header and no bank credit is there",
        ),
    ],
)
def test_it_names_what_agrees_and_what_is_not_there(settlement, told):
    assert agreement(settlement) == told
