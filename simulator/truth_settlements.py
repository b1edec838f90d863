"""The truth of gateway_settlement and settlement_bank: money on its way from the gateway."""

import pandas as pd

from simulator.business_days import Ints, days_of, plus_business_days, start_of
from simulator.settlements import SETTLE_DAYS
from simulator.truth_findings import Findings, breaks_of, chosen, pairs_of, sides
from simulator.truth_seen import DAY, ROUNDING, bank_entries, gateway_entries, line_entries, numbers
from simulator.world import BANKS, World


def gateway_settlement(world: World, as_of: int) -> Findings:
    """Payments and refunds against settlement lines at `as_of` (epoch seconds)."""
    gateway = gateway_entries(world, as_of)
    gateway = gateway[gateway["status"].eq("SUCCESS")].assign(entity_id=lambda f: f["txn_id"])
    lines = line_entries(world, as_of)
    disputes = _disputes(lines, as_of)
    lines = lines[lines["type"].isin(("payment", "refund"))].sort_values("at", kind="stable")
    more = lines[lines.duplicated("entity_id")]
    lines = lines.drop(index=more.index)
    merged = gateway.merge(lines, on="entity_id", how="outer", suffixes=("_gateway", "_line"))
    code = _line_codes(merged, as_of)
    is_ours = merged["txn_id_gateway"].notna()
    agreed, code = merged[code.eq("MATCHED")], code.mask(code.eq("MATCHED"), "")
    breaks = [
        breaks_of(code.where(is_ours, ""), merged, "_gateway"),
        breaks_of(code.where(~is_ours, ""), merged, "_line"),
        breaks_of(pd.Series("DUP_SAME_SOURCE", index=more.index), more),
        disputes,
    ]
    return Findings(
        pairs_of([sides(agreed, ("gateway", "line"))]), pd.concat(breaks, ignore_index=True)
    )


def settlement_bank(world: World, as_of: int) -> Findings:
    """All lines of a settlement against the one credit at a bank at `as_of` (epoch seconds)."""
    lines = line_entries(world, as_of).sort_values("txn_id", kind="stable")
    lines = lines[~lines["is_held"]]
    sums = lines.groupby("settlement_id").agg(
        lines=("net", "sum"), settled=("at", "min"), source=("source", "first"),
        txn_id=("txn_id", "first"),
    )  # fmt: skip
    headers = world.settlements.set_index("id")["amount"].rename("header")
    movement = pd.Series(
        world.links.settlements["movement"].to_numpy(), index=world.settlements["id"]
    ).rename("movement")
    sums = sums.join([headers, movement])
    credits = pd.concat([bank_entries(world, bank, as_of) for bank in BANKS])
    credits = credits[credits["movement"].isin(_payouts(world)) & credits["status"].eq("SUCCESS")]
    links = world.links.settlements
    first = links[links["rest"] >= 0].set_index("rest")["movement"]
    credits["movement"] = credits["movement"].map(first).fillna(credits["movement"]).astype("int64")
    again = credits["movement"].map(_paid_again(world))
    more = credits[again.notna()]
    credits = credits[again.isna()]
    parts = credits
    credits = _put_together(credits)
    merged = sums.reset_index().merge(
        credits[["movement", "source", "txn_id", "at", "amount"]],
        on="movement", how="outer", suffixes=("_line", "_bank"),
    )  # fmt: skip
    code = _payout_codes(merged, as_of)
    agreed = merged[code.eq("MATCHED")]
    code = code.mask(code.eq("MATCHED"), "")
    is_ours = merged["txn_id_line"].notna()
    breaks = [
        breaks_of(code.where(is_ours, ""), merged, "_line"),
        breaks_of(code.where(~is_ours, ""), merged, "_bank"),
        breaks_of(again.dropna(), more),
    ]
    seats = lines[lines["settlement_id"].isin(agreed["settlement_id"])]
    settlement = agreed.set_index("movement")["settlement_id"]
    paid = parts[parts["movement"].isin(settlement.index)]
    paid = paid.assign(group=paid["movement"].map(settlement))
    pairs = pd.concat([seats.assign(group=seats["settlement_id"]), paid])
    return Findings(pairs_of([pairs]), pd.concat(breaks, ignore_index=True))


def _disputes(lines: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """What a dispute took and has not come back, and what is to come back for a day by now."""
    disputed = lines[lines["dispute"].notna()].set_index("dispute")
    taken = disputed[disputed["net"].lt(0)]
    due = disputed[disputed["net"].gt(0) & disputed["is_held"] & disputed["at"].add(DAY).le(as_of)]
    code = pd.Series("CBK_UNMATCHED", index=taken.index, dtype="str")
    code = code.mask(taken.index.isin(due.index), "CBK_WON_NOT_CREDITED")
    return breaks_of(code, taken)


def _line_codes(merged: pd.DataFrame, as_of: int) -> pd.Series:
    both = merged["txn_id_gateway"].notna() & merged["txn_id_line"].notna()
    gone = merged["txn_id_line"].isna()
    at: Ints = merged["at_gateway"].fillna(merged["at_line"]).to_numpy(dtype="int64")
    due = plus_business_days(days_of(at), SETTLE_DAYS)
    is_over = start_of(due + 1) <= as_of
    is_final = start_of(plus_business_days(due, 1) + 1) <= as_of
    is_refund = merged["type"].eq("refund")
    stated = merged["amount_line"]
    owed = (stated - merged["fee"]).mask(is_refund, -merged["amount_gateway"].abs())
    gap = stated - merged["amount_gateway"].abs()
    lost = gone & is_final
    choices = [
        (both & merged["net"].ne(owed), "ARITHMETIC"),
        (both & merged["is_held"].eq(True), "RESERVE_HELD"),
        (both & gap.ne(0) & gap.abs().le(ROUNDING), "AMT_ROUNDING"),
        (both & gap.lt(0), "AMT_SHORT"),
        (both & gap.gt(0), "AMT_OVER"),
        (both, "MATCHED"),
        (lost & merged["amount_gateway"].lt(0), "RFD_NOT_SETTLED"),
        (lost, "MIS_IN_SETTLEMENT"),
        (gone & is_over, "TIM_SETTLE_OVERDUE"),
        (~both & ~gone & (merged["at_line"] + DAY <= as_of), "MIS_IN_GATEWAY"),
    ]
    return chosen(choices, merged.index)


def _payout_codes(merged: pd.DataFrame, as_of: int) -> pd.Series:
    lines, credit = merged["lines"], merged["amount"]
    both = lines.notna() & credit.notna()
    settled: Ints = merged["settled"].fillna(as_of).to_numpy(dtype="int64")
    last_end = start_of(plus_business_days(days_of(settled), 1) + 1)
    is_over = last_end <= as_of
    credited = merged["at"].fillna(as_of).to_numpy(dtype="int64")
    outside = (credited < start_of(days_of(settled))) | (credited >= last_end)
    unlike = lines.notna() & lines.ne(merged["header"])
    choices = [
        (unlike & (credit.isna() | credit.eq(merged["header"])), "ARITHMETIC"),
        (
            both & credit.ne(lines) & (credit.abs() - lines.abs()).abs().le(ROUNDING),
            "AMT_ROUNDING",
        ),
        (both & credit.abs().lt(lines.abs()), "AMT_SHORT"),
        (both & credit.abs().gt(lines.abs()), "AMT_OVER"),
        (both & outside, "DATE"),
        (both, "MATCHED"),
        (lines.notna() & is_over, "MIS_IN_BANK"),
        (lines.isna() & (merged["at"] + DAY <= as_of), "MIS_IN_SETTLEMENT"),
    ]
    return chosen(choices, merged.index)


def _put_together(credits: pd.DataFrame) -> pd.DataFrame:
    """One row a settlement: what is paid in parts is paid when the last of them comes."""
    credits = credits.sort_values(["at", "txn_id"], kind="stable")
    of = credits.groupby("movement")
    whole = credits.assign(amount=of["amount"].transform("sum"), at=of["at"].transform("max"))
    return whole.drop_duplicates("movement")


def _payouts(world: World) -> pd.Series:
    """Movements by which the gateway paid us, announced or not."""
    stray = numbers(world, "STRAY")
    again = _paid_again(world).index.to_series()
    links = world.links.settlements
    payouts: pd.Series = pd.concat([links["movement"], links["rest"], stray, again])
    return payouts


def _paid_again(world: World) -> pd.Series:
    """What the second credit of a settlement is called, by its movement."""
    codes = {"PAID_ELSEWHERE": "DUP_CROSS_POSTED", "PAID_AGAIN": "DUP_SAME_SOURCE"}
    found = [pd.Series(code, index=numbers(world, case)) for case, code in codes.items()]
    return pd.concat(found).astype("str")
