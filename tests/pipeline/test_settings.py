"""Settings: what is given, what is made, what is refused."""

import os
import stat
from datetime import UTC, datetime

import pytest

from pipeline.database_urls import VARIABLES
from pipeline.errors import SettingsError
from pipeline.secret_files import kept_secret
from pipeline.settings import Settings
from pipeline.world import WorldClock, settings_of_home, write_clock


def test_missing_keys_are_made_once_and_kept(tmp_path):
    first = Settings.load(env={}, home=tmp_path / "home")
    again = Settings.load(env={}, home=tmp_path / "home")
    assert first.data_keys == again.data_keys
    assert first.index_key == again.index_key
    assert len(first.index_key) == 32
    folder = tmp_path / "home" / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_two_installations_have_keys_of_their_own(tmp_path):
    one = Settings.load(env={}, home=tmp_path / "one")
    two = Settings.load(env={}, home=tmp_path / "two")
    assert one.data_keys != two.data_keys


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_a_private_env_file_is_read(tmp_path, mode):
    env_file = tmp_path / ".env"
    env_file.write_text("HDFC_API_TOKEN='a$b'\nRECON_ENV=prod\n")
    env_file.chmod(mode)
    settings = Settings.load(env={}, home=tmp_path / "home", env_file=env_file)
    assert settings.environment["HDFC_API_TOKEN"] == "a$b"
    assert settings.env == "prod"


@pytest.mark.parametrize("mode", [0o644, 0o602, 0o604])
def test_an_env_file_others_may_read_is_refused(tmp_path, mode):
    env_file = tmp_path / ".env"
    env_file.write_text("HDFC_API_TOKEN=sesame\n")
    env_file.chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600") as caught:
        Settings.load(env={}, home=tmp_path / "home", env_file=env_file)
    assert "sesame" not in str(caught.value)


def test_the_environment_goes_over_the_file(tmp_path):
    env_file = tmp_path / ".env"
    env_file.write_text("RECON_ENV=prod\n")
    env_file.chmod(0o600)
    env = {"RECON_ENV": "test"}
    assert Settings.load(env=env, home=tmp_path / "h", env_file=env_file).env == "test"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RECON_ENV", "production"),
        ("RECON_INDEX_KEY", "short"),
        ("RECON_INDEX_KEY", "not base64!"),
        ("SMTP_TLS", "maybe"),
        ("SMTP_TLS", "none"),
        ("SMTP_PORT", "five"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(tmp_path, name, value):
    env = {"SMTP_HOST": "mail.example.com", name: value}
    with pytest.raises(SettingsError, match=name):
        Settings.load(env=env, home=tmp_path / "home")


def test_mail_in_the_clear_is_for_loopback(tmp_path):
    env = {"SMTP_HOST": "127.0.0.1", "SMTP_TLS": "none", "REPORT_RECIPIENTS": "a@x, b@x,"}
    settings = Settings.load(env=env, home=tmp_path / "home")
    assert settings.smtp.tls == "none"
    assert settings.report_recipients == ("a@x", "b@x")


def test_nothing_secret_is_in_its_repr(tmp_path):
    env = {
        "DATABASE_URL": "postgresql://u:sesame@h/d", "HDFC_API_TOKEN": "sesame",
        "SMTP_HOST": "h", "SMTP_PASSWORD": "sesame",
    }  # fmt: skip
    settings = Settings.load(env=env, home=tmp_path / "home")
    assert "sesame" not in repr(settings)
    assert settings.data_keys not in repr(settings)


@pytest.mark.parametrize("name", VARIABLES)
def test_a_database_on_another_host_is_proven(tmp_path, name):
    url = "postgresql://u:sesame@db.example.com/recon"
    real = Settings.load(env={name: url}, home=tmp_path / "home")
    with pytest.raises(SettingsError, match=f"^{name}: .*sslmode=verify-full") as caught:
        settings_of_home(real)
    assert "sesame" not in str(caught.value)
    proven = Settings.load(env={name: f"{url}?sslmode=verify-full"}, home=tmp_path / "home")
    assert settings_of_home(proven) is proven
    write_clock(real.home, WorldClock(1, 500, datetime(2026, 3, 10, tzinfo=UTC)))
    assert settings_of_home(real).environment[name] == ""  # a demo does not ask it at all


def test_a_kept_secret_others_can_read_is_refused(tmp_path):
    assert kept_secret(tmp_path, "login") == kept_secret(tmp_path, "login")
    os.chmod(tmp_path / "secrets" / "login", 0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        kept_secret(tmp_path, "login")


def test_a_secret_that_appears_while_another_is_made_wins(tmp_path):
    def make():
        kept_secret(tmp_path, "login", lambda: "the other process's")
        return "ours"

    assert kept_secret(tmp_path, "login", make) == "the other process's"
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["login"]
