"""`run`, `backfill`, `sources check` and the second chances, on banks that answer or do not."""

import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import text

from pipeline.autonomous import autonomous
from pipeline.limits import FAILURES_MAX, SharedCircuit
from pipeline.settings import PROJECT
from tests.conftest import environment
from tests.pipeline.small_banks import NOWHERE, variables

HOUR = ("--from", "2026-03-10T10:00", "--to", "2026-03-10T11:00")
NEXT_HOUR = ("--from", "2026-03-10T11:00", "--to", "2026-03-10T12:00")
DAYS = ("--from", "2026-03-10", "--to", "2026-03-10")
FINDING = """
    insert into staging.quarantine (
        source, dataset, delivery_id, part, row_no, row_key, code, reason, load_id, known_from
    )
    select source, dataset, delivery_id, part, 9, 'odd', 'DQ_QUARANTINED', 'odd', 1, now()
    from raw.delivery
    where source = 'hdfc'
    limit 1
"""
WELL = {
    "state": "done", "fetched": 3, "staged": 3, "new": 3, "changed": 0, "read_again": 0,
    "refused": 0, "outside": 0, "of_no_entry": 0, "whole_refused": 0, "quarantined": 0, "error": "",
}  # fmt: skip
PARTS = ("new", "changed", "read_again", "refused", "outside", "of_no_entry")


@pytest.fixture
def installed(recon, banks, monkeypatch):
    """`recon` on HDFC and core."""
    for name, value in variables(banks).items():
        monkeypatch.setenv(name, value)
    return recon


def test_an_hour_from_the_banks_to_the_breaks_and_once_more(installed):
    ended = installed("run", *HOUR, "--json")

    assert ended.code == 0
    assert ended.data["sources"]["hdfc"] == WELL
    assert ended.data["sources"]["core"]["staged"] == 2
    assert "core_hdfc" in ended.data["reconciliations"]
    report = installed("report", "--json").data
    [edge] = [e for e in report["reconciliations"] if e["reconciliation"] == "core_hdfc"]
    assert edge["matched_groups"] == 2
    # The next hour overlaps it: what is read again is said, and all adds up.
    following = installed("run", *NEXT_HOUR, "--json").data["sources"]
    assert following["core"]["read_again"] > 0
    for source in following.values():
        assert source["fetched"] == sum(source[part] for part in PARTS)
    assert "read again" in " ".join(installed("run", *HOUR).out.split())
    for source in installed("report", "--json").data["sources"]:
        assert source["rows_parsed"] == sum(
            source[name]
            for name in ("entries_new", "entries_changed", "rows_repeated", "rows_quarantined",
                         "rows_outside", "rows_of_no_entry")
        )  # fmt: skip
    again = installed("run", *HOUR)
    assert again.code == 0
    assert "already loaded" in again.out
    assert "\x1b[" not in again.out + again.err


def test_sources_that_fail_in_every_way(installed, banks, monkeypatch):
    """One installation, worse and worse, then well: each exit code says how it went."""
    banks.fault("hdfc", "forbidden", times=None)
    partly = installed("run", *HOUR, "--json")
    assert partly.code == 5
    states = {name: one["state"] for name, one in partly.data["sources"].items()}
    assert states == {"core": "done", "mobile": "done", "hdfc": "refused"}
    assert "refused: hdfc" in partly.err
    refused = installed("run", *HOUR, "--source", "hdfc")
    assert refused.code == 4
    assert "everything fetched was refused: hdfc" in refused.err
    monkeypatch.setenv("LEDGER_DATABASE_URL", NOWHERE)
    unreachable = installed("run", *HOUR, "--source", "core")
    assert unreachable.code == 3
    assert "no source could be reached: core" in unreachable.err
    checked = installed("sources", "check", "hdfc")
    assert checked.code == 6
    assert "wrong:" in checked.out


def test_a_second_command_within_the_minute_hears_the_last_cause(installed, store):
    with autonomous(store) as own:
        for _ in range(FAILURES_MAX):
            SharedCircuit(own).failed("hdfc", "hdfc: /v1/transactions: its server failed with 503")

    ended = installed("run", *HOUR, "--source", "hdfc", "--json")
    checked = installed("sources", "check", "hdfc")

    said = ended.data["sources"]["hdfc"]["error"]
    assert ended.code == 3
    assert "the last time: /v1/transactions: its server failed with 503; not asked again" in said
    assert said.endswith(" IST")
    assert "its server failed with 503" in checked.out


def test_a_backfill_is_planned_interrupted_by_a_dead_bank_and_resumed(installed, monkeypatch):
    plan = installed("backfill", *DAYS, "--dry-run", "--json")
    assert plan.code == 0
    assert [(line["source"], line["days"]) for line in plan.data["plan"]] == [
        ("core", 1), ("hdfc", 1), ("mobile", 1),
    ]  # fmt: skip
    good = os.environ["LEDGER_DATABASE_URL"]
    monkeypatch.setenv("LEDGER_DATABASE_URL", NOWHERE)
    first = installed("backfill", *DAYS, "--local", "--json")
    assert first.code == 5
    assert first.data["sources"]["hdfc"] == WELL
    assert first.data["sources"]["core"]["state"] == "unreachable"
    monkeypatch.setenv("LEDGER_DATABASE_URL", good)

    second = installed("backfill", *DAYS, "--local", "--resume", "--json")

    assert second.code == 0
    assert list(second.data["sources"]) == ["core", "mobile"]  # HDFC was done
    plan = installed("backfill", *DAYS, "--resume", "--dry-run", "--json").data["plan"]
    assert [(line["days"], line["days_done"]) for line in plan] == [(0, 1)] * 3


def test_a_source_that_is_well(installed):
    ended = installed("sources", "check", "hdfc", "--json")

    assert ended.code == 0
    assert ended.data == {"source": "hdfc", "wrong": [], "rows": []}
    assert "hdfc: well" in installed("sources", "check", "hdfc").out


def test_what_was_refused_is_listed_read_again_and_let_go(installed, banks):
    banks.fault("hdfc", "field_set", field="amount", value="₹ 5")
    assert installed("run", *HOUR, "--source", "hdfc").code == 4
    listed = installed("quarantine", "list", "--json").data["quarantine"]
    assert [(one["source"], one["source_id"]) for one in listed] == [
        ("hdfc", "T10103"), ("hdfc", "T10102"), ("hdfc", "T10101"),
    ]  # fmt: skip
    assert len(installed("quarantine", "list", "--limit", "1", "--json").data["quarantine"]) == 1
    assert "T10103" in installed("quarantine", "list", "--source", "hdfc").out
    found = listed[0]
    number, delivery = str(found["quarantine_id"]), str(found["delivery_id"])

    again = installed("reparse", delivery)
    released = installed("quarantine", "release", number)
    blank = installed("quarantine", "release", number, "--dismiss", "  ")
    let_go = installed("quarantine", "release", number, "--dismiss", "sent anew", "--json")

    assert "still refused" in again.err
    assert again.out.startswith("delivery id")
    assert (again.code, released.code, blank.code, let_go.code) == (4, 4, 2, 0)
    assert let_go.data["released"] is True
    assert installed("quarantine", "list", "--json").data["quarantine"] == listed[1:]
    assert installed("quarantine", "release", number).code == 2


def test_ctrl_c_ends_with_130(installed, banks, database, tmp_path):
    banks.fault("hdfc", "stall", seconds=3)
    before = len(banks.accesses("hdfc"))
    child = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run", *HOUR, "--source", "hdfc"],
        cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={
            "PATH": "/usr/bin:/bin", "RECON_HOME": str(tmp_path / "home"),
            **environment(database.owner), **variables(banks),
        },
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while len(banks.accesses("hdfc")) == before and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)

    assert child.returncode == 130
    assert out == ""
    assert "Traceback" not in err


def test_a_reparse_that_leaves_some_rows_says_how_many(installed, banks, owner_store):
    installed("run", *HOUR, "--source", "hdfc")
    with owner_store.transaction() as transaction:
        transaction.connection.execute(text(FINDING))
    [found] = installed("quarantine", "list", "--json").data["quarantine"]

    ended = installed("reparse", str(found["delivery_id"]))

    assert ended.code == 5
    assert "1 of 3 rows" in ended.err
