"""What Airflow is given: the first page under /recon, its entry in the navigation, deadlines."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from plugins.deadline_reference import QueuedAt

Message = MutableMapping[str, Any]


async def first_page(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """The app, imported when it is first asked.

    Airflow loads this file in every process, each task's too, and what FastAPI and Airflow's
    login check import takes two seconds.
    """
    from plugins.dashboard.app import app  # noqa: PLC0415

    await app(scope, receive, send)


class ReconPlugin(AirflowPlugin):
    # The lists are annotated as Airflow declares them.
    name = "reconciliation"
    fastapi_apps: list[Any] = [  # noqa: RUF012
        {"app": first_page, "url_prefix": "/recon", "name": "Reconciliation"}
    ]
    # The href is relative: Airflow may live under a path of a reverse proxy.
    external_views: list[Any] = [  # noqa: RUF012
        {
            "name": "Recon",  # longer names are cut in the navigation
            "href": "recon/",
            "destination": "nav",
            "url_route": "reconciliation",
            "nav_top_level": True,
            "icon": "recon/icon.svg",
            "icon_dark_mode": "recon/icon-dark.svg",
        }
    ]
    deadline_references: list[Any] = [QueuedAt]  # noqa: RUF012
