"""A bank that promises a file a day, on a real SFTP host: late, said so, here, restated."""

import json
import os
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from adapters.arrival import FileArrival
from adapters.config import load_source
from pipeline import edges, promised_files, steps
from pipeline.dashboard import read_overview
from pipeline.doctor import _operations
from pipeline.doctor_sources import _source
from pipeline.file_names import token
from pipeline.keys import open_keys
from pipeline.landing import window_of
from pipeline.promised_files import missing_from
from pipeline.schema import migrations
from pipeline.settings import PROJECT, Settings
from pipeline.source_checks import check_source
from reconciliation.model import HOUR, IST, Interval
from reconciliation.rulebook import shipped
from simulator.servers import serve
from tests.adapters.statement_bodies import kotak_content
from tests.conftest import environment
from tests.pipeline import bank
from tests.pipeline.bank import deliver, live, page, query
from tests.simulator.small_world import small_world

ACCOUNT = "6431385086"
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 3, n) for n in (9, 10, 11, 12))
PROMISE = 'arrival: {each: business_day, per: account, due: "10:00 next day"}'
BREAKS = """
    select subject_key, status, explanation, account_id, cast(business_date as text) as day
    from recon.break where code = 'MIS_FILE' order by business_date, reconciliation
"""


def at(hour, day):
    return datetime.combine(day, time(hour), IST)


@pytest.fixture
def daily(tmp_path, monkeypatch):
    """adapters/ with Kotak's statements by the day."""
    folder = tmp_path / "adapters"
    folder.mkdir()
    for path in (PROJECT / "adapters").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if path.stem == "kotak":
            text = text.replace(r"_(?P<hour>[0-9]{2})\.json'", rf"\.json'{chr(10)}    {PROMISE}")
            assert PROMISE in text
        (folder / path.name).write_text(text, encoding="utf-8")
    for module in (steps, edges):
        monkeypatch.setattr(module, "SOURCES", folder)
    return folder


@pytest.fixture
def servers(tmp_path):
    running = serve(small_world(), tmp_path / "world", database_url=None)
    yield running
    running.stop()


@pytest.fixture
def put(servers):
    def write(day, *minors, first_id=0, minute=0):
        content = kotak_content(*minors)
        for number, row in enumerate(content["transactions"], start=first_id):
            row |= {
                "transaction_id": f"KKBK{day:%Y%m%d}{number:04d}", "value_date": str(day),
                "transaction_date": f"{day}T10:21:07+05:30",
            }  # fmt: skip
        path = servers.folder("kotak") / f"KOTAK_{ACCOUNT}_{day:%Y%m%d}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(json.dumps(content).encode())
        moment = at(8, day + timedelta(days=1)).timestamp() + minute * 60
        os.utime(path, (moment, moment))
        path.with_suffix(".done").touch()

    return write


@pytest.fixture
def installed(database, servers, tmp_path, daily):
    given = {name: value for name, value in servers.environment.items() if "KOTAK" in name}
    variables = environment(database.owner) | given
    return Settings.load(env=variables, home=tmp_path / "home")


def run(settings, start, end):
    """One run of the scheduler over that interval."""
    interval = Interval(start, end)
    counts = steps.land(settings, "kotak", interval)
    steps.stage(settings, "kotak", interval)
    for edge in ("core_kotak", "settlement_bank"):
        steps.reconcile(settings, edge, interval)
    return counts, steps.raise_alerts(settings, interval)


def test_a_file_that_is_late_says_so_everywhere_and_closes_itself_when_it_comes(
    installed, store, daily, put
):
    config = load_source(daily / "kotak.yaml", installed.environment)
    put(MONDAY, 500)
    run(installed, at(23, MONDAY), at(0, TUESDAY))
    _, alerts = run(installed, at(0, TUESDAY), at(9, WEDNESDAY))
    assert (query(store, BREAKS), alerts["source_late"]) == ([], 0)
    assert check_source(installed, store, config).wrong == [
        "transactions: none of 2 names is a file of the last eight days"
    ]

    _, alerts = run(installed, at(9, WEDNESDAY), at(10, WEDNESDAY))
    _, again = run(installed, at(10, WEDNESDAY), at(11, WEDNESDAY))
    assert (alerts["source_late"], alerts["raised"], again["raised"]) == (1, 1, 0)
    found = query(store, BREAKS)
    assert {(row["subject_key"], row["status"], row["day"]) for row in found} == {
        (f"kotak:transactions:{open_keys(installed, store).index_of(ACCOUNT).hex()}:2026-03-10",
         "OPEN", "2026-03-10")
    }  # fmt: skip
    assert len(found) == 2, "on each edge that waits for this bank"
    (alert,) = [one for one in _operations(store) if one.what == "alert source_late"]
    assert alert.sentence == (
        "kotak: kotak: 1 file(s) are due and have not come, the first of 2026-03-10; ask the bank"
    )
    says = "account ••••5086 on 2026-03-10 was due by 2026-03-11 10:00 IST and has not come"
    assert [says in line for line in check_source(installed, store, config).wrong] == [False, True]
    assert says in _source(installed, store, config).sentence
    assert state(installed) == "late"

    # It comes too late for the trailing day, and is fetched all the same.
    run(installed, at(11, WEDNESDAY), at(9, THURSDAY))
    put(TUESDAY, 700)
    put(WEDNESDAY, 900)
    counts, alerts = run(installed, at(9, THURSDAY), at(10, THURSDAY))
    assert counts["new"] == 2
    assert {row["status"] for row in query(store, BREAKS)} == {"RESOLVED"}
    assert (alerts["source_late"], alerts["cleared"]) == (0, 1)
    assert sorted(live(store, "kotak").values()) == [500, 700, 900]
    assert state(installed, at(11, THURSDAY)) == "on time"

    put(WEDNESDAY, 950, first_id=1, minute=5)  # restated
    run(installed, at(10, THURSDAY), at(11, THURSDAY))
    assert sorted(live(store, "kotak").values()) == [500, 700, 950]
    assert {row["status"] for row in query(store, BREAKS)} == {"RESOLVED"}


def state(settings, now=None):
    seen = read_overview(settings, now or at(11, WEDNESDAY))
    return next(source.state for source in seen.sources if source.source == "kotak")


def test_the_fetch_reaches_back_to_the_oldest_file_that_has_not_come(installed, store, daily, put):
    config = load_source(daily / "kotak.yaml", installed.environment)
    put(MONDAY, 500)
    run(installed, at(23, MONDAY), at(0, TUESDAY))
    morning = Interval(at(9, WEDNESDAY), at(10, WEDNESDAY))
    assert missing_from(store, config, Interval(at(22, TUESDAY), at(23, TUESDAY))) is None
    assert missing_from(store, config, morning) == at(0, TUESDAY)
    reach = promised_files.MISSING_DAYS_MAX
    for days, expected in ((reach, at(0, TUESDAY)), (reach + 1, at(0, WEDNESDAY))):
        until = at(10, TUESDAY + timedelta(days=days))
        assert missing_from(store, config, Interval(until - HOUR, until)) == expected
    assert missing_from(store, bank.config(), morning) is None
    put(TUESDAY, 700)
    steps.land(installed, "kotak", morning)  # it waits to be staged, but it is here
    assert missing_from(store, config, Interval(at(9, THURSDAY), at(10, THURSDAY))) == at(
        0, WEDNESDAY
    )


def test_a_window_begins_where_a_file_is_missing_and_never_later():
    interval = Interval(at(9, WEDNESDAY), at(10, WEDNESDAY))
    early, late = at(0, TUESDAY), at(8, WEDNESDAY)
    assert window_of(bank.config(), interval, None, reach=early).fetched_from == early
    assert window_of(bank.config(), interval, None, reach=late).fetched_from == at(7, WEDNESDAY)


def test_files_of_a_day_are_read_again_by_the_day(installed, daily):
    config = load_source(daily / "kotak.yaml", installed.environment)
    for hour, day in ((9, TUESDAY), (23, TUESDAY), (0, WEDNESDAY)):
        interval = Interval(at(hour, day), at(hour, day) + HOUR)
        found = window_of(config, interval, at(hour, day))
        assert found.fetched_from == at(0, day - timedelta(days=1))
        assert found.covered_from == at(hour, day)


def test_the_days_of_files_by_the_hour_are_not_kept(store, settings):
    keys = open_keys(settings, store)
    config = load_source(PROJECT / "adapters" / "kotak.yaml", {})
    deliver(store, keys, config, page(b"{}", part="KOTAK_6431385086_20260310_10", name="x"))
    assert query(store, "select from raw.file_day") == []


def test_a_file_that_comes_twice_is_kept_once(store, settings):
    keys = open_keys(settings, store)
    config = load_source(PROJECT / "adapters" / "kotak.yaml", {})
    name = f"KOTAK_{ACCOUNT}_20260310"
    file = replace(
        page(b"{}", part=name, name=f"{name}.json"), day=TUESDAY, account_at=(6, 6 + len(ACCOUNT))
    )
    deliver(store, keys, config, file, file)
    (row,) = query(store, "select dataset, number_index, last4, day from raw.file_day")
    assert (row["dataset"], row["last4"], row["day"]) == ("transactions", "5086", TUESDAY)
    assert bytes(row["number_index"]) == keys.index_of(ACCOUNT)
    deliver(store, keys, config, replace(file, account_at=None, body=b"[]"))
    kept = query(store, "select last4 from raw.file_day order by delivery_id")
    assert [row["last4"] for row in kept] == ["5086", None]


def test_the_edges_know_what_their_sources_promise(installed, daily):
    found = edges.arrivals(shipped().find("core_kotak"), installed.environment)
    (promise,) = found["kotak"].files
    assert (promise.source, promise.dataset, promise.calendar) == (
        "kotak", "transactions", "india_bank",
    )  # fmt: skip
    assert promise.arrival == FileArrival(
        "business_day", "account", time(10), is_due_on_business_day=False
    )
    assert edges.arrivals(shipped().find("core_kotak"), {})["kotak"].files == ()


def test_what_landed_before_is_known_by_its_kept_name(owner_store, settings, store):
    keys = open_keys(settings, store)
    config = load_source(PROJECT / "adapters" / "kotak.yaml", {})
    names = {
        f"KOTAK_{ACCOUNT}_20260310": MONDAY,  # a file
        f"KOTAK_{ACCOUNT}_20260311": None,  # a page that is named like one
        f"KOTAK_{ACCOUNT}_20260310_10": MONDAY,  # by the hour
        f"KOTAK_{ACCOUNT}_20261399": MONDAY,  # no day
    }
    for place, (name, modified) in enumerate(names.items()):
        file = page(str(place).encode(), part=name, name=name + ".json",
                    modified_at=modified and at(8, modified))  # fmt: skip
        deliver(store, keys, config, replace(file, account_at=(6, 6 + len(ACCOUNT))))
    bank_query = "insert into ops.account (number_index, number_cipher, last4, first_source)"
    with store.transaction() as transaction:
        transaction.connection.exec_driver_sql(
            bank_query + " values (%s, 'x', '5086', 'kotak')", (keys.index_of(ACCOUNT),)
        )
    text = next(one.text for one in migrations() if one.name.startswith("0014"))
    fill = text[text.index("insert into raw.file_day") : text.index("-- The files of one promise")]
    with owner_store.transaction() as transaction:
        transaction.connection.connection.cursor().execute(fill)
    (row,) = query(store, "select number_index, last4, day, dataset from raw.file_day")
    assert (row["last4"], row["day"], row["dataset"]) == ("5086", TUESDAY, "transactions")
    assert bytes(row["number_index"]) == keys.index_of(ACCOUNT)
    assert token(keys, ACCOUNT).endswith("-5086")
