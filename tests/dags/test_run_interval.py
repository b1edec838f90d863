"""Which hour a run is about, and which failures are worth a retry."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from airflow.sdk import RetryAction

import tests.airflow_as_library  # noqa: F401  before anything imports Airflow
from adapters import errors as adapter_errors
from dags.run_interval import RETRY_POLICY, chosen, hour_of, interval_of, reported_moment
from pipeline import errors
from reconciliation.model import IST, Interval


def context(start=None, end=None, run_after="2026-03-10T11:00:00+05:30", **params):
    def moment(text):
        return None if text is None else datetime.fromisoformat(text)

    run = SimpleNamespace(
        data_interval_start=moment(start),
        data_interval_end=moment(end),
        run_after=moment(run_after),
    )
    return {"params": params, "dag_run": run}


def hour(text):
    start = datetime.fromisoformat(text).replace(tzinfo=IST)
    return Interval(start, start.replace(hour=start.hour + 1))


def test_a_scheduled_run_is_about_its_own_hour():
    found = interval_of(context("2026-03-10T04:30:00+00:00", "2026-03-10T05:30:00+00:00"))
    assert found == hour("2026-03-10T10:00")
    assert found.start == datetime(2026, 3, 10, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        pytest.param("2026-03-10T11:00:00+05:30", "2026-03-10T10:00", id="on the hour"),
        pytest.param("2026-03-10T10:59:59+05:30", "2026-03-10T09:00", id="a second before"),
        pytest.param("2026-03-10T05:29:59+00:00", "2026-03-10T09:00", id="the same in UTC"),
    ],
)
def test_a_manual_run_without_a_date_is_about_the_last_full_hour(asked, first):
    assert interval_of(context(run_after=asked)) == hour(first)


def test_an_interval_of_no_length_is_none():
    same = "2026-03-10T05:17:00+00:00"
    found = interval_of(context(same, same, "2026-03-10T11:17:00+05:30"))
    assert found == hour("2026-03-10T10:00")


def test_params_go_before_the_run_and_mean_ist_where_they_name_no_zone():
    params = {"from": "2026-03-09T00:00:00", "to": "2026-03-10T00:00:00+05:30"}
    found = interval_of(context("2026-03-10T04:30:00+00:00", "2026-03-10T05:30:00+00:00", **params))
    assert found == Interval.of_days(datetime(2026, 3, 9).date(), datetime(2026, 3, 9).date())  # noqa: DTZ001


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"from": "2026-03-09T00:00:00"}, id="from alone"),
        pytest.param({"to": "2026-03-09T00:00:00"}, id="to alone"),
        pytest.param(
            {"from": "2026-03-09T00:00:00Z", "to": "2026-03-09T01:00:00Z"}, id="UTC hours"
        ),
        pytest.param({"from": "2026-03-09T01:00:00", "to": "2026-03-09T01:00:00"}, id="no length"),
    ],
)
def test_params_that_are_no_whole_hours_are_refused(params):
    with pytest.raises(ValueError, match=r"both|whole|ends"):
        interval_of(context(**params))


def test_no_source_chosen_is_all_of_them():
    assert chosen(context(sources=[]), "hdfc")
    assert chosen(context(sources=["hdfc", "core"]), "hdfc")
    assert not chosen(context(sources=["core"]), "hdfc")


def test_the_moment_of_a_report():
    assert reported_moment(context(end="2026-03-10T01:30:00+00:00")).hour == 1
    assert reported_moment(context(run_after="2026-03-10T05:17:00+00:00")).minute == 17


def test_an_hour_from_the_environment(monkeypatch):
    monkeypatch.delenv("RECON_FIRST_HOUR", raising=False)
    assert hour_of("RECON_FIRST_HOUR") is None
    monkeypatch.setenv("RECON_FIRST_HOUR", "2026-03-10T10:45:00+05:30")
    assert hour_of("RECON_FIRST_HOUR") == datetime(2026, 3, 10, 4, 30, tzinfo=UTC)


def _all_of(root):
    yield root
    for child in root.__subclasses__():
        yield from _all_of(child)


@pytest.mark.parametrize("kind", list(_all_of(adapter_errors.SourceRejected)))
def test_what_was_refused_is_not_asked_again(kind):
    assert RETRY_POLICY.evaluate(kind("x"), 1, 2).action is RetryAction.FAIL


@pytest.mark.parametrize("kind", list(_all_of(adapter_errors.SourceUnavailable)))
def test_who_did_not_answer_is_asked_again(kind):
    assert RETRY_POLICY.evaluate(kind("x"), 1, 2).action is RetryAction.RETRY


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        (errors.StoreUnavailable, RetryAction.RETRY),
        (errors.StoreBusy, RetryAction.RETRY),
        (errors.StoreFull, RetryAction.FAIL),
        (errors.StaleAttempt, RetryAction.FAIL),
        (errors.SettingsError, RetryAction.FAIL),
        (KeyError, RetryAction.FAIL),
    ],
)
def test_only_what_may_be_well_in_a_moment_is_tried_again(kind, action):
    assert RETRY_POLICY.evaluate(kind("x"), 1, 2).action is action
