"""The outbox: a message is stored with its own id first and sent afterwards.

The id comes from what the message is about, so a rerun queues nothing twice, and a server
that dropped the line after DATA gets the same id again and can tell. A mail server that is
down costs a later attempt, never a reconciliation.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from adapters.errors import SourceRejected, SourceUnavailable
from adapters.mail import MailServer, deliver
from pipeline.crypto import DataKeys, blind_index
from pipeline.errors import SettingsError
from pipeline.settings import Settings, Smtp
from pipeline.store import Store

ATTEMPTS_MAX = 12  # then it is failed, and `doctor` names it
MESSAGES_A_CALL_MAX = 50
SUBJECT_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    kind: str  # text/csv, text/html
    text: str


def compose(
    settings: Settings,
    *,
    about: str,
    subject: str,
    text: str,
    html: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> EmailMessage:
    """A message to REPORT_RECIPIENTS; `about` names it, once and for all.

    SettingsError where an address is none. Line breaks in a subject become spaces.
    """
    sender = _address(settings.smtp.sender if settings.smtp else "recon@localhost", "SMTP_FROM")
    recipients = [_address(item, "REPORT_RECIPIENTS") for item in settings.report_recipients]
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Reconciliation", addr_spec=sender)
    message["To"] = ", ".join(recipients)
    message["Subject"] = re.sub(r"[\s\x00-\x1f\x7f]+", " ", subject)[:SUBJECT_CHARACTERS_MAX]
    message["Message-ID"] = message_id(settings, about, recipients)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for item in attachments:
        _, _, subtype = item.kind.partition("/")
        message.add_attachment(item.text, subtype=subtype, filename=item.name)
    return message


def message_id(settings: Settings, about: str, recipients: Sequence[str]) -> str:
    """The same for the same message of the same installation, and nobody can guess it."""
    seed = blind_index(settings.index_key, "|".join(("mail", about, *sorted(recipients))))
    return f"<{hashlib.sha256(seed).hexdigest()[:40]}@recon.localdomain>"


def queue(settings: Settings, store: Store, message: EmailMessage) -> bool:
    """Store it for sending; False when it is there already (or nobody is to get it)."""
    if not settings.report_recipients:
        return False
    name = str(message["Message-ID"])
    with store.transaction() as transaction:
        queued = transaction.run(
            "reports/queue_mail",
            message_id=name,
            recipients=str(message["To"]),
            subject=str(message["Subject"]),
            body_cipher=DataKeys(settings.data_keys).seal(message.as_bytes(), name.encode()),
        )
    return queued == 1


def deliver_queued(settings: Settings, store: Store) -> dict[str, int]:
    """Try what waits, oldest first: {"sent", "waiting", "failed"}. Never raises for the server."""
    counts = {"sent": 0, "waiting": 0, "failed": 0}
    if settings.smtp is None:
        return counts
    tried: list[str] = []
    for _ in range(MESSAGES_A_CALL_MAX):
        outcome = _deliver_one(settings, store, tried)
        if outcome is None:
            break
        counts[outcome] += 1
    return counts


def server_of(smtp: Smtp) -> MailServer:
    return MailServer(
        host=smtp.host, port=smtp.port, user=smtp.user, password=smtp.password, tls=smtp.tls
    )


def _deliver_one(settings: Settings, store: Store, tried: list[str]) -> str | None:
    """Send one message under its row's lock, so that no other worker sends it as well."""
    assert settings.smtp is not None  # noqa: S101 - the caller looked
    server = server_of(settings.smtp)
    with store.transaction() as transaction:
        rows = transaction.rows("reports/next_mail", tried=tried)
        if not rows:
            return None
        row = rows[0]
        name = str(row["message_id"])
        tried.append(name)
        body = DataKeys(settings.data_keys).unseal(row["body_cipher"], name.encode())
        message = message_from_bytes(body, policy=SMTP)
        state, error = "sent", None
        try:
            deliver(server, settings.smtp.sender, row["recipients"].split(", "), message)
        except SourceUnavailable as failure:
            state, error = "queued", str(failure)
        except SourceRejected as failure:
            # A wrong password is mended in the settings: the message waits for that too.
            state, error = "queued", str(failure)
        if state == "queued" and row["attempts"] + 1 >= ATTEMPTS_MAX:
            state = "failed"
        transaction.run("reports/record_mail", message_id=name, state=state, last_error=error)
    return "waiting" if state == "queued" else state


def _address(text: str, variable: str) -> str:
    try:
        return Address(addr_spec=text).addr_spec
    except (ValueError, IndexError, MessageError):
        raise SettingsError(f"{variable}: holds something that is not a mail address") from None
