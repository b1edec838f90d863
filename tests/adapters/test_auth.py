"""Who we say we are: fixed headers, Basic, tokens that end."""

import base64
import json
import threading

import pytest
import yaml

from adapters import auth as auth_module
from adapters.auth import auth_of
from adapters.client import Client, Patience
from adapters.errors import CredentialsRefused, FormatMismatch, MisconfiguredSource
from adapters.http import Bounds, Call, RequestsTransport
from adapters.sections import read_yaml

CALL = Call("GET", "http://127.0.0.1/v1/x")


@pytest.fixture
def issuer(wire, lent, tmp_path):
    """issuer(*answers) → (auth, forms posted): OAuth against an endpoint that gives these."""

    def start(*answers, client_id="id"):
        left, forms = list(answers), []

        def script(request, sock):
            forms.append(request.partition(b"\r\n\r\n")[2].decode())
            status, body = left.pop(0) if len(left) > 1 else left[0]
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            head = (
                f"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            sock.sendall(head.encode() + body)

        url = wire(script)
        transport = RequestsTransport("acme", Bounds(1, 1, 1))
        client = Client("acme", lent.services, transport, Patience(attempts_max=1))
        section = written(
            tmp_path,
            {
                "type": "client_credentials", "path": "/oauth/token", "client_id": client_id,
                "client_secret": "s3cret",
            },
        )  # fmt: skip
        return lambda: auth_of(section, client, url), forms

    return start


def written(tmp_path, content):
    path = tmp_path / "acme.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return read_yaml(path)


def bearer(auth):
    return auth.sign(CALL).headers["Authorization"]


def token(name, seconds=300):
    return 200, {"access_token": name, "token_type": "Bearer", "expires_in": seconds}


def test_fixed_headers(tmp_path):
    def headers(content):
        return dict(auth_of(written(tmp_path, content), None, "").sign(CALL).headers)

    assert headers({"type": "bearer", "token": "t", "headers": {"X-API-Key": "k"}}) == {
        "Authorization": "Bearer t",
        "X-API-Key": "k",
    }
    basic = headers({"type": "basic", "user": "u", "password": "p:q"})["Authorization"]
    assert base64.b64decode(basic.removeprefix("Basic ")) == b"u:p:q"
    assert headers({"type": "headers", "headers": {"apikey": "k"}}) == {"apikey": "k"}


@pytest.mark.parametrize(
    "content",
    [
        {"type": "magic"},
        {"type": "bearer"},
        {"type": "bearer", "token": "t", "user": "u"},
        {"type": "bearer", "token": "a\r\nX: b"},
        {"type": "client_credentials", "path": "/t", "client_id": "x"},
    ],
)
def test_a_slip_is_a_configuration_error(tmp_path, content):
    with pytest.raises(MisconfiguredSource, match=r"acme\.yaml, line"):
        auth_of(written(tmp_path, content), None, "")


def test_a_token_is_kept_for_the_process(issuer, lent):
    make, forms = issuer(token("one"))
    first, second = make(), make()
    assert [bearer(first), bearer(first), bearer(second)] == ["Bearer one"] * 3
    assert len(forms) == 1
    assert "grant_type=client_credentials" in forms[0]
    assert lent.calls[0]["endpoint"] == "/oauth/token"


def test_a_token_is_left_shortly_before_its_end(issuer, monkeypatch):
    make, forms = issuer(token("one"), token("two"))
    now = [1_000_000.0]
    monkeypatch.setattr(auth_module.time, "monotonic", lambda: now[0])
    auth = make()
    assert bearer(auth) == "Bearer one"
    now[0] += 300 - 30 - 1
    assert bearer(auth) == "Bearer one"
    now[0] += 1
    assert bearer(auth) == "Bearer two"
    assert len(forms) == 2


def test_renewing_gets_another_token_once_for_all(issuer):
    make, forms = issuer(token("one"), token("two"), token("three"))
    first, second = make(), make()
    assert bearer(first) == bearer(second) == "Bearer one"
    first.renew()
    second.renew()  # the other one has done it already
    assert bearer(first) == bearer(second) == "Bearer two"
    assert len(forms) == 2


def test_threads_share_one_token(issuer):
    make, forms = issuer(token("one"))
    found = []
    threads = [threading.Thread(target=lambda: found.append(bearer(make()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Bearer one"] * 8
    assert len(forms) == 1


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_client_is_refused(issuer, status):
    make, forms = issuer((status, {"error": "invalid_client"}))
    with pytest.raises(CredentialsRefused) as error:
        bearer(make())
    assert len(forms) == 1
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>"),
        (200, b""),
        (200, {"token": "x"}),
        (200, {"access_token": ""}),
        (200, {"access_token": "a\nb"}),
        (200, {"access_token": "a", "expires_in": "soon"}),
        (404, b"{}"),
    ],
)
def test_what_is_no_token_is_a_mismatch(issuer, answer):
    make, _ = issuer(answer)
    with pytest.raises(FormatMismatch, match="token"):
        bearer(make())


def test_a_lifetime_may_come_as_text_or_not_at_all(issuer):
    make, forms = issuer(
        (200, {"access_token": "one", "expires_in": "900"}), (200, {"access_token": "two"})
    )
    auth = make()
    assert bearer(auth) == "Bearer one"
    auth.renew()
    assert bearer(auth) == bearer(auth) == "Bearer two"
    assert len(forms) == 2
