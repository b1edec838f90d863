"""Lists of Airflow's API over real HTTP: every page is read, and each row counted once."""

import json
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.services_rest import PAGE, AirflowRest
from reconciliation.model import IST, Interval

HOURS = Interval(datetime(2026, 3, 10, tzinfo=IST), datetime(2026, 3, 11, tzinfo=IST))
RUNS = "/api/v2/dags/hourly/dagRuns"


@pytest.fixture
def airflow():
    """`airflow(lists)`: path → (name of the rows, rows); what was asked is in `.asked`."""
    running = []

    def start(lists):
        asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.answer(201, {"access_token": "t"})

            def do_GET(self):
                url = urlsplit(self.path)
                query = {name: one for name, (one,) in parse_qs(url.query).items()}
                asked.append(query)
                name, rows = lists[url.path]
                first = int(query["offset"])
                page = rows[first : first + int(query["limit"])]
                self.answer(200, {name: page, "total_entries": len(rows)})

            def answer(self, status, content):
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        running.append(server)
        rest = AirflowRest(f"http://127.0.0.1:{server.server_port}", "admin", lambda: "x")
        rest.asked = asked
        return rest

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE])
def test_tasks_are_counted_by_state_over_all_pages(airflow, count):
    rows = [{"state": "success" if number % 2 else None} for number in range(count)]
    rest = airflow({f"{RUNS}/r1/taskInstances": ("task_instances", rows)})
    expected = {"success": count // 2, "none": count - count // 2}
    assert rest.task_states("hourly", "r1") == {k: n for k, n in expected.items() if n}
    assert [one["offset"] for one in rest.asked] == [
        str(PAGE * page) for page in range(max(1, -(-count // PAGE)))
    ]


def test_runs_of_an_interval_are_counted_by_state(airflow):
    rest = airflow({RUNS: ("dag_runs", [{"state": "success"}] * PAGE + [{"state": "failed"}])})
    assert rest.backfill_states("hourly", HOURS) == {"success": PAGE, "failed": 1}
    assert [one["logical_date_lt"] for one in rest.asked] == [HOURS.end.isoformat()] * 2
    assert {one["logical_date_gte"] for one in rest.asked} == {HOURS.start.isoformat()}
