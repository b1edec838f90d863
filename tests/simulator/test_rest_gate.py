"""What stands in front of every site: quota, access log, tokens' ends, TLS, stable ports."""

import json
import socket
import ssl
import stat

import pytest
import requests

from simulator.rest_auth import TokenIssuer
from simulator.rest_listener import bind
from simulator.rest_messages import Refused, Request
from simulator.rest_quota import Quota
from simulator.servers import serve
from tests.simulator.small_world import bank_frame, small_world

FORM = b"grant_type=client_credentials&client_id=us&client_secret=s3"


def ask(servers, **options):
    environment = servers.environment
    return requests.get(
        environment["ICICI_API_URL"] + "/v2/transactions",
        params={"from": "10-03-2026 00:00:00", "to": "10-03-2026 12:00:00", "token": "s3cr3t"},
        headers={
            "X-API-Key": environment["ICICI_API_KEY"],
            "Authorization": f"Bearer {environment['ICICI_API_TOKEN']}",
        },
        timeout=5,
        **options,
    )


def test_a_token_lives_as_long_as_it_says_and_no_longer():
    now = [0.0]
    issuer = TokenIssuer("us", "s3", 300, clock=lambda: now[0])
    token = json.loads(issuer.issue(Request("POST", "/oauth/token", {}, {}, FORM)).body)
    request = Request("GET", "/", {}, {"authorization": f"Bearer {token['access_token']}"})

    now[0] = 299.9
    issuer.check(request)
    now[0] = 300.0
    with pytest.raises(Refused, match="invalid_token"):
        issuer.check(request)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (FORM, None),
        (FORM.replace(b"s3", b"s4"), 401),
        (FORM.replace(b"us&", b"me&"), 401),
        (b"grant_type=password", 400),
        (b"\xff", 400),
    ],
)
def test_who_gets_a_token(body, status):
    request = Request("POST", "/oauth/token", {}, {}, body)
    issuer = TokenIssuer("us", "s3", 300)
    if status is None:
        assert issuer.issue(request).status == 200
        return
    with pytest.raises(Refused) as refused:
        issuer.issue(request)
    assert refused.value.status == status


def test_the_quota_of_an_hour_and_the_next_hour():
    now = [3_600.0]
    quota = Quota(2, clock=lambda: now[0])

    assert [quota.spend() for _ in range(3)] == [None, None, 3_601]
    now[0] = 7_199.0
    assert quota.spend() == 2
    now[0] = 7_200.0
    assert quota.spend() is None


def test_no_quota_has_no_end():
    quota = Quota(None)

    assert {quota.spend() for _ in range(10_000)} == {None}


def test_past_the_quota_the_answer_is_429_with_the_seconds_left(serving):
    servers = serving(small_world(), quotas={"icici": 4}, quota_factor=0.5)
    answers = [ask(servers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 3_601


def test_the_access_log_tells_what_was_asked_and_no_secret(serving):
    servers = serving(small_world(banks={"icici": bank_frame({})}))
    answer = ask(servers)
    requests.get(servers.environment["ICICI_API_URL"] + "/v2/transactions", timeout=5)
    first, second = servers.accesses("icici")

    assert (first["method"], first["path"], first["status"]) == ("GET", "/v2/transactions", 200)
    assert first["query"] == {"from": "10-03-2026 00:00:00", "to": "10-03-2026 12:00:00"}
    assert first["bytes"] == len(answer.content)
    assert second["status"] == 401
    text = (servers.home / "access" / "icici.jsonl").read_text()
    assert servers.environment["ICICI_API_TOKEN"] not in text
    assert "s3cr3t" not in text


def test_secrets_and_ports_last_and_are_nobody_elses(tmp_path):
    environments = []
    for _ in range(2):
        servers = serve(small_world(), tmp_path, database_url=None)
        environments.append(dict(servers.environment))
        written = json.loads((tmp_path / "environment.json").read_text())
        modes = {
            stat.S_IMODE((tmp_path / name).stat().st_mode)
            for name in ("secrets.json", "environment.json", "ssh/axis_host", "ssh/kotak_client")
        }
        servers.stop()
        servers.stop()

    assert environments[0] == environments[1] == written
    assert modes == {0o600}
    assert not (tmp_path / "environment.json").exists()


def test_a_taken_port_gives_another(tmp_path, serving):
    first = serve(small_world(), tmp_path / "one", database_url=None)
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "ports.json").write_text((tmp_path / "one" / "ports.json").read_text())
    second = serve(small_world(), tmp_path / "two", database_url=None)
    try:
        assert first.environment["ICICI_API_URL"] != second.environment["ICICI_API_URL"]
        assert ask(second).status_code == 200
    finally:
        first.stop()
        second.stop()


def test_https_is_trusted_through_its_own_authority_only(serving):
    servers = serving(small_world(), is_https=True)

    assert servers.environment["ICICI_API_URL"].startswith("https://127.0.0.1:")
    assert ask(servers, verify=servers.environment["REQUESTS_CA_BUNDLE"]).status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        ask(servers, verify=ssl.get_default_verify_paths().cafile or True)


def test_asyncio_sees_that_a_listener_is_tcp_and_turns_nagle_off():
    with bind(0) as sock:
        assert sock.proto == socket.IPPROTO_TCP
