"""What a suite lets through, keeps aside, and stops: judged by Great Expectations itself."""

import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
import yaml

from expectations import suites, validate

DAY = "(?P<year>20[0-9]{2})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
PATTERNS = {"amount": r"[0-9]{1,15}\.[0-9]{2}", "value_date": DAY, "direction": "CREDIT|DEBIT"}
REQUIRED = ("txn_id", "account_number", "amount")


def rows(count=1, **columns) -> pd.DataFrame:
    """Good bank rows; a column given as a list replaces the ordinary values."""
    good = {
        "txn_id": [f"T{number}" for number in range(count)],
        "account_number": ["5010"] * count,
        "amount": ["5.00"] * count,
        "currency": ["INR"] * count,
        "direction": ["CREDIT"] * count,
        "timestamp": ["2026-03-10T10:00:00Z"] * count,
        "value_date": ["2026-03-10"] * count,
        "description": ["rent"] * count,
    }
    return pd.DataFrame(good | columns).astype("string")


def judge(frame, suite="bank_statement", required=REQUIRED, patterns=PATTERNS):
    return validate(suite, frame, required=required, patterns=patterns)


def test_good_rows_are_accepted():
    verdict = judge(rows(3))

    assert verdict.accepted.tolist() == [True] * 3
    assert verdict.rejected.empty
    assert (verdict.repeated, verdict.drift) == (0, ())


def test_an_amount_has_the_decimals_of_its_own_currency():
    pattern = r"-?(?:[0-9]{1,3}|[0-9]{1,2}(,[0-9]{2}){0,5},[0-9]{3})(\.(?P<fraction>[0-9]{2,3}))?"
    told = [
        ("1,500.00", "INR", True), ("1,500", "INR", False), ("1,500.000", "INR", False),
        ("1,500", "JPY", True), ("1,500.00", "JPY", False), ("-1,500.000", "KWD", True),
        ("1,500.00", "KWD", False), ("1,500.0", "KWD", False),
    ]  # fmt: skip
    amounts, currencies, fine = ([one[n] for one in told] for n in range(3))
    for column in ("amount", "balance"):
        columns = {"amount": ["5"] * len(told), column: amounts}
        frame = rows(len(told), currency=currencies, **columns)
        verdict = judge(frame, required=(), patterns={column: pattern})
        assert verdict.accepted.tolist() == fine
        assert "has not the decimals of its currency" in verdict.rejected["reason"].iloc[0]


@pytest.mark.parametrize(
    ("column", "bad", "reason"),
    [
        ("txn_id", None, "txn_id is missing: the row cannot be told from others"),
        ("account_number", " ", "account_number is missing"),
        ("amount", None, "amount is missing"),
        ("amount", "1,50.00", 'amount is not written as agreed (written like "9,99.99")'),
        ("currency", "XAU", "currency is a currency we do not handle"),
        ("direction", "SIDEWAYS", 'direction is not written as agreed (written like "AAAAAAAA")'),
        ("value_date", "2026-02-30", "value_date names a day that does not exist"),
        ("description", "a\x00b", "description holds a NUL or more text than a field can have"),
    ],
)
def test_one_bad_row_is_kept_aside_with_a_reason(column, bad, reason):
    frame = rows(3)
    frame.loc[1, column] = bad
    verdict = judge(frame)

    assert verdict.accepted.tolist() == [True, False, True]
    assert verdict.rejected.to_dict("records") == [
        {"row_no": 1, "column": column, "reason": reason, "code": "DQ_QUARANTINED"}
    ]


def test_several_reasons_in_one_row_are_one_line():
    frame = rows(2, amount=["x", "5.00"], value_date=["y", "2026-03-10"])
    (line,) = judge(frame).rejected.to_dict("records")

    assert line["column"] == "amount, value_date"
    assert line["reason"].count(";") == 1


def test_a_reason_never_quotes_the_row():
    verdict = judge(rows(1, amount=["919486494471372 Ravi"], value_date=["secret"]))

    assert "9194" not in verdict.rejected["reason"].item()
    assert "secret" not in verdict.rejected["reason"].item()


@pytest.mark.parametrize(
    ("amount", "currency", "accepted"),
    [("5.000", "INR", True), ("5.001", "INR", False), ("5.001", "KWD", True), ("5", "JPY", True),
     ("5.5", "JPY", False), ("9" * 15, "INR", True), ("9" * 16, "INR", False)],
)  # fmt: skip
def test_a_ledger_amount_must_fit_its_currency_and_is_never_rounded(amount, currency, accepted):
    frame = rows(1, amount=[amount], currency=[currency])
    verdict = judge(frame, "ledger", patterns={"amount": r"[0-9]+(\.[0-9]+)?"})

    assert verdict.accepted.tolist() == [accepted]


def test_the_same_id_with_other_content_is_a_conflict_for_both():
    frame = rows(4, txn_id=["A", "B", "A", "C"], amount=["1.00", "2.00", "3.00", "4.00"])
    verdict = judge(frame)

    assert verdict.accepted.tolist() == [False, True, False, True]
    assert verdict.rejected["row_no"].tolist() == [0, 2]
    assert verdict.rejected["code"].tolist() == ["DQ_CONFLICT"] * 2


def test_the_same_id_with_the_same_content_is_kept_once():
    frame = rows(3, txn_id=["A", "A", "A"])
    verdict = judge(frame)

    assert verdict.accepted.tolist() == [True, False, False]
    assert verdict.repeated == 2
    assert verdict.rejected.empty


def test_a_conflict_with_a_row_that_is_bad_itself():
    frame = rows(3, txn_id=["A", "A", "A"], amount=["1.00", "x", "1.00"])
    verdict = judge(frame)

    assert not verdict.accepted.any()
    assert verdict.rejected["code"].tolist() == ["DQ_CONFLICT", "DQ_QUARANTINED", "DQ_CONFLICT"]


def test_rows_without_an_id_are_never_the_same():
    frame = rows(2).drop(columns="txn_id")
    verdict = judge(frame, required=())
    assert verdict.accepted.all()


def test_the_same_id_in_two_deliveries_is_no_conflict():
    frame = rows(3, txn_id=["A", "A", "A"], amount=["1.00", "2.00", "2.00"])
    frame["payload_no"] = np.array([0, 1, 1], dtype="int64")
    frame["row_no"] = np.array([0, 0, 1], dtype="int64")
    verdict = judge(frame)

    assert verdict.accepted.tolist() == [True, True, False]
    assert verdict.repeated == 1
    assert verdict.rejected.empty


def test_a_required_field_that_is_gone_stops_the_source():
    verdict = judge(rows(2).drop(columns="amount"))

    assert verdict.drift == ("amount: the field is gone",)
    assert not verdict.accepted.any()
    assert judge(rows(2).iloc[:0].drop(columns="amount")).drift  # even with no rows
    assert judge(rows(2).drop(columns="value_date")).drift == ()


@pytest.mark.parametrize(("count", "drifts"), [(9, False), (10, True)])
def test_a_required_field_of_another_form_in_every_row_is_drift(count, drifts):
    verdict = judge(rows(count, amount=["500"] * count))
    assert bool(verdict.drift) is drifts
    if drifts:
        assert verdict.drift == ("amount: is not written as agreed, in all 10 rows",)
    else:
        assert len(verdict.rejected) == 9

    one_good = judge(rows(count, amount=["5.00"] + ["500"] * (count - 1)))
    assert one_good.drift == ()
    assert judge(rows(count, amount=[None] * count)).drift == (
        (f"amount: is missing, in all {count} rows",) if drifts else ()
    )


def test_no_rows_at_all():
    verdict = judge(rows(0))

    assert verdict.accepted.empty
    assert (len(verdict.rejected), verdict.drift) == (0, ())
    assert list(verdict.rejected) == ["row_no", "column", "reason", "code"]


def test_a_batch_keeps_the_index_it_came_with():
    frame = rows(3, amount=["5.00", "x", "5.00"]).set_axis([7, 8, 9])
    verdict = judge(frame)

    assert verdict.accepted[verdict.accepted].index.tolist() == [7, 9]
    assert verdict.rejected["row_no"].tolist() == [1]


@pytest.fixture
def suite(tmp_path, monkeypatch):
    """Write a suite of one's own."""
    monkeypatch.setattr(suites, "FOLDER", tmp_path)
    suites.load.cache_clear()

    def write(content):
        (tmp_path / "own.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
        return "own"

    yield write
    suites.load.cache_clear()


def test_any_expectation_of_great_expectations_may_be_named(suite):
    name = suite(
        {
            "expectations": [
                {"type": "expect_column_value_lengths_to_be_between",
                 "kwargs": {"column": "description", "max_value": 5}, "reason": "is too long"},
                {"type": "expect_column_values_to_not_be_in_set",
                 "kwargs": {"column": "currency", "value_set": ["USD"]}, "reason": "is not ours"},
            ]
        }
    )  # fmt: skip
    frame = rows(3, description=["rent", "longer", "rent"], currency=["INR", "USD", "INR"])
    verdict = judge(frame, name)

    assert verdict.accepted.tolist() == [True, False, True]
    assert verdict.rejected["reason"].tolist() == ["description is too long; currency is not ours"]


def test_an_expectation_of_the_whole_batch_stops_the_source(suite):
    name = suite(
        {
            "expectations": [
                {"type": "expect_table_row_count_to_be_between", "kwargs": {"max_value": 2},
                 "reason": "more rows than the source can have"},
            ]
        }
    )  # fmt: skip
    assert judge(rows(2), name).accepted.all()
    assert judge(rows(3), name).drift == ("more rows than the source can have",)


def test_an_expectation_that_cannot_be_evaluated_says_so_without_the_rows(suite):
    name = suite(
        {
            "expectations": [
                {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "nowhere"},
                 "reason": "is missing"},
            ]
        }
    )  # fmt: skip
    with pytest.raises(ValueError, match="cannot be evaluated on nowhere") as problem:
        judge(rows(1, description=["secret"]), name)
    assert "secret" not in str(problem.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"check": []}, "unknown keys"),
        ({"checks": [{"columns": ["a"], "holds": "is_pretty", "reason": "x"}]}, "no fact"),
        ({"checks": [{"columns": ["a"], "holds": "is_given"}]}, "columns, holds and reason"),
    ],
)
def test_a_slip_in_a_suite_is_named(suite, content, says):
    with pytest.raises(ValueError, match=says):
        judge(rows(1), suite(content))


def test_the_shipped_suites_load_and_an_unknown_one_is_refused():
    assert suites.names() == ("bank_statement", "gateway", "ledger", "settlement")
    for name in suites.names():
        assert suites.load(name).checks
    with pytest.raises(ValueError, match="no suite 'swift'"):
        judge(rows(1), "swift")


def test_importing_the_package_does_not_import_great_expectations():
    code = "import sys, expectations; sys.exit('great_expectations' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_hundred_thousand_rows_take_well_under_a_second():
    frame = rows(100_000)
    judge(rows(1))  # Great Expectations is imported once
    began = time.perf_counter()
    verdict = judge(frame)
    seconds = time.perf_counter() - began

    assert verdict.accepted.all()
    # 0.17 s on two quiet cores; a busy machine gets room.
    assert seconds < 2
