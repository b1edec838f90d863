"""Accounts at go-live: what a file may say, and what it leaves alone."""

import pytest

from pipeline.accounts import list_accounts
from pipeline.errors import SettingsError
from pipeline.opening_balances import set_accounts
from pipeline.opening_file import GoLive

NUMBER, OTHER = "50100000001234", "50100000005678"


def given(settings, *accounts):
    return set_accounts(settings, GoLive([dict(account) for account in accounts]))


def test_a_second_set_leaves_what_it_does_not_name(settings, store):
    given(settings, {"account_number": NUMBER, "bank_code": "HDFC", "currency": "KWD",
                     "calendar": "always", "opening_date": "2026-03-31"})  # fmt: skip
    given(settings, {"account_number": NUMBER, "opening_ledger": "1.005"})
    (row,) = list_accounts(store)
    assert (row["calendar"], row["bank_code"], row["currency"]) == ("always", "HDFC", "KWD")
    assert (row["opening_ledger_minor"], row["opening_statement_minor"]) == (1005, None)


def test_a_closing_date_is_kept_until_another_is_given(settings, store):
    for day in ("2026-03-31", "2026-04-01"):
        given(settings, {"account_number": NUMBER, "closing_date": day})
        given(settings, {"account_number": NUMBER, "bank_code": "HDFC"})
        assert str(list_accounts(store)[0]["closing_date"]) == day


def test_an_account_has_the_bank_calendar_unless_it_is_told_another(settings, store):
    given(settings, {"account_number": NUMBER})
    assert list_accounts(store)[0]["calendar"] == "india_bank"
    given(settings, {"account_number": NUMBER, "calendar": "always"})
    assert list_accounts(store)[0]["calendar"] == "always"


@pytest.mark.parametrize(("currency", "text", "minor"), [
    ("JPY", "1500", 1500), ("JPY", "1500.0", 1500), ("KWD", "0.001", 1), ("INR", "-0.01", -1),
])  # fmt: skip
def test_amounts_are_read_in_the_stored_currency(settings, store, currency, text, minor):
    given(settings, {"account_number": NUMBER, "currency": currency})
    given(settings, {"account_number": NUMBER, "opening_statement": text})
    assert list_accounts(store)[0]["opening_statement_minor"] == minor


@pytest.mark.parametrize(("first", "second", "sentence"), [
    ({}, {"opening_ledger": "1.00"}, "account 1: its currency is not known yet"),
    ({"currency": "JPY"}, {"opening_ledger": "1.5"}, "at most 0 decimals"),
    ({"currency": "KWD"}, {"opening_ledger": "0.0005"}, "at most 3 decimals"),
    ({"currency": "INR", "opening_ledger": "5"}, {"currency": "KWD"}, "is kept in INR"),
    ({}, {"calendar": "lunar"}, "calendar 'lunar' is none of india_bank, always"),
    ({}, {"closing_date": "31-03-2026"}, "account 1: closing_date is not a date"),
])  # fmt: skip
def test_what_cannot_be_right_is_refused(settings, store, first, second, sentence):
    given(settings, {"account_number": NUMBER} | first)
    before = [dict(row) for row in list_accounts(store)]
    with pytest.raises(SettingsError, match=sentence) as refused:
        given(settings, {"account_number": NUMBER} | second)
    assert NUMBER not in str(refused.value)
    assert [dict(row) for row in list_accounts(store)] == before


def test_a_currency_may_change_when_the_balance_is_given_again(settings, store):
    given(settings, {"account_number": NUMBER, "currency": "INR", "opening_ledger": "5"})
    given(settings, {"account_number": NUMBER, "currency": "KWD", "opening_ledger": "5"})
    assert list_accounts(store)[0]["opening_ledger_minor"] == 5000


def test_a_file_is_one_transaction(settings, store):
    # Only the database knows that the second account has no currency.
    with pytest.raises(SettingsError, match="account 2"):
        given(settings, {"account_number": NUMBER, "currency": "INR"},
              {"account_number": OTHER, "opening_ledger": "1"})  # fmt: skip
    assert list_accounts(store) == []


def test_one_account_stands_once_in_a_file(settings, store):
    with pytest.raises(SettingsError, match="account 2: the same number as account 1"):
        given(settings, {"account_number": NUMBER}, {"account_number": f" {NUMBER}"})
    assert list_accounts(store) == []
