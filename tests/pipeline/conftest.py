"""Tests of the engine keep their books where the tests of its SQL do."""

from tests.sql.conftest import book, shelf

__all__ = ["book", "shelf"]
