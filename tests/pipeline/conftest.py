"""Tests of the engine keep their books where the tests of its SQL do."""

import pytest

from tests.pipeline.small_banks import small_banks
from tests.pipeline.test_matching_by_hand import LATE, OURS
from tests.sql.conftest import book, shelf

__all__ = ["book", "shelf"]


@pytest.fixture
def broken(book):
    """One break, MIS_IN_BANK over 100.00; its id."""
    book.load(OURS)
    book.reconcile(until=LATE)
    (found,) = book.live_breaks()
    return found["break_id"]


@pytest.fixture(scope="session")
def all_banks(postgres, tmp_path_factory):
    with small_banks(postgres, tmp_path_factory.mktemp("banks")) as servers:
        yield servers


@pytest.fixture
def banks(all_banks):
    """HDFC and core, well; what the test spoils is mended after it."""
    yield all_banks
    all_banks.mend()
