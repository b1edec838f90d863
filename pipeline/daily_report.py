"""The break report of a day, archived as it was and mailed to REPORT_RECIPIENTS."""

import hashlib
from datetime import date, datetime
from typing import Any

from pipeline import mailing
from pipeline.crypto import DataKeys
from pipeline.knowing import close_until
from pipeline.outputs import Fingerprint, note
from pipeline.report_formats import as_csv, as_html
from pipeline.reports import read_report
from pipeline.settings import Settings
from pipeline.store import Store
from reconciliation.report import Report

CALENDAR = "india_bank"
NAME = "daily_break_report"


def is_business_day(settings: Settings, day: date) -> bool:
    """Whether the banks' calendar works on that day."""
    with Store.open(settings).transaction() as transaction:
        return bool(transaction.value("ops/is_business_day", calendar=CALENDAR, day=day))


def mail_report(settings: Settings, day: date, as_of: datetime) -> dict[str, Any]:
    """Mail the position of the business days up to `day` as it was known at `as_of`.

    Counts: breaks, queued (0 where it was mailed before or nobody is to get it), sent, waiting,
    failed. Run again, it mails nothing twice: the message's id comes from day and moment.
    """
    store = Store.open(settings)
    close_until(store, as_of)
    report = read_report(store, as_of=as_of, until=day)
    if report is None:
        return {"breaks": 0, "queued": 0, "sent": 0, "waiting": 0, "failed": 0}
    breaks = sum(edge.breaks for edge in report.edges)
    html = as_html(report)
    csv = as_csv(report)
    _archive(settings, store, day, as_of, html)
    for form, text in (("html", html), ("csv", csv)):
        made = Fingerprint()
        made.write(text)
        asked = {"form": form, "reconciliation": None, "until": day.isoformat()}
        note(store, "report", asked, as_of, made.end())
    message = mailing.compose(
        settings,
        about=f"{NAME}|{day.isoformat()}|{as_of.isoformat()}",
        subject=f"Break report {day:%d %b %Y}: {breaks} open",
        text=_as_text(report, day),
        html=html,
        attachments=[mailing.Attachment(f"breaks-{day:%Y%m%d}.csv", "text/csv", csv)],
    )
    queued = mailing.queue(settings, store, message)
    return {
        "breaks": breaks,
        "queued": int(queued),
        **mailing.deliver_queued(settings, store),
    }


def _archive(settings: Settings, store: Store, day: date, as_of: datetime, body: str) -> None:
    content = body.encode()
    about = f"{NAME}|{day.isoformat()}|{as_of.isoformat()}".encode()
    store.once(
        "ops/archive_report",
        report=NAME,
        business_date=day,
        as_of=as_of,
        sha256=hashlib.sha256(content).hexdigest(),
        body_cipher=DataKeys(settings.data_keys).seal(content, about),
    )


def _as_text(report: Report, day: date) -> str:
    """For readers without HTML: a line a reconciliation."""
    lines = [f"Reconciliation up to {day:%d %b %Y}", ""]
    for edge in report.edges:
        rate = f"{edge.rate} %" if edge.rate else "nothing due"
        unexplained = "" if edge.unexplained_minor == 0 else ", PROOF UNEXPLAINED"
        lines.append(f"{edge.reconciliation}: {rate}, {edge.breaks} open breaks{unexplained}")
    lines += ["", "The figures are in the HTML part and in the attached CSV.", ""]
    return "\n".join(lines)
