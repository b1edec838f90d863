"""The world holds together: same seed, same bytes; sums that close but where they must not."""

import hashlib
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from reconciliation.model import IST
from simulator import world as worlds
from simulator.world import BANKS, World
from simulator.world_building import ROWS_MIN, build
from tests.simulator.world_cache import ANCHOR, default_world, small_world

FRAMES = (
    "payments", "refunds", "settlements", "settlement_lines", "core", "mobile", "balances",
    "accounts", "files",
)  # fmt: skip


def digest(world: World) -> str:
    frames = [*(getattr(world, name) for name in FRAMES), *(world.bank(name) for name in BANKS)]
    text = "".join(frame.to_csv() + str(frame.dtypes) for frame in frames)
    return hashlib.sha256(text.encode()).hexdigest()


def case_numbers(world: World, kind: str, *names: str) -> pd.Series:
    cases = world.links.cases
    return cases.loc[cases["kind"].eq(kind) & cases["case"].isin(names), "number"]


def test_the_same_seed_gives_the_same_bytes():
    assert digest(build(7, 600, ANCHOR)) == digest(build(7, 600, ANCHOR))


def test_another_seed_another_size_another_hour_give_another_world():
    other = [(8, 600, ANCHOR), (7, 700, ANCHOR), (7, 600, ANCHOR + timedelta(hours=1))]
    assert len({digest(build(*which)) for which in [(7, 600, ANCHOR), *other]}) == 4


@pytest.mark.parametrize("rows", [ROWS_MIN, 200])
def test_a_small_world_is_a_world(rows):
    world = build(1, rows, ANCHOR)
    assert all(len(world.bank(name)) for name in BANKS)


@pytest.mark.parametrize(
    ("rows", "anchor"),
    [
        (ROWS_MIN - 1, ANCHOR),
        (600, ANCHOR + timedelta(minutes=1)),
        (600, ANCHOR.replace(tzinfo=None)),
    ],
)
def test_what_no_world_can_be_is_refused(rows, anchor):
    with pytest.raises(ValueError, match=r"entries a day|whole IST hour|time zone"):
        build(1, rows, anchor)


def test_frames_have_their_columns_and_the_history_its_days():
    world = default_world()
    assert tuple(world.bank("hdfc").columns) == worlds.BANK_COLUMNS
    assert tuple(world.payments.columns) == worlds.PAYMENT_FIELDS + worlds.PAYMENT_HISTORY
    assert tuple(world.refunds.columns) == worlds.REFUND_FIELDS + worlds.REFUND_HISTORY
    assert tuple(world.settlements.columns) == worlds.SETTLEMENT_FIELDS
    assert tuple(world.settlement_lines.columns) == worlds.LINE_FIELDS
    assert tuple(world.core.columns) == tuple(world.mobile.columns) == worlds.LEDGER_COLUMNS
    # Sunday the 8th lies between: Saturday the 7th is a first Saturday.
    assert world.history.start == datetime(2026, 3, 7, tzinfo=IST)
    assert world.last_hour.end == world.anchor == ANCHOR


def test_rows_are_ledger_entries_a_day():
    day = default_world().core["value_date"].value_counts()
    whole = day[(day.index > day.index.min()) & (day.index < datetime(2026, 3, 12))]  # noqa: DTZ001
    assert whole.between(4_500, 5_500).all()


@pytest.mark.parametrize("name", BANKS)
def test_balances_chain_but_at_the_known_jumps(name):
    world = default_world()
    rows = world.bank(name)
    moves = rows["amount_minor"].where(rows["status"].eq("SUCCESS"), 0)
    opening = world.accounts.set_index("account_number")["opening_statement_minor"]
    before = rows.groupby("account_number")["balance_minor"].shift()
    before = before.fillna(rows["account_number"].map(opening)).astype("int64")
    gaps = rows["balance_minor"] - before - moves
    jumps = world.links.jumps
    known = jumps.loc[jumps["bank"].eq(name), "amount_minor"]
    assert sorted(gaps[gaps != 0]) == sorted(known)
    assert (rows["balance_minor"] > 0).all()


def test_both_statements_that_jump_are_there():
    assert set(default_world().links.jumps["code"]) == {"STM_CONSISTENCY", "STM_CONTINUITY"}


@pytest.mark.parametrize("name", BANKS)
def test_only_twins_share_a_second_of_an_account(name):
    world = default_world()
    rows = world.bank(name)
    together = rows.duplicated(["account_number", "occurred_at"], keep=False)
    twins = case_numbers(world, "movement", "BANK_TWINS")
    assert set(world.links.banks[name].loc[together, "movement"]) <= set(twins)


def test_lines_add_up_to_their_header_and_the_header_to_the_credit():
    world = default_world()
    lines = world.settlement_lines
    lines = lines[lines["settled"]]
    net = (lines["credit"] - lines["debit"]).groupby(lines["settlement_id"]).sum()
    headers = world.settlements
    unlike = headers["amount"].ne(headers["id"].map(net))
    assert set(headers.index[unlike]) == set(case_numbers(world, "settlement", "HEADER"))
    rows = pd.concat([world.bank(name).join(world.links.banks[name]) for name in BANKS])
    credit = rows.drop_duplicates("movement").set_index("movement")["amount_minor"]
    links = world.links.settlements
    received = links["movement"].map(credit) + links["rest"].map(credit).fillna(0)
    other = headers.index[received.notna() & received.ne(headers["amount"])]
    assert set(other) == set(case_numbers(world, "settlement", "SHORT", "OVER"))
    missing = headers.index[received.isna() & headers["created_at"].lt(ANCHOR.timestamp())]
    assert set(missing) == set(case_numbers(world, "settlement", "MISSING"))


def test_one_settlement_is_paid_in_two_parts_and_one_is_a_debit():
    world = default_world()
    rows = pd.concat([world.bank(name).join(world.links.banks[name]) for name in BANKS])
    (split,) = case_numbers(world, "settlement", "SPLIT")
    parts = rows[rows["movement"].isin(world.links.settlements.loc[split])]
    assert len(parts) == 2
    assert parts["reference"].nunique() == parts["account_number"].nunique() == 1
    (negative,) = case_numbers(world, "settlement", "NEGATIVE")
    debit = rows[rows["movement"].eq(world.links.settlements.loc[negative, "movement"])].iloc[0]
    assert debit["amount_minor"] == world.settlements.loc[negative, "amount"] < 0
    assert debit["transaction_type"] == "WITHDRAWAL"
    of_it = world.settlement_lines["settlement_id"].eq(world.settlements.loc[negative, "id"])
    assert "payment" not in set(world.settlement_lines.loc[of_it, "type"])


def test_some_movements_are_booked_a_day_apart_at_midnight():
    world = default_world()
    days = world.core.join(world.links.core).drop_duplicates("movement")
    booked = days.set_index("movement")["value_date"]
    for bank in ("hdfc", "kotak"):
        theirs = world.bank(bank).join(world.links.banks[bank])
        apart = (theirs["movement"].map(booked) - theirs["value_date"]).dt.days
        assert apart.eq(1).sum() > 0 < apart.eq(-1).sum()
        assert apart.dropna().isin((-1, 0, 1)).all()


def test_lines_add_up_by_themselves_but_the_wrong_ones():
    world = default_world()
    lines = world.settlement_lines
    owed = np.select(
        [lines["type"].eq("payment"), lines["type"].eq("transfer")],
        [lines["amount"] - lines["fee"], -(lines["amount"] + lines["fee"])],
        lines["amount"].where(lines["credit"].gt(0), -lines["amount"]),
    )
    wrong = lines["credit"] - lines["debit"] != owed
    assert wrong.sum() == len(case_numbers(world, "order", "LINE_WRONG")) + len(
        case_numbers(world, "refund", "LINE_WRONG")
    )


def test_fees_hold_their_gst_and_upi_has_none():
    paid = default_world().payments.dropna(subset="fee")
    assert paid.loc[paid["method"].eq("upi"), "fee"].eq(0).all()
    mdr = paid["fee"] - paid["tax"]
    assert (paid["tax"] - (mdr * 18 + 50) // 100).eq(0).all()
    assert paid.loc[paid["method"].eq("card"), "fee"].gt(0).all()


@pytest.mark.parametrize(("place", "currency"), [(3, "INR"), (10, "JPY"), (11, "KWD")])
def test_the_ledger_balance_is_the_opening_and_its_own_rows(place, currency):
    world = default_world()
    core = world.core[world.core["status"].eq("SUCCESS") & world.core["currency"].eq(currency)]
    signed = core["amount_minor"].where(core["direction"].eq("CREDIT"), -core["amount_minor"])
    account = world.accounts.iloc[place]
    assert account["currency"] == currency
    own = core["account_id"].eq(account["account_number"])
    closing = world.balances[world.balances["account_id"].eq(account["account_number"])]
    assert set(closing["currency"]) == {currency}
    for row in closing.itertuples():
        moved = signed[own & (core["value_date"] <= row.business_date)].sum()
        assert row.closing_balance_minor == account["opening_ledger_minor"] + moved
    # Whole days only: the 13th ends after the world does.
    assert closing["business_date"].max() == datetime(2026, 3, 12)  # noqa: DTZ001


def test_every_row_is_seen_within_a_day_and_known_before_the_end():
    world = default_world()
    for name in BANKS:
        rows = world.bank(name)
        delay = rows["visible_at"] - rows["occurred_at"]
        assert delay.between(timedelta(0), timedelta(hours=24)).all()
        settled = (rows["pending_until"] - rows["occurred_at"]).dropna()
        assert settled.between(timedelta(0), timedelta(hours=24)).all()
        assert (rows["occurred_at"] < world.end).all()
    for ledger in (world.core, world.mobile):
        assert (
            (ledger["updated_at"] - ledger["booked_at"])
            .between(timedelta(0), timedelta(hours=24))
            .all()
        )
        assert (ledger["updated_at"] < world.end).all()


def test_some_rows_are_late_and_some_turn_from_pending():
    world = default_world()
    for name in ("hdfc", "icici", "sbi"):
        rows = world.bank(name)
        assert (rows["visible_at"] > rows["occurred_at"]).any()
        assert rows.loc[rows["pending_until"].notna(), "status"].eq("SUCCESS").any()


def test_sbi_changes_overnight_only():
    """It answers by whole days, so a change within a day could not be told from no change."""
    rows = default_world().bank("sbi")
    moments = pd.concat(
        [rows.loc[rows["visible_at"] > rows["occurred_at"], "visible_at"], rows["pending_until"]]
    ).dropna()
    local = moments.dt.tz_convert(IST)
    assert (local.dt.strftime("%H:%M:%S") == "00:00:01").all()


@pytest.mark.parametrize("name", BANKS)
def test_the_narration_or_the_field_names_the_reference(name):
    rows = default_world().bank(name)
    bare = rows["reference"].str.replace(r"^0000(?=\d{12}$)", "", regex=True)
    inside = [ref in text for ref, text in zip(bare, rows["description"], strict=True)]
    card = rows["channel"].isin(("ATM", "POS"))
    assert rows["reference"].ne("").all()
    assert all(pd.Series(inside, index=rows.index) | card)


def test_an_rrn_repeats_across_accounts_or_days():
    core = default_world().core
    bank = core[core["bank_code"].notna() & core["reference_number"].str.fullmatch(r"\d{12}")]
    alike = bank.groupby("reference_number").agg(
        accounts=("account_id", "nunique"), days=("value_date", "nunique")
    )
    assert (alike["accounts"] > 1).sum() + (alike["days"] > 1).sum() > 10


def test_an_axis_key_is_the_agreed_hash():
    world = default_world()
    rows = world.bank("axis")
    row = rows.iloc[100]
    day, hour = row["occurred_at"].astimezone(IST).strftime("%Y-%m-%d %H").split()
    narration = " ".join(row["description"].upper().split())
    text = f"{row['account_number']}|{day}|{row['amount_minor']}|{narration}|{hour}|0"
    assert row["transaction_id"] == hashlib.sha256(text.encode()).hexdigest()[:32]
    assert rows["transaction_id"].is_unique


@pytest.mark.parametrize("name", ["axis", "kotak"])
def test_files_hold_all_rows_of_their_hour_and_one_of_all_lies(name):
    world = default_world()
    files = world.files[world.files["bank"].eq(name)]
    rows = world.bank(name)
    assert files["rows"].sum() == len(rows)
    assert files["name"].str.split(".").str[0].tolist() == sorted(rows["file"].unique())
    assert (world.files["trailer_off_minor"] != 0).sum() == 1
    ends = files.set_index(files["name"].str.split(".").str[0])["visible_at"]
    assert (rows["visible_at"] == rows["file"].map(ends)).all()


def test_ids_are_razorpays_and_two_differ_by_case_alone():
    payments = default_world().payments
    assert payments["id"].is_unique
    assert payments["id"].str.fullmatch(r"pay_[0-9A-Za-z]{14}").all()
    assert payments["id"].str.lower().duplicated().sum() == 1


def test_a_case_is_on_a_number_once():
    cases = small_world().links.cases
    assert not cases.duplicated(["kind", "number"]).any()
