import pytest

from simulator.servers import serve


@pytest.fixture
def serving(tmp_path):
    """serving(world, **options) → Servers, stopped when the test ends."""
    running = []

    def start(world, **options):
        servers = serve(world, tmp_path / "world", **{"database_url": None} | options)
        running.append(servers)
        return servers

    yield start
    for servers in running:
        servers.stop()
