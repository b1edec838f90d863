"""The file banks over real SSH: a pinned key, what lies there, and every fault."""

import base64
import io
import stat
import time

import paramiko
import pytest

from simulator.servers import STATEMENTS
from tests.simulator.small_world import at, bank_frame, file_frame, small_world

AXIS = "AXIS_5010_20260310_10"
KOTAK = "KOTAK_7010_20260310_10"


@pytest.fixture
def servers(serving):
    banks = {
        "axis": bank_frame(*({"file": AXIS, "account_number": "5010"} for _ in range(60))),
        "kotak": bank_frame({"file": KOTAK, "account_number": "7010"}),
    }
    files = file_frame(
        {"bank": "axis", "account_number": "5010", "name": AXIS, "rows": 60},
        {"bank": "kotak", "account_number": "7010", "name": KOTAK},
    )
    return serving(small_world(banks=banks, files=files))


@pytest.fixture
def connect(servers):
    transports = []

    def open_sftp(source="axis", user=None, password=None):
        prefix = source.upper() + "_SFTP_"
        about = {
            name.removeprefix(prefix): value
            for name, value in servers.environment.items()
            if name.startswith(prefix)
        }
        transport = paramiko.Transport((about["HOST"], int(about["PORT"])))
        transports.append(transport)
        kind, data = about["HOST_KEY"].split()[:2]
        pinned = paramiko.PKey.from_type_string(kind, base64.b64decode(data))
        key = about.get("KEY_FILE")
        transport.connect(
            hostkey=pinned,
            username=user or about["USER"],
            password=password or about.get("PASSWORD"),
            pkey=paramiko.Ed25519Key.from_private_key_file(key) if key else None,
        )
        client = paramiko.SFTPClient.from_transport(transport)
        client.get_channel().settimeout(3)
        client.chdir(about["DIR"])
        return client

    yield open_sftp
    for transport in transports:
        transport.close()


def read(client, name):
    target = io.BytesIO()
    client.getfo(name, target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("source", "name"), [("axis", AXIS + ".csv"), ("kotak", KOTAK + ".json")], ids=["axis", "kotak"]
)
def test_a_file_and_its_marker_dated_when_they_appeared(servers, connect, source, name):
    client = connect(source)
    listed = {attrs.filename: attrs for attrs in client.listdir_attr()}

    assert set(listed) == {name, name.partition(".")[0] + ".done"}
    assert listed[name].st_mtime == int(at(11, 2).timestamp())
    assert stat.S_ISREG(listed[name].st_mode)
    content = read(client, name)
    assert content == (servers.folder(source) / name).read_bytes()
    assert len(content) == listed[name].st_size > 0


def test_the_host_key_is_the_same_after_a_restart_and_another_after_the_fault(servers, connect):
    connect().close()
    servers.fault("axis", "host_key_changed")
    with pytest.raises(paramiko.SSHException, match="Bad host key"):
        connect()
    servers.mend("axis")

    assert connect().listdir()


def test_who_may_log_in(servers, connect):
    for wrong in ({"password": "x"}, {"user": "root"}):
        with pytest.raises(paramiko.AuthenticationException):
            connect(**wrong)
    with pytest.raises(paramiko.AuthenticationException):
        connect("kotak", user="root")
    servers.fault("axis", "login_refused")
    with pytest.raises(paramiko.AuthenticationException):
        connect()

    assert connect().listdir()
    assert [line["status"] for line in servers.accesses("axis") if line["method"] == "LOGIN"] == [
        "refused", "refused", "refused", "ok",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        lambda client: client.remove(AXIS + ".csv"),
        lambda client: client.rename(AXIS + ".csv", "x"),
        lambda client: client.posix_rename(AXIS + ".csv", "x"),
        lambda client: client.mkdir("x"),
        lambda client: client.rmdir("."),
        lambda client: client.open("x.csv", "w"),
        lambda client: client.open(AXIS + ".csv", "a"),
        lambda client: client.open(AXIS + ".csv", "r+"),
        lambda client: client.utime(AXIS + ".csv", (1, 1)),
        lambda client: client.truncate(AXIS + ".csv", 0),
        lambda client: client.symlink("/etc/passwd", "x"),
    ],
)
def test_nobody_changes_anything(servers, connect, change):
    before = (servers.folder("axis") / (AXIS + ".csv")).read_bytes()
    with pytest.raises(OSError, match="read-only"):
        change(connect())

    assert (servers.folder("axis") / (AXIS + ".csv")).read_bytes() == before


def test_nothing_outside_the_hosts_folder_is_seen(servers, connect):
    client = connect()
    client.chdir("/")

    assert client.listdir() == [STATEMENTS]
    with pytest.raises(OSError, match="No such file"):
        client.open("/../../secrets.json")
    assert (servers.home / "secrets.json").exists()


def test_a_growing_file_is_longer_at_each_look_and_has_no_marker(servers, connect):
    client = connect()
    servers.fault("axis", "growing", times=None)
    looks = [client.listdir_attr() for _ in range(2)]
    sizes = [[attrs.st_size for attrs in look] for look in looks]

    assert sizes == [[64], [128]]
    assert abs(looks[0][0].st_mtime - time.time()) < 5
    assert client.stat(AXIS + ".csv").st_size == 128
    assert len(read(client, AXIS + ".csv")) == 128
    servers.mend("axis")
    client.listdir()
    assert client.stat(AXIS + ".csv").st_size > 128


def test_a_file_without_its_marker_and_a_file_that_went(servers, connect):
    client = connect()
    servers.fault("axis", "no_marker")
    servers.fault("axis", "gone")

    assert client.listdir() == [AXIS + ".csv"]
    with pytest.raises(FileNotFoundError):
        client.open(AXIS + ".csv")
    assert len(client.listdir()) == 2
    assert read(client, AXIS + ".csv")


def test_a_connection_that_drops_in_mid_file(servers, connect):
    servers.fault("axis", "drop_mid_file", at_byte=100)
    client, target = connect(), io.BytesIO()
    with pytest.raises((EOFError, OSError, paramiko.SSHException)):
        client.getfo(AXIS + ".csv", target)

    assert read(connect(), AXIS + ".csv")


def test_a_read_that_stalls(servers, connect):
    client = connect()
    client.get_channel().settimeout(0.3)
    servers.fault("axis", "stalled_read")
    with pytest.raises(TimeoutError):
        read(client, AXIS + ".csv")


def test_names_no_sane_host_would_list(servers, connect):
    client = connect()
    servers.fault("axis", "hostile_names")
    names = client.listdir()

    assert {"../../etc/passwd", "nul\x00.csv", AXIS + ".csv"} <= set(names)
    servers.fault("axis", "hostile_names", not_utf8=True)
    with pytest.raises(UnicodeDecodeError):  # paramiko takes names for UTF-8
        client.listdir()


def test_more_names_than_anyone_asked_for(servers, connect):
    servers.fault("axis", "many_names", count=3_000)

    assert len(connect().listdir()) == 3_002


def test_a_host_that_is_down(servers, connect):
    servers.fault("axis", "down")
    with pytest.raises(paramiko.SSHException, match="refused"):
        connect()
    servers.mend()

    assert connect().listdir()


def test_a_restated_file_is_another_at_the_look_after_it_was_read(connect, servers):
    """Its marker stays; what was read once is not read again under the old time."""
    host = servers.folder("axis")
    corrections = servers.home / "corrections" / "axis"
    name = AXIS + ".csv"
    (corrections / name).write_bytes(b"corrected")
    client = connect("axis")

    assert {one.filename for one in client.listdir_attr()} == {name, AXIS + ".done"}
    first = read(client, name)
    assert first != b"corrected"
    assert read(client, name) == first  # until somebody looks again
    client.listdir()
    assert read(client, name) == b"corrected" == (host / name).read_bytes()
    assert list(corrections.iterdir()) == []
