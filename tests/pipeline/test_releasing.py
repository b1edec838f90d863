"""Second chances: a stricter reading refuses a row, the shipped one takes it back."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from pipeline import staging, steps
from pipeline.keys import open_keys
from pipeline.releasing import NotThere, dismiss, list_findings, release, reparse
from pipeline.settings import Settings
from tests.conftest import environment
from tests.pipeline.bank import live, query
from tests.pipeline.small_banks import TEN, variables

REASON = "shown twice by the bank"


@pytest.fixture
def settings(database, banks, tmp_path):
    return Settings.load(env=environment(database.owner) | variables(banks), home=tmp_path / "home")


@pytest.fixture
def refused(settings, store):
    """TEN as a YAML that is wrong about references and times reads it: two findings."""
    steps.land(settings, "core", TEN)
    steps.stage(settings, "core", TEN)
    steps.land(settings, "hdfc", TEN)
    config = steps.source_config(settings, "hdfc")
    dataset = config.datasets["transactions"]
    wrong = {**dataset.patterns, "timestamp": "2026-03-10T10:01.*"}
    datasets = {"transactions": replace(dataset, patterns=wrong)}
    mistaken = replace(config, datasets=datasets)
    staging.stage(store, open_keys(settings, store), mistaken, TEN)
    steps.reconcile(settings, "core_hdfc", TEN)
    return list_findings(store, source=None, rows_max=10)


def breaks(store):
    """Codes of the live breaks of core_hdfc."""
    found = query(store, "select code from recon.break where status <> 'RESOLVED'")
    return sorted(row["code"] for row in found)


def test_findings_are_listed_newest_first_and_no_more_than_asked_for(store, refused):
    ids = [finding["quarantine_id"] for finding in refused]
    assert len(ids) == 2
    assert ids == sorted(ids, reverse=True)
    assert {finding["source_id"] for finding in refused} == {"T10102", "T10103"}
    assert {finding["source"] for finding in refused} == {"hdfc"}
    assert "timestamp" in refused[0]["reason"]
    assert list_findings(store, source=None, rows_max=1) == refused[:1]
    assert list_findings(store, source="hdfc", rows_max=10) == refused
    assert list_findings(store, source="sbi", rows_max=10) == []


def test_a_released_finding_is_read_again_and_reconciled(settings, store, refused):
    assert len(live(store, "hdfc")) == 1
    before = breaks(store)
    finding = refused[0]

    outcome = release(settings, store, finding["quarantine_id"])

    assert outcome["released"] is True
    assert outcome["entries_new"] == 2
    assert outcome["delivery_id"] == finding["delivery_id"]
    assert set(live(store, "hdfc")) == {"T10101", "T10102", "T10103"}
    # The other row of that delivery was read as well.
    assert list_findings(store, source=None, rows_max=10) == []
    assert "DQ_QUARANTINED" in before
    assert "DQ_QUARANTINED" not in breaks(store)
    with pytest.raises(NotThere, match=str(finding["quarantine_id"])):
        release(settings, store, finding["quarantine_id"])


def test_what_still_does_not_fit_stays(settings, store, refused, owner_store):
    """The row was refused rightly: the bytes say no more at the second reading."""
    finding = refused[0]
    with owner_store.transaction() as transaction:
        transaction.connection.execute(
            text("update staging.quarantine set source_id = 'other', row_key = 'other'"
                 " where quarantine_id = :id"), {"id": finding["quarantine_id"]},
        )  # fmt: skip

    outcome = release(settings, store, finding["quarantine_id"])

    assert outcome["released"] is False
    assert outcome["still_refused"] == 1


def test_a_dismissed_finding_closes_without_its_row(settings, store, refused):
    first, second = (finding["quarantine_id"] for finding in refused)

    outcome = dismiss(settings, store, first, REASON)

    assert outcome == {"quarantine_id": first, "released": True, "reason": REASON}
    left = list_findings(store, source=None, rows_max=10)
    assert [finding["quarantine_id"] for finding in left] == [second]
    assert set(live(store, "hdfc")) == {"T10101"}
    assert breaks(store).count("DQ_QUARANTINED") == 1
    [event] = query(store, "select action, subject, detail from audit.event")
    assert (event["action"], event["subject"]) == ("dismiss", f"quarantine {first}")
    assert event["detail"] == {"reason": REASON}
    with pytest.raises(NotThere):
        dismiss(settings, store, first, REASON)
    with pytest.raises(NotThere):
        release(settings, store, first)


def test_a_delivery_is_read_again_by_its_number(settings, store, refused):
    delivery = refused[0]["delivery_id"]

    outcome = reparse(settings, store, delivery)

    assert (outcome["delivery_id"], outcome["source"]) == (delivery, "hdfc")
    assert (outcome["rows_parsed"], outcome["entries_new"]) == (3, 2)
    assert reparse(settings, store, delivery)["entries_new"] == 0
    [event, _] = query(store, "select action, detail from audit.event order by event_id")
    assert (event["action"], event["detail"]) == ("reparse", {"source": "hdfc"})
    with pytest.raises(NotThere):
        reparse(settings, store, delivery + 10**6)
