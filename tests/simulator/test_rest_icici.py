"""ICICI over real HTTP: a key and a token, numbered pages, one row as a bare object."""

import pytest
import requests

from tests.simulator.small_world import at, bank_frame, small_world

MORNING = {"from": "10-03-2026 00:00:00", "to": "10-03-2026 12:00:00"}


@pytest.fixture
def icici(serving):
    def start(*rows, **options):
        return serving(small_world(banks={"icici": bank_frame(*rows)}), **options)

    return start


def ask(servers, *, key=None, token=None, **query):
    environment = servers.environment
    return requests.get(
        environment["ICICI_API_URL"] + "/v2/transactions",
        params=MORNING | query,
        headers={
            "X-API-Key": key or environment["ICICI_API_KEY"],
            "Authorization": f"Bearer {token or environment['ICICI_API_TOKEN']}",
        },
        timeout=5,
    )


def test_one_row_is_a_bare_object_as_the_profile_writes_it(icici):
    servers = icici(
        {
            "transaction_id": "S27338118",
            "account_number": "040500000001",
            "amount_minor": -150_000_00,
            "occurred_at": at(10, 21, 7),
            "channel": "IMPS",
            "reference": "",
            "description": "MMT/IMPS/409374856309/rent",
            "balance_minor": 1_050_510_00,
        }
    )

    assert ask(servers).json() == {
        "transactions": {
            "txn_id": "S27338118",
            "amount": "1,50,000.00",
            "type": "DR",
            "currency": "INR",
            "status": "Success",
            "timestamp": "10-03-2026 10:21:07",
            "value_date": "10-03-2026",
            "account_id": "040500000001",
            "channel": "IMPS",
            "ref_no": "",
            "remarks": "MMT/IMPS/409374856309/rent",
            "balance": "10,50,510.00",
        },
        "page": 1,
        "total_pages": 1,
    }


@pytest.mark.parametrize(
    ("rows", "pages"), [(0, [0]), (2, [2]), (3, [2, 1]), (4, [2, 2]), (5, [2, 2, 1])]
)
def test_pages_are_numbered_to_the_last(icici, rows, pages):
    servers = icici(*({} for _ in range(rows)))
    answers = [ask(servers, page=i, page_size=2).json() for i in range(1, len(pages) + 1)]
    found = [answer["transactions"] for answer in answers]

    assert [len(page) if isinstance(page, list) else 1 for page in found] == pages
    assert {answer["total_pages"] for answer in answers} == {len(pages)}
    assert ask(servers, page=len(pages) + 1, page_size=2).json()["transactions"] == []


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({"status": "FAILED"}, "Failure"),
        ({"status": "PENDING"}, "Pending"),
        ({"pending_until": at(13)}, "Pending"),
    ],
)
def test_statuses_in_its_own_words(icici, row, status):
    assert ask(icici(row)).json()["transactions"]["status"] == status


def test_both_the_key_and_the_token_are_needed(icici):
    servers = icici({})

    assert ask(servers, key="x").status_code == 401
    assert ask(servers, token="x").status_code == 401
    assert ask(servers).status_code == 200


@pytest.mark.parametrize("query", [{"from": "2026-03-10"}, {"page": "0"}, {"page_size": "101"}])
def test_a_query_it_cannot_read_is_400(icici, query):
    assert ask(icici({}), **query).status_code == 400
