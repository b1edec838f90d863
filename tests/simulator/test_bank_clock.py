"""A simulated site forgets nothing that it once knew."""

from datetime import UTC, datetime, timedelta

from simulator.bank_clock import BankClock
from simulator.rest_rows import microsecond

HORIZON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def at(hours):
    return microsecond(HORIZON + timedelta(hours=hours))


def test_it_moves_with_what_it_is_asked_and_never_back(tmp_path):
    clock = BankClock(HORIZON, tmp_path / "hdfc")
    assert [clock.at(at(hours)) for hours in (-48, -24, -48, -24)] == [
        at(-48), at(-24), at(-24), at(-24),
    ]  # fmt: skip


def test_it_knows_no_more_than_its_world(tmp_path):
    clock = BankClock(HORIZON, tmp_path / "hdfc")
    assert [clock.at(at(hours)) for hours in (0, 1)] == [at(0), at(0)]


def test_it_is_kept_over_a_restart(tmp_path):
    BankClock(HORIZON, tmp_path / "hdfc").at(at(-3))
    assert BankClock(HORIZON, tmp_path / "hdfc").at(at(-48)) == at(-3)
    assert BankClock(HORIZON, tmp_path / "sbi").at(at(-48)) == at(-48)


def test_a_calendar_day_that_is_not_over_moves_it_not(tmp_path):
    clock = BankClock(HORIZON, tmp_path / "razorpay")
    clock.at(at(-10))
    assert [clock.peek(at(hours)) for hours in (-20, -2, 5)] == [at(-10), at(-2), at(0)]
    assert clock.at(at(-12)) == at(-10)
