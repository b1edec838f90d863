"""Mail out, over SMTP: STARTTLS or TLS with the server's certificate verified, always.

SourceUnavailable
└── MailDelayed    no usable answer, or "try later" (4xx): keep the message
SourceRejected
└── MailRefused    login, certificate or message refused: a retry cannot help
"""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from adapters.errors import SourceRejected, SourceUnavailable
from adapters.reasons import reason_of

STEP_SECONDS_MAX = 20  # a server silent for longer is asked again later
OK = 250
LATER = range(400, 500)  # RFC 5321: 4yz may succeed later, 5yz will not
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class MailDelayed(SourceUnavailable):
    """The mail server gave no usable answer, or asked to come back later."""


class MailRefused(SourceRejected):
    """The mail server will not take this message from us as things are."""


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: str  # starttls | tls | none (loopback only)


def deliver(
    server: MailServer, sender: str, recipients: Sequence[str], message: EmailMessage
) -> int:
    """Hand one message over; returns how many of its recipients were refused.

    MailDelayed or MailRefused name the host and the server's code, never its words: those
    may quote the message.
    """
    with _session(server) as smtp:
        refused = smtp.send_message(message, from_addr=sender, to_addrs=list(recipients))
    return len(refused)


def probe(server: MailServer) -> None:
    """Connect, prove the certificate, log in where a login is given; no mail is sent.

    MailDelayed or MailRefused as in `deliver`.
    """
    with _session(server) as smtp:
        smtp.ehlo_or_helo_if_needed()
        code, _ = smtp.noop()
        if code != OK:
            raise _by_code(server, "a NOOP", code)


@contextmanager
def _session(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Logged in; whatever smtplib raises inside is one of ours outside."""
    if server.tls == "none" and server.host not in LOOPBACK:
        raise MailRefused(f"{server.host}: without TLS only on loopback; set SMTP_TLS")
    try:
        with _connect(server) as smtp:
            if server.user:
                smtp.login(server.user, server.password)
            yield smtp
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = sorted(code for code, _ in refusal.recipients.values())
        raise _by_code(server, "every recipient", codes[-1]) from None
    except smtplib.SMTPAuthenticationError as refusal:
        raise _by_code(server, "the login (SMTP_USER, SMTP_PASSWORD)", refusal.smtp_code) from None
    except smtplib.SMTPResponseException as refusal:
        raise _by_code(server, "the message", refusal.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        raise MailRefused(
            f"{server.host}:{server.port} does not offer what is asked of it: "
            "STARTTLS for SMTP_TLS=starttls, AUTH for SMTP_USER"
        ) from None
    except ssl.SSLCertVerificationError as failure:
        raise MailRefused(
            f"{server.host}:{server.port}: its certificate is not trusted "
            f"({failure.verify_message})"
        ) from None
    except (smtplib.SMTPException, OSError) as failure:
        raise MailDelayed(f"{server.host}:{server.port}: no answer: {reason_of(failure)}") from None


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=STEP_SECONDS_MAX, context=context)
    smtp = smtplib.SMTP(server.host, server.port, timeout=STEP_SECONDS_MAX)
    try:
        if server.tls == "starttls":
            smtp.starttls(context=context)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _by_code(server: MailServer, what: str, code: int) -> MailDelayed | MailRefused:
    sentence = f"{server.host}:{server.port} refused {what} with {code}"
    return MailDelayed(sentence) if code in LATER else MailRefused(sentence)
