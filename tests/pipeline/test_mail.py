"""The outbox on a real database, against a real SMTP server."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from pipeline import mailing
from pipeline.errors import SettingsError
from pipeline.settings import Smtp


class Sink:
    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.answer = "250 taken"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append(envelope.content)
        return self.answer


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def mail_settings(settings, sink) -> Iterator:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    smtp = Smtp("127.0.0.1", port, "", "", "recon@example.com", "none")
    yield replace(settings, smtp=smtp, report_recipients=("desk@example.com", "cfo@example.com"))
    controller.stop()


def compose(settings, **changes):
    words = {"about": "report|2026-03-10", "subject": "Break report", "text": "all well", **changes}
    return mailing.compose(settings, **words)


def outbox(store):
    with store.transaction() as transaction:
        return transaction.connection.execute(text("select * from ops.outbox")).mappings().all()


def test_a_message_is_queued_once_and_sent_once(mail_settings, store, sink):
    assert mailing.queue(mail_settings, store, compose(mail_settings))
    assert not mailing.queue(mail_settings, store, compose(mail_settings, text="other words"))

    assert mailing.deliver_queued(mail_settings, store) == {"sent": 1, "waiting": 0, "failed": 0}
    assert mailing.deliver_queued(mail_settings, store) == {"sent": 0, "waiting": 0, "failed": 0}
    assert not mailing.queue(mail_settings, store, compose(mail_settings))
    assert len(sink.taken) == 1


def test_what_arrives_is_what_was_composed(mail_settings, store, sink):
    attachment = mailing.Attachment("breaks.csv", "text/csv", "code\r\nMIS_IN_BANK\r\n")
    message = compose(
        mail_settings, subject="Brüche ₹", html="<p>₹ 1,500.00</p>", attachments=[attachment]
    )
    mailing.queue(mail_settings, store, message)
    mailing.deliver_queued(mail_settings, store)

    taken = message_from_bytes(sink.taken[0], policy=policy.default)
    assert taken["Subject"] == "Brüche ₹"
    assert taken["To"] == "desk@example.com, cfo@example.com"
    assert taken.get_body(("html",)).get_content().strip() == "<p>₹ 1,500.00</p>"
    [csv] = taken.iter_attachments()
    assert (csv.get_filename(), csv.get_content_type()) == ("breaks.csv", "text/csv")


def test_the_id_depends_on_what_it_is_about_and_on_the_installation(mail_settings):
    first = compose(mail_settings)["Message-ID"]

    assert compose(mail_settings, text="later words")["Message-ID"] == first
    assert compose(mail_settings, about="report|2026-03-11")["Message-ID"] != first
    other = replace(mail_settings, index_key=b"another key of thirty-two bytes!")
    assert compose(other)["Message-ID"] != first


@pytest.mark.parametrize(
    "subject",
    ["a\r\nBcc: thief@example.com", "a\nBcc: x@example.com", "a\x00b", "a\r\n\r\nbody", "a" * 5000],
)
def test_a_subject_cannot_become_a_header(mail_settings, store, sink, subject):
    mailing.queue(mail_settings, store, compose(mail_settings, subject=subject))
    mailing.deliver_queued(mail_settings, store)

    taken = message_from_bytes(sink.taken[0], policy=policy.default)
    assert taken["Bcc"] is None
    assert len(taken["Subject"]) <= 200
    assert taken.get_body().get_content().strip() == "all well"


@pytest.mark.parametrize(
    "address", ["desk@example.com\r\nBcc: x@y.z", "no address", "a@b, c@d", "@"]
)
def test_a_recipient_that_is_no_address_is_refused(mail_settings, address):
    with pytest.raises(SettingsError, match="REPORT_RECIPIENTS") as caught:
        compose(replace(mail_settings, report_recipients=(address,)))
    assert address not in str(caught.value)


def test_a_server_that_is_down_costs_a_later_attempt(mail_settings, store, sink):
    down = replace(mail_settings, smtp=replace(mail_settings.smtp, port=_closed_port()))
    mailing.queue(down, store, compose(down))

    assert mailing.deliver_queued(down, store) == {"sent": 0, "waiting": 1, "failed": 0}
    [row] = outbox(store)
    assert (row["state"], row["attempts"]) == ("queued", 1)
    assert "no answer" in row["last_error"]
    assert mailing.deliver_queued(mail_settings, store)["sent"] == 1


def test_one_that_never_works_is_given_up_in_the_end(mail_settings, store, monkeypatch):
    monkeypatch.setattr(mailing, "ATTEMPTS_MAX", 2)
    down = replace(mail_settings, smtp=replace(mail_settings.smtp, port=_closed_port()))
    mailing.queue(down, store, compose(down))

    assert mailing.deliver_queued(down, store)["waiting"] == 1
    assert mailing.deliver_queued(down, store)["failed"] == 1
    assert mailing.deliver_queued(down, store) == {"sent": 0, "waiting": 0, "failed": 0}


def test_one_bad_message_does_not_hold_up_the_next(mail_settings, store, sink):
    sink.answer = "554 no"
    mailing.queue(mail_settings, store, compose(mail_settings))
    mailing.queue(mail_settings, store, compose(mail_settings, about="another"))

    assert mailing.deliver_queued(mail_settings, store)["waiting"] == 2
    assert len(sink.taken) == 2


def test_the_body_is_not_readable_in_the_database(mail_settings, store):
    mailing.queue(mail_settings, store, compose(mail_settings, text="MIS_IN_BANK 1500.00"))

    [row] = outbox(store)
    assert b"MIS_IN_BANK" not in bytes(row["body_cipher"])


def test_nobody_to_mail_to(settings, store):
    assert not mailing.queue(settings, store, compose(settings))
    assert outbox(store) == []


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
