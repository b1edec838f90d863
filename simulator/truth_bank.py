"""The truth of core_<bank>: ledger against bank, account by account."""

import pandas as pd

from simulator.business_days import start_of
from simulator.truth_findings import (
    Findings,
    blank_subject,
    breaks_of,
    chosen,
    pairs_of,
    sides,
)
from simulator.truth_seen import (
    DAY,
    ROUNDING,
    bank_entries,
    ledger_entries,
    numbers,
    refused_files,
    seconds,
)
from simulator.world import World

HOUR = 3_600
OTHER_PART = 10**9  # more than there are movements


def core_bank(world: World, bank: str, as_of: int) -> Findings:
    """What should be found between core and `bank` at `as_of` (epoch seconds)."""
    theirs = bank_entries(world, bank, as_of)
    flaw = theirs["flaw"]
    ours = ledger_entries(world, "core", as_of)
    ours = ours[ours["bank"].eq(bank)]
    entries = pd.concat(
        [ours.assign(side="core"), theirs[flaw.eq("")].assign(side="bank")], ignore_index=True
    )
    in_parts, entries = _in_parts(world, entries)
    netted, entries = _self_net(entries)
    first, more = _first_and_more(entries)
    ambiguous, doubled = _repeats(first, more)
    merged = _merged(first[~first["movement"].isin(ambiguous)])
    code = _codes(merged, as_of, _held(world, bank))
    is_core = merged["txn_id_core"].notna()
    agreed = merged[code.eq("MATCHED")]
    open_code = code.mask(code.eq("MATCHED"), "")
    subjects = first[first["side"].eq("core") & first["movement"].isin(ambiguous)]
    breaks = [
        breaks_of(open_code.where(is_core, ""), merged, "_core"),
        breaks_of(open_code.where(~is_core, ""), merged, "_bank"),
        breaks_of(pd.Series("AMBIGUOUS", index=subjects.index), subjects),
        breaks_of(pd.Series("DUP_SAME_SOURCE", index=doubled.index), doubled),
        blank_subject("DQ_QUARANTINED", bank, int(flaw.eq("DQ_QUARANTINED").sum())),
        blank_subject("DQ_CONFLICT", bank, int(flaw.eq("DQ_CONFLICT").sum())),
        blank_subject("DQ_QUARANTINED", bank, _refusals(world, bank, as_of)),
        blank_subject("STM_RESTATED", bank, _restated(world, bank, as_of)),
        *_jumps(world, bank, as_of),
    ]
    pairs = pairs_of([netted, sides(agreed, ("core", "bank")), in_parts])
    return Findings(pairs, pd.concat(breaks, ignore_index=True))


def _in_parts(world: World, entries: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(movements booked in two rows with what the bank holds of them as groups, the others).

    While the bank holds nothing of one, each of its rows stands for itself.
    """
    own = entries[entries["movement"].isin(numbers(world, "CORE_PARTS"))]
    both = own.groupby("movement")["side"].transform("nunique").eq(2)
    parted = own[both]
    is_second = own[~both].duplicated(["movement", "side"])
    entries = entries.drop(index=parted.index)
    entries.loc[is_second.index[is_second], "movement"] += OTHER_PART
    return parted.assign(group=parted["movement"]), entries


def _self_net(entries: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(debits with the credits that undo them as groups, the other entries)."""
    done = entries[entries["status"].eq("SUCCESS")]
    keys = [done["movement"], done["side"]]
    of = done.groupby(keys)
    is_net = of["amount"].transform("sum").eq(0) & of["amount"].transform("size").eq(2)
    # The debit came first.
    is_net &= done["at"].where(done["amount"] < 0).groupby(keys).transform("min") <= done[
        "at"
    ].where(done["amount"] > 0).groupby(keys).transform("min")
    netted = done[is_net]
    group = netted["movement"].astype("str") + netted["side"]
    return netted.assign(group=group), entries.drop(index=netted.index)


def _first_and_more(entries: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(the earliest entry of each movement and side, those that say the same again)."""
    entries = entries.sort_values(["at", "txn_id"], kind="stable")
    repeated = entries.duplicated(["movement", "side"])
    return entries[~repeated], entries[repeated]


def _repeats(first: pd.DataFrame, more: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """(movements in which only order tells two entries apart, entries that are duplicates)."""
    earlier = more.merge(first, on=["movement", "side"], suffixes=("", "_first"), how="left")
    is_twin = earlier["at"].eq(earlier["at_first"])
    return earlier.loc[is_twin, "movement"], earlier[~is_twin]


def _merged(first: pd.DataFrame) -> pd.DataFrame:
    ours, theirs = (first[first["side"].eq(side)] for side in ("core", "bank"))
    return ours.merge(theirs, on="movement", how="outer", suffixes=("_core", "_bank"))


def _codes(merged: pd.DataFrame, as_of: int, held: pd.Series) -> pd.Series:
    """MATCHED, the code of a break, or blank: open, or only information."""
    core, bank = merged["status_core"], merged["status_bank"]
    is_due = merged["at_core"].fillna(merged["at_bank"]) + DAY <= as_of
    is_final = ~(core.eq("PENDING") | bank.eq("PENDING"))
    both = core.notna() & bank.notna()
    gap = merged["amount_bank"].abs() - merged["amount_core"].abs()
    ours, theirs = core.notna() & bank.isna(), core.isna() & bank.notna()
    done = core.eq("SUCCESS") & bank.eq("SUCCESS")
    debited = both & bank.eq("SUCCESS") & core.ne("SUCCESS") & merged["amount_bank"].lt(0)
    # In the order of precedence.
    choices = [
        (both & core.eq("FAILED") & bank.eq("FAILED"), ""),
        (both & merged["currency_core"].ne(merged["currency_bank"]), "CURRENCY"),
        (both & (merged["amount_core"] * merged["amount_bank"] < 0), "DIRECTION"),
        (both & merged["account_core"].ne(merged["account_bank"]), "ACCOUNT"),
        (debited & (is_final | is_due), "STS_DEBITED_NOT_CONFIRMED"),
        (both & core.ne(bank) & (is_final | is_due), "STS_BANK_DIFFERS"),
        (done & gap.ne(0) & gap.abs().le(ROUNDING), "AMT_ROUNDING"),
        (done & gap.lt(0), "AMT_SHORT"),
        (done & gap.gt(0), "AMT_OVER"),
        (done, "MATCHED"),
        ((ours & core.eq("PENDING") | theirs & bank.eq("PENDING")) & is_due, "STS_DEEMED_PENDING"),
        (ours & core.eq("SUCCESS") & is_due & ~merged["movement"].isin(held), "MIS_IN_BANK"),
        (theirs & bank.eq("SUCCESS") & is_due, "MIS_IN_LEDGER"),
    ]
    return chosen(choices, merged.index)


def _held(world: World, bank: str) -> pd.Series:
    """Movements whose bank row lies in a refused file: their ledger entries are held back."""
    refused = world.bank(bank)["file"].isin(refused_files(world))
    return world.links.banks[bank].loc[refused, "movement"]


def _refusals(world: World, bank: str, as_of: int) -> int:
    files = world.files
    lying = files[files["bank"].eq(bank) & files["trailer_off_minor"].ne(0)]
    return int((seconds(lying["visible_at"]) <= as_of).sum())


def _restated(world: World, bank: str, as_of: int) -> int:
    """Files that came wrong at first: the hour after they are read, their second version is."""
    rows = world.bank(bank)
    wrong = rows[rows["first_minor"].ne(0) & ~rows["file"].isin(refused_files(world))]
    seen = wrong[seconds(wrong["visible_at"]) + HOUR <= as_of]
    return int(seen["file"].nunique())


def _jumps(world: World, bank: str, as_of: int) -> list[pd.DataFrame]:
    """A day's statement is judged a day after its end."""
    jumps = world.links.jumps
    due = jumps[jumps["bank"].eq(bank) & (start_of(jumps["day"].to_numpy() + 2) <= as_of)]
    return [
        blank_subject(code, bank, int(due["code"].eq(code).sum()))
        for code in ("STM_CONSISTENCY", "STM_CONTINUITY")
    ]
