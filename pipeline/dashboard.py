"""What the first page shows, read as role `app` from the `report` views."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from adapters.base import SourceConfig
from adapters.config import load_sources
from pipeline.dashboard_view import Alert, Cause, CodeRow, Edge, Freshness, Overview, Proof
from pipeline.settings import PROJECT, Settings
from pipeline.store import Store
from reconciliation.definition import Definition, load_definitions
from reconciliation.model import IST, currency_place, minor_text
from reconciliation.rate import rate_note
from reconciliation.report import AGE_BUCKETS, UNKNOWN
from reconciliation.severity import rank

PROOF_DAYS = 10
CAUSES_SHOWN_MAX = 12
ALERTS_SHOWN_MAX = 20
# The worst first: a day shows the worst of its accounts.
PROOF_STATES = (
    "unexplained", "unreadable", "explained", "not_due", "consistent_only", "proven",
)  # fmt: skip


def read_overview(
    settings: Settings,
    now: datetime,
    *,
    as_of: datetime | None = None,
    reconciliation: str | None = None,
) -> Overview:
    """Everything on the page in one snapshot; StoreError when the database is away."""
    definitions = {item.name: item for item in load_definitions()}
    since = (as_of or now).astimezone(IST).date() - timedelta(days=PROOF_DAYS)
    store = Store.open(settings, "app")
    if as_of is not None:
        _close_until(store, as_of)
    with store.transaction(snapshot=True) as transaction:
        transaction.rows("reports/ask_as_of", as_of=as_of)
        is_final = as_of is None or transaction.value("knowing/is_closed", moment=as_of)

        def rows(name: str, **parameters: Any) -> list[dict[str, Any]]:
            return [dict(row) for row in transaction.rows(f"reports/{name}", **parameters)]

        rates = rows("reconciliation_rate", reconciliation=None)
        ageing = rows("break_ageing", reconciliation=reconciliation, until=None)
        landed = rows("source_freshness")
        late = {row["source"] for row in rows("late_sources")}
        proofs = rows("recent_proofs", since=since)
        causes = rows("explained_proofs", since=since, rows_max=CAUSES_SHOWN_MAX)
        # Alerts and circuits are of now alone.
        alerts = rows("standing_alerts", rows_max=ALERTS_SHOWN_MAX) if as_of is None else []
    edges = tuple(
        _edge(row, definitions.get(row["reconciliation"]))
        for row in sorted(rates, key=lambda row: str(row["reconciliation"]))
    )
    days = tuple(sorted({row["business_date"] for row in proofs}))
    codes = _codes(ageing)
    return Overview(
        read_at=now,
        as_of=max((edge.as_of for edge in edges), default=None),
        asked=as_of,
        chosen=reconciliation,
        edges=edges,
        codes=codes,
        by_age=tuple(sum(row.by_age[place] for row in codes) for place in range(len(AGE_BUCKETS))),
        sources=_freshness(
            load_sources(PROJECT / "adapters", settings.environment), landed, late, as_of or now
        ),
        days=days,
        proofs=_proofs(proofs, days),
        causes=tuple(_cause(row) for row in causes),
        alerts=tuple(
            Alert(row["kind"], row["subject"], row["detail"], row["raised_at"]) for row in alerts
        ),
        is_final=is_final,
    )


def _close_until(store: Store, as_of: datetime) -> None:
    """From here on the page of that moment shows the same, but for who writes already."""
    with store.transaction() as transaction:
        transaction.rows("knowing/close_until", moment=as_of)


def _edge(row: Mapping[str, Any], definition: Definition | None) -> Edge:
    return Edge(
        name=row["reconciliation"],
        title=definition.title if definition else row["reconciliation"],
        rate=row["rate"],
        matched=row["matched_entries"],
        waiting=row["open_entries"] - row["due_entries"],
        due=row["due_entries"],
        breaks=row["open_breaks"],
        as_of=row["as_of"],
        note=rate_note(
            shape=definition.shape if definition else "",
            due_entries=row["due_entries"],
            breaks=row["open_breaks"],
            matched_groups=row["matched_groups"],
        ),
    )


def _codes(rows: Iterable[Mapping[str, Any]]) -> tuple[CodeRow, ...]:
    """A row a code, the most severe and most frequent first; amounts are summed per currency,
    never across.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(AGE_BUCKETS))
    amounts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    at_stake: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    unknown: dict[str, int] = defaultdict(int)
    severities: dict[str, int] = defaultdict(int)
    for row in rows:
        severities[row["code"]] = max(severities[row["code"]], rank(row["severity"]))
        counts[row["code"]][AGE_BUCKETS.index(row["age_bucket"])] += row["breaks"]
        amounts[row["code"]][row["currency"]] += row["amount_minor"]
        unknown[row["code"]] += row["exposure_unknown"]
        if row["exposure_minor"] is not None:
            at_stake[row["code"]][row["currency"]] += row["exposure_minor"]
    found = [
        CodeRow(
            code=code,
            by_age=tuple(by_age),
            total=sum(by_age),
            amounts=_sums(amounts[code]),
            at_stake=(
                *_sums(at_stake[code]),
                *([f"{unknown[code]} {UNKNOWN}"] * (unknown[code] > 0)),
            ),
        )
        for code, by_age in counts.items()
    ]
    return tuple(sorted(found, key=lambda row: (-severities[row.code], -row.total, row.code)))


def _sums(amounts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(
        money(amounts[currency], currency) for currency in sorted(amounts, key=currency_place)
    )


def _freshness(
    configs: Mapping[str, SourceConfig],
    rows: Iterable[Mapping[str, Any]],
    late: Collection[str],
    now: datetime,
) -> tuple[Freshness, ...]:
    known = {row["source"]: row for row in rows}
    return tuple(
        Freshness(
            source=name,
            landed_until=known[name]["landed_until"] if name in known else None,
            state=_source_state(config, known.get(name), name in late, now),
            entries=int(known[name]["entries_new"]) if name in known else 0,
            quarantined=int(known[name]["quarantined"]) if name in known else 0,
        )
        for name, config in sorted(configs.items())
    )


def _source_state(
    config: SourceConfig, row: Mapping[str, Any] | None, is_missed: bool, now: datetime
) -> str:
    """`is_missed`: an hour or a file of it is due by its own schedule and has not come."""
    if row is None:
        return "not configured" if config.missing else "never landed"
    if row["circuit"] == "open":
        return "paused"
    return "late" if is_missed or is_late(config, row["landed_until"], now) else "on time"


def is_late(config: SourceConfig, landed_until: datetime, now: datetime) -> bool:
    """An hour is late once it ended that long ago and is not landed."""
    return landed_until + timedelta(hours=1) + config.late_after < now


def _proofs(rows: Iterable[Mapping[str, Any]], days: tuple[date, ...]) -> tuple[Proof, ...]:
    states: dict[str, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    residues: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        states[row["reconciliation"]][row["business_date"]].add(row["state"])
        residues[row["reconciliation"]][row["currency"]] += row["unexplained_minor"]
    return tuple(
        Proof(
            reconciliation=name,
            days=tuple(_worst(states[name].get(day, set())) for day in days),
            unexplained=_sums(
                {currency: minor for currency, minor in residues[name].items() if minor != 0}
            ),
        )
        for name in sorted(states)
    )


def _worst(states: set[str]) -> str:
    return next((state for state in PROOF_STATES if state in states), "")


def _cause(row: Mapping[str, Any]) -> Cause:
    minor = row["unexplained_minor"] or row["explained_minor"]
    return Cause(
        reconciliation=row["reconciliation"],
        account=row["account_id"],
        day=row["business_date"],
        state=row["state"],
        amount=money(minor, row["currency"]),
        words=tuple(
            f"{cause['cause']} {money(int(cause['amount_minor']), row['currency'])}"
            for cause in row["causes"]
        ),
    )


def money(minor: int, currency: str) -> str:
    """(120050, "INR") → "INR 1,200.50"."""
    whole, _, fraction = minor_text(minor, currency).partition(".")
    grouped = f"{int(whole):,}" if whole not in ("-0",) else "-0"
    return f"{currency} {grouped}" + (f".{fraction}" if fraction else "")


def now() -> datetime:
    return datetime.now(UTC)
