"""The embedded server: started twice, killed, moved out of a private home."""

import os
import shutil
import signal
import socket
import stat
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2
import pytest

from pipeline import postgres_place
from pipeline.errors import SettingsError
from pipeline.postgres import Postgres, serving
from pipeline.postgres_place import find_place
from tests.quick_folder import quick_folder

FAST = {"fsync": "off"}


@pytest.fixture
def home():
    """An open RECON_HOME: pytest's own folders are private."""
    folder = quick_folder("recon-test-")
    yield folder
    Postgres(folder).stop()
    moved = folder / "postgres_path"
    if moved.exists():
        shutil.rmtree(moved.read_text().strip(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def answer(url, statement="select current_user"):
    connection = psycopg2.connect(url.replace("+psycopg2", ""))
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]
    finally:
        connection.close()


def pid_of(home):
    return int((find_place(home).data / "postmaster.pid").read_text().split()[0])


def kill(home):
    """As a power cut: the server and, with it, everything it had in hand."""
    pid = pid_of(home)
    children = psutil.Process(pid).children()
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs(children, timeout=20)


def test_it_starts_stops_and_starts_again(home):
    server = Postgres(home, FAST)
    with pytest.raises(SettingsError, match="no database yet"):
        server.urls()
    urls = server.start()
    assert server.start() == urls
    assert answer(urls.etl) == "recon_etl"
    assert answer(urls.airflow, "select current_database()") == "airflow"
    server.stop()
    server.stop()
    assert not server.is_running()
    assert Postgres(home, FAST).start() == urls  # the port is kept
    assert answer(urls.owner) == "recon_owner"


def test_a_killed_server_recovers_and_its_stale_pid_is_survived(home):
    server = Postgres(home, FAST)
    urls = server.start()
    answer(urls.owner, "create table public.kept (a int); select 1")
    connection = psycopg2.connect(urls.owner.replace("+psycopg2", ""))
    with connection, connection.cursor() as cursor:
        cursor.execute("create table public.committed (a int)")
    connection.close()
    kill(home)
    assert not server.is_running()
    server.start()
    assert answer(urls.owner, "select count(*) from public.committed") == 0


def test_a_pid_that_is_now_another_program_is_survived(home):
    server = Postgres(home, FAST)
    urls = server.start()
    kill(home)
    pid_file = find_place(home).data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not server.is_running()
    server.start()
    assert answer(urls.etl) == "recon_etl"


def test_a_port_somebody_took_is_given_up(home):
    server = Postgres(home, FAST)
    before = server.start()
    server.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # another test's server has it already: as good
            taken.bind(("127.0.0.1", int((home / "postgres_port").read_text())))
        taken.listen()
        after = server.start()
    assert after != before
    assert answer(after.etl) == "recon_etl"


def test_nobody_gets_in_without_the_password(home):
    server = Postgres(home, FAST)
    url = server.start().etl
    port = (home / "postgres_port").read_text().strip()
    for password in ("", "wrong"):
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(
                host="127.0.0.1", port=port, user="recon_etl", password=password, dbname="recon"
            )
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(
            host=str(find_place(home).folder / "socket"), port=port, user="postgres", dbname="recon"
        )
    assert answer(url, "show listen_addresses") == "127.0.0.1"


def test_the_data_are_the_servers_own(home):
    Postgres(home, FAST).start()
    place = find_place(home)
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secrets").stat().st_mode) == 0o700
    assert not (place.folder / "password").exists()
    secret = (home / "secrets" / "postgres_recon_etl").read_text().strip()
    for path in place.data.glob("*.conf"):
        assert secret not in path.read_text()


def test_a_server_started_for_one_command_ends_with_it(home):
    with serving(home) as urls:
        assert answer(urls.etl) == "recon_etl"
        with serving(home):
            pass
        assert Postgres(home).is_running()
    assert not Postgres(home).is_running()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the server another user")
def test_as_root_a_private_home_stays_private(home):
    private = home / "private"
    private.mkdir(mode=0o700)
    inner = private / "home"
    server = Postgres(inner, FAST)
    try:
        urls = server.start()
        assert answer(urls.etl) == "recon_etl"
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        moved = Path((inner / "postgres_path").read_text().strip())
        assert moved.parent == Path("/var/tmp")
        assert stat.S_IMODE(moved.stat().st_mode) == 0o700
        assert psutil.Process(pid_of(inner)).uids().real == moved.stat().st_uid != 0
    finally:
        server.stop()
        shutil.rmtree((inner / "postgres_path").read_text().strip(), ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the server another user")
def test_as_root_programs_out_of_reach_are_copied(home, monkeypatch):
    home.joinpath("private").mkdir(mode=0o700)
    real = postgres_place.importlib.util.find_spec(postgres_place.WHEEL)
    package = Path(real.submodule_search_locations[0])
    hidden = home / "private" / package.name
    hidden.symlink_to(package)
    (home / "private" / f"{package.name}.libs").symlink_to(
        package.with_name(f"{package.name}.libs")
    )
    monkeypatch.setattr(real, "submodule_search_locations", [str(hidden)])
    monkeypatch.setattr(postgres_place.importlib.util, "find_spec", lambda _: real)
    urls = Postgres(home, FAST).start()
    assert answer(urls.etl) == "recon_etl"
    assert find_place(home).binaries.is_relative_to(find_place(home).folder)


def test_two_starts_at_once_make_one_server(home):
    children = []
    for _ in range(2):
        pid = os.fork()
        if pid == 0:
            try:
                Postgres(home, FAST).start()
                os._exit(0)
            finally:
                os._exit(1)
        children.append(pid)
    deadline = time.monotonic() + 60
    for pid in children:
        assert time.monotonic() < deadline
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert answer(Postgres(home).urls().etl) == "recon_etl"
