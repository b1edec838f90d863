"""The grammar of `where:`: what it writes, and that nothing else gets through."""

import pytest

from reconciliation.where import DEPTH_MAX, WhereError, parse_where


@pytest.mark.parametrize(
    ("clause", "sql"),
    [
        ("bank_code = 'HDFC'", "entry.bank_code = 'HDFC'"),
        ("status <> 'FAILED'", "entry.status <> 'FAILED'"),
        ("order_id is not null", "entry.order_id is not null"),
        ("utr is null", "entry.utr is null"),
        ("currency in ('INR', 'USD')", "entry.currency in ('INR', 'USD')"),
        ("currency not in ('INR')", "entry.currency not in ('INR')"),
        (
            "rrn is null or utr is null and status = 'SUCCESS'",
            "(entry.rrn is null or (entry.utr is null and entry.status = 'SUCCESS'))",
        ),
        (
            "(rrn is null or utr is null) and STATUS = 'SUCCESS'",
            "((entry.rrn is null or entry.utr is null) and entry.status = 'SUCCESS')",
        ),
        ("not bank_code = 'A'", "not coalesce(entry.bank_code = 'A', false)"),
        ("bank_code=''", "entry.bank_code = ''"),
    ],
)
def test_what_it_writes(clause, sql):
    assert parse_where(clause).sql == sql


@pytest.mark.parametrize(
    ("clause", "problem"),
    [
        ("account_id = '1'", "no column 'account_id'"),
        ("bank_code = HDFC", "expected a text in single quotes, found 'hdfc'"),
        ("bank_code = 'it''s'", "stands after the end"),
        ("bank_code = 'a' ; drop table x", "cannot read it from '; drop table x' on"),
        ("bank_code = 'a' -- x", "cannot read it from '-- x' on"),
        ("bank_code = ':as_of'", "expected a text in single quotes"),
        ("bank_code = 'a%'", "expected a text in single quotes"),
        ("bank_code like 'a'", "expected 'in'"),
        ("bank_code = 'a' or", "no column ''"),
        ("bank_code in ()", "expected a text in single quotes"),
        ("(bank_code = 'a'", "expected ')', found 'the end'"),
        ("", "no column ''"),
        ("or(bank_code = 'a')", "no column 'or'"),
        ("bank_code = '" + "a" * 61 + "'", "expected a text in single quotes"),
    ],
)
def test_what_it_refuses(clause, problem):
    with pytest.raises(WhereError) as refused:
        parse_where(clause)
    assert problem in str(refused.value)


def test_brackets_have_a_bound():
    inside = "utr is null"
    parse_where("(" * DEPTH_MAX + inside + ")" * DEPTH_MAX)
    with pytest.raises(WhereError, match="brackets inside each other"):
        parse_where("(" * (DEPTH_MAX + 1) + inside + ")" * (DEPTH_MAX + 1))
