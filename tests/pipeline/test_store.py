"""The store on a real Postgres: parameters, frames, copies, errors."""



def test_the_schema_is_there(store):
    with store.transaction() as transaction:
        assert transaction.value("ops/advisory_lock", key="x") == ""
