"""HDFC over real HTTP: what its profile says, at the edges and just past them."""

import pytest
import requests

from tests.simulator.small_world import at, bank_frame, small_world

DAY = {"from_date": "2026-03-10T00:00:00+05:30", "to_date": "2026-03-10T12:00:00+05:30"}


@pytest.fixture
def hdfc(serving):
    def start(*rows, **options):
        return serving(small_world(banks={"hdfc": bank_frame(*rows)}), **options)

    return start


def login(servers):
    environment = servers.environment
    answer = requests.post(
        environment["HDFC_API_URL"] + "/oauth/token",
        data={
            "grant_type": "client_credentials",
            "client_id": environment["HDFC_CLIENT_ID"],
            "client_secret": environment["HDFC_CLIENT_SECRET"],
        },
        timeout=5,
    )
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 900
    return {"Authorization": "Bearer " + answer.json()["access_token"]}


def ask(servers, headers, **query):
    return requests.get(
        servers.environment["HDFC_API_URL"] + "/v1/transactions",
        params=DAY | query,
        headers=headers,
        timeout=5,
    )


def test_a_row_is_as_the_profile_writes_it(hdfc):
    servers = hdfc({"transaction_id": "HDFC1", "occurred_at": at(10, 21, 7)})

    assert ask(servers, login(servers)).json() == {
        "data": [
            {
                "transaction_id": "HDFC1",
                "amount": "5000.00",
                "currency": "INR",
                "status": "SUCCESS",
                "transaction_date": "2026-03-10T10:21:07+05:30",
                "value_date": "2026-03-10",
                "account_number": "50100000000001",
                "type": "CREDIT",
                "transaction_type": "TRANSFER",
                "channel": "UPI",
                "reference_id": "409374856309",
                "description": "UPI-ASHA-asha@bank-HDFC0000001-409374856309-RENT",
                "balance": "1050510.00",
            }
        ],
        "next_cursor": None,
    }


def test_the_cursor_leads_through_every_row_once(hdfc):
    servers = hdfc(*({"occurred_at": at(9, i // 60, i % 60)} for i in range(250)))
    headers, seen, cursor = login(servers), [], None
    while True:
        page = ask(servers, headers, limit=100, **({"cursor": cursor} if cursor else {})).json()
        seen += [row["transaction_id"] for row in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == [f"T{i:04d}" for i in range(250)]


def test_a_cursor_of_another_query_is_refused(hdfc):
    servers = hdfc({}, {}, {})
    headers = login(servers)
    cursor = ask(servers, headers, limit=2).json()["next_cursor"]

    assert ask(servers, headers, limit=2, cursor=cursor).status_code == 200
    assert ask(servers, headers, limit=1, cursor=cursor).status_code == 400
    assert ask(servers, headers, limit=2, cursor="é").status_code == 400


@pytest.mark.parametrize(
    ("visible", "is_shown"),
    [
        pytest.param(at(12), True, id="as the window ends"),
        pytest.param(at(12, 0, 1), False, id="a second late"),
    ],
)
def test_a_late_row_shows_from_its_own_moment_on(hdfc, visible, is_shown):
    servers = hdfc({"occurred_at": at(10), "visible_at": visible})

    assert bool(ask(servers, login(servers)).json()["data"]) is is_shown


@pytest.mark.parametrize(
    ("until", "status"), [(at(12), "SUCCESS"), (at(12, 0, 1), "PENDING")], ids=["over", "not yet"]
)
def test_a_row_is_pending_until_it_is_not(hdfc, until, status):
    servers = hdfc({"pending_until": until})

    assert ask(servers, login(servers)).json()["data"][0]["status"] == status


def test_nothing_is_known_past_the_worlds_end(hdfc):
    servers = hdfc(
        {"occurred_at": at(11, 59, 59, day=11), "visible_at": at(12, day=11)},
        {"occurred_at": at(11, 59, 59, day=11), "visible_at": at(12, 0, 1, day=11)},
    )
    answer = ask(servers, login(servers), to_date="2026-03-20T00:00:00+05:30")

    assert [row["transaction_id"] for row in answer.json()["data"]] == ["T0000"]


def test_a_garbled_amount_and_a_blank_balance_go_out_as_they_are(hdfc):
    servers = hdfc({"amount_text": "5,00O.00", "amount_minor": -5, "description": 'a "b"\n\u202e'})
    row = ask(servers, login(servers)).json()["data"][0]

    assert (row["amount"], row["type"], row["description"]) == (
        "5,00O.00",
        "DEBIT",
        'a "b"\n\u202e',
    )


def test_who_may_ask(hdfc):
    servers = hdfc({})
    url = servers.environment["HDFC_API_URL"] + "/oauth/token"
    wrong = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}

    assert requests.post(url, data=wrong, timeout=5).status_code == 401
    assert ask(servers, {}).status_code == 401
    assert ask(servers, {"Authorization": "Bearer x"}).status_code == 401


@pytest.mark.parametrize(
    "query", [{"from_date": "10/03/2026"}, {"to_date": "2026-03-10T12:00:00"}, {"limit": "101"}]
)
def test_a_query_it_cannot_read_is_400(hdfc, query):
    servers = hdfc({})

    assert ask(servers, login(servers), **query).status_code == 400
