from datetime import date

import pytest

from pipeline.cli import failures
from pipeline.cli.endings import finish
from pipeline.interval_runs import Outcome, SourceRun
from reconciliation.model import Interval


def outcome(**states: str) -> Outcome:
    day = Interval.of_days(date(2026, 3, 10), date(2026, 3, 10))
    return Outcome(day, {name: SourceRun(state) for name, state in states.items()})


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ({"hdfc": "unreachable", "sbi": "unreachable"}, 3),
        ({"hdfc": "refused", "sbi": "refused"}, 4),
        ({"hdfc": "done", "sbi": "unreachable"}, 5),
        ({"hdfc": "done", "sbi": "refused"}, 5),
        ({"hdfc": "unreachable", "sbi": "refused"}, 5),
        ({"hdfc": "partly"}, 5),
    ],
)
def test_the_exit_code_says_what_it_was_worth(states, code):
    with pytest.raises(failures.CommandError) as caught:
        finish(outcome(**states))
    assert caught.value.exit_code == code
    for name, state in states.items():
        assert (name in caught.value.what) == (state != "done")


def test_all_done_is_silent():
    finish(outcome(hdfc="done", sbi="done"))
    finish(outcome())


def test_two_days_of_a_source_are_one_line():
    whole = outcome(hdfc="done")
    whole.sources["hdfc"] = SourceRun("done", fetched=5, new=2, changed=1, read_again=2)
    second = outcome(hdfc="unreachable")
    second.sources["hdfc"] = SourceRun("unreachable", sentence="hdfc: no answer")

    whole.add(second)

    assert whole.sources["hdfc"] == SourceRun("partly", 5, 2, 1, 2, sentence="hdfc: no answer")


def test_what_two_days_changed_on_an_edge_adds_up_and_what_stands_is_the_last():
    whole, second = outcome(), outcome()
    whole.reconciliations["e"] = {"as_of": "1", "opened": 2, "breaks": {"DATE": 2}}
    second.reconciliations["e"] = {"as_of": "2", "opened": 3, "breaks": {"DATE": 4}}
    whole.add(second)
    assert whole.reconciliations["e"] == {"as_of": "2", "opened": 5, "breaks": {"DATE": 4}}
