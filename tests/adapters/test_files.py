"""Which names of a folder are files to take: by pattern, window, marker; never a path."""

import re
from datetime import UTC, datetime

import pytest

from adapters.files import account_of, choose, is_safe, masked, quoted
from adapters.ssh import Listed
from reconciliation.model import IST, Interval

PATTERN = re.compile(r"AXIS_(?P<account>[0-9]{4,20})_(?P<day>[0-9]{8})_(?P<hour>[0-9]{2})\.csv")
MODIFIED = datetime(2026, 3, 10, 6, tzinfo=UTC)


def listed(name: str, *, is_regular: bool = True) -> Listed:
    return Listed(name, 100, MODIFIED, is_regular)


def hour(day: int, start: int) -> Interval:
    first = datetime(2026, 3, day, start, tzinfo=IST)
    return Interval(first, first.replace(hour=start + 1))


def chosen(*names: str, window: Interval | None = None):
    return choose([listed(name) for name in names], PATTERN, window or hour(10, 10))


@pytest.mark.parametrize(
    ("name", "is_wanted"),
    [
        ("AXIS_5010_20260310_10.csv", True),
        ("AXIS_5010_20260310_09.csv", False),  # before the window
        ("AXIS_5010_20260310_11.csv", False),  # ends after it
        ("AXIS_5010_20260311_10.csv", False),
    ],
)
def test_a_file_belongs_to_the_window_that_holds_its_whole_hour(name, is_wanted):
    choice = chosen(name)

    assert bool(choice.wanted) is is_wanted
    assert choice.refused == ()


def test_a_window_of_hours_takes_each_file_in_order_of_period():
    window = Interval(hour(9, 22).start, hour(10, 1).end)
    names = [f"AXIS_{account}_202603{time}.csv" for time in ("10_01", "09_22", "10_00", "09_21")
             for account in ("5011", "5010")]  # fmt: skip
    choice = chosen(*names, window=window)

    assert [file.part for file in choice.wanted] == [
        "AXIS_5010_20260309_22", "AXIS_5011_20260309_22", "AXIS_5010_20260310_00",
        "AXIS_5011_20260310_00", "AXIS_5010_20260310_01", "AXIS_5011_20260310_01",
    ]  # fmt: skip
    assert choice.wanted[0].period == hour(9, 22)


@pytest.mark.parametrize("marker", [".csv.done", ".done", ".csv.ok", ".ctl"])
def test_a_marker_releases_its_file_alone(marker):
    choice = chosen(
        "AXIS_5010_20260310_10.csv", "AXIS_5010_20260310_10" + marker, "AXIS_5011_20260310_10.csv"
    )

    assert [file.is_marked for file in choice.wanted] == [True, False]
    assert choice.refused == ()


@pytest.mark.parametrize("ending", [".tmp", ".part", ".filepart"])
def test_an_upload_under_way_is_no_file_and_no_surprise(ending):
    choice = chosen("AXIS_5010_20260310_10.csv" + ending)

    assert choice == choose([], PATTERN, hour(10, 10))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "/etc/passwd", "..", "a/AXIS_5010_20260310_10.csv",
        "a\\AXIS_5010_20260310_10.csv", "AXIS_5010_20260310_10\x00.csv",
        "AXIS_5010_20260310_10.csv\n", "AXIS_5010_20260310_10.csv\x00",
        "AXIS_5010_2026\u202e0310.csv",
        "-rf.csv", "$(id).csv", "x" * 256, "", " AXIS_5010_20260310_10.csv",
        "AXIS_5010_20260310_10.csv ", "AXIS_5010_20260310_24.csv", "AXIS_5010_20260231_10.csv",
        "AXIS_٥٠١٠_20260310_10.csv", "\udcff\udcfe.csv", "AXIS_5010_20260310_10.CSV", "../x.done",
        "AXIS_5010_20260310_10.csv.bak",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_name_that_is_not_agreed_is_refused_and_can_be_logged(name):
    choice = chosen(name)

    assert choice.wanted == ()
    assert len(choice.refused) == 1
    assert choice.refused[0].isascii()
    assert choice.refused[0].isprintable()
    assert len(choice.refused[0]) <= 80


def test_a_link_or_a_folder_with_a_good_name_is_refused():
    choice = choose([listed("AXIS_5010_20260310_10.csv", is_regular=False)], PATTERN, hour(10, 10))

    assert choice.wanted == ()
    assert len(choice.refused) == 1


def test_the_longest_name_and_one_past_it():
    assert is_safe("é" * 127)
    assert is_safe("x" * 255)
    assert not is_safe("x" * 256)
    assert not is_safe("é" * 128)


def test_an_account_number_is_never_logged_whole():
    name = "AXIS_919486494471372_20260310_10.csv"

    assert masked(name) == "AXIS_••••1372_20260310_10.csv"
    assert quoted(name) == "'AXIS_••••1372_20260310_10.csv'"
    assert masked("AXIS_5010_20260310_10.csv") == "AXIS_5010_20260310_10.csv"


@pytest.mark.parametrize(
    ("account", "shown"),
    [("5010", "••••5010"), ("15010", "••••5010"), ("20260310", "••••0310"), ("1" * 20, "••••1111")],
)
def test_where_the_name_says_which_is_the_account_it_alone_is_covered(account, shown):
    name = f"AXIS_{account}_20260310_10.csv"
    (file,) = chosen(name).wanted

    assert name[slice(*file.account_at)] == account
    assert masked(name, file.account_at) == f"AXIS_{shown}_20260310_10.csv"


@pytest.mark.parametrize("pattern", ["A_(?P<day>[0-9]{8})", "A(?:-(?P<account>[0-9]+))?_[0-9]{8}"])
def test_a_name_that_holds_no_account(pattern):
    assert account_of(re.fullmatch(pattern, "A_20260310")) is None


def test_a_hundred_thousand_names_are_no_trouble():
    names = [f"NOISE_{number:08d}.csv" for number in range(100_000)]
    choice = chosen(*names, "AXIS_5010_20260310_10.csv")

    assert len(choice.wanted) == 1
    assert len(choice.refused) == 100_000
