"""When a match by hand means nothing, at each edge and just past it."""

import pytest

from reconciliation.decisions import (
    MATCH_REASONS,
    MEMBERS_MAX,
    OTHER,
    RESOLUTIONS,
    UNMATCH_REASONS,
    Named,
    difference_minor,
    refusal,
)


def said(refused):
    return " ".join(refused or ())


OURS = Named("core", "L", "ledger", 1, 100_00, None, "INR", "SUCCESS")


def theirs(amount, side="bank", key="E", gross=None, **changes):
    values = {"account_id": 1, "currency": "INR", "status": "SUCCESS", **changes}
    return Named(
        "hdfc", key, side, values["account_id"], amount, gross, values["currency"],
        values["status"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("others", "difference"),
    [
        ([theirs(100_00)], 0), ([theirs(100_01)], 1), ([theirs(99_99)], -1), ([], -100_00),
        ([theirs(30_00), theirs(70_00, key="F")], 0),
        ([theirs(100_00), theirs(90_00, side="mobile")], -10_00),
    ],
)  # fmt: skip
def test_the_difference_is_external_less_ledger(others, difference):
    assert difference_minor([OURS, *others], "ledger") == difference


def test_a_side_alone_comes_to_nothing():
    back = Named("core", "L2", "ledger", 1, -100_00, None, "INR", "SUCCESS")
    assert refusal([OURS, back], "ledger", by_account=True) is None
    assert refusal([theirs(5), theirs(-5, key="F")], "ledger", by_account=True) is None
    assert "add up" in said(refusal([theirs(5), theirs(5, key="F")], "ledger", by_account=True))


def test_lines_agree_by_their_gross():
    line = theirs(97_64, gross=100_00)
    assert refusal([OURS, line], "ledger", by_account=False, is_gross=True) is None
    assert "add up" in said(refusal([OURS, line], "ledger", by_account=False))
    less = theirs(97_64, gross=99_99)
    assert "add up" in said(refusal([OURS, less], "ledger", by_account=False, is_gross=True))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (theirs(100_00, account_id=2), "accounts"), (theirs(100_00, currency="USD"), "currencies"),
        (theirs(100_00, status="FAILED"), "statuses"), (theirs(100_01), "add up"),
    ],
)  # fmt: skip
def test_what_has_no_sum_is_refused(other, words):
    assert words in said(refusal([OURS, other], "ledger", by_account=True))


def test_accounts_matter_where_they_are_proven():
    assert refusal([OURS, theirs(100_00, account_id=2)], "ledger", by_account=False) is None


@pytest.mark.parametrize(("members", "is_fine"), [(1, False), (2, True), (MEMBERS_MAX, True),
                                                  (MEMBERS_MAX + 1, False)])  # fmt: skip
def test_so_many_entries(members, is_fine):
    entries = [theirs(0, key=str(number)) for number in range(members)]
    assert (refusal(entries, "ledger", by_account=True) is None) is is_fine


def test_one_entry_twice_is_one():
    assert "not 1" in said(refusal([OURS, OURS], "ledger", by_account=True))


def test_each_list_of_reasons_has_the_one_that_needs_words():
    for reasons in (MATCH_REASONS, UNMATCH_REASONS, *RESOLUTIONS.values()):
        assert reasons[-1] == OTHER
