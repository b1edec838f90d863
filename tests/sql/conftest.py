"""`book`: entries written straight into staging, and what the passes and the edge make of them.

One database a module, emptied before each test: making a database costs more than most tests.
"""

from collections.abc import Iterator

import pytest

from pipeline.postgres import Postgres
from pipeline.store import Store
from tests.conftest import TEMPLATE, _execute, url_of
from tests.sql.ledger_book import LedgerBook


@pytest.fixture(scope="module")
def shelf(postgres: Postgres, request) -> Iterator[LedgerBook]:
    name = f"book_{abs(hash(request.module.__name__)):x}"
    _execute(
        postgres,
        f"create database {name} template {TEMPLATE} strategy file_copy owner recon_owner",
        f"grant temporary on database {name} to recon_etl",
    )
    etl, owner = (Store(url_of(postgres, role, name)) for role in ("etl", "owner"))
    with etl.kept_open() as store, owner.kept_open() as owner_store:
        yield LedgerBook(store, owner_store)
    _execute(postgres, f"drop database {name} with (force)")


@pytest.fixture
def book(shelf: LedgerBook) -> LedgerBook:
    shelf.forget()
    return shelf
