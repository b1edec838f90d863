"""One order or one settlement across ledger, gateway, settlement and bank, as data.

Amounts are signed minor units, positive = to us; a fee holds its GST.
"""

from dataclasses import dataclass
from datetime import date, datetime

from reconciliation.model import minor_text

CORE, GATEWAY, MOBILE, SETTLEMENT, BANK = "core", "gateway", "mobile", "settlement", "bank"
SYSTEMS = (CORE, GATEWAY, MOBILE, SETTLEMENT, BANK)
PAYMENT, REFUND = "PAYMENT", "REFUND"


def closed_words(resolution: str | None) -> str:
    """What people did who closed a break as that."""
    return "written off" if resolution == "written_off" else f"closed as {resolution}"


@dataclass(frozen=True, slots=True)
class BreakSeen:
    """A break that stood open at the moment asked about, or that people had closed."""

    break_id: str
    reconciliation: str
    entry_id: int | None
    code: str
    status: str
    amount_minor: int
    currency: str
    explanation: str
    resolution: str | None = None  # as what people closed it

    @property
    def is_closed(self) -> bool:
        return self.status == "RESOLVED"

    @property
    def name(self) -> str:
        return f"{self.code} {self.break_id[:8]}"

    @property
    def closing(self) -> str:
        """How people closed it."""
        return f"{self.name} was {closed_words(self.resolution)}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An edge that has the source of an entry and does not take the entry."""

    reconciliation: str
    shape: str
    reason: str  # in words


@dataclass(frozen=True, slots=True)
class Standing:
    """How an entry stands on one edge: in a match group, else in a break, else in one that people
    closed, else just open.
    """

    reconciliation: str
    match_group_id: str | None = None
    pass_name: str | None = None
    rule_version: int | None = None
    difference_minor: int | None = None
    breaks: tuple[BreakSeen, ...] = ()
    reason: str | None = None  # of the match; of an open item, why it may still be open
    due_at: datetime | None = None
    closed: tuple[BreakSeen, ...] = ()  # breaks that people closed; the entry stays open

    @property
    def state(self) -> str:
        if self.match_group_id is not None:
            return "matched"
        if self.breaks:
            return "break"
        return "closed" if self.closed else "open"


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement as one system booked it, in the version known then."""

    entry_id: int
    system: str  # one of SYSTEMS
    source: str
    entry_key: str
    txn_id: str
    transaction_type: str | None
    status: str
    amount_minor: int
    currency: str
    moment: datetime
    day: date
    bank_code: str | None
    account_id: str | None  # masked
    order_id: str | None
    payment_id: str | None
    rrn: str | None
    utr: str | None
    settlement_id: str | None
    settlement_utr: str | None
    gross_minor: int | None
    fee_minor: int | None
    tax_minor: int | None
    dispute_id: str | None = None
    standings: tuple[Standing, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def entity_id(self) -> str:
        """The gateway's id of the payment or refund; a line is called entity@settlement."""
        return self.txn_id.partition("@")[0]

    @property
    def is_success(self) -> bool:
        return self.status == "SUCCESS"

    @property
    def amount(self) -> str:
        return money(self.amount_minor, self.currency)

    @property
    def breaks(self) -> tuple[BreakSeen, ...]:
        return tuple(one for standing in self.standings for one in standing.breaks)


@dataclass(frozen=True, slots=True)
class Header:
    """What the gateway says of a settlement as a whole."""

    settlement_id: str
    settlement_utr: str | None
    amount_minor: int
    fees_minor: int | None
    tax_minor: int | None
    currency: str
    status: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sum:
    """All lines of one kind in a settlement."""

    currency: str
    transaction_type: str | None
    status: str
    lines: int
    odd_lines: int  # whose net is not what their own figures make
    gross_minor: int | None
    fee_minor: int | None
    tax_minor: int | None
    net_minor: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a settlement in short, with the break its payment, refund or order is in."""

    entity_id: str
    order_id: str | None
    transaction_type: str | None
    status: str
    currency: str
    gross_minor: int | None
    fee_minor: int | None
    tax_minor: int | None
    net_minor: int
    state: str  # matched, open, break, closed
    code: str | None
    break_id: str | None
    resolution: str | None = None  # as what people closed the break


@dataclass(frozen=True, slots=True)
class Settlement:
    """The lines, the headers and the bank's credits of one UTR."""

    utr: str | None  # None: not paid out yet
    settlement_ids: tuple[str, ...]
    headers: tuple[Header, ...]
    sums: tuple[Sum, ...]
    credits: tuple[Entry, ...]
    receipts: tuple[Entry, ...]  # the same money in our ledger
    breaks: tuple[BreakSeen, ...]
    due_day: date | None  # the last day for the credit
    lines: tuple[Line, ...] = ()  # as many as asked for
    closed: tuple[BreakSeen, ...] = ()  # breaks of the whole that people closed

    @property
    def settled_day(self) -> date | None:
        return min((one.first_day for one in self.counted), default=None)

    @property
    def counted(self) -> tuple[Sum, ...]:
        return tuple(one for one in self.sums if one.status == "SUCCESS")

    @property
    def booked(self) -> tuple[Entry, ...]:
        return tuple(credit for credit in self.credits if credit.is_success)

    @property
    def name(self) -> str:
        return " and ".join(self.settlement_ids) or "of an unknown id"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the money of one payment, refund, dispute or plain movement is now."""

    entity_id: str
    state: str
    sentence: str

    @classmethod
    def told(cls, entity_id: str, state: str, words: str) -> "Place":
        return cls(entity_id, state, f"{entity_id}: {words}.")


@dataclass(frozen=True, slots=True)
class OrderTrace:
    """An order's entries in every system, and what is made of them."""

    order_id: str | None  # None: the gateway's payment names no order
    entries: tuple[Entry, ...]
    settlements: tuple[Settlement, ...]
    agreement: tuple[str, ...]  # core, gateway and mobile, compared
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything an id means; all of it empty where nothing has it."""

    asked: str
    as_of: datetime | None  # how far the books were reconciled
    orders: tuple[OrderTrace, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    entries: tuple[Entry, ...] = ()  # of an RRN, a UTR or a bank's own id
    places: tuple[Place, ...] = ()  # of these entries
    near: tuple[str, ...] = ()  # ids like it that are known, where it is not
    is_cut: bool = False  # more entries carry it than are shown

    @property
    def is_empty(self) -> bool:
        return not (self.orders or self.settlements or self.entries)


def money(amount_minor: int, currency: str) -> str:
    return f"{minor_text(amount_minor, currency)} {currency}"
