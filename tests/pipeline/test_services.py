"""The simulated banks as a process: how to reach them comes in a file, never in the log."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import make_url

from pipeline import services
from pipeline.services_process import Service
from pipeline.wiring import secret_values
from pipeline.world import SIMULATOR, simulated
from simulator.credentials import SECRET_NAMES


@pytest.mark.parametrize("words", [[], ["--json"]], ids=["lines", "json"])
def test_the_simulator_hands_over_its_secrets_in_a_private_file(settings, database, words):
    folder = settings.home / "world"
    service = services.simulator(
        settings,
        ["serve", "--home", str(folder), "--rows", "100", *words],
        {"SIMULATOR_DATABASE_URL": database.owner},
    )
    ready = folder / "environment.json"
    try:
        reached = services.start_simulator(service, ready)
        assert stat.S_IMODE(ready.stat().st_mode) == 0o600
    finally:
        killed = services.stop_all([service])
    assert killed == []
    assert not ready.exists()

    log = service.log.read_text()
    assert str(ready) in log
    kept = json.loads((folder / "secrets.json").read_text())
    secrets = {*kept.values(), *secret_values(simulated(settings, reached))}
    assert {kept[name] for name in SECRET_NAMES} <= {*reached.values()}
    assert make_url(database.owner).password in secrets
    assert not [True for secret in secrets if secret in log]


def test_who_waits_hears_that_somebody_stopped_it(settings, monkeypatch):
    """A process of its own, stopped from elsewhere, as `down` stops a demo that stays up."""
    monkeypatch.setattr(services, "LOOK_SECONDS", 0.05)
    ours = replace(settings, database_url=None)
    banks = Service(SIMULATOR, ["-c", "import time; time.sleep(600)"], ours.environment, ours.home)
    assert banks.start()
    try:
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(services.wait_until_stopped, ours)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            assert services.stop_all([banks]) == []
            waiting.result(timeout=10)
    finally:
        services.stop_all([banks])
