"""The secrets, keys and ports of one simulated world, made once and kept in its home.

Files are 0600 in folders that are 0700; ports are asked for again, so that what was
configured against a world still reaches it after a restart.
"""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SECRET_NAMES = (
    "hdfc_client_id", "hdfc_client_secret", "icici_api_token", "icici_api_key", "sbi_client_id",
    "sbi_client_secret", "razorpay_key", "razorpay_secret", "axis_password", "control_token",
)  # fmt: skip
CERTIFICATE_LIFE = timedelta(days=365)


def write_private(path: Path, content: bytes) -> None:
    """Write `content` readable by its owner only, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    part.replace(path)


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """What `path` holds, or what `make` gives, written there first."""
    if not path.exists():
        write_private(path, make())
    return path.read_bytes()


def load_secrets(home: Path) -> dict[str, str]:
    """Every name of SECRET_NAMES, random, the same at each start of this home."""
    path = home / "secrets.json"
    held: dict[str, str] = json.loads(path.read_bytes()) if path.exists() else {}
    wanted = {name: held.get(name) or secrets.token_urlsafe(24) for name in SECRET_NAMES}
    if wanted != held:
        write_private(path, json.dumps(wanted).encode())
    return wanted


def load_ports(home: Path) -> dict[str, int]:
    """The ports of the last start; empty at the first."""
    path = home / "ports.json"
    return dict(json.loads(path.read_bytes())) if path.exists() else {}


def save_ports(home: Path, ports: Mapping[str, int]) -> None:
    write_private(home / "ports.json", json.dumps(dict(ports)).encode())


def ssh_key(path: Path) -> asyncssh.SSHKey:
    """An ed25519 key kept at `path`."""
    kept(path, lambda: asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    return asyncssh.read_private_key(path)


def certificate(folder: Path) -> tuple[Path, Path, Path]:
    """(chain, key, CA) for 127.0.0.1, signed by a CA of this home's own."""
    chain, key, authority = (folder / name for name in ("server.pem", "server.key", "ca.pem"))
    if not (chain.exists() and key.exists() and authority.exists()):
        _issue(chain, key, authority)
    return chain, key, authority


def _issue(chain: Path, key: Path, authority: Path) -> None:
    ca_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Simulated banks CA")])
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    ca_id = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = (
        _builder(ca_name, ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .add_extension(ca_id, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    names = [x509.IPAddress(IPv4Address("127.0.0.1")), x509.DNSName("localhost")]
    server = (
        _builder(server_name, ca_name, server_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_authority=False), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ca_id), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    write_private(
        key,
        server_key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    write_private(chain, server.public_bytes(pem))
    write_private(authority, ca.public_bytes(pem))


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + CERTIFICATE_LIFE)
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=is_authority,
        crl_sign=is_authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip
