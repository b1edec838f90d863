"""The keys of an installation: the first to come leaves the proof, whoever comes at that moment."""

import time
from concurrent.futures import ThreadPoolExecutor

from pipeline.crypto import blind_index
from pipeline.keys import INDEX, open_keys
from tests.pipeline.bank import query

WAITING = "select count(*) as n from pg_stat_activity where wait_event_type = 'Lock'"


def test_two_that_open_a_new_database_at_once(settings, store, owner_store):
    proof = blind_index(settings.index_key, INDEX)
    with ThreadPoolExecutor(1) as pool:
        with store.transaction() as first:
            first.value("ops/check_key", key_id=INDEX, proof=proof)
            second = pool.submit(open_keys, settings, store)
            deadline = time.monotonic() + 30
            while query(owner_store, WAITING)[0]["n"] == 0 and time.monotonic() < deadline:
                time.sleep(0.02)
        assert second.result(30).index_key == settings.index_key
