"""What a YAML may say of when files are due, and where it is told off."""

from datetime import time
from pathlib import Path

import pytest

from adapters.arrival import FileArrival
from adapters.config import load_source, load_sources, open_source
from adapters.errors import MisconfiguredSource

ADAPTERS = Path(__file__).parents[2] / "adapters"
DAILY = r"KOTAK_(?P<account>[0-9]{4,20})_(?P<day>[0-9]{8})\.json"


@pytest.fixture
def load(tmp_path):
    """Kotak with files of a day and that line below its dataset."""

    def from_line(line, name="kotak", file=DAILY):
        lines = (ADAPTERS / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
        at = lines.index("    kind: entries") if name == "hdfc" else lines.index("  transactions:")
        lines = [
            f"    file: '{file}'" if text.startswith("    file:") and file else text
            for text in lines
        ]
        lines.insert(at + 1, f"    {line}")
        path = tmp_path / f"{name}.yaml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return load_source(path, {})

    return from_line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            'arrival: {each: business_day, per: account, due: "10:00 next day"}',
            FileArrival("business_day", "account", time(10), is_due_on_business_day=False),
        ),
        (
            'arrival: {each: day, per: source, due: "00:00 next business day"}',
            FileArrival("day", "source", time(0), is_due_on_business_day=True),
        ),
        (
            'arrival: {each: day, per: source, due: "23:59 next day"}',
            FileArrival("day", "source", time(23, 59), is_due_on_business_day=False),
        ),
    ],
)
def test_a_promise_is_read(load, line, expected):
    config = load(line)
    assert config.datasets["transactions"].arrival == expected
    open_source(config, None)  # the adapter does not meet a key it does not know


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('arrival: {each: hour, per: account, due: "10:00 next day"}', "arrival.each"),
        ('arrival: {per: account, due: "10:00 next day"}', "arrival.each: missing"),
        ('arrival: {each: day, per: bank, due: "10:00 next day"}', "arrival.per"),
        ("arrival: {each: day, per: source}", "arrival.due: missing"),
        ('arrival: {each: day, per: source, due: "10:00 same day"}', "arrival.due: expected"),
        ('arrival: {each: day, per: source, due: "24:00 next day"}', "arrival.due: expected"),
        ('arrival: {each: day, per: source, due: "9:00 next day"}', "arrival.due: expected"),
        ('arrival: {each: day, per: source, due: "10:00"}', "arrival.due: expected"),
        ('arrival: {each: day, per: source, due: "10:00 next day", grace: 1h}', "arrival.grace"),
        ("arrival: 10:00 next day", "arrival: expected a mapping"),
        ("arrival:", "arrival: missing"),
    ],
)
def test_a_slip_is_named_with_its_line(load, line, says):
    with pytest.raises(MisconfiguredSource, match=r"kotak\.yaml, line [0-9]+, ") as error:
        load(line)
    assert f"datasets.transactions.{says}" in str(error.value)


def test_only_files_of_a_day_are_promised(load):
    line = 'arrival: {each: day, per: source, due: "10:00 next day"}'
    with pytest.raises(MisconfiguredSource, match="an hour without movements has no file"):
        load(line, file="")
    with pytest.raises(MisconfiguredSource, match="only files have one"):
        load(line, name="hdfc", file="")


def test_no_shipped_source_promises_a_file():
    """Theirs are by the hour, none for an empty one."""
    for config in load_sources(ADAPTERS, {}).values():
        assert [one.arrival for one in config.datasets.values() if one.arrival] == []
