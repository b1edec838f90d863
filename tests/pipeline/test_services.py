"""The simulated banks as a process: how to reach them comes in a file, never in the log."""

import json
import stat

import pytest
from sqlalchemy import make_url

from pipeline import services
from pipeline.wiring import secret_values
from pipeline.world import simulated
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
