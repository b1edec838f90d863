"""Staging on a real Postgres: versions, retractions, what is kept aside, any order."""

import hashlib
import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.errors import FormatMismatch, SchemaDrift
from pipeline import deliveries, steps
from pipeline.keys import open_keys
from pipeline.merging import BETWEEN, ENTRY_COLUMNS, LATER, MISSING, NOT_BUSINESS, digests
from pipeline.quarantine import row_place
from pipeline.staging import stage
from pipeline.store import sql
from reconciliation.model import HOUR, Interval
from tests.pipeline import bank
from tests.pipeline.bank import HOUR_10, config, deliver, live, page, query, row

NEXT_HOUR = Interval(HOUR_10.end, HOUR_10.end + timedelta(hours=1))
QUARANTINE = "select * from staging.quarantine where known_to is null order by row_no"
VERSIONS = """
    select entry_id, version, amount_minor, known_from, known_to, end_reason
    from staging.entry where entry_key = :key order by version
"""


@pytest.fixture
def keys(settings, store):
    return open_keys(settings, store)


ADD_UP = ("entries_new", "entries_changed", "rows_repeated", "rows_quarantined", "rows_outside",
          "rows_of_no_entry")  # fmt: skip


@pytest.fixture
def staged(store, keys):
    """Land and stage payloads in one go; the counts."""

    def land_and_stage(*payloads, source=None, interval=HOUR_10):
        source = source or config()
        deliver(store, keys, source, *payloads, interval=interval)
        counts = stage(store, keys, source, interval)
        assert counts["rows_parsed"] == sum(counts[name] for name in ADD_UP)
        return counts

    return land_and_stage


FILES = config(later_delivery="restates", kind="sftp")


def test_new_rows_become_entries(staged, store):
    counts = staged(page([row("a"), row("b", -250)]))
    assert (counts["rows_parsed"], counts["entries_new"]) == (2, 2)
    rows = query(
        store,
        "select entry_key, version, amount_minor, direction, business_date::text as day, known_from"
        " from staging.entry order by entry_key",
    )
    assert [tuple(one.values()) for one in rows] == [
        ("a", 1, 100, "CREDIT", "2026-03-10", HOUR_10.end),
        ("b", 1, -250, "DEBIT", "2026-03-10", HOUR_10.end),
    ]


def test_staging_twice_says_already_loaded(staged, store, keys):
    staged(page([row("a")]))
    counts = stage(store, keys, config(), HOUR_10)
    assert counts["already_loaded"]
    assert counts["rows_parsed"] == 0
    assert len(query(store, "select from staging.load")) == 1


def test_the_same_row_again_adds_nothing(staged, store):
    staged(page([row("a")]))
    counts = staged(page([row("a")], part="transactions/2", minute=1))
    assert (counts["entries_new"], counts["rows_repeated"]) == (0, 1)
    assert len(query(store, VERSIONS, key="a")) == 1


def test_a_refused_row_that_is_read_again_is_no_new_finding(staged, store, keys):
    bad = page([row("a", "5x"), row("b")])
    assert staged(bad)["rows_quarantined"] == 1
    (delivery,) = query(store, "select delivery_id from raw.delivery")
    again = stage(store, keys, config(), HOUR_10, [delivery["delivery_id"]])
    assert (again["rows_parsed"], again["rows_quarantined"], again["rows_repeated"]) == (2, 0, 2)


def test_a_changed_row_is_a_new_version(staged, store):
    staged(page([row("a", status="PENDING")]))
    counts = staged(page([row("a", status="SUCCESS")], minute=1), interval=NEXT_HOUR)
    assert (counts["entries_new"], counts["entries_changed"]) == (0, 1)
    first, second = query(store, VERSIONS, key="a")
    assert first["entry_id"] == second["entry_id"]
    assert (first["version"], second["version"]) == (1, 2)
    assert first["end_reason"] == "superseded"
    assert first["known_to"] == second["known_from"] == NEXT_HOUR.end
    assert second["known_to"] is None


def test_knowledge_never_goes_back(staged, store):
    """An old hour loaded late becomes known after everything known already."""
    staged(page([row("b")], minute=5), interval=NEXT_HOUR)
    staged(page([row("a")]))
    (late,) = query(store, VERSIONS, key="a")
    assert late["known_from"] == NEXT_HOUR.end + timedelta(microseconds=1)


def test_a_late_older_version_is_ignored(staged, store):
    staged(page([row("a", 200)], minute=5))
    counts = staged(page([row("a", 100)], part="transactions/2", minute=4))
    assert counts["entries_changed"] == 0
    assert live(store, "testbank") == {"a": 200}


def test_a_reading_older_than_a_sighting_is_ignored(staged, store):
    """a = 100 at 12:00, 200 at 12:01, 100 again at 12:02; the middle one comes last."""
    staged(page([row("a", 100)], minute=0))
    staged(page([row("a", 100)], minute=2, part="transactions/3"))
    staged(page([row("a", 200)], minute=1, part="transactions/2"))
    assert live(store, "testbank") == {"a": 100}


def test_fewer_rows_from_an_api_window_retract_nothing(staged, store):
    staged(page([row("a"), row("b")]))
    staged(page([row("a")], minute=1))
    assert live(store, "testbank") == {"a": 100, "b": 100}


def test_a_restated_part_retracts_what_is_gone(staged, store):
    staged(page([row("a"), row("b")], part="F_10"), page([row("c")], part="F_11"), source=FILES)
    counts = staged(page([row("b", 300)], part="F_10", minute=5), source=FILES)
    assert (counts["entries_changed"], counts["entries_retracted"]) == (1, 1)
    assert live(store, "testbank") == {"b": 300, "c": 100}
    assert [one["end_reason"] for one in query(store, VERSIONS, key="a")] == ["retracted"]


def test_a_restated_part_may_become_empty(staged, store):
    staged(page([row("a")], part="F_10"), source=FILES)
    staged(page([], part="F_10", minute=5), source=FILES)
    assert live(store, "testbank") == {}


def test_a_retracted_entry_that_comes_back_keeps_its_id(staged, store):
    staged(page([row("a")], part="F_10"), source=FILES)
    staged(page([], part="F_10", minute=1), source=FILES)
    staged(page([row("a")], part="F_10", minute=2), source=FILES, interval=NEXT_HOUR)
    first, second = query(store, VERSIONS, key="a")
    assert first["entry_id"] == second["entry_id"]
    assert (second["version"], second["known_to"]) == (2, None)


def test_an_older_restatement_that_comes_late_is_ignored(staged, store):
    staged(page([row("a", 200)], part="F_10", minute=5), source=FILES)
    staged(page([row("a", 100), row("b")], part="F_10", minute=4), source=FILES)
    assert live(store, "testbank") == {"a": 200}
    outcomes = query(store, "select outcome from staging.load_delivery order by delivery_id")
    assert [one["outcome"] for one in outcomes] == ["loaded", "superseded"]


def test_the_same_bytes_under_another_name_are_nothing_new(staged, store):
    staged(page([row("a")], part="F_10"), source=FILES)
    staged(page([row("a")], part="F_10_COPY", minute=1), source=FILES)
    outcomes = query(store, "select outcome from staging.load_delivery order by delivery_id")
    assert [one["outcome"] for one in outcomes] == ["loaded", "duplicate"]


def test_a_bad_row_is_kept_aside_encrypted_and_the_others_go_on(staged, store, keys):
    counts = staged(page([row("a"), row("b", "1e5", description="UPI-Asha")]))
    assert (counts["entries_new"], counts["rows_quarantined"]) == (1, 1)
    (found,) = query(store, QUARANTINE)
    assert (found["code"], found["row_no"], found["source_id"]) == ("DQ_QUARANTINED", 1, "b")
    assert "amount" in found["reason"]
    assert "1e5" not in found["reason"]
    assert (found["amount_minor"], str(found["business_date"])) == (None, "2026-03-10")
    assert found["account_id"] is not None
    kept = keys.data.unseal(found["row_cipher"], row_place(found["delivery_id"], 1))
    assert json.loads(kept)["amount"] == "1e5"
    assert b"Asha" not in bytes(found["row_cipher"])


def test_what_a_bad_row_would_have_moved_is_told_where_it_can_be_read(staged, store):
    staged(page([row("a"), row("b", 700, currency="XXX", description="")]))
    (found,) = query(store, QUARANTINE)
    assert found["amount_minor"] is None  # an amount without its currency is no amount
    staged(page([row("c"), row("d", 700, account_number="")], minute=1))
    (_, found) = query(store, QUARANTINE)
    assert (found["amount_minor"], found["account_id"]) == (700, None)


def test_what_can_be_read_of_a_bad_row_is_the_same_when_it_comes_alone(staged, store):
    both = [row("b", 700, description="one"), row("b", 900, description="other")]
    staged(page(both))  # one id, two contents: nothing in the delivery is good
    found = query(store, QUARANTINE)
    assert [one["code"] for one in found] == ["DQ_CONFLICT"] * 2
    assert [one["amount_minor"] for one in found] == [700, 900]
    assert {str(one["business_date"]) for one in found} == {"2026-03-10"}
    assert None not in {one["account_id"] for one in found}


def test_a_bad_row_read_again_is_one_finding(staged, store):
    staged(page([row("a"), row("b", "x")]))
    counts = staged(page([row("c"), row("b", "x")], minute=1))
    assert counts["rows_quarantined"] == 0
    assert len(query(store, QUARANTINE)) == 1


def test_two_bad_rows_without_an_id_are_two_findings(staged, store):
    staged(page([row("a"), row("", 500), row("", 500)]))
    assert len(query(store, QUARANTINE)) == 2


def test_a_bad_row_that_is_mended_is_no_finding_any_more(staged, store):
    staged(page([row("a"), row("b", "x")]))
    staged(page([row("a"), row("b", 5)], minute=1))
    assert query(store, QUARANTINE) == []
    assert live(store, "testbank") == {"a": 100, "b": 5}


def test_a_bad_reading_older_than_a_good_one_is_no_finding(staged, store):
    staged(page([row("a"), row("b", 5)], minute=1))
    staged(page([row("a"), row("b", "x")], minute=0, part="transactions/2"))
    assert query(store, QUARANTINE) == []


def test_one_id_with_two_contents_in_one_delivery_keeps_both_aside(staged, store):
    counts = staged(page([row("a", 1), row("a", 2), row("b"), row("b")]))
    assert counts["rows_quarantined"] == 2
    assert {one["code"] for one in query(store, QUARANTINE)} == {"DQ_CONFLICT"}
    assert live(store, "testbank") == {"b": 100}


def test_one_id_with_two_contents_in_two_deliveries_is_a_version(staged, store):
    staged(page([row("a", 1)]), page([row("a", 2)], part="transactions/2", minute=1))
    assert query(store, QUARANTINE) == []
    assert live(store, "testbank") == {"a": 2}


def test_a_delivery_that_contradicts_itself_is_refused_alone(staged, store):
    bad = page(b"total 3.00 of 2.00", part="F_10", name="F_10.csv")
    counts = staged(bad, page([row("c")], part="F_11"), source=FILES)
    assert (counts["refused"], counts["rows_quarantined"], counts["entries_new"]) == (1, 0, 1)
    (found,) = query(store, QUARANTINE)
    assert (found["code"], found["row_no"], found["part"]) == ("DQ_QUARANTINED", None, "F_10")
    assert "3.00" in found["reason"]
    assert "2.00" in found["reason"]


def test_a_good_file_after_a_refused_one_closes_the_finding(staged, store):
    staged(page(b"total", part="F_10"), source=FILES)
    staged(page([row("a")], part="F_10", minute=1), source=FILES)
    assert query(store, QUARANTINE) == []
    assert live(store, "testbank") == {"a": 100}


def test_a_refused_file_leaves_what_was_there(staged, store):
    staged(page([row("a")], part="F_10"), source=FILES)
    staged(page(b"total", part="F_10", minute=1), source=FILES)
    assert live(store, "testbank") == {"a": 100}
    assert len(query(store, QUARANTINE)) == 1


def test_a_field_that_is_gone_stops_the_source_and_is_noted_once(staged, store, keys):
    without = [{k: v for k, v in row(str(n)).items() if k != "amount"} for n in range(20)]
    with pytest.raises(SchemaDrift, match="amount"):
        staged(page([row("a")]), page(without, part="transactions/2", minute=1))
    with pytest.raises(SchemaDrift):
        stage(store, keys, config(), HOUR_10)
    assert live(store, "testbank") == {}
    (found,) = query(store, QUARANTINE)
    assert (found["code"], found["row_no"]) == ("DQ_SCHEMA", None)


def test_an_unreadable_page_stops_the_source(staged, store):
    with pytest.raises(FormatMismatch):
        staged(page([row("a")]), page(b"<html>", part="transactions/2"))
    assert live(store, "testbank") == {}
    assert query(store, "select state from recon.run")[0]["state"] == "failed"


def test_an_unreadable_page_that_was_fetched_again_holds_up_nobody(staged, store):
    staged(page(b"<html>"), page([row("a")], minute=1))
    assert live(store, "testbank") == {"a": 100}


def test_rows_beyond_the_interval_wait_for_their_own(staged, store):
    at_end = (HOUR_10.end).isoformat()
    just_inside = (HOUR_10.end - timedelta(seconds=1)).isoformat()
    counts = staged(page([row("in", timestamp=just_inside), row("out", timestamp=at_end)]))
    assert counts["rows_outside"] == 1
    assert live(store, "testbank") == {"in": 100}


def test_a_bad_row_beyond_the_interval_waits_as_well_where_its_time_can_be_read(staged, store):
    at_end = (HOUR_10.end).isoformat()
    just_inside = (HOUR_10.end - timedelta(seconds=1)).isoformat()
    counts = staged(
        page([
            row("a"), row("in", "x", timestamp=just_inside), row("out", "x", timestamp=at_end),
            row("when", "x", timestamp=""),
        ])
    )  # fmt: skip
    assert (counts["rows_outside"], counts["rows_quarantined"]) == (1, 2)
    assert {found["source_id"] for found in query(store, QUARANTINE)} == {"in", "when"}
    staged(page([row("out", "x", timestamp=at_end)], minute=1), interval=NEXT_HOUR)
    assert {found["source_id"] for found in query(store, QUARANTINE)} == {"in", "when", "out"}


@pytest.mark.parametrize(
    ("window", "begins"),
    [
        ({}, "2026-03-10T08:00:00+05:30"),  # two hours are read again
        ({"whole_days": True}, "2026-03-10T00:00:00+05:30"),
        ({"type": "each_day", "days_around": 1}, "2026-03-09T00:00:00+05:30"),
    ],
)
def test_a_row_from_before_what_was_asked_for_is_kept_aside(staged, store, window, begins):
    source = config()
    transactions = replace(source.datasets["transactions"], settings={"window": window})
    source = replace(source, datasets={**source.datasets, "transactions": transactions})
    first = datetime.fromisoformat(begins)
    counts = staged(
        page([
            row("late", timestamp=first.isoformat()),
            row("early", timestamp=(first - timedelta(seconds=1)).isoformat()),
        ]),
        source=source,
    )  # fmt: skip
    assert (counts["entries_new"], counts["rows_quarantined"]) == (1, 1)
    assert live(store, "testbank") == {"late": 100}
    (found,) = query(store, QUARANTINE)
    assert (found["code"], found["source_id"], found["amount_minor"]) == (
        "DQ_QUARANTINED", "early", None,
    )  # fmt: skip
    assert f"before {begins[:10]} {begins[11:16]} IST" in found["reason"]


def test_a_row_kept_aside_as_too_old_is_taken_when_it_is_asked_for(staged, store):
    old = row("a", timestamp="2026-03-10T07:30:00+05:30")
    staged(page([old, row("b")]))
    assert len(query(store, QUARANTINE)) == 1
    earlier = Interval(HOUR_10.start - 2 * HOUR, HOUR_10.end - 2 * HOUR)
    staged(page([old], minute=1), interval=earlier)
    assert query(store, QUARANTINE) == []
    assert live(store, "testbank") == {"a": 100, "b": 100}


def test_files_and_tables_may_hold_what_is_old(staged, store):
    old = row("a", timestamp="2026-03-09T07:30:00+05:30")
    staged(page([old], part="F_10"), source=FILES)
    staged(page([old]), source=config("ledger", kind="sql"))
    assert live(store, "testbank") == live(store, "ledger") == {"a": 100}


def test_files_are_not_cut_at_the_interval(staged, store):
    at_end = (HOUR_10.end).isoformat()
    staged(page([row("a", timestamp=at_end)], part="F_10"), source=FILES)
    assert live(store, "testbank") == {"a": 100}


def test_account_numbers_are_stored_encrypted_and_joined_by_index(staged, store, keys):
    staged(page([row("a"), row("b", account_number="50100000009999"), row("c")]))
    rows = query(store, "select entry_key, account_id from staging.entry order by entry_key")
    ids = [one["account_id"] for one in rows]
    assert ids[0] == ids[2] != ids[1]
    accounts = query(store, "select * from ops.account order by last4")
    assert [one["last4"] for one in accounts] == ["1234", "9999"]
    index = keys.index_of("50100000001234")
    assert bytes(accounts[0]["number_index"]) == index
    sealed = accounts[0]["number_cipher"]
    assert keys.data.unseal(sealed, b"account|" + index) == b"50100000001234"


def test_balances_are_versioned(staged, store):
    balance = {"account_number": "50100000001234", "currency": "INR", "date": "2026-03-10"}
    first = page([balance | {"amount": "100"}], dataset="balances", part="balances/1")
    again = page([balance | {"amount": "100"}], dataset="balances", part="balances/2", minute=1)
    changed = page([balance | {"amount": "90"}], dataset="balances", part="balances/1", minute=2)
    older = page([balance | {"amount": "80"}], dataset="balances", part="balances/3", minute=1)
    assert [staged(one)["balances"] for one in (first, again, changed, older)] == [1, 0, 1, 0]
    rows = query(store, "select amount_minor, known_to from staging.balance order by known_from")
    assert [one["amount_minor"] for one in rows] == [100, 90]
    assert rows[0]["known_to"] is not None
    assert rows[1]["known_to"] is None


def test_settlement_headers_are_versioned(staged, store):
    header = {
        "settlement_id": "setl_1", "amount": "500", "currency": "INR",
        "timestamp": "2026-03-10T05:00:00Z",
    }  # fmt: skip
    for minute, status in enumerate(("PENDING", "PENDING", "SUCCESS")):
        staged(
            page([header | {"status": status}], dataset="settlements", part="s/1", minute=minute)
        )
    rows = query(store, "select status from staging.settlement order by known_from")
    assert [one["status"] for one in rows] == ["PENDING", "SUCCESS"]


def test_a_delivery_is_read_again_after_its_layout_was_mended(store, keys, settings, monkeypatch):
    source = config()
    deliver(store, keys, source, page([row("a"), row("b", "5x")]))
    stage(store, keys, source, HOUR_10)
    monkeypatch.setattr(steps, "source_config", lambda *_: source)
    monkeypatch.setitem(source.datasets["transactions"].patterns, "amount", r"[0-9]+x?")
    monkeypatch.setattr(
        bank.TestBank,
        "normalise",
        lambda self, dataset, rows, real=bank.TestBank.normalise: real(
            self, dataset, rows.assign(amount=rows["amount"].str.rstrip("x"))
        ),
    )
    (delivery,) = query(store, "select delivery_id from raw.delivery")
    counts = steps.reparse(settings, delivery["delivery_id"])
    assert (counts["entries_new"], counts["rows_repeated"]) == (1, 1)
    assert live(store, "testbank") == {"a": 100, "b": 5}
    assert query(store, QUARANTINE) == []


def test_what_we_hold_is_looked_up_by_key_whatever_the_planner_knows(store):
    """Without statistics a join by source alone looks as cheap, and takes hours."""
    with store.transaction() as transaction:
        for name in ("staged", "known"):
            transaction.run(f"staging/create_{name}_entry")
        plan = transaction.connection.execute(
            text("explain " + sql("staging/find_known_entries")), {"source": "testbank"}
        )
        lines = "\n".join(line for (line,) in plan)
    assert "Index Scan using entry_live_key on entry" in lines
    (condition,) = re.findall(r"entry_live_key.*\n *Index Cond: (.*)", lines)
    assert "entry_key = staged.entry_key" in condition
    assert "Seq Scan on entry" not in lines


def test_many_deliveries_in_small_chunks_come_out_as_in_one(store, keys, monkeypatch):
    pages = [
        page([row(f"r{n}", n + 1), row("twice", n)], part=f"transactions/{n}", minute=n)
        for n in range(12)
    ]
    whole, pieces = config("whole"), config("pieces")
    deliver(store, keys, whole, *pages)
    deliver(store, keys, pieces, *pages)
    stage(store, keys, whole, HOUR_10)
    monkeypatch.setattr(deliveries, "CHUNK_ROWS", 5)
    monkeypatch.setattr(deliveries, "BATCH_DELIVERIES", 2)
    counts = stage(store, keys, pieces, HOUR_10)
    assert live(store, "whole") == live(store, "pieces") == {
        "twice": 11, **{f"r{n}": n + 1 for n in range(12)},
    }  # fmt: skip
    assert counts["rows_parsed"] == 24


def test_a_field_never_seen_is_warned_about_by_name(staged, caplog, monkeypatch):
    def parse(self, payload, real=bank.TestBank.parse):
        rows = real(self, payload)
        rows.attrs["new_fields"] = ["branch_code"]
        return rows

    monkeypatch.setattr(bank.TestBank, "parse", parse)
    with caplog.at_level(logging.WARNING):
        staged(page([row("a")]), page([row("b")], part="transactions/2"))
    assert "branch_code" in caplog.text


# Amount and minute fetched of each reading of one entry; absent where None.
READINGS = st.lists(
    st.tuples(st.integers(0, 3), st.none() | st.integers(1, 3), st.none() | st.integers(1, 3)),
    min_size=1,
    max_size=5,
    unique_by=lambda reading: reading[0],
)


@pytest.mark.parametrize("later_delivery", ["adds", "restates"])
@hypothesis_settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(readings=READINGS, data=st.data())
def test_any_order_any_split_any_repeat_ends_in_the_same_rows(
    store, keys, later_delivery, readings, data
):
    """Readings land as they are fetched, in this hour's interval or the next one's or the one
    after; the intervals are staged in any order, some of them twice.
    """
    number = next(SOURCE_NUMBERS)
    is_file = later_delivery == "restates"
    hours = [data.draw(st.integers(0, 2)) for _ in readings]
    places = [Interval(HOUR_10.start + hour * HOUR, HOUR_10.end + hour * HOUR) for hour in hours]
    pages = [
        page(
            [row(key, amount) for key, amount in (("a", a), ("b", b)) if amount is not None],
            part="F_10" if is_file else "transactions/1",
            minute=minute,
        )
        for minute, a, b in readings
    ]
    # One interval never holds the same bytes of a part twice: they would not land again.
    fresh = {
        (place, one.body): number
        for number, (place, one) in enumerate(zip(places, pages, strict=True))
    }
    assume(len(fresh) == len(pages))

    def outcome(name, order):
        source = config(
            f"{name}{number}", later_delivery=later_delivery, kind="sftp" if is_file else "rest"
        )
        for place, one in sorted(
            zip(places, pages, strict=True), key=lambda pair: pair[1].fetched_at
        ):
            deliver(store, keys, source, one, interval=place)
        for place in order:
            stage(store, keys, source, place)
        return live(store, source.name)

    by_fetch = sorted(zip(readings, places, strict=True), key=lambda pair: pair[0][0])
    last = by_fetch[-1][0]
    if is_file:
        expected = {key: a for key, a in (("a", last[1]), ("b", last[2])) if a is not None}
    else:
        expected = {}
        for (_, a, b), _ in by_fetch:
            expected |= {key: value for key, value in (("a", a), ("b", b)) if value is not None}
    wanted = sorted(set(places))
    order = data.draw(st.permutations(wanted + wanted[:1]))
    assert outcome("shuffled", order) == expected


SOURCE_NUMBERS = iter(range(10**6))


def test_a_digest_tells_a_blank_from_nothing_and_a_field_from_its_neighbour():
    columns = {
        name: pd.array([pd.NA] * 4, dtype="string")
        for name in bank.as_entries({}).columns
        if name != "account_number"
    }
    frame = pd.DataFrame(columns | {"account_id": pd.array([1, 1, 1, 1], dtype="Int64")})
    frame["rrn"] = pd.array(["a", pd.NA, "", "a"], dtype="string")
    frame["utr"] = pd.array([pd.NA, "a", pd.NA, pd.NA], dtype="string")
    frame["occurred_at"] = pd.to_datetime([datetime(2026, 1, 1, tzinfo=UTC)] * 4, utc=True)
    first, second, third, fourth = digests(frame)
    assert first == fourth
    assert len({first, second, third}) == 3


def test_a_column_that_came_later_changes_no_digest_where_it_is_blank():
    names = [name for name in ENTRY_COLUMNS if name not in NOT_BUSINESS]
    frame = pd.DataFrame(dict.fromkeys(names, pd.Series([pd.NA] * 4, dtype="string")))
    before = BETWEEN.join([MISSING] * (len(names) - len(LATER))).encode()
    blank = hashlib.blake2b(before, digest_size=16).hexdigest()
    assert set(digests(frame)) == {blank}
    held = pd.Series([True, pd.NA, True, pd.NA], dtype="boolean")
    disputed = pd.Series([pd.NA, "disp_1", "disp_1", pd.NA], dtype="string")
    found = digests(frame.assign(on_hold=held, dispute_id=disputed)).tolist()
    assert found[3] == blank
    assert len(set(found)) == 4
