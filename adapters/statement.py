"""A bank's rows, as text under our names, to canonical entries: whole columns, by its words.

    amount: {grammar: plain, sign: direction}     # or sign: amount, where the text has its own
    balance: signed                               # a grammar of adapters.money
    times: {timestamp: iso, value_date: "%Y-%m-%d"}
    words:
      status: {Success: SUCCESS, Failure: FAILED}  # any other is PENDING, and warned about
      direction: {CR: CREDIT, DR: DEBIT}
      channel: {IMPS: ONLINE, otherwise: ONLINE}
      transaction_type: {TRF: TRANSFER, otherwise: TRANSFER}
    slots: ["^UPI/(?P<rrn>[0-9]{12})/"]           # where its narrations hold the reference
    gateway: RAZORPAY                             # the narration of a settlement's credit

The suite has checked `required` and `patterns` before; what still cannot be read raises.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow.compute as pc

from adapters import money, references, times
from adapters.arrow_text import arrow, series
from adapters.base import Dataset, SourceConfig
from adapters.config import settings_of
from adapters.sections import Section
from reconciliation.model import CHANNELS, DIRECTIONS, STATUSES, TRANSACTION_TYPES, as_entries

log = logging.getLogger(__name__)

KEYS = ("amount", "balance", "times", "words", "slots", "gateway")
ALLOWED = {
    "status": STATUSES,
    "direction": DIRECTIONS,
    "channel": CHANNELS,
    "transaction_type": TRANSACTION_TYPES,
}
OTHERWISE = "otherwise"
FIELDS = (
    "txn_id", "account_number", "amount", "timestamp", "status", "reference_number", "description",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """How one dataset writes its rows."""

    where: str
    amount: str  # a grammar
    is_sign_apart: bool  # the sign comes from `direction`
    balance: str  # a grammar; blank: no balance
    timestamp: str  # a form of adapters.times
    value_date: str
    maps: Mapping[str, Mapping[str, str]]
    slots: tuple[str, ...]
    gateway: str


def words_of(dataset: Dataset, needed: tuple[str, ...] = FIELDS) -> Words:
    """MisconfiguredSource, with file and line. `needed`: what `fields` must map."""
    section = settings_of(dataset)
    for name in needed:
        section.section("fields").text(name)
    amount = section.section("amount")
    amount.only("grammar", "sign")
    clock = section.section("times")
    clock.only("timestamp", "value_date")
    words = section.section("words")
    words.only(*ALLOWED)
    is_sign_apart = amount.choice("sign", ("direction", "amount")) == "direction"
    words.section("status")
    if is_sign_apart:
        words.section("direction")
        if "amount" in needed:  # with debit and credit apart, the column says it
            section.section("fields").text("direction")
    slots = section.texts("slots", ())
    for slot in slots:
        if not _is_pattern(slot) or not set(re.compile(slot).groupindex) <= set(references.KINDS):
            raise section.error("slots", f"a pattern with groups of {', '.join(references.KINDS)}")
    return Words(
        where=f"{section.file}, {dataset.name}",
        amount=amount.choice("grammar", tuple(money.GRAMMARS)),
        is_sign_apart=is_sign_apart,
        balance=section.choice("balance", ("", *money.GRAMMARS), ""),
        timestamp=clock.text("timestamp"),
        value_date=clock.text("value_date", ""),
        maps={name: word_map(words, name) for name in words},
        slots=slots,
        gateway=section.text("gateway", ""),
    )


def word_map(words: Section, name: str) -> dict[str, str]:
    """One vocabulary, theirs → ours; what is not ours is refused with its line."""
    inner = words.section(name)
    for theirs in inner:
        inner.choice(theirs, ALLOWED[name])
    return words.text_map(name)


def entries(config: SourceConfig, words: Words, rows: pd.DataFrame) -> pd.DataFrame:
    """Canonical entries on the index of `rows`. Pure and whole-batch."""
    currency = rows.get("currency", config.currency)
    amount = money.minor_units(rows["amount"], currency, words.amount)
    if words.is_sign_apart:
        direction = translated(rows["direction"], words.maps["direction"], words.where)
        amount = amount.where(direction.ne("DEBIT"), -amount)
    else:
        direction = filled(rows, "CREDIT").where(amount.ge(0), "DEBIT")
    occurred_at = times.instants(rows["timestamp"], words.timestamp)
    day = times.local_dates(occurred_at)
    columns: dict[str, object] = {
        "row_no": row_numbers(rows),
        "entry_key": rows["txn_id"],
        "txn_id": rows["txn_id"],
        "account_number": rows["account_number"],
        "bank_code": filled(rows, config.bank_code),
        "amount_minor": amount.astype("int64"),
        "currency": rows.get("currency", filled(rows, config.currency)),
        "direction": direction,
        "status": statuses(rows["status"], words.maps["status"], words.where),
        "occurred_at": occurred_at,
        "timestamp_precision": filled(rows, "second"),
        "business_date": day,
        "booking_date": day,
        "reference_number": given(rows["reference_number"]),
        "description": given(rows["description"]),
        "raw_status": rows["status"],
        **_references(words, rows),
        **_kinds(words, rows),
    }
    if words.balance:
        columns["balance_minor"] = money.minor_units(rows["balance"], currency, words.balance)
    if words.value_date:
        columns["value_date"] = times.dates(rows["value_date"], words.value_date)
    return as_entries(columns)


def _references(words: Words, rows: pd.DataFrame) -> dict[str, object]:
    """rrn, utr, upi_id and arn from the bank's slot, or from the narration where it is blank."""
    found = references.by_slot(rows["reference_number"])
    found["upi_id"] = found["arn"] = pd.Series(pd.NA, index=rows.index, dtype="string")
    blank = found["rrn"].isna() & found["utr"].isna()
    if blank.any():
        without = rows[blank]
        in_text = references.from_narration(
            without["description"], words.slots, without["account_number"]
        )
        for kind in references.KINDS:
            found[kind] = found[kind].where(~blank, in_text[kind].reindex(rows.index))
    columns: dict[str, object] = {str(kind): found[kind] for kind in found}
    if words.gateway:
        text = rows["description"].str.upper()
        named = text.str.contains(words.gateway.upper(), regex=True).fillna(False).astype(bool)
        columns["settlement_utr"] = found["utr"].fillna(found["rrn"]).where(named)
    return columns


def _kinds(words: Words, rows: pd.DataFrame) -> dict[str, object]:
    columns: dict[str, object] = {}
    for name in ("channel", "transaction_type"):
        if name in words.maps:
            said = rows[name] if name in rows else filled(rows, "")
            columns[name] = translated(said, words.maps[name], words.where)
    if "channel" in rows:
        columns["raw_method"] = rows["channel"]
    return columns


def translated(text: pd.Series, words: Mapping[str, str], where: str) -> pd.Series:
    """Their words as ours; an unknown one is `otherwise`, or missing and warned about."""
    ours = text.map(dict(words)).astype("string")
    unknown = ours.isna() & text.notna() & text.ne("")
    if OTHERWISE in words:
        return ours.fillna(words[OTHERWISE])
    if count := int(unknown.sum()):
        log.warning("%s: %d rows with a %s we do not know", where, count, text.name)
    return ours


def statuses(text: pd.Series, words: Mapping[str, str], where: str) -> pd.Series:
    """SUCCESS, FAILED or PENDING; what we do not know is PENDING, never SUCCESS."""
    return translated(text, words, where).fillna("PENDING")


def given(text: pd.Series) -> pd.Series:
    """Blank text as missing; anything else verbatim."""
    values = arrow(text)
    blank = pc.equal(pc.utf8_trim_whitespace(values), "")
    return series(pc.if_else(blank, None, values), text, "string")


def row_numbers(rows: pd.DataFrame) -> pd.Series:
    """Each row's place in its delivery: `row_no` where `parse_many` gave it, else the index."""
    if "row_no" in rows:
        return rows["row_no"].astype("int64")
    return pd.Series(rows.index.to_numpy(dtype="int64"), index=rows.index)


def filled(rows: pd.DataFrame | pd.Series, text: str) -> pd.Series:
    """One text for every row."""
    return pd.Series(text, index=rows.index, dtype="string")


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
