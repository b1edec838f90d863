"""The first page as a FastAPI app.

Airflow does not authenticate what a plugin mounts. So the check is on the app, not on each
route: a route added later is behind Airflow's login as well, and so is a path nobody serves.
"""

import secrets
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import requires_access_view
from fastapi import Depends, FastAPI, HTTPException, Request, Response, status
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse

from pipeline.errors import PipelineError
from pipeline.redaction import redact_logging
from plugins.dashboard import page

IST = ZoneInfo("Asia/Kolkata")

redact_logging()  # the secrets follow with the settings; a failure before them is covered too

app = FastAPI(
    title="Reconciliation",
    dependencies=[Depends(requires_access_view(AccessView.WEBSITE))],
    docs_url=None,
    redoc_url=None,
    openapi_url=None,  # FastAPI serves these three past the dependencies
)


@app.get("/", response_class=HTMLResponse)
def overview(as_of: str | None = None, reconciliation: str | None = None) -> HTMLResponse:
    """Rates, open breaks, freshness and proof; `as_of` shows what was known at that moment, or at
    the end of that day. Alerts and paused sources are of now and are left out then.
    """
    # Airflow loads plugins in every process of its own: pandas only where the page is shown.
    from pipeline import dashboard  # noqa: PLC0415
    from pipeline.world import load_settings  # noqa: PLC0415
    from reconciliation.definition import load_definitions  # noqa: PLC0415

    if reconciliation and reconciliation not in {item.name for item in load_definitions()}:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no such reconciliation")
    moment = _moment(as_of)
    try:
        seen = dashboard.read_overview(
            load_settings(), dashboard.now(), as_of=moment, reconciliation=reconciliation or None
        )
    except PipelineError as failure:
        return _page(page.unreadable(str(failure)), status.HTTP_503_SERVICE_UNAVAILABLE)
    return _page(page.overview(seen))


@app.get("/icon.svg")
def icon() -> Response:
    return _icon("#3a3f47")


@app.get("/icon-dark.svg")
def icon_dark() -> Response:
    return _icon("#d5d8dd")


@app.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def nothing(path: str) -> Response:
    """Whatever else is asked for: 401 to a stranger, 404 to a user."""
    del path
    raise HTTPException(status.HTTP_404_NOT_FOUND, "nothing here")


@app.exception_handler(HTTPException)
async def refused(request: Request, failure: HTTPException) -> Response:
    """A person who is not logged in gets a page with the way to the login, still a 401."""
    wants_page = "text/html" in request.headers.get("accept", "")
    if failure.status_code != status.HTTP_401_UNAUTHORIZED or not wants_page:
        return await http_exception_handler(request, failure)
    return _page(page.stranger(), failure.status_code)


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        moment = _instant(text)
    else:
        moment = datetime.combine(day + timedelta(days=1), time(), IST)
    if moment > datetime.now(IST):
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "as_of: that moment has not come yet")
    return moment


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise HTTPException(
            status.HTTP_400_BAD_REQUEST, "as_of: a moment like 2026-03-10T11:00"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=IST)


def _page(render: page.Render, code: int = status.HTTP_200_OK) -> HTMLResponse:
    """Style and script are inline, so the page needs no second request; nothing else may run."""
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
        "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(render(nonce), code, headers)


def _icon(colour: str) -> Response:
    return Response(page.icon(colour), media_type="image/svg+xml")
