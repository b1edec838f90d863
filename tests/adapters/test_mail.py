"""Mail out, against a real SMTP server on loopback."""

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from adapters import mail
from adapters.mail import MailDelayed, MailRefused, MailServer, deliver, probe
from simulator.credentials import certificate

SENDER = "recon@example.com"
TO = ["desk@example.com"]


class Sink:
    """A server's handler: keeps what it takes, answers what it is told to."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.rcpt_answers: dict[str, str] = {}
        self.data_answer = "250 taken"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = self.rcpt_answers.get(address, "250 ok")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.data_answer.startswith("250"):
            self.taken.append(envelope.content)
        return self.data_answer


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def server(sink: Sink) -> Iterator[MailServer]:
    with _serving(Controller(sink, hostname="127.0.0.1", port=_free_port())) as port:
        yield MailServer("127.0.0.1", port, "", "", "none")


def _message() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, TO[0], "Break report"
    message["Message-ID"] = "<1@recon.localdomain>"
    message.set_content("ünïcode ₹ 1,500.00\n.\nafter a lone dot")
    return message


def test_a_message_arrives_whole(server, sink):
    assert deliver(server, SENDER, TO, _message()) == 0

    [taken] = sink.taken
    assert b"Message-ID: <1@recon.localdomain>" in taken


def test_a_probe_sends_nothing(server, sink):
    probe(server)
    assert sink.taken == []


def test_a_probe_finds_what_a_mail_would():
    with pytest.raises(MailDelayed, match="no answer"):
        probe(MailServer("127.0.0.1", _free_port(), "", "", "none"))
    with pytest.raises(MailRefused, match="loopback"):
        probe(MailServer("mail.example.com", 25, "", "", "none"))


def test_a_probe_asks_for_starttls_and_a_login(server):
    for changes in ({"tls": "starttls"}, {"user": "recon", "password": "sesame"}):
        with pytest.raises(MailRefused, match="does not offer") as caught:
            probe(replace(server, **changes))
        assert "sesame" not in str(caught.value)


def test_one_refused_recipient_does_not_stop_the_others(server, sink):
    sink.rcpt_answers["gone@example.com"] = "550 nobody here"

    assert deliver(server, SENDER, [*TO, "gone@example.com"], _message()) == 1
    assert len(sink.taken) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [("450 busy", MailDelayed), ("499 odd", MailDelayed), ("500 no", MailRefused)],
)
def test_every_recipient_refused(server, sink, answer, error):
    sink.rcpt_answers[TO[0]] = answer

    with pytest.raises(error, match="every recipient"):
        deliver(server, SENDER, TO, _message())


@pytest.mark.parametrize(("answer", "error"), [("451 later", MailDelayed), ("554 no", MailRefused)])
def test_data_refused_and_the_servers_words_are_not_repeated(server, sink, answer, error):
    sink.data_answer = f"{answer} RAVI KUMAR 50100012345678"

    with pytest.raises(error) as caught:
        deliver(server, SENDER, TO, _message())
    assert "RAVI" not in str(caught.value)


def test_nobody_listens():
    with pytest.raises(MailDelayed, match="no answer"):
        deliver(MailServer("127.0.0.1", _free_port(), "", "", "none"), SENDER, TO, _message())


def test_a_silent_server_is_given_up(monkeypatch):
    monkeypatch.setattr(mail, "STEP_SECONDS_MAX", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(MailDelayed):
            deliver(MailServer("127.0.0.1", port, "", "", "none"), SENDER, TO, _message())


def test_a_line_dropped_after_data_is_worth_another_try():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_drop_after_data, args=(listener,), daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        with pytest.raises(MailDelayed):
            deliver(MailServer("127.0.0.1", port, "", "", "none"), SENDER, TO, _message())


def test_without_tls_only_on_loopback():
    with pytest.raises(MailRefused, match="loopback"):
        deliver(MailServer("mail.example.com", 25, "", "", "none"), SENDER, TO, _message())


def test_starttls_is_asked_for_and_never_done_without(server, sink):
    plain = MailServer(server.host, server.port, "", "", "starttls")

    with pytest.raises(MailRefused, match="STARTTLS"):
        deliver(plain, SENDER, TO, _message())
    assert sink.taken == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_an_untrusted_certificate_is_refused(sink, tls, tmp_path):
    with (
        _serving(_tls_controller(sink, tls, tmp_path)) as port,
        pytest.raises(MailRefused, match="certificate"),
    ):
        deliver(MailServer("127.0.0.1", port, "", "", tls), SENDER, TO, _message())
    assert sink.taken == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_trusted_certificate_and_a_login(sink, tls, tmp_path, monkeypatch):
    controller = _tls_controller(sink, tls, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority"))
    with _serving(controller) as port:
        deliver(MailServer("127.0.0.1", port, "desk", "right", tls), SENDER, TO, _message())
        with pytest.raises(MailRefused, match="login") as caught:
            deliver(MailServer("127.0.0.1", port, "desk", "wrong", tls), SENDER, TO, _message())
    assert len(sink.taken) == 1
    assert "wrong" not in str(caught.value)


def _tls_controller(sink: Sink, tls: str, folder: Path) -> Controller:
    chain, key, authority = certificate(folder / "tls")
    (folder / "authority").write_bytes(Path(authority).read_bytes())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, key)
    options = {"authenticator": _login, "auth_require_tls": tls == "starttls"}
    if tls == "tls":
        options["ssl_context"] = context
    else:
        options["tls_context"] = context
    return Controller(sink, hostname="127.0.0.1", port=_free_port(), **options)


def _login(server, session, envelope, mechanism, data) -> AuthResult:
    return AuthResult(success=data.password == b"right", handled=False)


class _serving:  # noqa: N801 - reads as `with serving`
    def __init__(self, controller: Controller) -> None:
        self.controller = controller

    def __enter__(self) -> int:
        self.controller.start()
        return self.controller.port

    def __exit__(self, *_: object) -> None:
        self.controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _drop_after_data(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 here\r\n")
        for line in lines:
            if line.upper().startswith(b"DATA"):
                connection.sendall(b"354 go on\r\n")
                break
            connection.sendall(b"250 ok\r\n")
        for line in lines:
            if line == b".\r\n":
                return
