"""`book`: entries written straight into staging, and what the passes and the edge make of them."""

import pytest

from tests.sql.ledger_book import LedgerBook


@pytest.fixture
def book(store, owner_store) -> LedgerBook:
    return LedgerBook(store, owner_store)
