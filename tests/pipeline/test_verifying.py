"""What is stored is what it was made from, and the smallest change of it is named."""

import base64
import os
from dataclasses import replace

import pytest
from sqlalchemy import text

from adapters.config import load_sources
from pipeline.crypto import DataKeys
from pipeline.errors import WrongKey
from pipeline.keys import Keys
from pipeline.settings import PROJECT, Settings
from pipeline.store import Store
from pipeline.verifying import Verifier, verify
from pipeline.verifying_edges import RUN_FIRST
from reconciliation.model import HOUR, Interval
from reconciliation.rulebook import Rulebook, shipped
from tests.conftest import TEMPLATE, _execute, environment, url_of
from tests.pipeline.mutations import TABLES, mutator
from tests.pipeline.small_installation import small_installation
from tests.simulator.world_cache import ANCHOR

MUTATIONS = int(os.environ.get("RECON_MUTATIONS", "60"))
pytestmark = pytest.mark.timeout(1200)  # the installation is made once, by whoever comes first
WRITES = """
    select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables
    where schemaname in ('raw', 'staging', 'recon', 'ops', 'audit')
"""
# What so small a world has none of; `python -m tests.pipeline.mutations` has a larger one, but
# for the two things that the simulated banks never do.
UNTOLD = {
    "staging.unseen_entry", "staging.duplicate_statement", "staging.restatement",
    "recon.adjustment", "recon.fee_variance", "recon.no_edge_entry",
}  # fmt: skip
LAST_HOUR = Interval(ANCHOR - HOUR, ANCHOR)
ENTRY = "select entry_id from staging.entry where source = 'hdfc' order by entry_id limit 1"
BREAK = "select break_id from recon.break where status <> 'RESOLVED' order by 1 limit 1"


@pytest.fixture(scope="module")
def installed(postgres, tmp_path_factory):
    """(settings, a store as the steps use it, one as the owner)."""
    folder = tmp_path_factory.mktemp("verified")
    _execute(
        postgres,
        f"create database verified template {TEMPLATE} owner recon_owner",
        "create database verified_world owner recon_owner",
        "grant temporary on database verified to recon_etl",
    )
    owner = url_of(postgres, "owner", "verified")
    settings = Settings.load(env=environment(owner), home=folder / "home")
    world = url_of(postgres, "owner", "verified_world")
    with small_installation(settings, folder / "banks", world) as reached:
        yield reached, Store(url_of(postgres, "etl", "verified")), Store(owner)
    for name in ("verified", "verified_world"):
        _execute(postgres, f"drop database {name} with (force)")


@pytest.fixture
def look(installed):
    """`look(change, …)` → what verify says of the database with those changes in it."""
    settings, _, owner = installed

    def verified(*changes: str, configs=None, book=None, **keywords):
        keys = Keys(DataKeys(settings.data_keys), settings.index_key)
        configs = configs or load_sources(PROJECT / "adapters", settings.environment)
        with owner.transaction(snapshot=True) as transaction:
            for table in TABLES:
                transaction.connection.execute(text(f"alter table {table} disable trigger user"))
            for change in changes:
                assert transaction.connection.execute(text(change)).rowcount == 1, change
            verifier = Verifier(transaction, keys, configs, settings.environment, book=book)
            said = verifier.verify(**keywords)
            transaction.connection.get_transaction().rollback()
        return said

    return verified


def test_all_of_it_agrees_and_nothing_is_written(installed):
    settings, store, owner = installed
    with owner.transaction() as transaction:
        transaction.connection.execute(text("select pg_stat_force_next_flush()"))
        before = transaction.connection.execute(text(WRITES)).scalar_one()
    steps = []
    verified = verify(settings, store, advance=lambda *step: steps.append(step))

    assert verified.found is None
    assert verified.not_verifiable == {}
    kinds = (
        "deliveries", "loads", "entries", "balances", "settlement headers", "rows in quarantine",
        "match groups", "match items", "open entries", "account days", "proofs", "breaks",
    )  # fmt: skip
    assert [kind for kind in kinds if not verified.agreed[kind]] == []
    assert [done for done, *_ in steps] == sorted(done for done, *_ in steps)
    assert steps[-1][0] == steps[-1][1]
    with owner.transaction() as transaction:
        assert transaction.connection.execute(text(WRITES)).scalar_one() == before


def test_every_one_of_many_random_changes_is_named(installed):
    settings, _, owner = installed
    missed = []
    with mutator(settings, owner, seed=7) as at:
        assert set(TABLES) - set(at.tables) == UNTOLD
        for table in at.tables:  # without a change there is nothing to name
            assert at.look(table, at.places[table][0]) is None, table
        for _ in range(MUTATIONS):
            table, row, column, found = at.mutate()
            if found is None:
                missed.append((table, column, row))
    assert missed == []


@pytest.mark.parametrize(("changes", "what", "where"), [
    (  # a paisa more, the digest as it was
        [f"update staging.entry set amount_minor = amount_minor + 1 where entry_id = ({ENTRY})"],
        "staging.entry.amount_minor", "hdfc, load",
    ),
    (
        [f"update staging.entry set digest = gen_random_uuid() where entry_id = ({ENTRY})"],
        "staging.entry.digest", "hdfc, load",
    ),
    (
        ["update raw.delivery set ciphertext = set_byte(ciphertext, 40, 255 - get_byte(ciphertext,"
         " 40)) where delivery_id = 2"],
        "a stored delivery", "raw.delivery 2: ",
    ),
    (
        ["update recon.match_group set difference_minor = difference_minor + 1 where ctid ="
         " (select min(ctid) from recon.match_group where reconciliation = 'core_hdfc')"],
        "a match group, difference_minor", "core_hdfc, match_group_id",
    ),
    (  # break and event alike: only recomputing finds it
        [f"update recon.break set amount_minor = amount_minor + 1 where break_id = ({BREAK})",
         "update recon.break_event set amount_minor = amount_minor + 1 where (break_id, known_at)"
         f" in (select break_id, max(known_at) from recon.break_event where break_id = ({BREAK})"
         " group by break_id)"],
        "a break", "break_id",
    ),
    (
        ["update recon.proof set ledger_balance_minor = ledger_balance_minor + 1,"
         " statement_balance_minor = statement_balance_minor + 1 where ctid = (select min(ctid)"
         " from recon.proof where reconciliation = 'core_sbi' and known_to is null)"],
        "a proof", "core_sbi, account_no",
    ),
    (  # as good as none where accounts are compared, and yet another value
        ["update recon.proof set account_id = 0 where ctid = (select min(ctid) from recon.proof"
         " where reconciliation = 'gateway_settlement' and known_to is null)"],
        "a proof", "gateway_settlement, account_no",
    ),
    (  # nothing makes a past event again
        ["update recon.break_event set amount_minor = amount_minor + 1 where (break_id, known_at)"
         " = (select break_id, min(known_at) from recon.break_event group by break_id"
         " having count(*) > 2 order by break_id limit 1)"],
        "a row that was recorded for good, break event", "core_hdfc, row_key",
    ),
    (
        ["update recon.write_off set amount_minor = amount_minor + 1 where answer is null"],
        "a row that was recorded for good, write-off", "core_hdfc, row_key 2",
    ),
    (
        ["delete from recon.candidate where ctid = (select min(ctid) from recon.candidate"
         " where known_to is null)"],
        "a candidate", "entry_id",
    ),
    (
        ["delete from recon.suggestion where ctid = (select min(ctid) from recon.suggestion"
         " where known_to is null)"],
        "a suggestion", "entry_id",
    ),
])  # fmt: skip
def test_the_first_that_differs_is_named_with_its_place(look, changes, what, where):
    # What was derived is held against all entries, whichever loads are read again.
    is_derived = "recon." in changes[0]
    found = look(*changes, interval=LAST_HOUR if is_derived else None).found
    assert found.what == what
    assert where in found.where
    assert found.stored != found.recomputed
    assert found.next_step


@pytest.mark.parametrize(("table", "values", "column"), [
    (
        "staging.unseen_entry",
        "entry_id, version, 'hdfc', 'transactions', business_date, load_id, known_from"
        " from staging.entry where source = 'hdfc' order by entry_id limit 1",
        "business_date",
    ),
    (
        "staging.duplicate_statement",
        "'hdfc', 'transactions', 'a', 'b', load_id, null, 'INR', date '2026-03-10', known_at"
        " from staging.load where source = 'hdfc' order by load_id limit 1",
        "business_date",
    ),
])  # fmt: skip
def test_what_a_load_noticed_is_held_by_its_seal(look, table, values, column):
    noticed = (
        f"insert into {table} select {values}",
        f"update {table} as held set seal = ops.seal_of(held, '{{}}')",
    )
    hdfc = {"sources": ["hdfc"], "interval": LAST_HOUR, "with_results": False}
    assert look(*noticed, **hdfc).found is None
    found = look(*noticed, f"update {table} set {column} = {column} + 1", **hdfc).found
    assert found.what == "what a load noticed"
    assert found.where.startswith("hdfc, load ")


def test_ending_a_row_seals_it_anew_and_nothing_else_does(installed):
    *_, owner = installed
    held = (
        "select count(*) from recon.suggestion as held where seal = ops.seal_of(held, '{}')"
        " and entry_id = :entry_id and reconciliation = :reconciliation"
    )
    with owner.transaction() as transaction:

        def run(statement: str, **values):
            return transaction.connection.execute(text(statement), values)

        row = run("select * from recon.suggestion where known_to is null limit 1").mappings().one()
        row = {name: row[name] for name in ("entry_id", "reconciliation")}
        count = run(held, **row).scalar_one()
        mine = "where entry_id = :entry_id and reconciliation = :reconciliation"
        end = f"update recon.suggestion set known_to = now() {mine}"
        with transaction.connection.begin_nested() as savepoint:
            run(f"update recon.suggestion set rank = rank + 10 {mine}", **row)
            run(end, **row)  # in order, of what was not
            assert run(held, **row).scalar_one() == 0
            savepoint.rollback()
        run(end, **row)
        assert run(held, **row).scalar_one() == count
        for change in ("rank = rank + 10", "known_to = null"):
            with transaction.connection.begin_nested() as savepoint:
                run(f"update recon.suggestion set {change} {mine}", **row)
                assert run(held, **row).scalar_one() == 0
                savepoint.rollback()
        transaction.connection.get_transaction().rollback()


def test_an_entry_of_another_parser_version_is_held_against_its_own_digest_alone(look, installed):
    settings, *_ = installed
    configs = load_sources(PROJECT / "adapters", settings.environment)
    configs["hdfc"] = replace(configs["hdfc"], parser_version="another")
    hdfc = {"configs": configs, "sources": ["hdfc"], "with_results": False}
    verified = look(**hdfc)
    assert verified.found is None
    assert verified.not_verifiable["deliveries: another parser version"] > 0
    changed = f"update staging.entry set amount_minor = amount_minor + 1 where entry_id = ({ENTRY})"
    assert look(changed, **hdfc).found.what == "staging.entry.digest"


def test_an_edge_of_other_rules_or_of_none_is_counted(look):
    book = Rulebook(tuple(
        replace(item, text=item.text + "#") if item.name == "core_hdfc" else item
        for item in shipped()
        if item.name != "core_sbi"
    ))  # fmt: skip
    verified = look(book=book, interval=LAST_HOUR)
    assert verified.found is None
    assert verified.not_verifiable == {
        f"core_hdfc: made by other rules than those in force: {RUN_FIRST}": 1,
        "core_sbi: no definition of it is left": 1,
        f"core_axis: entries without a reconciliation: by other rules: {RUN_FIRST}": 1,
    }


def test_what_waits_to_be_reconciled_is_no_disagreement(look):
    verified = look(
        "insert into staging.load (source, interval_from, interval_to, known_at, parser_version)"
        " select 'hdfc', interval_to, interval_to + interval '1 hour', known_at + interval '1 day',"
        " parser_version from staging.load where source = 'hdfc' order by load_id desc limit 1",
        sources=["hdfc"],
    )
    assert verified.found is None
    assert [name.partition(":")[0] for name in verified.not_verifiable] == [
        "core_hdfc", "settlement_bank",
    ]  # fmt: skip
    assert all(name.endswith(RUN_FIRST) for name in verified.not_verifiable)


def test_banks_that_are_no_longer_configured_leave_what_does_not_need_them(installed):
    settings, store, _ = installed
    bare = replace(settings, environment=environment(""))
    verified = verify(bare, store)
    assert verified.found is None
    assert (
        verified.agreed["entries"]
        + sum(
            count for name, count in verified.not_verifiable.items() if name.startswith("entries")
        )
        > 1000
    )


def test_rotated_keys_open_what_the_old_ones_closed(installed):
    settings, store, _ = installed
    new = f"new:{base64.b64encode(bytes(32)).decode()}"
    hour = Interval(ANCHOR - HOUR, ANCHOR)
    both = replace(settings, data_keys=f"{new},{settings.data_keys}")
    assert verify(both, store, interval=hour, sources=["hdfc"]).found is None
    found = verify(replace(settings, data_keys=new), store, interval=hour, sources=["hdfc"]).found
    assert found.what == "a stored delivery"
    assert "'test' is not in RECON_DATA_KEYS" in found.recomputed
    with pytest.raises(WrongKey):
        verify(replace(settings, index_key=bytes(32)), store)
