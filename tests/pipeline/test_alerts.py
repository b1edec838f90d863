"""Alerts stand while their cause does."""

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


def test_a_late_source_is_one_alert_whatever_edges_miss_it(owner_store, store):
    with owner_store.transaction() as transaction:
        for edge in ("core_hdfc", "settlement_bank"):
            transaction.connection.exec_driver_sql(
                "insert into recon.break (break_id, reconciliation, subject_kind, subject_key,"
                " source, code, family, status, amount_minor, currency, business_date, opened_at,"
                " owner, explanation, known_at) values (gen_random_uuid(), %s, 'source_interval',"
                " 'hdfc 10', 'hdfc', 'MIS_FILE', 'missing', 'OPEN', 0, 'INR', '2026-03-10', now(),"
                " 'desk', '', now())",
                (edge,),
            )
    raise_alerts(store)
    (alert,) = query(store, "select kind, subject, detail from ops.alert")
    assert (alert["kind"], alert["subject"]) == ("source_late", "hdfc")
    assert "1 interval" in alert["detail"]
