"""The host and the limits as the shipped YAML gives them, and slips of the pen in it."""

from pathlib import Path

import pytest

from adapters.config import load_source
from adapters.errors import MisconfiguredSource
from adapters.sftp_settings import limits_of, peer_of

ADAPTERS = Path(__file__).parents[2] / "adapters"
HOST = {
    "AXIS_SFTP_HOST": "sftp.bank", "AXIS_SFTP_USER": "recon", "AXIS_SFTP_HOST_KEY": "ssh-ed25519 A",
}  # fmt: skip


@pytest.fixture
def axis(tmp_path):
    def load(old="", new="", **environment):
        text = (ADAPTERS / "axis.yaml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "axis.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return load_source(path, HOST | environment)

    return load


def test_a_password_or_a_key_file(axis, tmp_path):
    config = axis(AXIS_SFTP_PASSWORD="s3cret", AXIS_SFTP_PORT="2222")
    peer = peer_of(config, limits_of(config))
    assert (peer.address, peer.user, peer.directory) == ("sftp.bank:2222", "recon", ".")
    assert (peer.password, peer.key_file) == ("s3cret", None)
    assert "s3cret" not in repr(peer)

    config = axis(AXIS_SFTP_KEY_FILE=str(tmp_path / "key"), AXIS_SFTP_DIR="/out")
    peer = peer_of(config, limits_of(config))
    assert (peer.password, peer.key_file) == (None, tmp_path / "key")
    assert (peer.address, peer.directory) == ("sftp.bank:22", "/out")


def test_a_host_without_a_login_is_not_configured(axis):
    config = axis()
    with pytest.raises(MisconfiguredSource, match="axis: not configured: set AXIS_SFTP_KEY_FILE"):
        peer_of(config, limits_of(config))


def test_limits_in_seconds_and_bytes(axis):
    limits = limits_of(axis("listing: 2m", "listing: 3m"))
    assert (limits.listing, limits.settle, limits.budget) == (180, 5, 180)
    assert (limits.attempts, limits.bytes_max, limits.names_max) == (4, 64_000_000, 200_000)
    assert (
        limits_of(axis("limits: {connect: 30s, quiet: 30s,", "limits: {quiet: 7s,")).connect == 30
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("megabytes: 64", "megabytes: 0", "limits.megabytes: expected a whole number, 1 to 2000"),
        ("settle: 5s", "settle: 5", "limits.settle: expected a duration"),
        ("settle: 5s", "settled: 5s", "limits.settled: unknown key"),
        ("  directory:", "  folder:", "sftp.folder: unknown key"),
        ("work_folder:", "work_place:", "work_place: unknown key"),
    ],
)
def test_a_slip_names_file_line_and_key(axis, old, new, says):
    with pytest.raises(MisconfiguredSource, match=rf"axis\.yaml, line \d+, {says}"):
        limits_of(axis(old, new))
