"""The report as JSON, CSV and HTML: each escapes for its own reader."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import jinja2

from reconciliation.model import IST, minor_text
from reconciliation.report import AGE_BUCKETS, EdgeReport, Report, at_stake

TEMPLATES = Path(__file__).parent / "templates"
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

CSV_COLUMNS = (
    "section", "reconciliation", "item", "currency", "count", "amount",
    *(f"age_{bucket}" for bucket in AGE_BUCKETS), "detail", "severity",
    "at_stake", "at_stake_unknown",
)  # fmt: skip


def csv_cell(value: object) -> str:
    """Text a spreadsheet will not run: a cell that starts like a formula gets a leading `'`.

    Numbers stay numbers, negative ones too.
    """
    text = "" if value is None else str(value)
    if text.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def as_csv(report: Report) -> str:
    """One row a figure, one set of columns for all of them; CRLF, UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for edge in report.edges:
        for row in _csv_rows(edge):
            blanks = [""] * (len(CSV_COLUMNS) - len(row))
            writer.writerow([*(csv_cell(cell) for cell in row), *blanks])
    return out.getvalue()


def _csv_rows(edge: EdgeReport) -> Iterator[tuple[object, ...]]:
    no_ages = ("",) * len(AGE_BUCKETS)
    for item in ("entries", "matched_groups", "matched_entries", "open_entries", "due_entries"):
        yield ("total", edge.reconciliation, item, "", getattr(edge, item), "", *no_ages, "")
    yield ("rate", edge.reconciliation, "rate_percent", "", "", edge.rate, *no_ages, "")
    for code in edge.codes:
        yield (
            "break", edge.reconciliation, code.code, code.currency, code.breaks,
            minor_text(code.amount_minor, code.currency), *code.by_age, code.next_step,
            code.severity, code.exposure, code.exposure_unknown,
        )  # fmt: skip
    for line in edge.difference:
        yield (
            "difference", edge.reconciliation, f"{line.side} {line.cause}", line.currency,
            line.entries, minor_text(line.amount_minor, line.currency), *no_ages, line.detail,
        )  # fmt: skip
    for proof in edge.proofs:
        yield (
            "proof", edge.reconciliation, f"{proof.account_id} {proof.business_date}",
            proof.currency, "", minor_text(proof.unexplained_minor, proof.currency), *no_ages,
            "; ".join((proof.state, *proof.causes)),
        )  # fmt: skip


def as_data(report: Report) -> dict[str, Any]:
    """What `report --json` prints: amounts as decimal text, dates as ISO.

    `asked_as_of` is the moment asked for, None where nobody did; `as_of` how far the books were
    reconciled by then.
    """
    asked = report.asked_as_of
    return {
        "asked_as_of": None if asked is None else asked.astimezone(IST).isoformat(),
        "until": None if report.until is None else report.until.isoformat(),
        "as_of": report.as_of.astimezone(IST).isoformat(),
        "accounts_days": report.accounts_days,
        "unexplained_minor": report.unexplained_minor,
        "breaks": report.breaks_total,
        "reconciliations": [_edge_data(edge) for edge in report.edges],
        "sources": [dict(source) for source in report.sources],
    }


def as_json(report: Report) -> str:
    """What `report --json` prints, one line."""
    return json.dumps(as_data(report), default=_plain, ensure_ascii=False) + "\n"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(IST).isoformat()
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(f"not JSON: {type(value).__name__}")


def _edge_data(edge: EdgeReport) -> dict[str, Any]:
    data = asdict(edge)
    del data["shape"]  # the definition's, not found by a run
    data["as_of"] = edge.as_of.astimezone(IST).isoformat()
    data["breaks"] = edge.breaks
    for line in (*data["codes"], *data["difference"]):
        line["amount"] = minor_text(line.pop("amount_minor"), line["currency"])
    for line in data["codes"]:
        minor = line.pop("exposure_minor")
        line["exposure"] = None if minor is None else minor_text(minor, line["currency"])
        line["by_age"] = dict(zip(AGE_BUCKETS, line["by_age"], strict=True))
    for line in data["proofs"]:
        line["explained"] = minor_text(line.pop("explained_minor"), line["currency"])
        line["unexplained"] = minor_text(line.pop("unexplained_minor"), line["currency"])
        line["business_date"] = line["business_date"].isoformat()
    return data


def as_html(report: Report) -> str:
    """One page that needs nothing else: style inside, no script, everything escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["money"] = minor_text
    environment.filters["stake"] = at_stake
    return environment.get_template("break_report.html").render(
        report=report, buckets=AGE_BUCKETS, days=_day_of(report)
    )


def _day_of(report: Report) -> str:
    return f"{report.day:%d %B %Y}"
