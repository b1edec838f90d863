"""What `demo` refuses before it starts anything, and what its figures are worth."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline import world
from pipeline.cli.demo import _show
from pipeline.demo import Demo, _load_history, clock_of
from pipeline.errors import SettingsError
from pipeline.opening_file import GoLive
from pipeline.settings import Settings
from reconciliation.model import HOUR, IST, Interval, floor_hour
from reconciliation.report import Report

TRUTH = {
    "pairs_expected": 5, "pairs_found": 5, "pairs_wrong": 0, "breaks_expected": 2,
    "breaks_found": 2, "breaks_missed": 0, "breaks_unexpected": 0, "undecidable": 2,
    "undecidable_silent": 0,
}  # fmt: skip
NOW = datetime(2026, 3, 10, 6, 30, tzinfo=UTC)


@pytest.fixture
def home(tmp_path):
    return Settings.load(env={}, home=tmp_path / "home")


def test_a_new_home_gets_a_world_anchored_at_this_hour(home):
    before = floor_hour(datetime.now(UTC))
    with clock_of(home, None, None) as clock:
        assert (clock.seed, clock.rows) == (1, 5_000)
        assert before <= clock.anchor <= datetime.now(UTC)
    with clock_of(home, None, None) as again:
        assert again == clock
    with clock_of(home, 1, 5_000) as again:
        assert again == clock


@pytest.mark.parametrize(("seed", "rows"), [(2, None), (0, None), (None, 500), (2, 500)])
def test_another_world_on_a_home_names_the_folder(home, seed, rows):
    with clock_of(home, None, None):
        pass
    with pytest.raises(SettingsError, match=str(home.home)), clock_of(home, seed, rows):
        pass


def test_seed_nought_is_a_seed(home):
    with clock_of(home, 0, None) as clock:
        assert clock.seed == 0


def test_two_demos_on_one_home(home):
    with clock_of(home, None, None):  # noqa: SIM117
        with pytest.raises(SettingsError, match="already"), clock_of(home, None, None):
            pass


def test_a_real_installation_is_left_alone(home):
    (home.home / "postgres_ready").touch()

    with pytest.raises(SettingsError, match="RECON_HOME"), clock_of(home, None, None):
        pass


def test_a_clock_nobody_can_read(home):
    world.clock_file(home.home).write_text('{"seed": 1}')

    with pytest.raises(SettingsError, match=r"world\.json"), clock_of(home, None, None):
        pass


def test_a_home_with_a_world_knows_nothing_real(home):
    world.write_clock(home.home, world.WorldClock(1, 500, NOW))
    real = Settings.load(
        env={"DATABASE_URL": "postgresql://x/y", "SMTP_HOST": "mail.example.com"}, home=home.home
    )

    simulated = world.settings_of_home(real)

    assert simulated.database_url is None
    assert simulated.smtp is None
    assert not any(simulated.environment[name] for name in world.BLANKED)


def finished(**changes) -> Demo:
    truth = TRUTH | {name: value for name, value in changes.items() if name in TRUTH}
    return Demo(
        clock=world.WorldClock(1, 500, NOW),
        report=Report(as_of=NOW, edges=(), sources=(), breaks=(), breaks_total=0),
        truth=truth,
        differences="",
        run={"dag_id": "d", "run_id": "r", "state": changes.get("state", "success"), "tasks": {}},
        airflow_url="",
        dashboard_url="",
        login={},
    )


@pytest.mark.parametrize(
    ("changes", "is_true"),
    [
        ({}, True), ({"pairs_wrong": 1}, False), ({"pairs_found": 4}, False),
        ({"breaks_missed": 1}, False), ({"breaks_unexpected": 1}, False),
        ({"undecidable_silent": 1}, False),
        ({"state": "failed"}, False),
    ],
)  # fmt: skip
def test_a_demo_is_true_or_it_is_not(changes, is_true):
    assert finished(**changes).is_true is is_true


def test_it_ends_with_what_to_do_next(capsys):
    found = {"break_id": "0123456789abcdef", "txn_id": "T1"}
    demo = finished()
    demo = replace(demo, report=replace(demo.report, breaks=({**found, "txn_id": None}, found)))
    _show(demo, 1.0, is_up=False)
    told = capsys.readouterr().out.partition("What next")[2]
    assert max(map(len, told.splitlines())) <= 80  # a narrow terminal breaks no line
    commands = [line.split("  ")[1] for line in told.splitlines() if line]
    assert commands == ["./recon breaks list", "./recon breaks show 01234567", "./recon demo"]
    _show(finished(), 1.0, is_up=False)
    assert "breaks show" not in capsys.readouterr().out
    _show(replace(demo, login={"user": "a", "password_file": "p"}), 1.0, is_up=True)
    assert "What next" not in capsys.readouterr().out


def test_its_json_is_one_plain_object():
    data = json.loads(json.dumps(finished().as_data(12.345)))

    assert set(data) == {
        "seed", "duration_s", "sources", "reconciliations", "truth", "proof", "airflow",
    }  # fmt: skip
    assert data["duration_s"] == 12.3


def test_the_history_is_counted_in_both_kinds_of_days(home, monkeypatch):
    """Four business days are five calendar days and more: the bar counts those."""
    held = GoLive([{"opening_date": "2026-03-05"}, {"opening_date": "2026-03-04"}])
    for name, stand_in in {
        "schema.prepare": None, "Store.open": None, "read_go_live": held, "set_accounts": None,
        "configured_sources": (), "backfill_here": None,
    }.items():  # fmt: skip
        monkeypatch.setattr(f"pipeline.demo.{name}", lambda *_, held=stand_in, **__: held)
    said = []
    noon = datetime(2026, 3, 10, 12, tzinfo=IST)

    _load_history(home, Interval(noon - HOUR, noon), said.append, lambda *_: None)

    # Thursday 5 to Tuesday 10 March.
    assert said == ["loading four business days of history: 6 calendar days with what lies between"]
