"""A logged-in session on Airflow's REST API: calls, the login, and its errors."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import requests

from pipeline.services_process import ServiceFailed

CALL_SECONDS_MAX = 60
READ_ATTEMPTS_MAX = 3


class AirflowSession:
    """`base` like http://127.0.0.1:8080. ServiceFailed when it does not answer as it should."""

    def __init__(self, base: str, user: str, password: Callable[[], str]) -> None:
        self.base = base
        self._user = user
        self._password = password
        self.session = requests.Session()
        self.session.trust_env = False  # never through a proxy, never with a .netrc

    def health(self) -> dict[str, Any]:
        """Airflow's own health, per process; empty while nobody answers."""
        try:
            answer = self.session.get(f"{self.base}/api/v2/monitor/health", timeout=5)
        except requests.RequestException:
            return {}
        if answer.status_code != requests.codes.ok:
            return {}
        parts: dict[str, Any] = answer.json()
        return parts

    def warm(self) -> None:
        """Let the task side of the API build itself now (3 s), not under the first tasks."""
        with contextlib.suppress(requests.RequestException):  # only to save time later
            self.session.get(f"{self.base}/execution/health", timeout=CALL_SECONDS_MAX)

    def get(self, path: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        return self.checked(self.send("GET", path, params=parameters))

    def send(self, method: str, path: str, **arguments: Any) -> requests.Response:
        for is_last in (False, True):
            if "Authorization" not in self.session.headers:
                self.log_in()
            answer = self._call(method, f"/api/v2{path}", **arguments)
            if is_last or answer.status_code != requests.codes.unauthorized:
                break
            del self.session.headers["Authorization"]
        return answer

    def _call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """What only reads is asked again: a busy machine answers late."""
        attempts = READ_ATTEMPTS_MAX if method == "GET" else 1
        for attempt in range(1, attempts + 1):
            try:
                return self.session.request(
                    method, f"{self.base}{path}", timeout=CALL_SECONDS_MAX, **arguments
                )
            except requests.RequestException as failure:
                if attempt == attempts:
                    late = isinstance(failure, requests.Timeout)
                    why = "no answer in time" if late else "no connection; see `./recon status`"
                    raise ServiceFailed(f"Airflow's API does not answer: {why}") from None
        raise AssertionError("unreachable")

    def log_in(self) -> None:
        words = {"username": self._user, "password": self._password()}
        answer = self._call("POST", "/auth/token", json=words)
        if answer.status_code != requests.codes.created:
            raise ServiceFailed(f"Airflow refused its own login: HTTP {answer.status_code}")
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def checked(self, answer: requests.Response) -> dict[str, Any]:
        if not answer.ok:
            path = answer.request.path_url.split("?")[0]
            raise ServiceFailed(f"Airflow's API: HTTP {answer.status_code} for {path}")
        body: dict[str, Any] = answer.json()
        return body

    def import_errors(self) -> str:
        found = self.get("/importErrors", {})["import_errors"]
        return "".join(f"; {error['filename']} does not import" for error in found)
