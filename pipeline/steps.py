"""The steps as the scheduler and the command line call them: small facts in, small facts out.

Results hold ids, dates and counts only, so they may travel through XCom. Errors are the
adapters' (SourceUnavailable is worth a retry, SourceRejected is not) and the pipeline's.
"""

from typing import Any

from adapters.base import SourceConfig
from adapters.config import load_source
from adapters.errors import MisconfiguredSource
from pipeline import alerts, auditors, landing, matching, staging
from pipeline.edges import arrivals
from pipeline.errors import SettingsError
from pipeline.keys import open_keys
from pipeline.seating import asked_engine
from pipeline.settings import PROJECT, Settings
from pipeline.store import Store
from reconciliation.model import Interval
from reconciliation.rulebook import shipped

SOURCES = PROJECT / "adapters"


def land(settings: Settings, source: str, interval: Interval) -> dict[str, Any]:
    """Fetch and keep; {"deliveries", "new", "bytes", "window_from", "already_landed"}."""
    store = Store.open(settings)
    config = source_config(settings, source)
    return landing.land(store, open_keys(settings, store), config, interval)


def stage(settings: Settings, source: str, interval: Interval) -> dict[str, Any]:
    """Load what is landed; {"rows_parsed", "entries_new", …, "refused", "already_loaded"}."""
    store = Store.open(settings)
    config = source_config(settings, source)
    return staging.stage(store, open_keys(settings, store), config, interval)


def reparse(settings: Settings, delivery_id: int) -> dict[str, Any]:
    """Read one stored delivery again, after its layout was mended; counts as `stage`."""
    store = Store.open(settings)
    with store.transaction() as transaction:
        found = transaction.row("landing/delivery_place", delivery_id=delivery_id)
    if found is None:
        raise SettingsError(f"there is no delivery {delivery_id}")
    interval = Interval(found["interval_from"], found["interval_to"])
    config = source_config(settings, found["source"])
    return staging.stage(store, open_keys(settings, store), config, interval, [delivery_id])


def reconcile(settings: Settings, name: str, interval: Interval) -> dict[str, Any]:
    """Match, break and prove one edge up to the interval's end; counts by code."""
    due = arrivals(shipped().find(name), settings.environment)
    engine = asked_engine(settings.environment)
    return matching.reconcile(Store.open(settings), name, interval, due, engine)


def raise_alerts(settings: Settings, interval: Interval) -> dict[str, Any]:
    """Bring the alerts up to date; {"raised", "cleared", and how many stand of each kind}.

    And end what auditors have had open for too long: {"long_audits_ended"}.
    """
    return {
        **alerts.raise_alerts(Store.open(settings)),
        "long_audits_ended": auditors.end_long_queries(settings, auditors.LONGEST),
        "as_of": interval.end.isoformat(),
    }


def list_sources() -> list[str]:
    """Names of all sources described in adapters/, configured or not."""
    return sorted(path.stem for path in SOURCES.glob("*.yaml"))


def source_config(settings: Settings, source: str) -> SourceConfig:
    """MisconfiguredSource names file, line and key, or the sources there are."""
    if source not in list_sources():
        raise MisconfiguredSource(f"no source {source!r}; there are {', '.join(list_sources())}")
    return load_source(SOURCES / f"{source}.yaml", settings.environment, settings.unconfigured)
