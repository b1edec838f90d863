"""On a demo's home nothing real is reached: not with every variable filled in, not while the
simulated banks are stopped, and not a bank somebody added.
"""

import os
import shutil
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.config import load_sources, variables_named
from pipeline import schema, world
from pipeline.errors import SettingsError
from pipeline.postgres import Postgres
from pipeline.settings import PROJECT, Settings
from pipeline.source_checks import check_source, read_sources
from reconciliation.model import HOUR, IST, Interval, floor_hour
from simulator.servers import serve
from tests.conftest import FAST
from tests.simulator.small_world import bank_frame, small_world

NOW = datetime(2026, 3, 10, 6, 30, tzinfo=UTC)
TENTH = "TENTH_API_URL", "TENTH_API_TOKEN", "TENTH_CLIENT_ID", "TENTH_CLIENT_SECRET"
BANKS = ("hdfc", "icici", "sbi", "razorpay", "axis", "kotak")

UNCOPIED = shutil.ignore_patterns("__pycache__")


def add_tenth(folder):
    """A bank of one's own: one YAML more."""
    text = (folder / "hdfc.yaml").read_text()
    (folder / "tenth.yaml").write_text(text.replace("HDFC", "TENTH"))


def filled(value):
    """Every variable of .env.example and of the tenth bank, given."""
    lines = (PROJECT / ".env.example").read_text().splitlines()
    names = [line.split("=")[0] for line in lines if "=" in line and not line.startswith("#")]
    ours = {"RECON_HOME", "RECON_ENV", "RECON_DATA_KEYS", "RECON_INDEX_KEY"}
    return dict.fromkeys({*names, *TENTH, "REQUESTS_CA_BUNDLE"} - ours, value) | {
        "SMTP_TLS": "tls", "SMTP_PORT": "465",
    }  # fmt: skip


@pytest.fixture
def adapters(tmp_path):
    folder = tmp_path / "adapters"
    shutil.copytree(PROJECT / "adapters", folder, ignore=shutil.ignore_patterns("*.py", "__*"))
    add_tenth(folder)
    return folder


@pytest.fixture
def real(tmp_path):
    given = filled("real") | {"DATABASE_URL": "postgresql:///real"}
    return Settings.load(env=given, home=tmp_path / "home")


def test_nothing_real_is_left_of_a_filled_environment(real, adapters):
    reached = {"HDFC_API_URL": "http://127.0.0.1:1", "KOTAK_SFTP_HOST": "127.0.0.1"}

    made = world.simulated(real, reached, adapters)

    assert {*TENTH, "MOBILE_DATABASE_URL"} <= variables_named(adapters)
    left = {name for name, value in made.environment.items() if value.startswith("real")}
    assert left <= {"RECON_FIRST_HOUR", "RECON_HOURLY_DEADLINE_MINUTES", "RECON_ENGINE"}
    assert {name: made.environment[name] for name in reached} == reached
    assert made.environment["RECON_HOME"] == str(real.home)
    assert (made.database_url, made.smtp, made.report_recipients) == (None, None, ())


def test_a_yaml_that_is_wrong_gives_nothing_away_either(adapters):
    (adapters / "eleventh.yaml").write_text("url: [${ELEVENTH_URL|TWELFTH_URL:-x}\n")
    assert {"ELEVENTH_URL", "TWELFTH_URL"} <= variables_named(adapters)


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "stopped"])
def test_a_bank_that_was_added_is_not_configured(real, adapters, is_running):
    reached = {"HDFC_API_URL": "http://127.0.0.1:1"} if is_running else {}
    made = world.simulated(real, reached, adapters)

    tenth = load_sources(adapters, made.environment, made.unconfigured)["tenth"]

    assert set(tenth.missing) == {"TENTH_API_URL", "TENTH_CLIENT_ID", "TENTH_CLIENT_SECRET"}
    assert ("another folder" if is_running else "./recon demo") in tenth.lack


def test_a_real_home_says_which_variables(tmp_path):
    settings = Settings.load(env={}, home=tmp_path / "home")
    lack = read_sources(world.settings_of_home(settings))["icici"].lack
    assert lack == "not configured: set ICICI_API_URL, ICICI_API_TOKEN, ICICI_API_KEY"


def test_while_they_run_the_banks_get_their_own_secrets(real, settings, store, tmp_path):
    now = floor_hour(datetime.now(IST))
    rows = [{"transaction_id": f"T{n}", "occurred_at": now - n * HOUR / 4} for n in (1, 2, 3)]
    simulated_world = replace(
        small_world(banks=dict.fromkeys(BANKS[:3], bank_frame(*rows))),
        history=Interval(now - 24 * HOUR, now),
    )
    servers = serve(simulated_world, tmp_path / "world", database_url=None, quota_factor=None)
    try:
        made = world.simulated(real, servers.environment)
        keys = {"data_keys": settings.data_keys, "index_key": settings.index_key}
        configs = read_sources(made)
        found = {name: check_source(replace(made, **keys), store, configs[name]) for name in BANKS}
    finally:
        servers.stop()
    # Of the file banks it is the login that counts: this world has no files of today.
    empty = ["transactions: none of 0 names is a file of the last day"]
    expected = {name: empty if name in ("axis", "kotak") else [] for name in BANKS}
    assert {name: one.wrong for name, one in found.items()} == expected


def test_a_simulator_that_was_killed_leaves_no_address_behind(real):
    world.write_clock(real.home, world.WorldClock(1, 500, NOW))
    (world.folder(real.home)).mkdir()
    (world.folder(real.home) / "environment.json").write_text('{"HDFC_API_URL": "http://x"}')

    assert world.settings_of_home(real).environment["HDFC_API_URL"] == ""


class Trap:
    """A server that answers nobody and counts who came: every real bank, ledger and mail."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                visitor, _ = self.listener.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()


@pytest.fixture
def trap():
    made = Trap()
    yield made
    made.listener.close()


@pytest.fixture
def typed(tmp_path, trap):
    """A command typed in a copy of the project with a filled `.env`, a tenth bank and a home
    whose world is stopped.
    """
    project = tmp_path / "project"
    for name in ("adapters", "expectations", "pipeline", "reconciliation", "sql"):
        shutil.copytree(PROJECT / name, project / name, ignore=UNCOPIED)
    add_tenth(project / "adapters")
    given = filled(str(trap.port)) | {
        name: f"http://127.0.0.1:{trap.port}" for name in filled("") if name.endswith("_API_URL")
    }
    given |= dict.fromkeys(
        [name for name in given if name.endswith("_DATABASE_URL") or name == "DATABASE_URL"],
        f"postgresql://u:p@127.0.0.1:{trap.port}/d",
    )
    given |= {name: "127.0.0.1" for name in given if name.endswith("_HOST")}
    env_file = project / ".env"
    env_file.touch(mode=0o600)
    env_file.write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    home = tmp_path / "home"
    made = Settings.load(env={}, home=home)
    world.write_clock(home, world.WorldClock(1, 500, NOW))
    server = Postgres(home, extra=FAST)
    server.start()
    schema.prepare(made)

    def type_(*words):
        return subprocess.run(
            [sys.executable, "-m", "pipeline", *words], cwd=project, check=False, timeout=120,
            env={"PATH": os.environ["PATH"], "RECON_HOME": str(home)},
            capture_output=True, text=True,
        )  # fmt: skip

    yield type_
    server.stop()


def test_while_they_are_stopped_no_command_asks_anybody(typed, trap):
    for name in ("hdfc", "kotak", "core", "tenth"):
        ended = typed("sources", "check", name)
        assert ended.returncode == 6, ended.stderr
        assert "simulated banks" in ended.stdout
        assert "./recon demo" in ended.stdout
    day = ("--from", "2026-03-10T10:00", "--to", "2026-03-10T11:00")
    for words in (day, (*day, "--source", "tenth"), (*day, "--source", "hdfc")):
        ended = typed("run", *words)
        assert ended.returncode == 2, ended.stderr
        assert "./recon demo" in ended.stderr
    found = typed("doctor").stdout
    assert "hdfc: not configured: the simulated banks" in found
    assert "tenth: not configured: the simulated banks" in found
    assert trap.visits == 0


def test_a_file_nobody_can_read_is_named(real):
    world.clock_file(real.home).write_text("{}")
    with pytest.raises(SettingsError, match=r"world\.json"):
        world.read_clock(real.home)


def test_there_is_nothing_to_ask_for_after_the_last_hour_nor_after_the_world(real):
    now = datetime(2026, 3, 10, 12, 59, tzinfo=UTC)
    assert world.ends_at(real.home, now) == floor_hour(now)
    for behind in (0, 1, 24):
        anchor = floor_hour(now) - behind * HOUR
        world.write_clock(real.home, world.WorldClock(1, 500, anchor))
        assert world.ends_at(real.home, now) == anchor
    world.write_clock(real.home, world.WorldClock(1, 500, floor_hour(now) + HOUR))
    assert world.ends_at(real.home, now) == floor_hour(now)
