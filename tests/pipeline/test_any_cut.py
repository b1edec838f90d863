"""A simulated week through the real banks, cut into intervals in several ways and fetched in any
order, some of it twice: the same groups, breaks and proofs stand at the end.

`RECON_EXAMPLES` asks for more cuts and more worlds than the suite has time for.
"""

import os
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from pipeline.interval_runs import run_interval
from pipeline.opening_balances import set_accounts
from pipeline.opening_file import GoLive
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.wiring import configured_sources
from reconciliation.model import HOUR, Interval
from simulator.saved import opening_accounts
from simulator.servers import serve
from simulator.world_building import build
from tests.conftest import TEMPLATE, _execute, environment, url_of
from tests.simulator.world_cache import ANCHOR

EXAMPLES = int(os.environ.get("RECON_EXAMPLES", "1"))
# Seeds of worlds, and into pieces of how many hours each is cut besides.
EVEN_CUTS = {3: ()} if EXAMPLES == 1 else {3: (1, 24), 4: (24,), 5: (24,), 6: (24,)}
STANDING = {
    "groups": """
        select reconciliation, cast(match_group_id as text), pass_name, difference_minor
        from recon.match_group where known_to is null
    """,
    # That a statement was corrected is a fact of which deliveries were loaded when.
    "breaks": """
        select reconciliation, cast(break_id as text), code, amount_minor, currency, business_date,
            explanation
        from recon.break where status <> 'RESOLVED' and code <> 'STM_RESTATED'
    """,
    "proofs": """
        select reconciliation, bank_code, proof.currency, business_date, ledger_balance_minor,
            statement_balance_minor, explained_minor, unexplained_minor, proof.state
        from recon.proof left join ops.account using (account_id) where known_to is null
    """,
    "open": """
        select open_entry.reconciliation, entry.source, entry.entry_key, open_entry.status
        from recon.open_entry inner join staging.entry using (entry_id, version)
    """,
}


@pytest.fixture
def standing_after(postgres, tmp_path):
    """`standing_after(world, intervals)` → what stands after them and, once the banks have restated
    what was read, after all of it again; with banks and a database of its own.
    """
    made = 0

    def run(world, intervals):
        nonlocal made
        made += 1
        name = f"cut_{made}"
        home = tmp_path / name
        for statement in (
            f"create database {name} template {TEMPLATE} owner recon_owner",
            f"create database {name}_world owner recon_owner",
            f"grant temporary on database {name} to recon_etl",
        ):
            _execute(postgres, statement)
        own = Settings.load(env=environment(url_of(postgres, "owner", name)), home=home)
        servers = serve(
            world, home / "banks", database_url=url_of(postgres, "owner", f"{name}_world"),
            quota_factor=None,
        )  # fmt: skip
        try:
            own = replace(own, environment={**own.environment, **servers.environment})
            set_accounts(own, GoLive(opening_accounts(world), []))
            sources = configured_sources(own.environment)
            for interval in (*intervals, world.history):
                run_interval(own, interval, sources, say=lambda words: None)
        finally:
            servers.stop()
        store = Store(own.database_url)
        with store.transaction() as transaction:
            found = {
                what: {tuple(row) for row in transaction.connection.execute(text(query))}
                for what, query in STANDING.items()
            }
        store.engine.dispose()
        for database in (name, f"{name}_world"):
            _execute(postgres, f"drop database {database} with (force)")
        return found

    return run


def cut(history, hours):
    ends = [history.start + HOUR * hour for hour in sorted(hours)]
    ends = [end for end in ends if history.start < end < history.end]
    return [
        Interval(start, end)
        for start, end in zip([history.start, *ends], [*ends, history.end], strict=True)
    ]


def differing(found, expected):
    """What only one of the two has, by kind."""
    return {
        what: sorted(map(str, found[what] ^ rows))
        for what, rows in expected.items()
        if found[what] != rows
    }


@pytest.mark.timeout(0 if EXAMPLES > 1 else 300)
@pytest.mark.parametrize("seed", EVEN_CUTS)
def test_any_cut_in_any_order_ends_the_same(standing_after, seed):
    world = build(seed, 100, ANCHOR)
    history = world.history
    hours = (history.end - history.start) // HOUR
    whole = standing_after(world, [history])
    assert all(whole.values())
    for each in EVEN_CUTS[seed]:
        evenly = standing_after(world, cut(history, range(each, hours, each)))
        assert differing(evenly, whole) == {}

    @settings(max_examples=EXAMPLES, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.integers(0, 2**32))  # the first, 0, is shuffled as well
    def shuffled(number):
        drawn = random.Random(number)
        order = cut(history, drawn.sample(range(1, hours), 4))
        again = drawn.sample(order, 1)
        drawn.shuffle(order)
        found = standing_after(world, [*order, *again])
        assert differing(found, whole) == {}

    shuffled()
