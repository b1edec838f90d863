"""The moment the first page is asked for: IST unless it names a zone, of a day its end."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import HTTPException

import tests.airflow_as_library  # noqa: F401  before anything imports Airflow
from plugins.dashboard import app
from reconciliation.model import IST


@pytest.mark.parametrize(("text", "moment"), [
    (None, None),
    ("", None),
    ("2026-03-10", datetime(2026, 3, 11, tzinfo=IST)),
    ("2026-03-10T11:00", datetime(2026, 3, 10, 11, tzinfo=IST)),
    ("2026-03-10 11:00:30.5", datetime(2026, 3, 10, 11, 0, 30, 500_000, tzinfo=IST)),
    ("2026-03-10T05:30Z", datetime(2026, 3, 10, 11, tzinfo=IST)),
    ("2026-03-10T05:30+00:00", datetime(2026, 3, 10, 5, 30, tzinfo=UTC)),
])  # fmt: skip
def test_as_people_write_it(text, moment):
    assert app._moment(text) == moment


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-03-10T25:00", "11:00"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(HTTPException) as refused:
        app._moment(text)
    assert refused.value.status_code == 400
    assert "a moment like" in refused.value.detail


def test_what_has_not_come_is_refused():
    now = datetime.now(IST)
    assert app._moment((now - timedelta(minutes=1)).isoformat())
    for later in (now + timedelta(minutes=1), now.date()):  # a day is its end
        with pytest.raises(HTTPException, match="not come yet"):
            app._moment(later.isoformat())
