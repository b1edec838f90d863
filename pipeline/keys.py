"""The keys of an installation, proven to be those its database was written with."""

import hmac
from dataclasses import dataclass

from pipeline.crypto import DataKeys, blind_index
from pipeline.errors import WrongKey
from pipeline.settings import Settings
from pipeline.store import Store, Transaction

PROOF = b"these bytes open with the right key"
INDEX = "index"


@dataclass(frozen=True, slots=True)
class Keys:
    data: DataKeys
    index_key: bytes

    def index_of(self, text: str) -> bytes:
        return blind_index(self.index_key, text)


def open_keys(settings: Settings, store: Store) -> Keys:
    """The keys, checked against the database; the first use leaves the proof there.

    WrongKey before anything is read or written with a key that does not fit: another index
    key would make every account a new one, silently.
    """
    keys = Keys(DataKeys(settings.data_keys), settings.index_key)
    writing = keys.data.writing
    index_proof = blind_index(settings.index_key, INDEX)
    data_proof = keys.data.encrypt(PROOF, writing.encode())[1]

    def check(transaction: Transaction) -> None:
        kept = _kept(transaction, INDEX, index_proof)
        if not hmac.compare_digest(bytes(kept), index_proof):
            raise WrongKey("RECON_INDEX_KEY is not the key this database was written with")
        kept = _kept(transaction, f"data:{writing}", data_proof)
        keys.data.decrypt(writing, kept, writing.encode())

    store.effect(check)
    return keys


def _kept(transaction: Transaction, key_id: str, proof: bytes) -> bytes:
    """The proof the database has of that key: this one where it had none."""
    kept = transaction.value("ops/check_key", key_id=key_id, proof=proof)
    if kept is None:
        # Another process left it while we waited: the next statement sees what this one cannot.
        kept = transaction.value("ops/check_key", key_id=key_id, proof=proof)
    return bytes(kept)
