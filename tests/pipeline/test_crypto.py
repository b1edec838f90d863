"""Encryption at rest and the keys' proof."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crypto import DataKeys, blind_index
from pipeline.errors import SettingsError, WrongKey
from pipeline.evidence import opened, sealed, sha256_of
from pipeline.keys import open_keys


def key(fill: int) -> str:
    return base64.b64encode(bytes([fill]) * 32).decode()


OLD, NEW = f"old:{key(1)}", f"new:{key(2)}"


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_what_is_encrypted_comes_back(plain, aad):
    keys = DataKeys(OLD)
    key_id, ciphertext = keys.encrypt(plain, aad)
    assert keys.decrypt(key_id, ciphertext, aad) == plain
    assert keys.unseal(keys.seal(plain, aad), aad) == plain


def test_no_two_ciphertexts_are_alike():
    keys = DataKeys(OLD)
    assert keys.encrypt(b"x", b"")[1] != keys.encrypt(b"x", b"")[1]


def test_the_first_key_writes_and_all_read():
    written = DataKeys(OLD).encrypt(b"x", b"a")
    rotated = DataKeys(f"{NEW},{OLD}")
    assert rotated.decrypt(*written, b"a") == b"x"
    assert rotated.encrypt(b"x", b"a")[0] == "new"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda c: c[:-1] + bytes([c[-1] ^ 1]), id="last bit"),
        pytest.param(lambda c: bytes([c[0] ^ 1]) + c[1:], id="nonce"),
        pytest.param(lambda c: c[:-1], id="cut short"),
        pytest.param(lambda c: b"", id="empty"),
    ],
)
def test_changed_bytes_do_not_open(change):
    key_id, ciphertext = DataKeys(OLD).encrypt(b"x", b"a")
    with pytest.raises(WrongKey):
        DataKeys(OLD).decrypt(key_id, change(ciphertext), b"a")


def test_bytes_moved_to_another_place_do_not_open():
    keys, body = DataKeys(OLD), b"page"
    sha256 = sha256_of(body)
    key_id, ciphertext = sealed(keys, body, source="hdfc", part="1", sha256=sha256)
    place = {"size": len(body), "source": "hdfc", "part": "1", "sha256": sha256}
    assert opened(keys, key_id, ciphertext, **place) == body
    with pytest.raises(WrongKey):
        opened(keys, key_id, ciphertext, **place | {"part": "2"})


@pytest.mark.parametrize("other", [f"old:{key(9)}", NEW])
def test_another_key_does_not_open(other):
    written = DataKeys(OLD).encrypt(b"x", b"a")
    with pytest.raises(WrongKey, match="old"):
        DataKeys(other).decrypt(*written, b"a")


@pytest.mark.parametrize(
    "text", ["", "old", f":{key(1)}", "old:short", "old:!!", f"{OLD},{OLD}", f"{OLD},"]
)
def test_a_malformed_list_of_keys_is_refused(text):
    with pytest.raises(SettingsError, match="RECON_DATA_KEYS") as caught:
        DataKeys(text)
    assert key(1) not in str(caught.value)


def test_a_blind_index_needs_the_key():
    assert blind_index(b"k" * 32, "5010") == blind_index(b"k" * 32, "5010")
    assert blind_index(b"k" * 32, "5010") != blind_index(b"j" * 32, "5010")
    assert blind_index(b"k" * 32, "5010") != blind_index(b"k" * 32, "5011")


def test_a_database_knows_its_keys(store, settings):
    open_keys(settings, store)
    open_keys(settings, store)
    with pytest.raises(WrongKey, match="RECON_INDEX_KEY"):
        open_keys(replace(settings, index_key=b"x" * 32), store)
    with pytest.raises(WrongKey, match="test"):
        open_keys(replace(settings, data_keys=f"test:{key(9)}"), store)


def test_a_rotated_key_is_welcome(store, settings):
    open_keys(settings, store)
    rotated = replace(settings, data_keys=f"{NEW},{settings.data_keys}")
    assert open_keys(rotated, store).data.writing == "new"
