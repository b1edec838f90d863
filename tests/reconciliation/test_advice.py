"""What is advised is true where it is said: each code on each shape and side that can raise it."""

import re

import pytest

from pipeline.statements import SQL_FOLDER
from reconciliation.advice import NEXT_STEPS, REFUSED_STEP, next_step, steps
from reconciliation.definition import load_definitions

BOTH, OURS, THEIRS = ("ledger", "external"), ("ledger",), ("external",)
ALL = ("ledger", "gateway", "mobile")
# Shape → code → the sides of the entry that such a break may stand on, as sql/breaks has it.
RAISED = {
    "ledger_bank": {
        "AMBIGUOUS": BOTH, "STS_DEBITED_NOT_CONFIRMED": OURS, "STS_BANK_DIFFERS": OURS,
        "STS_DEEMED_PENDING": BOTH, "AMT_ROUNDING": OURS, "AMT_SHORT": OURS, "AMT_OVER": OURS,
        "CURRENCY": OURS, "DIRECTION": OURS, "ACCOUNT": OURS, "DUP_SAME_SOURCE": BOTH,
        "REF_MISSING": BOTH, "REF_CONFLICT": BOTH, "MIS_IN_BANK": OURS, "MIS_IN_LEDGER": THEIRS,
        "FEE_BANK_CHARGE_UNBOOKED": THEIRS, "STS_REVERSAL_DUE": BOTH,
        "STS_REVERSAL_WITHOUT_ORIGINAL": BOTH,
    },
    "gateway_settlement": {
        "ARITHMETIC": BOTH, "CURRENCY": OURS, "RESERVE_HELD": OURS, "AMT_ROUNDING": OURS,
        "AMT_SHORT": OURS, "AMT_OVER": OURS, "DIRECTION": OURS, "AMBIGUOUS": OURS,
        "DUP_SAME_SOURCE": THEIRS, "MIS_IN_GATEWAY": THEIRS, "TIM_SETTLE_OVERDUE": OURS,
        "RFD_NOT_SETTLED": OURS, "MIS_IN_SETTLEMENT": OURS,
    },
    "settlement_bank": {
        "ARITHMETIC": OURS, "MIS_IN_BANK": OURS, "CURRENCY": OURS, "AMT_ROUNDING": OURS,
        "DATE": OURS, "AMT_SHORT": OURS, "AMT_OVER": OURS, "AMBIGUOUS": OURS,
        "MIS_IN_SETTLEMENT": THEIRS, "DUP_SAME_SOURCE": THEIRS, "DUP_CROSS_POSTED": THEIRS,
    },
    "three_way": {
        "AMBIGUOUS": ALL, "CURRENCY": ALL, "DIRECTION": OURS, "STS_LEDGER_OK_GW_FAILED": OURS,
        "STS_LEDGER_FAILED_GW_OK": OURS, "STS_MOBILE_DIFFERS": ALL, "AMT_ROUNDING": OURS,
        "AMT_SHORT": OURS, "AMT_OVER": OURS, "MIS_IN_LEDGER": ("gateway", "mobile"),
        "MIS_IN_GATEWAY": OURS, "MIS_IN_MOBILE": OURS, "DUP_PAYMENT": ("gateway",),
        "DUP_SAME_SOURCE": ("ledger", "mobile"), "RFD_DUPLICATE": ("gateway", "mobile"),
    },
}  # fmt: skip
# Raised by steps of their own: on that shape, or on any.
SHARED = {
    "gateway_settlement": ("FEE_MDR_VARIANCE", "FEE_ZERO_MDR_CHARGED", "TAX_GST_VARIANCE",
                           "CBK_UNMATCHED", "CBK_WON_NOT_CREDITED"),
    "any": ("UNSEARCHED", "REF_CONFLICT"),
}  # fmt: skip
# Parties and papers that have no part on an edge of that shape.
STRANGERS = {
    "ledger_bank": r"gateway|\bapp\b|settlement|\border\b|payment\b",
    "gateway_settlement": r"\bbank\b|\bapp\b|ledger|\bcore\b|our (booking|side)|reverse",
    "settlement_bank": r"\bapp\b|ledger|\bcore\b|\border\b|\bpayment\b|our (booking|side)|reverse",
    "three_way": r"\bbank\b|settlement|UTR|statement",
}
MATRIX = [
    (shape, code, side)
    for shape, codes in RAISED.items()
    for code, sides in codes.items()
    for side in sides
]
CODE = re.compile(
    r"'((?:MIS|AMT|STS|DUP|RFD|FEE|REF|TIM)_[A-Z_]+|RESERVE_HELD|AMBIGUOUS|CURRENCY|ARITHMETIC"
    r"|DIRECTION|ACCOUNT|DATE)'"
)


@pytest.mark.parametrize("shape", RAISED)
def test_the_matrix_is_what_the_sql_raises(shape):
    found = set()
    for path in (SQL_FOLDER / "breaks").glob(f"{shape}_*.sql"):
        found |= set(CODE.findall(path.read_text()))
    assert found == set(RAISED[shape])


@pytest.mark.parametrize(("shape", "code", "side"), MATRIX)
def test_advice_names_nobody_who_has_no_part(shape, code, side):
    for words in (next_step(code, shape, side), next_step(code, shape)):
        assert not re.search(STRANGERS[shape], words, re.IGNORECASE), words
    if side not in ("ledger", None):  # what another says is not reversed by us
        assert not re.search(r"reverse our|our booking|undo ours", next_step(code, shape, side))


def test_what_every_shape_shares_names_nobody_either():
    for shape, strangers in STRANGERS.items():
        for code in SHARED["any"]:
            assert not re.search(strangers, next_step(code, shape), re.IGNORECASE)
    for code in SHARED["gateway_settlement"]:
        words = next_step(code, "gateway_settlement", "ledger")
        assert not re.search(r"\bbank\b|\bapp\b", words)


def test_a_credit_that_no_settlement_explains_is_no_payment_left_out():
    credit = next_step("MIS_IN_SETTLEMENT", "settlement_bank", "external")
    assert "payment" not in credit
    assert "UTR" in credit
    assert "left this payment out" in next_step("MIS_IN_SETTLEMENT", "gateway_settlement", "ledger")
    (edge,) = [item for item in load_definitions() if item.name == "settlement_bank"]
    assert "Credit without settlement" in edge.runbook


def test_an_edge_says_what_a_source_is_on_it():
    edges = {item.name: item for item in load_definitions()}
    assert edges["settlement_bank"].role("icici") == "external"
    assert edges["settlement_bank"].role("razorpay_settlement") == "ledger"
    three = edges["core_gateway_mobile"]
    assert [three.role(name) for name in ("core", "razorpay", "mobile", "hdfc", None)] == [
        "ledger", "gateway", "mobile", None, None,
    ]  # fmt: skip


def test_an_unknown_place_is_told_what_is_true_of_all():
    assert next_step("MIS_IN_BANK") == NEXT_STEPS["MIS_IN_BANK"]
    assert "reverse our" not in next_step("MIS_IN_BANK")
    assert "runbook" in next_step("NEW_CODE", "ledger_bank")


def test_nothing_is_reversed_while_a_suggestion_holds_it():
    place = ("MIS_IN_BANK", "ledger_bank", "ledger")
    assert "reverse our booking" in steps(
        *place, is_refused_near=False, suggested_by=None, same_money=()
    )
    told = steps(*place, is_refused_near=True, suggested_by="1a2b3c4d", same_money=())
    assert told.startswith(REFUSED_STEP)
    assert "reverse our booking" not in told
    assert "--suggestion 1a2b3c4d" in told
