"""The truth of core_gateway_mobile: an order's payment or refund, as three parties tell it."""

import pandas as pd

from simulator.truth_findings import Findings, breaks_of, chosen, pairs_of, sides
from simulator.truth_seen import DAY, ROUNDING, gateway_entries, ledger_entries
from simulator.world import World

PARTIES = ("core", "razorpay", "mobile")


def core_gateway_mobile(world: World, as_of: int) -> Findings:
    """What should be found between the three at `as_of` (epoch seconds)."""
    ledgers = [ledger_entries(world, system, as_of) for system in ("core", "mobile")]
    entries = pd.concat([*ledgers, gateway_entries(world, as_of)], ignore_index=True)
    entries = entries[entries["leg"] >= 0]
    alike, entries = _interchangeable(entries)
    first, more = _counted_and_more(entries)
    merged = _merged(first)
    code = _codes(merged, as_of)
    subject = _subjects(merged)
    doubled = more[more["status"].eq("SUCCESS")]
    second = pd.Series("DUP_SAME_SOURCE", index=doubled.index).mask(
        doubled["source"].eq("razorpay"), "DUP_PAYMENT"
    )
    agreed = merged[code.eq("MATCHED")]
    breaks = [
        breaks_of(code.mask(code.eq("MATCHED"), ""), subject),
        breaks_of(second, doubled),
    ]
    pairs = pairs_of([alike, sides(agreed, PARTIES)])
    return Findings(pairs, pd.concat(breaks, ignore_index=True))


def _interchangeable(entries: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(equal refunds of one order that all three hold alike, the other entries)."""
    done = entries[entries["status"].eq("SUCCESS") & (entries["amount"] < 0)]
    counts = pd.crosstab(done["leg"], done["source"])
    counts = counts.reindex(columns=list(PARTIES), fill_value=0)
    equal = counts.index[
        (counts.min(axis="columns") > 1) & counts.min(axis="columns").eq(counts.max(axis="columns"))
    ]
    alike = done[done["leg"].isin(equal)]
    return alike.assign(group=alike["leg"], is_interchangeable=True), entries.drop(
        index=alike.index
    )


def _counted_and_more(entries: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(each party's entry that counts for a leg, what it holds besides).

    The first that succeeded counts; where none did, the last attempt.
    """
    done = entries["status"].eq("SUCCESS")
    entries = entries.assign(
        is_done=done, rank=entries["at"].where(done, -entries["at"])
    ).sort_values(["is_done", "rank", "txn_id"], ascending=[False, True, True], kind="stable")
    repeated = entries.duplicated(["leg", "source"])
    return entries[~repeated], entries[repeated]


def _merged(first: pd.DataFrame) -> pd.DataFrame:
    columns = ["leg", "source", "txn_id", "at", "amount", "currency", "status"]
    merged: pd.DataFrame | None = None
    for party in PARTIES:
        own = first.loc[first["source"].eq(party), columns].set_index("leg").add_suffix(f"_{party}")
        merged = own if merged is None else merged.join(own, how="outer")
    assert merged is not None  # noqa: S101
    return merged.reset_index()


def _subjects(merged: pd.DataFrame) -> pd.DataFrame:
    """Core's entry, else the earliest by time and source."""
    chosen = merged[["source_core", "txn_id_core", "at_core"]].set_axis(
        ["source", "txn_id", "at"], axis="columns"
    )
    gateway_first = merged["at_razorpay"].le(merged["at_mobile"]).fillna(False)
    gateway_first |= merged["at_mobile"].isna()
    for party, is_it in (("razorpay", gateway_first), ("mobile", ~gateway_first)):
        use = merged["txn_id_core"].isna() & is_it
        for name in ("source", "txn_id", "at"):
            chosen[name] = chosen[name].mask(use, merged[f"{name}_{party}"])
    return chosen


def _codes(merged: pd.DataFrame, as_of: int) -> pd.Series:
    """MATCHED, the code of a break, or blank: open, or only information."""
    core, gateway, mobile = (merged[f"status_{party}"] for party in PARTIES)
    there = [merged[f"txn_id_{party}"].notna() for party in PARTIES]
    is_due = _subjects(merged)["at"] + DAY <= as_of
    full = there[0] & there[1] & there[2]
    is_final = ~(core.eq("PENDING") | gateway.eq("PENDING") | mobile.eq("PENDING"))
    differs = full & (is_final | is_due)
    size = {party: merged[f"amount_{party}"].abs() for party in PARTIES}
    gaps = [size[party] - size["core"] for party in ("razorpay", "mobile")]
    gap = gaps[0].where((gaps[0].abs() >= gaps[1].abs()).fillna(False), gaps[1])
    currency = merged["currency_core"]
    other = merged["currency_razorpay"].ne(currency) | merged["currency_mobile"].ne(currency)
    done = full & core.eq("SUCCESS") & gateway.eq("SUCCESS") & mobile.eq("SUCCESS")
    # In the order of precedence.
    choices = [
        (full & other, "CURRENCY"),
        (differs & core.eq("SUCCESS") & gateway.eq("FAILED"), "STS_LEDGER_OK_GW_FAILED"),
        (differs & core.eq("FAILED") & gateway.eq("SUCCESS"), "STS_LEDGER_FAILED_GW_OK"),
        (differs & core.eq(gateway) & core.ne(mobile), "STS_MOBILE_DIFFERS"),
        (done & gap.ne(0) & gap.abs().le(ROUNDING), "AMT_ROUNDING"),
        (done & gap.lt(0), "AMT_SHORT"),
        (done & gap.gt(0), "AMT_OVER"),
        (done, "MATCHED"),
        (full & core.eq("FAILED") & gateway.eq("FAILED") & mobile.eq("FAILED"), "MATCHED"),
        (~there[0] & there[1] & there[2] & is_due, "MIS_IN_LEDGER"),
        (there[0] & ~there[1] & is_due, "MIS_IN_GATEWAY"),
        (there[0] & there[1] & ~there[2] & is_due, "MIS_IN_MOBILE"),
    ]
    return chosen(choices, merged.index)
