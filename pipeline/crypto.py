"""Encryption at rest: AES-256-GCM under named keys, and a keyed blind index for joins."""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.errors import SettingsError, WrongKey

NONCE_BYTES = 12  # random: 2^32 messages a key stay far below a collision worth fearing
KEY_BYTES = 32


class DataKeys:
    """`id:base64,…`: the first key writes, every key reads. SettingsError on a malformed list."""

    def __init__(self, keys: str) -> None:
        self._ciphers: dict[str, AESGCM] = {}
        for place, item in enumerate(keys.split(","), start=1):
            key_id, colon, encoded = item.strip().partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError:
                key = b""
            if not colon or not key_id or len(key) != KEY_BYTES:
                raise SettingsError(
                    f"RECON_DATA_KEYS: item {place} is not id:base64 of {KEY_BYTES} bytes"
                )
            if key_id in self._ciphers:
                raise SettingsError(f"RECON_DATA_KEYS: the id {key_id!r} is there twice")
            self._ciphers[key_id] = AESGCM(key)
        self.writing = next(iter(self._ciphers))

    def encrypt(self, plain: bytes, aad: bytes) -> tuple[str, bytes]:
        """(key id, nonce + ciphertext). `aad` binds the bytes to their place: give it back."""
        nonce = os.urandom(NONCE_BYTES)
        return self.writing, nonce + self._ciphers[self.writing].encrypt(nonce, plain, aad)

    def decrypt(self, key_id: str, ciphertext: bytes, aad: bytes) -> bytes:
        """WrongKey when the key is not at hand, is another, or the bytes were changed or moved."""
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise WrongKey(f"data key {key_id!r} is not in RECON_DATA_KEYS")
        ciphertext = bytes(ciphertext)
        try:
            return cipher.decrypt(ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:], aad)
        except (InvalidTag, ValueError):  # ValueError: cut so short that no nonce is left
            raise WrongKey(
                f"data key {key_id!r} does not open these bytes: another key, or they were changed"
            ) from None

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """As `encrypt`, in one value that carries its key's id: for columns without one."""
        key_id, ciphertext = self.encrypt(plain, aad)
        return key_id.encode() + b":" + ciphertext

    def unseal(self, sealed: bytes, aad: bytes) -> bytes:
        key_id, _, ciphertext = bytes(sealed).partition(b":")
        return self.decrypt(key_id.decode(errors="replace"), ciphertext, aad)


def blind_index(index_key: bytes, text: str) -> bytes:
    """HMAC-SHA-256: equal texts have equal indexes; without the key nothing can be guessed."""
    return hmac.new(index_key, text.encode(), hashlib.sha256).digest()
