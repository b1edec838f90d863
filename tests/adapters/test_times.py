"""Times by the source's own rule: what it does not say is refused, never guessed."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import FormatMismatch
from adapters.times import dates, instants, local_dates
from reconciliation.model import IST

SBI = "%d/%m/%Y %H:%M:%S"


def column(*values):
    return pd.Series(list(values), dtype="string", name="timestamp")


def read(text, form, **options):
    return instants(column(text), form, **options)[0]


FIRST, LAST = (int(datetime(year, 6, 1, tzinfo=UTC).timestamp()) for year in (2000, 2099))
moments = st.integers(FIRST, LAST).map(lambda seconds: datetime.fromtimestamp(seconds, IST))


@settings(max_examples=100)
@given(moments)
def test_every_form_reads_what_was_written(moment):
    for form, text in [
        ("iso", moment.isoformat()),
        ("iso", moment.astimezone(UTC).isoformat().replace("+00:00", "Z")),
        (SBI, moment.strftime(SBI)),
        ("%d-%m-%Y %H:%M:%S", moment.strftime("%d-%m-%Y %H:%M:%S")),
    ]:
        assert read(text, form) == moment
    assert dates(column(moment.strftime("%d/%m/%Y")), "%d/%m/%Y")[0] == pd.Timestamp(moment.date())
    assert read(str(int(moment.timestamp())), "epoch") == moment


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (SBI, "31/02/2026 10:00:00"),
        (SBI, "29/02/2025 10:00:00"),
        (SBI, "03/31/2026 10:00:00"),  # month first
        (SBI, "1/3/2026 10:00:00"),
        (SBI, "01/03/26 10:00:00"),
        (SBI, "01/03/0026 10:00:00"),
        (SBI, "01/03/2026"),
        (SBI, "01/03/2026 24:00:00"),
        (SBI, "01/03/2026 10:00:00 "),
        (SBI, "०१/०३/२०२६ १०:००:००"),
        ("iso", "2026-03-10T10:21:07"),  # no offset: whose time is it?
        ("iso", "2026-03-10"),
        ("iso", "2026-02-30T10:00:00+05:30"),
        ("iso", "0026-03-10T10:00:00+05:30"),
        ("iso", "10-03-2026T10:00:00+05:30"),
        ("epoch", "1773118267000"),  # milliseconds
        ("epoch", "1773118267.5"),
        ("epoch", "-1773118267"),
        ("epoch", ""),
    ],
)
def test_another_form_is_refused(form, text):
    assert pd.isna(read(text, form, refuse=False))
    with pytest.raises(FormatMismatch, match="first in row 0"):
        read(text, form)


def test_a_leap_day_is_a_day():
    assert dates(column("29/02/2024"), "%d/%m/%Y")[0] == pd.Timestamp("2024-02-29")


def test_one_bad_row_does_not_spoil_its_neighbours():
    read_ = instants(
        column("2026-03-10T10:21:07+05:30", "2026-02-30T10:00:00+05:30", None), "iso", refuse=False
    )
    assert read_[0] == pd.Timestamp("2026-03-10T04:51:07Z")
    assert read_.isna().tolist() == [False, True, True]
    assert str(read_.dtype) == "datetime64[us, UTC]"


def test_the_day_is_the_indian_one():
    moments = pd.Series(
        [datetime(2026, 3, 9, 18, 29, 59, tzinfo=UTC), datetime(2026, 3, 9, 18, 30, tzinfo=UTC)],
        dtype="datetime64[us, UTC]",
        index=[5, 3],
    )
    days = local_dates(moments)
    assert days.tolist() == [pd.Timestamp("2026-03-09"), pd.Timestamp("2026-03-10")]
    assert days.index.tolist() == [5, 3]
    assert str(days.dtype) == "datetime64[s]"


def test_an_offset_is_obeyed_whatever_it_is():
    assert read("2026-03-10T10:00:00-08:00", "iso") - read(
        "2026-03-10T10:00:00+05:30", "iso"
    ) == timedelta(hours=13, minutes=30)
