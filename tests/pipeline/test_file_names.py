"""Names of files in the database: no account number in clear, and nothing else is otherwise."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import FileLook
from adapters.config import load_source
from adapters.sftp import SftpSource
from pipeline import releasing, steps
from pipeline.crypto import DataKeys
from pipeline.errors import WrongKey
from pipeline.file_names import kept_name, kept_part, opened_names, sealed_names
from pipeline.keys import Keys, open_keys
from pipeline.lending import lend
from pipeline.settings import PROJECT, Settings
from pipeline.staging import stage
from reconciliation.model import IST, Interval
from simulator.servers import serve
from tests.adapters.statement_bodies import ACCOUNT, axis_body, axis_file, axis_lines
from tests.conftest import environment
from tests.pipeline.bank import deliver, live, page, query
from tests.simulator.small_world import small_world

TWIN = "110000000001372"  # another account that ends as ours does
MORNING = Interval(datetime(2026, 3, 10, 10, tzinfo=IST), datetime(2026, 3, 10, 12, tzinfo=IST))
DAYS_LATER = Interval(MORNING.end + timedelta(days=3), MORNING.end + timedelta(days=3, hours=1))
MODIFIED = datetime(2026, 3, 10, 6, tzinfo=UTC)
KEYS = Keys(DataKeys(environment("")["RECON_DATA_KEYS"]), b"k" * 32)
AXIS_SPAN = (5, 5 + len(ACCOUNT))
RELATIONS = """
    select format('%I.%I', table_schema, table_name) as relation
    from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema')
"""
# Every column as text, bytes as hex digits.
CELLS = """
    select distinct cell.key
    from {relation} as line
    cross join lateral jsonb_each_text(to_jsonb(line)) as cell
    where cell.value ~ :words
"""


def found_in(store, *words):
    """Relation and column of everything in the database that holds one of the words."""
    pattern = "|".join([*words, *(word.encode().hex() for word in words)])
    return {
        f"{row['relation']}.{cell['key']}"
        for row in query(store, RELATIONS)
        for cell in query(store, CELLS.format(relation=row["relation"]), words=pattern)
    }


def bodies(account, refused=False, bad_row=False, hour="10"):
    lines = axis_lines(500, -200, account=account, time=f"{hour}:21:07")
    if bad_row:
        lines[1] = lines[1].replace(",2.00,", ",x,")
    return axis_body(lines, (500, -200), credit=600 if refused else None)


@pytest.fixture
def keys(settings, store):
    return open_keys(settings, store)


@pytest.fixture
def servers(tmp_path):
    running = serve(small_world(), tmp_path / "world", database_url=None)
    yield running
    running.stop()


@pytest.fixture
def put(servers):
    def write(account, hour, body, minute=0):
        path = servers.folder("axis") / f"AXIS_{account}_20260310_{hour}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        at = MODIFIED.timestamp() + minute * 60
        os.utime(path, (at, at))
        path.with_suffix(".done").touch()

    return write


@pytest.fixture
def installed(database, servers, tmp_path):
    variables = environment(database.owner) | servers.environment
    return Settings.load(env=variables, home=tmp_path / "home")


def run_all(settings):
    """Land and stage the two hours, reconcile them and, when the day can be judged, again."""
    landed = steps.land(settings, "axis", MORNING)
    counts = steps.stage(settings, "axis", MORNING)
    for interval in (MORNING, DAYS_LATER):
        steps.reconcile(settings, "core_axis", interval)
        steps.raise_alerts(settings, interval)
    return landed, counts


def test_no_account_number_is_anywhere_in_the_database(installed, store, owner_store, put):
    put(ACCOUNT, "10", bodies(ACCOUNT))
    put(ACCOUNT, "11", bodies(ACCOUNT, refused=True, hour="11"))
    put(TWIN, "10", bodies(TWIN, bad_row=True))
    landed, counts = run_all(installed)
    assert (landed["deliveries"], counts["entries_new"]) == (3, 3)
    assert (counts["refused"], counts["rows_quarantined"]) == (1, 1)
    for row in query(store, "select delivery_id from raw.delivery"):
        releasing.reparse(installed, store, row["delivery_id"])

    assert found_in(owner_store, ACCOUNT, TWIN) == set()
    seen = found_in(owner_store, "1372")  # the search sees what a person may see
    assert seen >= {
        "raw.delivery.part", "raw.delivery.name", "raw.file_seen.name", "audit.file_transfer.name",
        "staging.entry.part", "staging.quarantine.part", "staging.quarantine.row_key",
        "staging.quarantine.reason", "recon.break.subject_key", "recon.break.explanation",
        "report.deliveries.name", "ops.account.last4",
    }  # fmt: skip


def test_what_is_landed_is_not_fetched_again_and_changed_bytes_restate_their_part(
    installed, store, put
):
    put(ACCOUNT, "10", bodies(ACCOUNT))
    put(TWIN, "10", bodies(TWIN))
    run_all(installed)
    assert len(live(store, "axis")) == 4
    assert steps.land(installed, "axis", MORNING)["deliveries"] == 0

    put(ACCOUNT, "10", axis_file(700), minute=5)
    landed, counts = run_all(installed)
    assert (landed["deliveries"], landed["new"]) == (1, 1)
    assert (counts["entries_new"], counts["entries_retracted"]) == (1, 2)
    assert sorted(live(store, "axis").values()) == [-200, 500, 700]
    parts = {row["part"] for row in query(store, "select part from staging.entry")}
    assert len(parts) == 2
    assert {part[-17:] for part in parts} == {"-1372_20260310_10"}


def test_a_refused_file_that_comes_again_whole_closes_its_finding_and_its_break(
    installed, store, put
):
    put(ACCOUNT, "11", bodies(ACCOUNT, refused=True, hour="11"))
    run_all(installed)
    breaks = """
        select distinct status, business_date::text as day from recon.break
        where subject_kind = 'delivery'
    """
    assert [tuple(row.values()) for row in query(store, breaks)] == [("OPEN", "2026-03-10")]
    put(ACCOUNT, "11", bodies(ACCOUNT, hour="11"), minute=5)
    run_all(installed)
    assert [tuple(row.values()) for row in query(store, breaks)] == [("RESOLVED", "2026-03-10")]
    assert query(store, "select from staging.quarantine where known_to is null") == []


def test_the_adapter_reads_account_and_day_out_of_the_real_name(store, keys, monkeypatch):
    config = load_source(PROJECT / "adapters" / "axis.yaml", {})
    name = f"AXIS_{ACCOUNT}_20260310_10"
    file = replace(page(axis_file(500), part=name, name=f"{name}.csv"), account_at=AXIS_SPAN)
    seen, real = [], SftpSource.parse_many

    def parse_many(self, payloads):
        seen.extend(payloads)
        return real(self, payloads)

    monkeypatch.setattr(SftpSource, "parse_many", parse_many)
    deliver(store, keys, config, file)
    counts = stage(store, keys, config, Interval(MORNING.start, MORNING.start + timedelta(hours=1)))

    assert (counts["entries_new"], counts["refused"]) == (1, 0)
    assert [(one.part, one.name) for one in seen] == [(name, f"{name}.csv")]


def test_a_page_without_a_number_in_its_place_keeps_its_name_as_it_is(store, keys):
    deliver(store, keys, load_source(PROJECT / "adapters" / "hdfc.yaml", {}), page(b"{}"))
    (kept,) = query(store, "select part, name, name_cipher from raw.delivery")
    assert tuple(kept.values()) == ("transactions/1", "/v1/transactions", None)


def test_a_number_nobody_declared_is_kept_from_the_database_all_the_same(store, keys, owner_store):
    config = load_source(PROJECT / "adapters" / "hdfc.yaml", {})
    deliver(
        store, keys, config,
        page(b"{}", part=f"{ACCOUNT}/000001", name=f"/v1/accounts/{ACCOUNT}/transactions"),
    )  # fmt: skip
    assert found_in(owner_store, ACCOUNT) == set()
    (kept,) = query(store, "select source, part, sha256, name_cipher from raw.delivery")
    cipher, place = kept["name_cipher"], {name: kept[name] for name in ("source", "part", "sha256")}
    assert opened_names(keys.data, cipher, **place) == (
        f"{ACCOUNT}/000001", f"/v1/accounts/{ACCOUNT}/transactions",
    )  # fmt: skip


def test_a_seen_file_of_one_account_is_not_that_of_another_that_ends_alike(store, keys):
    config = load_source(PROJECT / "adapters" / "axis.yaml", {})
    body = axis_file(500)
    name = f"AXIS_{ACCOUNT}_20260310_10"
    file = page(body, part=name, name=f"{name}.csv", modified_at=MODIFIED)
    deliver(store, keys, config, replace(file, account_at=AXIS_SPAN))
    with lend(store, keys, config) as services:

        def known(account):
            look = FileLook(f"AXIS_{account}_20260310_10.csv", len(body), MODIFIED, AXIS_SPAN)
            return services.files.is_known("axis", look)

        assert known(ACCOUNT)
        assert not known(TWIN)


def test_names_moved_to_another_delivery_do_not_open():
    place = {"source": "axis", "part": "p", "sha256": "00"}
    sealed = sealed_names(KEYS.data, page(b"", part="real", name="real.csv"), **place)
    assert opened_names(KEYS.data, sealed, **place) == ("real", "real.csv")
    for key in place:
        with pytest.raises(WrongKey):
            opened_names(KEYS.data, sealed, **place | {key: "other"})


numbers = st.from_regex(r"[0-9]{4,20}", fullmatch=True)


@given(number=numbers, other=numbers, prefix=st.sampled_from(["AXIS_", "STMT", "", "2026_"]))
def test_only_the_number_is_replaced_and_each_has_its_own_token(number, other, prefix):
    def kept(account, keys=KEYS):
        part = f"{prefix}{account}_20260310_10"
        span = (len(prefix), len(prefix) + len(account))
        file = replace(page(b"", part=part, name=f"{part}.csv"), account_at=span)
        assert kept_name(keys, file.name, span) == kept_part(keys, file) + ".csv"
        return kept_part(keys, file)

    text = kept(number)
    assert text.startswith(prefix)
    assert text.removeprefix(prefix)[:16].isalpha()
    assert text.removeprefix(prefix)[16:] == f"-{number[-4:]}_20260310_10"
    assert (kept(other) == text) is (other == number)
    assert kept(number, Keys(KEYS.data, b"j" * 32)) != text


def test_a_part_that_begins_otherwise_than_the_name_holds_no_number_either():
    file = replace(
        page(b"", part=f"refused/AXIS_{ACCOUNT}_20260310_10", name=f"AXIS_{ACCOUNT}_x.csv"),
        account_at=AXIS_SPAN,
    )
    part = kept_part(KEYS, file)
    assert part.startswith("refused/AXIS_")
    assert part.endswith("-1372_20260310_10")
    assert ACCOUNT not in part
