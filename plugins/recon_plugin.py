"""Puts the first page into Airflow: the app under /recon, its entry in the navigation."""

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from plugins.dashboard.app import app


class ReconPlugin(AirflowPlugin):
    name = "reconciliation"
    fastapi_apps: ClassVar[list[Any]] = [
        {"app": app, "url_prefix": "/recon", "name": "Reconciliation"}
    ]
    # The href is relative: Airflow may live under a path of a reverse proxy.
    external_views: ClassVar[list[Any]] = [
        {
            "name": "Reconciliation",
            "href": "recon/",
            "destination": "nav",
            "url_route": "reconciliation",
            "nav_top_level": True,
            "icon": "recon/icon.svg",
            "icon_dark_mode": "recon/icon-dark.svg",
        }
    ]
