"""SBI over real HTTP: whole days, offset and total, signs behind amounts, tokens of 300 s."""

import pytest
import requests

from tests.simulator.small_world import at, bank_frame, small_world

TENTH = {"from_date": "10/03/2026", "to_date": "10/03/2026"}


@pytest.fixture
def sbi(serving):
    def start(*rows, **options):
        return serving(small_world(banks={"sbi": bank_frame(*rows)}), **options)

    return start


def ask(servers, **query):
    environment = servers.environment
    answer = requests.post(
        environment["SBI_API_URL"] + "/oauth/token",
        data={
            "grant_type": "client_credentials",
            "client_id": environment["SBI_CLIENT_ID"],
            "client_secret": environment["SBI_CLIENT_SECRET"],
        },
        timeout=5,
    ).json()
    assert answer["expires_in"] == 300
    return requests.get(
        environment["SBI_API_URL"] + "/api/v1/transactions",
        params=TENTH | query,
        headers={"Authorization": "Bearer " + answer["access_token"]},
        timeout=5,
    )


def test_a_row_is_as_the_profile_writes_it(sbi):
    servers = sbi(
        {
            "transaction_id": "SBI1",
            "account_number": "00000040000000001",
            "amount_minor": -150_000,
            "occurred_at": at(10, 21, 7),
            "balance_minor": 1_050_000,
            "description": "TO TRANSFER-UPI/DR/409374856309/ASHA/HDFC/asha@bank/rent--",
        }
    )

    assert ask(servers).json() == {
        "data": [
            {
                "transaction_id": "SBI1",
                "amount": "1500.00-",
                "currency": "INR",
                "status": "SUCCESS",
                "value_date": "10/03/2026",
                "posted_at": "10/03/2026 10:21:07",
                "account_number": "00000040000000001",
                "channel": "UPI",
                "transaction_type": "TRANSFER",
                "reference_number": "409374856309",
                "description": "TO TRANSFER-UPI/DR/409374856309/ASHA/HDFC/asha@bank/rent--",
                "balance": "+10500.00",
            }
        ],
        "offset": 0,
        "total": 1,
    }


def test_signs(sbi):
    rows = ask(sbi({"balance_minor": -5}, {"amount_minor": -5})).json()["data"]

    assert [row["amount"] for row in rows] == ["5000.00+", "0.05-"]
    assert [row["balance"] for row in rows] == ["-0.05", "+1050510.00"]


def test_a_day_is_whole_and_nothing_more(sbi):
    servers = sbi(
        {"transaction_id": "eve", "occurred_at": at(23, 59, 59, day=8)},
        {"transaction_id": "first", "occurred_at": at(0, day=9)},
        {"transaction_id": "last", "occurred_at": at(23, 59, 59, day=9)},
        {"transaction_id": "morrow", "occurred_at": at(0, day=10)},
    )
    rows = ask(servers, from_date="09/03/2026", to_date="09/03/2026").json()["data"]

    assert [row["transaction_id"] for row in rows] == ["first", "last"]


def test_what_is_late_or_pending_is_judged_at_the_end_of_the_last_day(sbi):
    servers = sbi(
        {"occurred_at": at(9, day=9), "visible_at": at(23, 59, 59, day=9)},
        {"occurred_at": at(9, day=9), "visible_at": at(0, day=10)},
        {"occurred_at": at(9, day=9), "pending_until": at(0, day=10)},
    )
    day = ask(servers, from_date="09/03/2026", to_date="09/03/2026").json()
    both = ask(servers, from_date="09/03/2026", to_date="10/03/2026").json()

    assert [row["status"] for row in day["data"]] == ["SUCCESS", "PENDING"]
    assert [row["status"] for row in both["data"]] == ["SUCCESS"] * 3


def test_offsets_lead_through_every_row_once(sbi):
    servers = sbi(*({} for _ in range(5)))
    pages = [ask(servers, offset=offset, limit=2).json() for offset in (0, 2, 4, 6)]

    assert [row["transaction_id"] for page in pages for row in page["data"]] == [
        f"T{i:04d}" for i in range(5)
    ]
    assert [(page["offset"], page["total"]) for page in pages] == [(0, 5), (2, 5), (4, 5), (6, 5)]


@pytest.mark.parametrize("query", [{"to_date": "2026-03-10"}, {"offset": "-1"}, {"limit": "101"}])
def test_a_query_it_cannot_read_is_400(sbi, query):
    assert ask(sbi({}), **query).status_code == 400
