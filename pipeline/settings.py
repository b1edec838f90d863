"""What an installation is told: the environment over `.env`, and what it keeps in RECON_HOME."""

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from pipeline.errors import SettingsError
from pipeline.secret_files import kept_secret

PROJECT = Path(__file__).resolve().parents[1]
WORLD_MAY = 0o007
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Smtp:
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    tls: str  # starttls | tls | none (loopback only)


@dataclass(frozen=True, slots=True)
class Settings:
    home: Path  # RECON_HOME: state of this installation
    env: str  # test | prod
    database_url: str | None = field(repr=False)  # None: the embedded server
    data_keys: str = field(repr=False)  # id:base64,… ; the first writes
    index_key: bytes = field(repr=False)
    smtp: Smtp | None
    report_recipients: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)  # for the adapters' own variables
    unconfigured: str = ""  # why a source's variables are not set, where setting them is no help

    @classmethod
    def load(
        cls,
        env: Mapping[str, str] | None = None,
        home: Path | None = None,
        env_file: Path | None = None,
    ) -> "Settings":
        """Read the environment; makes RECON_HOME and the keys that are missing.

        `env` given stands alone, else os.environ goes over `env_file` (`.env` of the project).
        SettingsError names the variable or file that is wrong, never its value.
        """
        if env_file is None and env is None:
            env_file = PROJECT / ".env"
        base = os.environ if env is None else env
        merged = {**_read_env_file(env_file), **base}
        home = home or Path(merged.get("RECON_HOME") or PROJECT / ".recon")
        home = home.expanduser().resolve()
        # Searchable, not listable: an embedded server run by another user must reach its folder.
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        kind = merged.get("RECON_ENV") or "test"
        if kind not in ("test", "prod"):
            raise SettingsError(f"RECON_ENV is {kind!r}: say test or prod")
        data_keys = merged.get("RECON_DATA_KEYS") or kept_secret(home, "data_keys", _new_data_key)
        index_key = merged.get("RECON_INDEX_KEY") or kept_secret(home, "index_key", _new_key)
        return cls(
            home=home,
            env=kind,
            database_url=merged.get("DATABASE_URL") or None,
            data_keys=data_keys,
            index_key=_key_of(index_key, "RECON_INDEX_KEY"),
            smtp=_smtp(merged),
            report_recipients=tuple(
                address.strip()
                for address in merged.get("REPORT_RECIPIENTS", "").split(",")
                if address.strip()
            ),
            environment=merged,
        )


def _read_env_file(path: Path | None) -> dict[str, str]:
    if path is None or not path.exists():
        return {}
    if path.stat().st_mode & WORLD_MAY:
        raise SettingsError(f"{path}: everybody on this machine can read it; `chmod 600` it")
    values = dotenv_values(path, interpolate=False)
    return {name: value for name, value in values.items() if value is not None}


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _new_data_key() -> str:
    return f"k1:{_new_key()}"


def _key_of(text: str, variable: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise SettingsError(f"{variable}: not base64 of at least {KEY_BYTES} bytes")
    return key


def _smtp(merged: Mapping[str, str]) -> Smtp | None:
    host = merged.get("SMTP_HOST")
    if not host:
        return None
    tls = merged.get("SMTP_TLS") or "starttls"
    if tls not in ("starttls", "tls", "none"):
        raise SettingsError("SMTP_TLS: say starttls, tls, or none for loopback")
    if tls == "none" and host not in ("127.0.0.1", "localhost", "::1"):
        raise SettingsError("SMTP_TLS=none is for loopback only: mail would cross in the clear")
    port = merged.get("SMTP_PORT") or ("465" if tls == "tls" else "587")
    if not port.isdigit():
        raise SettingsError("SMTP_PORT: not a number")
    return Smtp(
        host=host,
        port=int(port),
        user=merged.get("SMTP_USER", ""),
        password=merged.get("SMTP_PASSWORD", ""),
        sender=merged.get("SMTP_FROM") or "recon@localhost",
        tls=tls,
    )
