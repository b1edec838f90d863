"""What is configured, what can be reached, what is wrong, and the next step: a sentence each."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack

from adapters.errors import SourceError, SourceRejected, SourceUnavailable
from adapters.mail import probe
from pipeline import schema, services, world
from pipeline.database_urls import weaknesses
from pipeline.doctor_sources import Finding, late, sources
from pipeline.errors import PipelineError, WrongKey
from pipeline.keys import open_keys
from pipeline.limits import paused
from pipeline.mailing import server_of
from pipeline.postgres import serving
from pipeline.production import on_loopback
from pipeline.settings import PROJECT, Settings
from pipeline.store import Store
from pipeline.wiring import configured_sources

DISK_BYTES_MIN = 2_000_000_000


def examine(settings: Settings) -> list[Finding]:
    """Every check in turn. A check that fails is a finding; the others still run."""
    findings = [*_machine(settings), *_settings(settings)]
    with ExitStack() as until_asked:
        finding, store = _database(settings, until_asked)
        findings.append(finding)
        if store is not None:
            findings += _operations(store)
            findings += late(settings, store)
        findings += sources(settings, store)
    findings += _mail(settings)
    findings += _services(settings)
    return findings


def _machine(settings: Settings) -> Iterator[Finding]:
    version = sys.version.split()[0]
    yield Finding("ok", "python", f"{version} at {sys.executable}")
    free = shutil.disk_usage(settings.home).free
    if free < DISK_BYTES_MIN:
        yield Finding(
            "wrong", "disk", f"{free // 10**6} MB free in {settings.home}",
            "Make room: below 2 GB a day's work may not fit.",
        )  # fmt: skip
    else:
        yield Finding("ok", "disk", f"{free // 10**9} GB free in {settings.home}")


def _settings(settings: Settings) -> Iterator[Finding]:
    path = PROJECT / ".env"
    if world.clock_file(settings.home).exists():
        clock = world.read_clock(settings.home)
        assert clock is not None  # noqa: S101 - the file is there
        yield Finding(
            "note", "home", f"{settings.home} holds a demo's simulated world (seed {clock.seed})",
            f"For your own banks, RECON_HOME={settings.home}-own in .env.",
        )  # fmt: skip
    elif path.exists():
        yield Finding("ok", "settings", f"{path} is read; RECON_HOME is {settings.home}")
    else:
        yield Finding(
            "note", "settings", f"no {path}; only the environment is read",
            "Copy .env.example to .env, `chmod 600` it, and fill in your banks.",
        )  # fmt: skip
    for name, why, next_step in weaknesses(settings.environment):
        yield Finding("note", name, why, next_step)
    mode = settings.home.stat().st_mode & 0o777
    if mode & 0o066:
        yield Finding(
            "wrong", "home", f"{settings.home} can be listed or written by others ({mode:o})",
            f"chmod 711 {settings.home}",
        )  # fmt: skip
    for name in on_loopback(settings):
        yield Finding(
            "wrong", name, "RECON_ENV is prod and this bank is on loopback: a simulator?",
            "Give the bank's own URL, unless a proxy of yours stands there.",
        )  # fmt: skip
    names = ("RECON_DATA_KEYS", "RECON_INDEX_KEY")
    if settings.env == "prod" and not all(settings.environment.get(name) for name in names):
        yield Finding(
            "wrong", "keys", "RECON_ENV is prod and the keys were made here, beside the data",
            f"Keep {' and '.join(names)} in a vault and give them by the environment.",
        )  # fmt: skip


def _database(settings: Settings, until_asked: ExitStack) -> tuple[Finding, Store | None]:
    """The store to ask with, None where there is none; an embedded server that was down runs
    until then. Where a source is configured and nothing is there yet, it is made.
    """
    is_embedded = settings.database_url is None
    is_new = is_embedded and not (settings.home / "postgres_ready").exists()
    if is_new and not _is_any_configured(settings):
        return Finding("note", "database", "none yet; made when a source is configured"), None
    try:
        if is_embedded:
            until_asked.enter_context(serving(settings.home))
        elif not Store.open(settings).is_reachable():
            return Finding(
                "wrong", "database", "cannot be reached or refuses the login",
                "Check DATABASE_URL, or leave it out for the embedded one.",
            ), None  # fmt: skip
        applied, notes = schema.prepare(settings)
        store = Store.open(settings)
        open_keys(settings, store)
    except WrongKey as failure:
        return Finding(
            "wrong", "database", str(failure), "Give it the keys it was written with."
        ), None  # fmt: skip
    except PipelineError as failure:
        return Finding("wrong", "database", str(failure), "See docs/runbook.md."), None
    kind = "the embedded" if is_embedded else "your own"
    made = f"; brought up to date in {len(applied)} steps" if applied else ""
    if notes:
        return Finding("note", "database", "; ".join(notes), "See docs/security.md."), store
    return Finding("ok", "database", f"{kind} Postgres answers and the keys fit{made}"), store


def _is_any_configured(settings: Settings) -> bool:
    try:
        return bool(configured_sources(settings.environment))
    except SourceError:
        return False  # told where the sources are examined


def _operations(store: Store) -> Iterator[Finding]:
    with store.transaction() as transaction:
        alerts = transaction.rows("reports/open_alerts")
        mails = transaction.rows("reports/failed_mails")
        circuits = transaction.rows("ops/open_circuits")
    paused_now = {row["source"] for row in circuits}
    for alert in alerts:
        if alert["kind"] == "api_down" and alert["subject"] in paused_now:
            continue  # said below, as it is now
        yield Finding(
            "wrong", f"alert {alert['kind']}", f"{alert['subject']}: {alert['detail']}",
            "It clears itself once its cause is gone.",
        )  # fmt: skip
    if mails:
        yield Finding(
            "wrong", "mail", f"{len(mails)} messages were given up: {mails[0]['last_error']}",
            "Mend the SMTP_ variables; the next report is a new message.",
        )  # fmt: skip
    for row in circuits:
        yield Finding(
            "wrong", row["source"], paused(row["source"], dict(row)),
            f"It is tried again by itself; see `./recon sources check {row['source']}`.",
        )  # fmt: skip


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.smtp is None or not settings.report_recipients:
        yield Finding(
            "note", "mail", "no report is mailed",
            "Set SMTP_HOST, SMTP_FROM and REPORT_RECIPIENTS in .env.",
        )  # fmt: skip
        return
    try:
        probe(server_of(settings.smtp))
    except (SourceUnavailable, SourceRejected) as failure:
        yield Finding("wrong", "mail", str(failure), "Mend the SMTP_ variables.")
        return
    yield Finding(
        "ok", "mail",
        f"{settings.smtp.host}:{settings.smtp.port} answers; "
        f"{len(settings.report_recipients)} people get the report",
    )  # fmt: skip


def _services(settings: Settings) -> Iterator[Finding]:
    states = services.states(settings)
    running = sorted(name for name, state in states.items() if state == "running")
    stopped = sorted(set(states) - set(running) - {world.SIMULATOR})
    if running and stopped:
        yield Finding(
            "wrong", "services", f"running: {', '.join(running)}; stopped: {', '.join(stopped)}",
            "See their logs under RECON_HOME/logs, then `./recon down` and `./recon up`.",
        )  # fmt: skip
    elif running:
        yield Finding("ok", "services", f"running: {', '.join(running)}")
    else:
        yield Finding("note", "services", "nothing runs", "Start it with `./recon up`.")
