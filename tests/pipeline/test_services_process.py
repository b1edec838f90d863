"""Real processes: started once, seen, stopped, and never mistaken for another."""

import os
import signal
import stat
import time

import pytest

from pipeline.services_process import LOG_BYTES_MAX, Service, lives, stop_all

SLEEP = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
# A parent and a child in a process group of its own, as Airflow's tasks are.
FAMILY = (
    "import os, time\n"
    "pid = os.fork()\n"
    "if pid == 0: os.setpgid(0, 0)\n"
    "print(os.getpid(), flush=True)\n"
    "time.sleep(60)\n"
)
# As Airflow's workers under its fork server: nothing inherited but the output.
SERVER = (
    "import os, subprocess, sys, time\n"
    "code = 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'\n"
    "subprocess.Popen([sys.executable, '-c', code], close_fds=True)\n"
    "print(os.getpid(), flush=True)\n"
    "time.sleep(60)\n"
)
FAMILIES = pytest.mark.parametrize("family", [FAMILY, SERVER], ids=["forked", "server"])


@pytest.fixture
def service(tmp_path):
    """service(code, name="x") → a Service running that code; stopped when the test ends."""
    made = []

    def make(code, name="x"):
        made.append(Service(name, ["-c", code], dict(os.environ), tmp_path))
        return made[-1]

    yield make
    for item in made:
        item.signal(signal.SIGKILL, whole_session=True)


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "never happened"
        time.sleep(0.05)


def test_started_once_seen_by_others_and_stopped(service, tmp_path):
    first = service(SLEEP)
    assert not first.is_running()
    assert first.start() is True
    assert first.start() is False
    other = Service("x", [], {}, tmp_path)  # another command, hours later
    assert other.is_running()
    assert other.start() is False
    assert stop_all([other]) == []
    assert not first.is_running()
    assert first.is_gone()


def test_a_port_is_its_own_or_anothers(service):
    """Also where a child listens, as a server's workers do."""
    code = (
        "import os, socket, time\n"
        "listening = socket.create_server(('127.0.0.1', 0))\n"
        "os.fork()\n"
        "print(listening.getsockname()[1], flush=True)\n"
        "time.sleep(60)\n"
    )
    ours, stranger = service(code), service(code, "stranger")
    ports = []
    for it in (ours, stranger):
        it.start()
        wait_for(lambda it=it: len(it.last_words().split()) == 2)
        ports.append(int(it.last_words().split()[0]))
    assert [ours.listens(port) for port in ports] == [True, False]
    os.kill(ours.pid(), signal.SIGKILL)
    wait_for(lambda: not ours.is_running())
    assert ours.listens(ports[0]), "its child does"
    stop_all([ours])
    assert not ours.listens(ports[0])


def test_output_is_kept_for_its_owner_alone(service):
    it = service(SLEEP)
    it.start()
    wait_for(lambda: "up" in it.last_words())
    assert stat.S_IMODE(it.log.stat().st_mode) == 0o600
    assert stat.S_IMODE(it.log.parent.stat().st_mode) == 0o700


def test_one_that_ended_is_not_running(service):
    it = service("print('done')")
    it.start()
    wait_for(lambda: not it.is_running())
    assert it.is_gone()
    assert "done" in it.last_words()


def test_a_number_that_is_anothers_by_now_is_left_alone(service, tmp_path):
    victim = service(SLEEP, "victim")
    victim.start()
    ours = service(SLEEP)
    ours.start()
    stop_all([ours])
    (tmp_path / "run" / "x.pid").write_text(f"{victim.pid()}\n")
    assert not ours.is_running()
    ours.signal(signal.SIGKILL, whole_session=True)
    assert stop_all([ours], seconds_max=0) == []
    assert victim.is_running()


def test_one_that_will_not_end_is_killed_and_named(service):
    stubborn, good = service(STUBBORN, "stubborn"), service(SLEEP, "good")
    for it in (stubborn, good):
        it.start()
        wait_for(lambda it=it: "up" in it.last_words())
    assert stop_all([stubborn, good], seconds_max=0.3) == ["stubborn"]
    assert stubborn.is_gone()
    assert good.is_gone()


@FAMILIES
def test_what_a_killed_one_left_behind_goes_before_a_new_start(service, family):
    it = service(family)
    it.start()
    wait_for(lambda: len(it.last_words().split()) == 2)
    child = next(int(word) for word in it.last_words().split() if int(word) != it.pid())
    it.signal(signal.SIGKILL)
    wait_for(lambda: not it.is_running())
    assert not it.is_gone(), "the child holds on"
    assert it.start() is True
    wait_for(lambda: not lives(child))
    assert it.is_running()


@FAMILIES
@pytest.mark.parametrize("is_killed", [False, True])
def test_stopping_reaches_children_in_groups_of_their_own(service, family, is_killed):
    it = service(family)
    it.start()
    wait_for(lambda: len(it.last_words().split()) == 2)
    members = [int(word) for word in it.last_words().split()]
    if is_killed:
        it.signal(signal.SIGKILL)
        wait_for(lambda: not it.is_running())
    assert stop_all([it], seconds_max=0.3) == []
    wait_for(lambda: not any(lives(pid) for pid in members))


@pytest.mark.parametrize(("size", "is_old"), [(LOG_BYTES_MAX, False), (LOG_BYTES_MAX + 1, True)])
def test_a_long_log_begins_anew(service, size, is_old):
    it = service("pass")
    it.log.parent.mkdir()
    with it.log.open("wb") as log:
        log.truncate(size)
    it.start()
    wait_for(it.is_gone)
    assert it.log.with_suffix(".log.1").exists() is is_old


def test_secrets_of_the_environment_are_not_shown(tmp_path):
    it = Service("x", [], {"PASSWORD": "hunter2"}, tmp_path)
    assert "hunter2" not in repr(it)
