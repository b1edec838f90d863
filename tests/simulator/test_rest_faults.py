"""Every fault does what it says, over real HTTP, and is over when it says."""

import time
from email.utils import parsedate_to_datetime

import pytest
import requests

from simulator.faults import Faults
from tests.simulator.small_world import bank_frame, small_world

WINDOW = {"from": "10-03-2026 00:00:00", "to": "10-03-2026 12:00:00"}


@pytest.fixture
def servers(serving):
    rows = bank_frame(*({} for _ in range(6)))
    return serving(small_world(banks={"icici": rows, "hdfc": rows}))


def ask(servers, *, stream=False, timeout=5, **query):
    environment = servers.environment
    return requests.get(
        environment["ICICI_API_URL"] + "/v2/transactions",
        params=WINDOW | query,
        headers={
            "X-API-Key": environment["ICICI_API_KEY"],
            "Authorization": f"Bearer {environment['ICICI_API_TOKEN']}",
        },
        timeout=timeout,
        stream=stream,
    )


def identities(answer):
    rows = answer.json()["transactions"]
    return [row["txn_id"] for row in (rows if isinstance(rows, list) else [rows])]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("unauthorised", 401), ("forbidden", 403), ("too_many", 429), ("server_error", 503)],
)
def test_after_and_times(servers, kind, status):
    servers.fault("icici", kind, after=1, times=2)

    assert [ask(servers).status_code for _ in range(4)] == [200, status, status, 200]


def test_a_token_that_ends_between_two_pages_is_gone_until_a_new_one(servers):
    environment = servers.environment
    form = {
        "grant_type": "client_credentials",
        "client_id": environment["HDFC_CLIENT_ID"],
        "client_secret": environment["HDFC_CLIENT_SECRET"],
    }

    def login():
        answer = requests.post(environment["HDFC_API_URL"] + "/oauth/token", data=form, timeout=5)
        return answer.json()["access_token"]

    def page(token):
        return requests.get(
            environment["HDFC_API_URL"] + "/v1/transactions",
            params={
                "from_date": "2026-03-10T00:00:00+05:30", "to_date": "2026-03-10T12:00:00+05:30",
            },
            headers={"Authorization": f"Bearer {token}"},
            timeout=5,
        ).status_code  # fmt: skip

    token = login()
    servers.fault("hdfc", "unauthorised", after=1)

    assert [page(token) for _ in range(3)] == [200, 401, 401]
    assert page(login()) == 200


def test_the_token_endpoint_has_faults_of_its_own(servers):
    servers.fault("hdfc", "server_error", on="token", status=500)
    url = servers.environment["HDFC_API_URL"]

    assert requests.get(url + "/v1/transactions", timeout=5).status_code == 401
    assert requests.post(url + "/oauth/token", timeout=5).status_code == 500
    assert requests.post(url + "/oauth/token", timeout=5).status_code == 400


@pytest.mark.parametrize(
    ("retry_after", "header"), [("7", "7"), (None, None), ("1000000000", "1000000000")]
)
def test_retry_after(servers, retry_after, header):
    servers.fault("icici", "too_many", retry_after=retry_after)

    assert ask(servers).headers.get("Retry-After") == header


def test_retry_after_as_a_date(servers):
    servers.fault("icici", "too_many", retry_after="date:30")
    ahead = parsedate_to_datetime(ask(servers).headers["Retry-After"]).timestamp() - time.time()

    assert 25 < ahead <= 30


def test_bodies_that_are_not_json(servers):
    bodies = {}
    for kind in ("html", "error_object", "empty", "bom", "truncated"):
        servers.fault("icici", kind)
        answer = ask(servers)
        assert answer.status_code == 200
        bodies[kind] = answer.content

    whole = ask(servers).content
    assert bodies["html"].startswith(b"<!DOCTYPE html>")
    assert b'"error"' in bodies["error_object"]
    assert bodies["empty"] == b""
    assert bodies["bom"] == b"\xef\xbb\xbf" + whole
    assert bodies["truncated"] == whole[: len(whole) // 2]


def test_connections_that_break(servers):
    servers.fault("icici", "reset")
    with pytest.raises(requests.ConnectionError):
        ask(servers)
    servers.fault("icici", "reset", keep=0.5)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        ask(servers)
    servers.fault("icici", "cut_short")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        ask(servers)
    servers.fault("icici", "stall", seconds=3)
    with pytest.raises(requests.Timeout):
        ask(servers, timeout=0.3)

    assert ask(servers).status_code == 200
    assert [line["status"] for line in servers.accesses("icici")][:2] == ["reset", "reset"]


def test_bodies_that_take_for_ever(servers):
    servers.fault("icici", "endless_body")
    with ask(servers, stream=True) as answer:
        size = 0
        for part in answer.iter_content(65_536):
            size += len(part)
            if size > 3_000_000:
                break
    servers.fault("icici", "slow_drip", bytes_per_second=7)
    with ask(servers, stream=True) as answer:
        started = time.monotonic()
        assert answer.raw.read(14) == ask(servers).content[:14]
        assert time.monotonic() - started > 0.9

    assert size > 3_000_000


def test_a_gzip_bomb_is_small_on_the_wire(servers):
    servers.fault("icici", "gzip_bomb", megabytes=5)
    answer = ask(servers)

    assert int(answer.headers["Content-Length"]) < 50_000
    assert len(answer.content) > 5_000_000


@pytest.mark.parametrize(
    ("kind", "options", "second_page", "pages"),
    [
        ("cut_at_boundary", {}, ["T0002"], 3),
        ("repeat_page", {}, ["T0000", "T0001"], 3),
        ("missing_page", {}, ["T0004", "T0005"], 3),
        ("shift_page", {"by": 1}, ["T0003", "T0004"], 3),
        ("shift_page", {"by": -1}, ["T0001", "T0002"], 3),
    ],
)
def test_pages_with_the_wrong_rows(servers, kind, options, second_page, pages):
    servers.fault("icici", kind, after=1, **options)
    answers = [ask(servers, page=i, page_size=2) for i in (1, 2, 3)]

    assert [identities(answer) for answer in answers] == [
        ["T0000", "T0001"],
        second_page,
        ["T0004", "T0005"],
    ]
    assert answers[1].json()["total_pages"] == pages


def test_pages_without_end(servers):
    servers.fault("icici", "endless_pages", times=None)
    answers = [ask(servers, page=i, page_size=4).json() for i in (1, 2, 30)]

    assert [answer["total_pages"] for answer in answers] == [2, 3, 31]
    assert all(answer["transactions"] for answer in answers)


def test_fields_that_change(servers):
    rows = {}
    for kind in ("field_gone", "field_retyped", "field_new", "field_set"):
        servers.fault("icici", kind, field="balance" if kind != "field_new" else "x", value="9")
        rows[kind] = ask(servers).json()["transactions"][0]

    assert "balance" not in rows["field_gone"]
    assert isinstance(rows["field_retyped"]["balance"], dict)
    assert rows["field_new"]["x"] == "new"
    assert rows["field_set"]["balance"] == "9"


def test_a_source_that_is_down_refuses_connections_until_mended(servers):
    servers.fault("icici", "down")
    for _ in range(2):
        with pytest.raises(requests.ConnectionError, match="refused"):
            ask(servers)
    servers.mend("icici")

    assert ask(servers).status_code == 200


def test_mending_takes_back_what_is_left(servers):
    servers.fault("icici", "server_error", times=None)
    assert ask(servers).status_code == 503
    servers.mend()

    assert ask(servers).status_code == 200


def test_faults_through_the_control_endpoint(servers):
    url = servers.environment["SIMULATOR_CONTROL_URL"] + "/faults"
    token = {"Authorization": f"Bearer {servers.environment['SIMULATOR_CONTROL_TOKEN']}"}
    words = {"kind": "too_many", "retry_after": "2", "times": 3}

    assert requests.get(url, timeout=5).status_code == 401
    armed = requests.post(f"{url}/icici", json=words, headers=token, timeout=5).json()
    assert armed["icici"][0]["kind"] == "too_many"
    assert ask(servers).status_code == 429
    assert requests.delete(f"{url}/icici", headers=token, timeout=5).json() == {}
    assert ask(servers).status_code == 200
    for source, wrong, status in (("icici", {"kind": "x"}, 400), ("axos", words, 404)):
        answer = requests.post(f"{url}/{source}", json=wrong, headers=token, timeout=5)
        assert answer.status_code == status


def test_what_is_not_a_fault_is_refused_at_once(servers):
    with pytest.raises(ValueError, match="no such fault"):
        servers.fault("icici", "meteor")
    with pytest.raises(ValueError, match="no such source"):
        servers.fault("yes_bank", "down")
    with pytest.raises(ValueError, match="host key"):
        servers.fault("icici", "host_key_changed")


def test_two_faults_wait_for_their_turn():
    faults = Faults()
    faults.set("icici", "forbidden", after=1)
    faults.set("icici", "server_error")
    kinds = frozenset({"forbidden", "server_error"})
    taken = [faults.take("icici", kinds) for _ in range(3)]

    assert [fault and fault.kind for fault in taken] == ["server_error", "forbidden", None]
