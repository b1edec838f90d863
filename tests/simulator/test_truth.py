"""Truth says of every injected case what the rules call it, and of nothing else anything."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pandas as pd
import pytest

from simulator.quotas import MOVEMENT_QUOTAS, ORDER_QUOTAS, REFUND_QUOTAS
from simulator.truth import truth
from simulator.world import BANKS, World
from simulator.world_building import build
from tests.simulator.world_cache import (
    ANCHOR,
    default_truth,
    default_world,
    late_truth,
    small_world,
)

# What a case is called once it is old enough, and whose entry is the subject. Young ones open.
MOVEMENT_CODES = {
    "BANK_LOST": ("MIS_IN_BANK", "core"),
    "CORE_LOST": ("MIS_IN_LEDGER", "bank"),
    "BANK_SHORT": ("AMT_SHORT", "core"),
    "BANK_OVER": ("AMT_OVER", "core"),
    "CORE_ACCOUNT": ("ACCOUNT", "core"),
    "CORE_CURRENCY": ("CURRENCY", "core"),
    "CORE_DIRECTION": ("DIRECTION", "core"),
    "BANK_FAILED": ("STS_BANK_DIFFERS", "core"),
    "CORE_FAILED": ("STS_BANK_DIFFERS", "core"),
    "BANK_PENDING": ("STS_BANK_DIFFERS", "core"),
    "BANK_PENDING_ALONE": ("STS_DEEMED_PENDING", "bank"),
    "BANK_TWICE": ("DUP_SAME_SOURCE", "bank"),
    "CORE_TWICE": ("DUP_SAME_SOURCE", "core"),
    "BANK_TWINS": ("AMBIGUOUS", "core"),
    "GARBLED": ("MIS_IN_BANK", "core"),
    "SAME_ID": ("MIS_IN_BANK", "core"),
}
ORDER_CODES = {
    "GATEWAY_LOST": "MIS_IN_GATEWAY",
    "GATEWAY_LOST_SETTLED": "MIS_IN_GATEWAY",
    "MOBILE_LOST": "MIS_IN_MOBILE",
    "CORE_LOST": "MIS_IN_LEDGER",
    "GATEWAY_FAILED": "STS_LEDGER_OK_GW_FAILED",
    "CORE_FAILED": "STS_LEDGER_FAILED_GW_OK",
    "MOBILE_FAILED": "STS_MOBILE_DIFFERS",
    "MOBILE_PENDING": "STS_MOBILE_DIFFERS",
    "GATEWAY_SHORT": "AMT_SHORT",
    "GATEWAY_OVER": "AMT_OVER",
    "MOBILE_SHORT": "AMT_SHORT",
    "MOBILE_CURRENCY": "CURRENCY",
    "CORE_TWICE": "DUP_SAME_SOURCE",
    "MOBILE_TWICE": "DUP_SAME_SOURCE",
    "PAID_TWICE": "DUP_PAYMENT",
}
EXPECTED_SETTLEMENT = {
    "AMT_SHORT": 1, "AMT_OVER": 1, "ARITHMETIC": 1, "MIS_IN_BANK": 1, "MIS_IN_SETTLEMENT": 1,
    "DATE": 1, "DUP_CROSS_POSTED": 1, "DUP_SAME_SOURCE": 1,
}  # fmt: skip
EXPECTED_LINES = {
    "MIS_IN_SETTLEMENT": 2, "TIM_SETTLE_OVERDUE": 3, "RFD_NOT_SETTLED": 1, "ARITHMETIC": 3,
    "AMT_SHORT": 1, "AMT_OVER": 1, "MIS_IN_GATEWAY": 2, "DUP_SAME_SOURCE": 2,
    "RESERVE_HELD": 1,
}  # fmt: skip
SEEDS = (1, 2, 7, 14, 20)  # all of 1 to 20 were run; each is five seconds


def injected(world: World) -> dict[int, str]:
    cases = world.links.cases
    return cases[cases["kind"].eq("movement")].set_index("number")["case"].to_dict()


def old_count(quotas, codes, code: str) -> int:
    """How many of `code` the quotas ask for, without the young ones."""
    return sum(n for case, when, n in quotas if codes.get(case) == code and when != "young")


@pytest.mark.parametrize("seed", SEEDS)
def test_every_code_is_there_as_often_as_planned(seed):
    world = build(seed, 5_000, ANCHOR + timedelta(hours=7 * seed)) if seed > 1 else default_world()
    found = truth(world, world.anchor).breaks.groupby(["reconciliation", "code"]).size()
    three_way = {
        code: old_count(ORDER_QUOTAS, ORDER_CODES, code)
        + old_count(REFUND_QUOTAS, ORDER_CODES, code)
        for code in ORDER_CODES.values()
    }
    assert found["core_gateway_mobile"].to_dict() == three_way
    lines = found["gateway_settlement"].to_dict()
    # Of two chargebacks one is to come back, which is late a day after it was said.
    assert (lines.pop("CBK_UNMATCHED"), lines.pop("CBK_WON_NOT_CREDITED", 0)) in {(1, 1), (2, 0)}
    assert lines == EXPECTED_LINES
    assert found["settlement_bank"].to_dict() == EXPECTED_SETTLEMENT
    codes = {case: code for case, (code, _) in MOVEMENT_CODES.items()}
    extra = []
    for bank in BANKS:
        per_bank = found[f"core_{bank}"].to_dict()
        # CORE_FAILED of a debit.
        per_bank["STS_BANK_DIFFERS"] += per_bank.pop("STS_DEBITED_NOT_CONFIRMED", 0)
        planned = {code: old_count(MOVEMENT_QUOTAS, codes, code) for code in codes.values()}
        extra += [code for code, n in per_bank.items() for _ in range(n - planned.pop(code, 0))]
        assert planned == {}
    # A sum with two solutions at each bank: the whole, and four parts.
    for code, count in (("MIS_IN_LEDGER", 1), ("MIS_IN_BANK", 4)):
        for _ in range(count * len(BANKS)):
            extra.remove(code)
    # A garbled row and its partner, two rows of one id and theirs, a payout that never came, a
    # refused file, two statements, a file restated at either bank of files.
    assert sorted(extra) == [
        "DQ_CONFLICT", "DQ_CONFLICT", "DQ_QUARANTINED", "DQ_QUARANTINED", "MIS_IN_BANK",
        "MIS_IN_BANK", "MIS_IN_BANK", "MIS_IN_BANK", "STM_CONSISTENCY", "STM_CONTINUITY",
        "STM_RESTATED", "STM_RESTATED",
    ]  # fmt: skip


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("case", sorted(MOVEMENT_CODES))
def test_a_movement_case_is_called_by_its_code(bank, case):
    world, late = default_world(), late_truth()
    code, side = MOVEMENT_CODES[case]
    numbers = {number for number, name in injected(world).items() if name == case}
    rows, links = (
        (world.core["txn_id"], world.links.core)
        if side == "core"
        else (world.bank(bank)["transaction_id"], world.links.banks[bank])
    )
    own = rows[links["movement"].isin(numbers).to_numpy()]
    if side == "core":
        own = own[world.core["bank_code"].eq(bank.upper())]
    breaks = late.breaks[late.breaks["reconciliation"].eq(f"core_{bank}")]
    called = breaks.loc[breaks["txn_id"].isin(own), "code"]
    if case == "CORE_FAILED":
        bank_rows, of = world.bank(bank), world.links.banks[bank]["movement"].isin(numbers)
        is_debit = bank_rows.loc[of.to_numpy(), "amount_minor"].lt(0).any()
        code = "STS_DEBITED_NOT_CONFIRMED" if is_debit else code
    assert set(called) <= {code}
    expected = numbers & set(world.links.banks[bank]["movement"])
    if side == "core":
        expected = set(links.loc[own.index, "movement"])
    assert len(called) == len(expected)


@pytest.mark.parametrize(("case", "seats"), [("BANK_CUT", 2), ("CORE_BARE", 2), ("CORE_PARTS", 3)])
def test_what_is_hard_to_find_belongs_together_all_the_same(case, seats):
    world, found = default_world(), default_truth()
    numbers = {number for number, name in injected(world).items() if name == case}
    core = world.core.loc[world.links.core["movement"].isin(numbers), "txn_id"]
    pairs = found.pairs[found.pairs["reconciliation"].isin([f"core_{name}" for name in BANKS])]
    groups = pairs.loc[pairs["txn_id"].isin(core), "group_no"].unique()
    assert len(groups) == len(numbers) == 2 * len(BANKS)
    assert set(pairs[pairs["group_no"].isin(groups)].groupby("group_no").size()) == {seats}


@pytest.mark.parametrize("bank", BANKS)
def test_a_sum_with_two_solutions_is_undecided(bank):
    world, found = default_world(), default_truth()
    own = found.undecided[found.undecided["reconciliation"].eq(f"core_{bank}")]
    amounts = [
        int(rows.loc[rows[name].isin(own["txn_id"]), "amount_minor"].iloc[place])
        for rows, name, places in (
            (world.bank(bank), "transaction_id", 1), (world.core, "txn_id", 4),
        )
        for place in range(places)
    ]  # fmt: skip
    whole, parts = abs(amounts[0]), sorted(amounts[1:])
    assert parts[0] + parts[3] == parts[1] + parts[2] == whole
    assert not set(own["txn_id"]) & set(found.pairs["txn_id"])


def test_a_young_case_is_open_now_and_a_break_a_day_later():
    later, now = late_truth().breaks, default_truth().breaks
    opened = later[later["code"].isin(("MIS_IN_BANK", "MIS_IN_LEDGER", "MIS_IN_MOBILE"))]
    young = opened[~opened["txn_id"].isin(now["txn_id"])]
    assert set(young["reconciliation"]) >= {"core_hdfc", "core_axis", "core_gateway_mobile"}


def test_no_entry_is_matched_twice_or_is_both_matched_and_the_subject_of_a_break():
    found = default_truth()
    seat = ["reconciliation", "source", "txn_id"]
    assert not found.pairs.duplicated(seat).any()
    named = found.breaks[found.breaks["txn_id"].ne("")]
    assert not named.duplicated(seat).any()
    assert named.merge(found.pairs, on=seat).empty


def test_an_entry_is_the_subject_of_breaks_on_edges_that_share_its_trouble_only():
    """One thing goes wrong with an entry; a lost payment and a lost credit show on two edges."""
    named = default_truth().breaks
    named = named[named["txn_id"].ne("")]
    both = named[named.duplicated(["source", "txn_id"], keep=False)]
    assert both.empty


def seats_of(breaks: pd.DataFrame, edge: str, code: str) -> list[str]:
    return breaks.loc[
        breaks["reconciliation"].eq(edge) & breaks["code"].eq(code), "txn_id"
    ].tolist()


def payouts_of(world: World, case: str) -> pd.DataFrame:
    """The bank's rows of the settlement that a case is on, by time; `bank` says whose."""
    header = world.settlements[settlement_is(world, case)]
    utr = header["utr"].str.upper().item()
    rows = pd.concat([world.bank(bank).assign(bank=bank) for bank in BANKS])
    return rows[rows["description"].str.contains(utr)].sort_values("occurred_at")


def settlement_is(world: World, case: str) -> pd.Series:
    cases = world.links.cases
    own = cases.loc[cases["kind"].eq("settlement") & cases["case"].eq(case), "number"]
    return world.settlements.index.to_series().isin(own)


@pytest.mark.parametrize(
    ("case", "code", "banks"),
    [("PAID_ELSEWHERE", "DUP_CROSS_POSTED", 2), ("PAID_AGAIN", "DUP_SAME_SOURCE", 1)],
)
def test_a_settlement_paid_again_keeps_its_first_credit(case, code, banks):
    world, found = default_world(), default_truth()
    first, second = payouts_of(world, case).to_dict("records")
    assert len({first["bank"], second["bank"]}) == banks
    assert first["account_number"] != second["account_number"]
    assert first["amount_minor"] == second["amount_minor"]
    assert seats_of(found.breaks, "settlement_bank", code) == [second["transaction_id"]]
    pairs = found.pairs[found.pairs["reconciliation"].eq("settlement_bank")]
    assert pairs["txn_id"].eq(first["transaction_id"]).any()
    # Our ledger booked both: on its own edge nothing is wrong.
    for one in (first, second):
        own = found.pairs[found.pairs["reconciliation"].eq(f"core_{one['bank']}")]
        assert own["txn_id"].eq(one["transaction_id"]).any()


def test_an_early_credit_is_exact_and_a_day_before_its_settlement():
    world, found = default_world(), default_truth()
    (credit,) = payouts_of(world, "EARLY").to_dict("records")
    header = world.settlements[settlement_is(world, "EARLY")]
    assert credit["amount_minor"] == header["amount"].item()
    gap = header["created_at"].item() - credit["occurred_at"].timestamp()
    assert 22 * 3_600 < gap < 24 * 3_600
    (line,) = seats_of(found.breaks, "settlement_bank", "DATE")
    assert line.endswith("@" + header["id"].item())


def test_a_payment_settled_twice_counts_where_it_was_first():
    world, found = default_world(), default_truth()
    lines = world.settlement_lines.sort_values("settled_at")
    again = lines[lines.duplicated("entity_id")]
    names = (again["entity_id"] + "@" + again["settlement_id"]).tolist()
    assert len(names) == 2
    assert sorted(seats_of(found.breaks, "gateway_settlement", "DUP_SAME_SOURCE")) == sorted(names)
    pairs = found.pairs[found.pairs["reconciliation"].eq("gateway_settlement")]
    assert not pairs["txn_id"].isin(names).any()
    first = lines[lines["entity_id"].isin(again["entity_id"])].drop(index=again.index)
    assert set(first["entity_id"] + "@" + first["settlement_id"]) <= set(pairs["txn_id"])


def test_a_restated_file_leaves_no_break_but_that_it_was():
    world, late = default_world(), late_truth()
    for bank in ("axis", "kotak"):
        rows = world.bank(bank)
        (told,) = rows.loc[rows["first_minor"].ne(0), "transaction_id"]
        assert late.pairs["txn_id"].eq(told).any()
        assert not late.breaks["txn_id"].eq(told).any()
        assert seats_of(late.breaks, f"core_{bank}", "STM_RESTATED") == [""]


def test_two_rows_of_one_id_are_of_one_file_and_of_no_pair():
    world, late = default_world(), late_truth()
    rows = world.bank("kotak")
    shared = rows[rows["transaction_id"].duplicated(keep=False)]
    assert len(shared) == 2
    assert len(set(shared["file"])) == 1
    assert not late.pairs["txn_id"].isin(shared["transaction_id"]).any()
    assert seats_of(late.breaks, "core_kotak", "DQ_CONFLICT") == ["", ""]


def test_reversals_are_groups_of_one_side():
    world, found = default_world(), default_truth()
    numbers = [
        n for n, case in injected(world).items() if case in ("BANK_REVERSED", "BOTH_REVERSED")
    ]
    pairs = found.pairs[found.pairs["reconciliation"].eq("core_icici")]
    rows = world.bank("icici")["transaction_id"]
    own = rows[world.links.banks["icici"]["movement"].isin(numbers)]
    groups = pairs[pairs["txn_id"].isin(own)].groupby("group_no")
    assert len(groups) == 3
    assert all(set(group["source"]) == {"icici"} and len(group) == 2 for _, group in groups)


def test_a_refused_file_gives_one_break_and_its_rows_give_none():
    world, found = default_world(), default_truth()
    lie = world.files[world.files["trailer_off_minor"] != 0].iloc[0]
    rows = world.bank(lie["bank"])
    inside = rows["file"].eq(lie["name"].split(".")[0])
    movements = world.links.banks[lie["bank"]].loc[inside, "movement"]
    core = world.core.loc[world.links.core["movement"].isin(movements), "txn_id"]
    assert inside.sum() == lie["rows"] == len(core) > 1
    told = {*rows.loc[inside, "transaction_id"], *core}
    assert not told & set(found.pairs["txn_id"])
    assert not told & set(found.breaks["txn_id"])
    hour = lie["visible_at"]
    before, after = truth(world, hour - timedelta(hours=1)), truth(world, hour)
    code = [f"core_{lie['bank']}", "DQ_QUARANTINED"]
    counts = [
        (moment.breaks[["reconciliation", "code"]] == code).all(axis="columns").sum()
        for moment in (before, after)
    ]
    assert counts == [0, 1]


def without(world: World, bank: str, position: int) -> World:
    """The world in which `bank` never told of one row."""
    kept = world.bank(bank).drop(index=position).reset_index(drop=True)
    linked = world.links.banks[bank].drop(index=position).reset_index(drop=True)
    links = replace(world.links, banks={**world.links.banks, bank: linked})
    return replace(world, banks={**world.banks, bank: kept}, links=links)


def test_a_row_taken_away_by_hand_is_one_break_more_and_one_pair_less():
    world, found = small_world(), truth(small_world(), ANCHOR)
    pairs = found.pairs[found.pairs["reconciliation"].eq("core_kotak")]
    sides = pairs.groupby("group_no")["source"].nunique()
    pair = pairs[pairs["group_no"].eq(sides.index[sides.eq(2)][0])]
    gone = pair.loc[pair["source"].eq("kotak"), "txn_id"].iloc[0]
    rows = world.bank("kotak")
    poorer = truth(without(world, "kotak", rows.index[rows["transaction_id"].eq(gone)][0]), ANCHOR)
    more = pd.concat([poorer.breaks, found.breaks]).drop_duplicates(keep=False)
    partner = pair.loc[pair["source"].eq("core"), "txn_id"].iloc[0]
    assert more.to_numpy().tolist() == [["core_kotak", "MIS_IN_BANK", "core", partner]]
    assert len(poorer.pairs) == len(found.pairs) - 2


@pytest.mark.parametrize("hours", [-24, 0, 24])
def test_truth_is_told_up_to_the_end_of_the_world(hours):
    world = small_world()
    found = truth(world, ANCHOR + timedelta(hours=hours))
    assert found.pairs["reconciliation"].nunique() == 8


@pytest.mark.parametrize("moment", ["start", "past the end"])
def test_truth_of_a_moment_the_world_does_not_know_is_refused(moment):
    world = small_world()
    asked = world.history.start if moment == "start" else world.end + timedelta(hours=1)
    with pytest.raises(ValueError, match="knows nothing"):
        truth(world, asked)


def test_more_is_matched_as_time_goes_on():
    """What was matched stays so: nothing in the world takes a match back."""
    world = small_world()
    moments = [ANCHOR + timedelta(hours=h) for h in (-30, -6, 0, 20)]
    columns = ["reconciliation", "source", "txn_id"]
    seats = [set(map(tuple, truth(world, moment).pairs[columns].to_numpy())) for moment in moments]
    assert all(earlier < later for earlier, later in pairwise(seats))


def test_what_is_kept_back_or_charged_back_is_a_break_and_no_pair():
    world, late = default_world(), late_truth()
    lines = world.settlement_lines
    names = lines["entity_id"] + "@" + lines["settlement_id"]
    (held,) = lines.loc[lines["on_hold"], "entity_id"]
    assert seats_of(late.breaks, "gateway_settlement", "RESERVE_HELD") == [held]
    assert not late.pairs["txn_id"].isin(names[~lines["settled"]]).any()
    taken = names[lines["dispute_id"].notna() & lines["settled"]]
    told = [
        name
        for code in ("CBK_UNMATCHED", "CBK_WON_NOT_CREDITED")
        for name in seats_of(late.breaks, "gateway_settlement", code)
    ]
    assert sorted(told) == sorted(taken)
    assert len(told) == 2
    # Nobody disputes what is not captured and paid out by then.
    disputed = lines[lines["dispute_id"].notna()]
    paid = lines[lines["type"].eq("payment")].drop_duplicates("entity_id").set_index("entity_id")
    of = paid.loc[disputed["payment_id"]]
    for at in ("created_at", "settled_at"):
        assert (of[at].to_numpy() <= disputed[at].to_numpy()).all()
    assert (of["created_at"].to_numpy() < disputed["created_at"].to_numpy()).all()
