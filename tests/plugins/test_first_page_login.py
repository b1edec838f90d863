"""The first page on the real API server: nothing of it for a stranger, all of it for a user."""

import pytest
import requests

import tests.airflow_as_library  # noqa: F401  before anything imports Airflow
from plugins.dashboard.app import app

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("running"),  # also where it is not asked: it ends with its last test
]
# What the app has, what FastAPI would add by itself, and what nobody serves.
PATHS = sorted(
    {route.path.replace("{path:path}", "anything/else") for route in app.routes}
    | {"/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect", "/../recon/", "//", "/%2e%2e/"}
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def test_there_are_routes():
    assert {"/", "/icon.svg"} <= {route.path for route in app.routes}


@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_gets_401_on_every_route(running, path):
    for method in METHODS:
        answer = requests.request(method, f"{running.airflow.url}/recon{path}", timeout=30)
        # A method that a known path does not have may be refused for that alone.
        assert answer.status_code in (401, 405), (method, answer.status_code)
        assert answer.status_code == 401 or method not in ("GET", "HEAD")
        assert b"matched" not in answer.content.lower()


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Authorization": "Bearer x.y.z"}, id="no token"),
        pytest.param({"Cookie": "_token=x.y.z"}, id="no cookie"),
        pytest.param({"Authorization": "Basic YWRtaW46YWRtaW4="}, id="basic"),
        pytest.param({"X-Forwarded-User": "admin", "Remote-User": "admin"}, id="a proxy's word"),
    ],
)
def test_a_forged_login_is_none(running, headers):
    answer = requests.get(f"{running.airflow.dashboard_url}", headers=headers, timeout=30)
    assert answer.status_code in (401, 403)
    assert b"matched" not in answer.content.lower()


def test_a_person_without_login_is_told_where_to_go(running):
    answer = requests.get(
        running.airflow.dashboard_url, headers={"Accept": "text/html"}, timeout=30
    )
    assert answer.status_code == 401
    assert 'href="../"' in answer.text


@pytest.fixture
def session(running):
    """Logged in as the generated admin."""
    rest = running.airflow.rest()
    rest.log_in()
    return rest.session


def test_a_user_sees_the_page(running, session):
    answer = session.get(running.airflow.dashboard_url, timeout=60)
    assert answer.status_code == 200
    assert "Rate per reconciliation" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?reconciliation=core_hdfc", 200),
        ("?as_of=2026-03-10T11:00:00%2B05:30", 200),
        ("?as_of=yesterday", 400),
        ("?reconciliation=%3Cscript%3E", 404),
        ("nothing", 404),
        ("icon.svg", 200),
    ],
)
def test_what_a_user_asks_for(running, session, query, code):
    answer = session.get(f"{running.airflow.dashboard_url}{query}", timeout=60)
    assert answer.status_code == code
    assert "<script>" not in answer.text.replace("<script nonce", "")


def test_the_navigation_has_a_relative_entry(running):
    plugins = running.airflow.rest().get("/plugins", {"limit": "100"})["plugins"]
    (entry,) = next(item for item in plugins if item["name"] == "reconciliation")["external_views"]
    assert entry["destination"] == "nav"
    assert entry["href"] == "recon/"
