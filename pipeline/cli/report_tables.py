"""The break report as tables on the terminal."""

from collections import Counter, defaultdict

from rich.console import Console
from rich.text import Text

from pipeline.cli.output import table
from reconciliation.model import minor_text
from reconciliation.report import AGE_BUCKETS, EdgeReport, Report

# Counts are narrow: two buckets fit below one another.
PAIRED_BUCKETS = tuple(zip(AGE_BUCKETS[:4], AGE_BUCKETS[4:], strict=True))

SIGNS = (
    "Their side less ours, one currency at a time: what we alone hold counts against it. A break"
    " of an entry that stands alone has its own amount and sign; of two currencies, our ledger's."
)


def show(report: Report, out: Console, unknown: str | None = None) -> None:
    """The report as tables; `unknown` is said instead where nothing was known then."""
    out.print(Text(f"Break report {report.heading}", style="bold"))
    if unknown is not None:
        out.print(Text(unknown))
        return
    out.print(
        table(
            "",
            ("reconciliation", "rate %", "entries", "matched", "open", "due", "breaks"),
            (
                (
                    edge.reconciliation, edge.rate or "–", edge.entries, edge.matched_entries,
                    edge.open_entries, edge.due_entries, edge.breaks,
                )
                for edge in report.edges
            ),
            right=("rate %", "entries", "matched", "open", "due", "breaks"),
        )
    )  # fmt: skip
    for edge in report.edges:
        if edge.rate_note:
            out.print(Text(f" {edge.reconciliation}: {edge.rate_note}", style="dim"))
    for edge in report.edges:
        _show_edge(edge, out)
    if any(edge.difference for edge in report.edges):
        out.print(Text(f"\n{SIGNS}", style="dim"))
    _show_next_steps(report, out)
    state = (
        Text("nothing unexplained", style="green")
        if report.unexplained_minor == 0
        else Text("SOME NOT EXPLAINED: see PROOF_UNEXPLAINED", style="bold red")
    )
    out.print(Text(f"\nProof: {report.accounts_days} account days, ") + state)


def _show_edge(edge: EdgeReport, out: Console) -> None:
    if edge.codes:
        out.print()
        out.print(
            table(
                f"{edge.reconciliation}: breaks by age in business days",
                ("code", "worst", "breaks", "amount", "at stake", *AGE_BUCKETS),
                (
                    (
                        line.code, line.severity, line.breaks,
                        f"{minor_text(line.amount_minor, line.currency)} {line.currency}",
                        line.at_stake,
                        *(count or "" for count in line.by_age),
                    )
                    for line in edge.codes
                ),
                right=("breaks", "amount", "at stake", *AGE_BUCKETS),
                spare=AGE_BUCKETS,  # what is old is what to look at
                then=(("amount", "at stake"), ("worst", "breaks"), *PAIRED_BUCKETS),
            )
        )  # fmt: skip
        out.print(Text(f" {' '.join(edge.runbook.split())}", style="dim"))
    if edge.difference:
        out.print()
        out.print(
            table(
                f"{edge.reconciliation}: the difference, part by part",
                ("side", "part", "entries", "amount"),
                (
                    (
                        line.side, line.detail, line.entries,
                        f"{minor_text(line.amount_minor, line.currency)} {line.currency}",
                    )
                    for line in edge.difference
                ),
                right=("entries", "amount"),
            )
        )  # fmt: skip
    if edge.proofs:
        out.print()
        out.print(
            table(
                f"{edge.reconciliation}: account days that needed explaining",
                ("account", "day", "state", "explained", "unexplained", "causes"),
                (
                    (
                        line.account_id, line.business_date, line.state,
                        minor_text(line.explained_minor, line.currency),
                        minor_text(line.unexplained_minor, line.currency),
                        "; ".join(line.causes),
                    )
                    for line in edge.proofs
                ),
                right=("explained", "unexplained"),
            )
        )  # fmt: skip


def _show_next_steps(report: Report, out: Console) -> None:
    """A step a code, and where a code means another thing on another edge, one for each."""
    edges: dict[tuple[str, str], list[str]] = defaultdict(list)
    for edge in report.edges:
        for step in dict.fromkeys((line.code, line.next_step) for line in edge.codes):
            edges[step].append(edge.reconciliation)
    if not edges:
        return
    codes = Counter(code for code, _ in edges)
    rows = [
        (code, step, ", ".join(edges[code, step]) if codes[code] > 1 else "")
        for code, step in sorted(edges)
    ]
    columns = ("code", "step", "on") if max(codes.values()) > 1 else ("code", "step")
    out.print()
    out.print(table("What to do next", columns, (row[: len(columns)] for row in rows)))
