"""Kinds of reference: by slot, by the bank's place in its narration, by shape."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.references import KINDS, by_slot, from_narration, normalised

UTR22, UTR16, RRN = "SBINN52025021511431836", "SBIN322147057322", "409374856309"
UPI35 = "HDF" + "0123456789ABCDEF" * 2
ARN = "74332740123456789012345"


def column(*values):
    return pd.Series(list(values), dtype="string")


def found(text, *slots, account="50100000000001"):
    row = from_narration(column(text), slots, column(account)).iloc[0]
    return {kind: row[kind] for kind in KINDS if pd.notna(row[kind])}


@pytest.mark.parametrize(
    ("reference", "kind", "value"),
    [
        (RRN, "rrn", RRN),
        ("0000" + RRN, "rrn", RRN),
        ("009374856309", "rrn", "009374856309"),  # its own leading zeros stay
        (f" {RRN} ", "rrn", RRN),
        ("00000" + RRN, "utr", "00000" + RRN),  # 17 digits are something else
        ("0001" + RRN, "utr", "0001" + RRN),
        (RRN[:-1], "utr", RRN[:-1]),
        (UTR16, "utr", UTR16),
        ("1568176960vxp0rj", "utr", "1568176960VXP0RJ"),
        ("sbin/3221-4705 7322", "utr", UTR16),
    ],
)
def test_a_slot_is_an_rrn_or_another_reference(reference, kind, value):
    row = by_slot(column(reference)).iloc[0]
    assert {name: row[name] for name in row.index if pd.notna(row[name])} == {kind: value}


@pytest.mark.parametrize(
    "reference",
    ["", " ", "-", "0", "000000000000", "0000000000000000", "NA", "n/a", "nil", "NULL", "1.23E+11",
     "4.09374856309e11", "4E11", None],
)  # fmt: skip
def test_what_is_no_reference_is_missing(reference):
    assert by_slot(column(reference)).isna().all(axis=None)


@pytest.mark.parametrize(
    ("narration", "expected"),
    [
        (f"UPI-ASHA R-asha@okbank-SBIN0001234-{RRN}-RENT", {"rrn": RRN}),
        (f"NEFT CR-SBIN0001234-ACME-PAY-{UTR22}", {"utr": UTR22}),
        (f"NEFT-{UTR16}-ACME", {"utr": UTR16}),
        ("NEFT-N123456789012345-ACME", {"utr": "N123456789012345"}),
        (f"UPI/{RRN}/rent/asha@okbank/SBI", {"rrn": RRN}),
        (f"upi {UPI35.lower()} done", {"upi_id": UPI35}),
        (f"REFUND ARN {ARN}", {"arn": ARN}),
        (f"{UTR22} {UTR16} {RRN} {ARN}", {"utr": UTR22}),  # the strongest alone
        (f"RRN {RRN} ARN {ARN}", {"rrn": RRN}),
        (f"IMPS 0000{RRN} x", {"rrn": RRN}),
        # Inside a longer token it is not one.
        (f"X{RRN}", {}),
        (f"{RRN}9", {}),
        (f"REF{UTR16}X", {}),
        (f"{UPI35}A", {}),
        ("A" * 35, {}),
        ("CASH DEPOSIT", {}),
        ("", {}),
        (None, {}),
    ],
)
def test_shapes_in_a_narration(narration, expected):
    assert found(narration) == expected


def test_the_rows_own_account_number_is_no_rrn():
    assert found("TRF FROM 050100123456", account="050100123456") == {}
    assert found("TRF FROM 050100123456", account="050100123457") == {"rrn": "050100123456"}


def test_the_banks_slot_beats_a_bare_number():
    slot = r"OTHPOS(?P<rrn>[0-9]{12})"
    text = f"TO 999999999999 by debit card-OTHPOS{RRN}ACME"
    assert found(text) == {"rrn": "999999999999"}
    assert found(text, slot) == {"rrn": RRN}


def test_an_opaque_reference_is_found_by_its_slot_only():
    slot = r"^NEFT-(?P<utr>[A-Z0-9]{12,22})-"
    assert found("NEFT-1568176960vxp0rj-RAZORPAY") == {}
    assert found("NEFT-1568176960vxp0rj-RAZORPAY", slot) == {"utr": "1568176960VXP0RJ"}


@pytest.mark.parametrize(("text", "slot", "batch"), [
    # merchant, terminal and date of a card terminal's day
    ("POS SETTL 38RR00123456/12345678/100326 NET", r"^POS SETTL (?P<utr>\w+/[0-9]+/[0-9]{6})",
     "38RR0012345612345678100326"),
    ("CASH DEP SLIP NO 004512 MG ROAD", r"SLIP NO (?P<utr>[0-9]+)", "004512"),
    ("ACH C-NACH00000000123-B20260310-0007", r"-(?P<utr>B[0-9]{8}-[0-9]{4})$", "B202603100007"),
])  # fmt: skip
def test_a_batchs_number_is_a_reference_once_a_slot_says_where(text, slot, batch):
    assert found(text, slot) == {"utr": batch}
    assert by_slot(column(batch.lower()))["utr"].tolist() == [batch], "as our ledger writes it"


def test_rows_do_not_learn_from_each_other():
    rows = from_narration(column(f"UPI/{RRN}/x", None, f"NEFT-{UTR16}-x"))
    assert rows["rrn"].notna().tolist() == [True, False, False]
    assert rows["utr"].notna().tolist() == [False, False, True]


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_no_text_breaks_it_and_what_is_found_is_in_the_text(text):
    for value in found(text).values():
        assert value in text.upper()
    kept = normalised(column(text))[0]
    assert pd.isna(kept) or (kept.isascii() and kept.isalnum() and kept == kept.upper())


@settings(max_examples=100)
@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.sampled_from(["/", "-", " ", "*", ":"]))
def test_an_rrn_between_separators_is_found(rrn, separator):
    expected = {} if set(rrn) == {"0"} else {"rrn": rrn}
    assert found(f"UPI{separator}{rrn}{separator}X") == expected
