"""Codes and ids of breaks."""

import re

import pytest

from pipeline.statements import SQL_FOLDER
from reconciliation.advice import NEXT_STEPS
from reconciliation.breaks import CODES, break_id

FAMILIES = {
    "amount", "identity", "status", "duplicate", "missing", "refund", "timing", "statement", "data",
    "fee", "tax", "dispute",
}  # fmt: skip


def test_an_id_is_made_of_what_the_break_is_about():
    one = break_id("core_hdfc", "entry", "core:TXN1")
    assert one == break_id("core_hdfc", "entry", "core:TXN1")
    assert len({one, break_id("core_sbi", "entry", "core:TXN1"),
                break_id("core_hdfc", "entry", "core:TXN2"),
                break_id("core_hdfc", "row", "core:TXN1")}) == 4  # fmt: skip


def test_a_subject_of_no_kind():
    with pytest.raises(ValueError, match="no kind of subject"):
        break_id("core_hdfc", "account", "1")


def test_precedence():
    order = [code for code in CODES if code in {
        "MIS_IN_BANK", "AMT_SHORT", "DUP_SAME_SOURCE", "STS_BANK_DIFFERS", "ACCOUNT", "DIRECTION",
        "CURRENCY", "ARITHMETIC",
    }]  # fmt: skip
    assert order == [
        "ARITHMETIC", "CURRENCY", "DIRECTION", "ACCOUNT", "STS_BANK_DIFFERS", "DUP_SAME_SOURCE",
        "AMT_SHORT", "MIS_IN_BANK",
    ]  # fmt: skip
    assert {code.family for code in CODES.values()} <= FAMILIES


def test_the_sql_knows_no_code_that_we_do_not():
    found = set()
    for folder in ("breaks", "proof"):
        for path in (SQL_FOLDER / folder).glob("*.sql"):
            found |= set(re.findall(r"'((?:MIS|AMT|STS|DUP|STM|RFD|DQ|FEE|REF|TAX|CBK)_[A-Z_]+"
                                    r"|AMBIGUOUS|CURRENCY|ARITHMETIC|DIRECTION|ACCOUNT|DATE"
                                    r"|PROOF_UNEXPLAINED|RESERVE_HELD|TIM_SETTLE_OVERDUE)'",
                                    path.read_text()))  # fmt: skip
    assert found <= set(CODES)
    assert {"MIS_IN_BANK", "AMBIGUOUS", "STM_CONTINUITY", "RFD_NOT_SETTLED"} <= found


def test_every_code_has_a_next_step():
    assert set(NEXT_STEPS) == set(CODES)
