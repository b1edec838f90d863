"""Alerts stand while their cause does."""

from itertools import product

import pytest

from pipeline.alerts import raise_alerts
from pipeline.autonomous import autonomous
from pipeline.limits import FAILURES_MAX, SharedCircuit
from tests.pipeline.bank import query

CAUSE = "hdfc: /v1/transactions: its server failed with 503"
ALERTS = "select kind, subject, raised_at, cleared_at from ops.alert"


def test_an_api_that_is_down_is_one_alert_until_it_answers(store):
    with autonomous(store) as own:
        circuit = SharedCircuit(own)
        for _ in range(FAILURES_MAX - 1):
            circuit.failed("hdfc", CAUSE)
        assert raise_alerts(store)["raised"] == 0
        circuit.failed("hdfc", CAUSE)
        assert raise_alerts(store)["raised"] == 1
        (first,) = query(store, ALERTS)
        (told,) = query(store, "select detail from ops.alert")
        assert "the last time: hdfc: /v1/transactions: its server failed with 503" in told["detail"]
        assert " IST" in told["detail"]
        assert "UTC" not in told["detail"]
        circuit.failed("hdfc", CAUSE)
        raise_alerts(store)
        (still,) = query(store, ALERTS)
        assert (first["kind"], first["subject"]) == ("api_down", "hdfc")
        assert still["raised_at"] == first["raised_at"]
        assert still["cleared_at"] is None
        circuit.succeeded("hdfc")
        assert raise_alerts(store)["cleared"] == 1
        assert raise_alerts(store)["cleared"] == 0
        for _ in range(FAILURES_MAX):
            circuit.failed("hdfc", CAUSE)
        assert raise_alerts(store)["raised"] == 1
        (again,) = query(store, ALERTS)
        assert again["raised_at"] > first["raised_at"]
        assert again["cleared_at"] is None


def miss(owner_store, *keys):
    with owner_store.transaction() as transaction:
        for edge, key in product(("core_hdfc", "settlement_bank"), keys):
            transaction.connection.exec_driver_sql(
                "insert into recon.break (break_id, reconciliation, subject_kind, subject_key,"
                " source, code, family, status, amount_minor, currency, business_date, opened_at,"
                " owner, explanation, known_at) values (gen_random_uuid(), %s, 'source_interval',"
                " %s, 'hdfc', 'MIS_FILE', 'missing', 'OPEN', 0, 'INR', '2026-03-10', now(),"
                " 'desk', '', now())",
                (edge, key),
            )


HOUR, FILE = "hdfc:2026-03-10T04:30Z", "hdfc:transactions:ab12:2026-03-10"


@pytest.mark.parametrize(("keys", "says"), [
    ([HOUR], ["1 interval(s) are not landed"]),
    ([FILE, "hdfc:transactions:cd34:2026-03-10"], ["2 file(s) are due"]),
    ([HOUR, FILE], ["1 interval(s) are not landed", "1 file(s) are due"]),
])  # fmt: skip
def test_a_late_source_is_one_alert_whatever_edges_miss_it(owner_store, store, keys, says):
    miss(owner_store, *keys)
    raise_alerts(store)
    (alert,) = query(store, "select kind, subject, detail from ops.alert")
    assert (alert["kind"], alert["subject"]) == ("source_late", "hdfc")
    parts = alert["detail"].removeprefix("hdfc: ").split("; ")
    found = [part for part in parts if "(s) are" in part]
    assert [part.startswith(said) for part, said in zip(found, says, strict=True)] == [True] * len(
        says
    )
