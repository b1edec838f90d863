"""Accounts: one row a number, whoever meets it first."""

from datetime import date

import pandas as pd
import pytest

from pipeline.accounts import Accounts, list_accounts, set_account
from pipeline.keys import open_keys
from tests.pipeline.bank import query

NUMBER = "50100000001234"


@pytest.fixture
def keys(settings, store):
    return open_keys(settings, store)


def configured(store, keys, **facts):
    with store.transaction() as transaction:
        return set_account(transaction, keys, **facts)


def numbers(*values):
    return pd.Series(values, dtype="string")


def test_ids_stand_beside_their_numbers(store, keys):
    ids = Accounts(store, keys, "hdfc").ids(numbers(NUMBER, "50100000009999", pd.NA, NUMBER))
    assert ids[0] == ids[3] != ids[1]
    assert pd.isna(ids[2])
    again = Accounts(store, keys, "core").ids(numbers("50100000009999", NUMBER))
    assert again.tolist() == [ids[1], ids[0]]


def test_no_numbers_have_no_ids(store, keys):
    ids = Accounts(store, keys, "hdfc").ids(numbers(pd.NA, pd.NA))
    assert ids.isna().all()
    assert list_accounts(store) == []


def test_leading_zeros_are_part_of_a_number(store, keys):
    ids = Accounts(store, keys, "sbi").ids(numbers("00001234", "1234"))
    assert ids[0] != ids[1]


def test_what_is_met_is_noted_and_what_is_set_stays(store, keys):
    accounts = Accounts(store, keys, "hdfc")
    (met,) = accounts.ids(numbers(NUMBER), numbers("HDFC"), numbers("INR"))
    (row,) = list_accounts(store)
    assert (row["last4"], row["bank_code"], row["state"]) == ("1234", "HDFC", "discovered")
    known = configured(
        store, keys, number=f" {NUMBER} ", opening_date=date(2026, 3, 9), opening_ledger_minor=5,
    )  # fmt: skip
    assert known == met
    configured(store, keys, number=NUMBER, opening_statement_minor=-7)
    (row,) = list_accounts(store)
    assert (row["bank_code"], row["state"]) == ("HDFC", "configured")
    assert (row["opening_ledger_minor"], row["opening_statement_minor"]) == (5, -7)
    assert row["opening_date"] == date(2026, 3, 9)


def test_an_account_may_be_set_before_it_is_met(store, keys):
    known = configured(store, keys, number=NUMBER, bank_code="HDFC", currency="INR")
    assert Accounts(store, keys, "hdfc").ids(numbers(NUMBER)).tolist() == [known]


def test_no_number_is_stored_in_the_clear(store, keys):
    configured(store, keys, number=NUMBER)
    (row,) = query(store, "select * from ops.account")
    assert NUMBER.encode() not in b"".join(
        bytes(value) for value in row.values() if isinstance(value, (bytes, memoryview))
    )
    assert NUMBER not in str(dict(row))
