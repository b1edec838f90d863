"""Files over a real SSH server: whom we trust, what we take, and what goes wrong on the way."""

import base64
import errno
import hashlib
import logging
import os
import re
import socket
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import asyncssh
import paramiko
import pytest

from adapters.config import load_source, open_source
from adapters.errors import (
    CredentialsRefused,
    LimitExceeded,
    MisconfiguredSource,
    SourceUnavailable,
    UntrustedPeer,
)
from reconciliation.model import IST, Interval
from tests.adapters.statement_bodies import AXIS, KOTAK, axis_file, kotak_file
from tests.simulator.small_world import small_world

ADAPTERS = Path(__file__).parents[2] / "adapters"
QUICK = {"connect": "5s", "quiet": "2s", "listing": "20s", "file": "5s", "settle": "1s",
         "attempts": "2", "budget": "20s", "megabytes": "1", "names_max": "200000"}  # fmt: skip
HOUR = Interval(datetime(2026, 3, 10, 10, tzinfo=IST), datetime(2026, 3, 10, 11, tzinfo=IST))
BODY = axis_file(500, -200)


@pytest.fixture
def servers(serving):
    return serving(small_world())


@pytest.fixture
def put(servers):
    def write(body=BODY, name=AXIS + ".csv", source="axis", *, marker=True):
        path = servers.folder(source) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        os.utime(path, (1_773_120_000, 1_773_120_000))
        if marker:
            (path.parent / (name + ".done")).touch()
        return path

    return write


@pytest.fixture
def sftp(servers, lent, tmp_path, monkeypatch):
    monkeypatch.setattr("adapters.sftp.PAUSE_SECONDS_MAX", 0.0)

    def start(source="axis", environment=None, pattern=None, **limits):
        text = (ADAPTERS / f"{source}.yaml").read_text(encoding="utf-8")
        if pattern:
            text = re.sub(r"file: '.*'", lambda _: f"file: '{pattern}'", text)
        bounds = ", ".join(f"{key}: {value}" for key, value in (QUICK | limits).items())
        lines = [f"limits: {{{bounds}}}" if line.startswith("limits:") else line
                 for line in text.splitlines()]  # fmt: skip
        path = tmp_path / f"{source}.yaml"
        path.write_text("\n".join(lines), encoding="utf-8")
        home = {"RECON_HOME": str(tmp_path / "home")}
        variables = servers.environment | home | (environment or {})
        return open_source(load_source(path, variables), lent.services)

    return start


def take(source, window=HOUR):
    return list(source.fetch(window))


@pytest.mark.parametrize(
    ("name", "body"),
    [(AXIS + ".csv", BODY), (KOTAK + ".json", kotak_file(500, -200))],
    ids=["axis by password", "kotak by key"],
)
def test_a_file_comes_byte_for_byte_with_its_period_its_time_and_its_totals(
    sftp, put, lent, name, body
):
    source = name.partition("_")[0].lower()
    path = put(body, name, source)
    (payload,) = take(sftp(source))

    assert payload.body == body
    assert (payload.dataset, payload.part, payload.name) == ("transactions", path.stem, name)
    assert name[slice(*payload.account_at)] == path.stem.split("_")[1]
    assert payload.modified_at.timestamp() == 1_773_120_000
    assert payload.day is None  # it is of an hour
    assert payload.control == {"count": "2", "total_debit": "2.00", "total_credit": "5.00"}
    (transfer,) = lent.calls
    assert transfer["outcome"] == "ok"
    assert transfer["size"] == len(body)
    assert transfer["sha256"] == hashlib.sha256(body).hexdigest()
    assert (transfer["source"], transfer["attempt"]) == (source, 1)
    assert path.stem.split("_")[1] not in transfer["name"]
    assert lent.circuit_events == ["succeeded"]
    assert path.exists()


def test_nothing_stays_on_our_disk_even_when_it_fails(sftp, put, servers, tmp_path):
    put()
    take(sftp())
    servers.fault("axis", "drop_mid_file", at_byte=10, times=None)
    with pytest.raises(SourceUnavailable):
        take(sftp())

    downloads = tmp_path / "home" / "downloads"
    assert list(downloads.iterdir()) == []
    assert downloads.stat().st_mode & 0o077 == 0


def test_a_full_disk_is_said_and_not_tried_again(sftp, put, lent, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    put()
    monkeypatch.setattr("adapters.ssh.os.fsync", full)
    with pytest.raises(MisconfiguredSource, match=r"cannot be written .* No space left"):
        take(sftp())
    assert lent.outcomes == ["broken_off"]


def test_what_is_known_is_not_fetched_again(sftp, put, lent):
    looks = []
    put()
    lent.is_known = lambda source, look: not looks.append(look)

    assert take(sftp()) == []
    (look,) = looks
    assert (look.name, look.bytes) == (AXIS + ".csv", len(BODY))
    assert look.name[slice(*look.account_at)] == AXIS.split("_")[1]
    assert lent.calls == []


def test_without_a_marker_a_file_must_stand_still_over_two_looks(sftp, put, servers, lent):
    put(marker=False)
    assert [payload.body for payload in take(sftp())] == [BODY]

    servers.fault("axis", "growing", times=None)
    assert take(sftp()) == []
    assert lent.outcomes == ["ok", "not_settled"]


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_run(
    sftp, put, lent, monkeypatch
):
    path = put()
    original = paramiko.SFTPFile.read

    def read(self, *args):
        chunk = original(self, *args)
        path.write_bytes(BODY + b"more")
        return chunk

    monkeypatch.setattr(paramiko.SFTPFile, "read", read)
    assert take(sftp()) == []
    assert lent.outcomes == ["changed"]


def test_a_file_that_went_between_list_and_open_does_not_stop_the_others(sftp, put, servers, lent):
    put()
    put(name=AXIS.replace("AXIS_91", "AXIS_92") + ".csv")
    servers.fault("axis", "gone")

    assert len(take(sftp())) == 1
    assert lent.outcomes == ["gone", "ok"]


def test_a_connection_cut_in_mid_file_is_made_again_and_the_file_read_anew(
    sftp, put, servers, lent
):
    put()
    servers.fault("axis", "drop_mid_file", at_byte=10)

    assert [payload.body for payload in take(sftp())] == [BODY]
    assert [(call["outcome"], call["attempt"]) for call in lent.calls] == [
        ("broken_off", 1), ("ok", 2),
    ]  # fmt: skip


@pytest.mark.parametrize("limits", [{"quiet": "1s"}, {"quiet": "20s", "file": "1s"}])
def test_a_host_that_stalls_is_given_up_in_time(sftp, put, servers, lent, limits):
    put()
    servers.fault("axis", "stalled_read", times=None)
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match="reading a file"):
        take(sftp(**limits))

    assert time.monotonic() - began < 8
    assert lent.outcomes == ["broken_off", "broken_off"]
    assert lent.circuit_events == ["failed"]


def test_what_came_before_the_host_went_down_is_kept(sftp, put, servers):
    put()
    put(name=AXIS.replace("AXIS_91", "AXIS_92") + ".csv")
    fetching = sftp().fetch(HOUR)
    first = next(fetching)
    servers.fault("axis", "down")
    servers.fault("axis", "drop_mid_file", at_byte=1, times=None)

    assert first.body == BODY
    with pytest.raises(SourceUnavailable):
        next(fetching)


def test_a_host_that_is_down(sftp, servers, lent):
    servers.fault("axis", "down")
    with pytest.raises(SourceUnavailable, match=r"no SFTP host at 127\.0\.0\.1:"):
        take(sftp())
    assert [(call["name"], call["attempt"]) for call in lent.calls] == [
        ("(login)", 1), ("(login)", 2),
    ]  # fmt: skip


def test_a_host_that_accepts_and_says_nothing(sftp):
    silent = socket.create_server(("127.0.0.1", 0))
    try:
        port = {"AXIS_SFTP_PORT": str(silent.getsockname()[1])}
        began = time.monotonic()
        with pytest.raises(SourceUnavailable, match="connect"):
            take(sftp(environment=port, connect="1s"))
        assert time.monotonic() - began < 6
    finally:
        silent.close()


def test_another_host_key_is_refused_with_both_fingerprints(sftp, put, servers, lent):
    put()
    pinned = servers.environment["AXIS_SFTP_HOST_KEY"].split()[1]
    servers.fault("axis", "host_key_changed")
    with pytest.raises(UntrustedPeer) as refused:
        take(sftp())

    message = str(refused.value)
    assert _fingerprint(pinned) in message
    assert message.count("SHA256:") == 2
    assert not [line for line in servers.accesses("axis") if line["method"] == "LOGIN"]
    assert lent.circuit_events == []


@pytest.mark.parametrize(
    "line", ["", "ssh-ed25519", "ssh-ed25519 not/base64!", "AAAA", "ssh-dss A"]
)
def test_a_pinned_key_that_is_none(sftp, line):
    with pytest.raises(MisconfiguredSource, match="AXIS_SFTP_HOST_KEY"):
        take(sftp(environment={"AXIS_SFTP_HOST_KEY": line}))


def test_a_whole_known_hosts_line_will_do(sftp, put, servers):
    put()
    line = "[127.0.0.1]:22 " + servers.environment["AXIS_SFTP_HOST_KEY"] + " the bank's key"

    assert len(take(sftp(environment={"AXIS_SFTP_HOST_KEY": line}))) == 1


def test_a_refused_login_is_not_tried_again(sftp, put, servers, lent):
    put()
    with pytest.raises(CredentialsRefused, match="AXIS_SFTP_USER") as refused:
        take(sftp(environment={"AXIS_SFTP_PASSWORD": "hunter2"}))

    assert "hunter2" not in str(refused.value)
    logins = [line for line in servers.accesses("axis") if line["method"] == "LOGIN"]
    assert len(logins) == 1
    assert lent.outcomes == ["CredentialsRefused"]


def test_a_key_file_that_is_none(sftp, tmp_path):
    wrong = tmp_path / "key"
    wrong.write_text("no key")
    with pytest.raises(MisconfiguredSource, match="KOTAK_SFTP_KEY_FILE"):
        take(sftp("kotak", environment={"KOTAK_SFTP_KEY_FILE": str(wrong)}))


def test_a_host_of_another_age_is_named_with_its_remedy(sftp, lent):
    port, stop = _old_host()
    try:
        with pytest.raises(MisconfiguredSource, match=r"paramiko>=4,<5"):
            take(sftp(environment={"AXIS_SFTP_PORT": str(port)}))
    finally:
        stop()


def test_hostile_names_are_counted_logged_safely_and_left_alone(sftp, put, servers, caplog):
    path = put()
    (path.parent / (AXIS.replace("_10", "_11") + ".csv")).symlink_to("/etc/passwd")
    servers.fault("axis", "hostile_names", times=None, not_utf8=True)
    with caplog.at_level(logging.WARNING):
        payloads = take(sftp(), Interval(HOUR.start, HOUR.end.replace(hour=HOUR.end.hour + 1)))

    assert [payload.name for payload in payloads] == [AXIS + ".csv"]
    (record,) = [record for record in caplog.records if "are not agreed" in record.message]
    assert record.message.isascii()
    assert "\n" not in record.message


def test_a_hundred_thousand_names_are_listed_in_time(sftp, put, servers):
    put()
    servers.fault("axis", "many_names", count=100_000)

    assert len(take(sftp(listing="60s"))) == 1


def test_more_names_than_allowed(sftp, put, servers):
    put()
    servers.fault("axis", "many_names", count=50)
    with pytest.raises(LimitExceeded, match="more than 10 names"):
        take(sftp(names_max="10"))


def test_a_file_past_the_cap(sftp, put, lent):
    put(b"x" * 1_000_000)
    assert len(take(sftp())) == 1
    put(b"x" * 1_000_001)
    with pytest.raises(LimitExceeded, match="larger than 1000000 bytes"):
        take(sftp())
    assert lent.outcomes == ["ok", "too_large"]


def test_a_folder_that_is_not_there(sftp):
    with pytest.raises(MisconfiguredSource, match="no such folder"):
        take(sftp(environment={"AXIS_SFTP_DIR": "/elsewhere"}))


def test_check_says_what_is_wrong_in_a_sentence(sftp, servers):
    (problem,) = sftp().check()
    assert "none of 0 names is a file of the last day" in problem
    servers.fault("axis", "host_key_changed")
    (problem,) = sftp().check()
    assert "SHA256:" in problem


@pytest.mark.parametrize(("days", "is_found"), [(1, True), (8, True), (9, False)])
def test_check_looks_for_files_of_a_day_over_a_long_weekend(sftp, put, days, is_found):
    source = sftp(pattern=r"AXIS_(?P<account>[0-9]{4,20})_(?P<day>[0-9]{8})\.csv")
    day = datetime.now(IST).date() - timedelta(days=days)
    put(name=f"AXIS_919486494471372_{day:%Y%m%d}.csv")
    problems = source.check()
    assert (problems == []) is is_found
    assert all("is a file of the last eight days" in problem for problem in problems)


def test_a_file_of_a_whole_day_says_which(sftp, put):
    source = sftp(pattern=r"AXIS_(?P<account>[0-9]{4,20})_(?P<day>[0-9]{8})\.csv")
    put(name="AXIS_919486494471372_20260310.csv")
    start = datetime(2026, 3, 10, tzinfo=IST)
    (payload,) = take(source, Interval(start, start + timedelta(days=1)))
    assert payload.day == start.date()
    assert take(source, HOUR) == []


def test_what_is_not_configured_is_named(lent):
    source = open_source(load_source(ADAPTERS / "axis.yaml", {}), lent.services)
    with pytest.raises(MisconfiguredSource, match="set AXIS_SFTP_HOST, AXIS_SFTP_USER"):
        take(source)


def _fingerprint(blob: str) -> str:
    digest = hashlib.sha256(base64.b64decode(blob)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _old_host():
    """A server that knows only SHA-1 key exchange."""
    import asyncio  # noqa: PLC0415

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start():
        return await asyncssh.create_server(
            asyncssh.SSHServer, "127.0.0.1", 0, kex_algs=["diffie-hellman-group14-sha1"],
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        )  # fmt: skip

    acceptor = asyncio.run_coroutine_threadsafe(start(), loop).result(10)

    def stop():
        async def close():
            acceptor.close()
            await acceptor.wait_closed()

        asyncio.run_coroutine_threadsafe(close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()

    return acceptor.get_port(), stop
