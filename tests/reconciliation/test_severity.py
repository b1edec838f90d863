"""From which amounts on a break is raised: every currency has one, wherever it is said."""

import pytest

from reconciliation.definition import load_definitions
from reconciliation.model import MINOR_UNIT_DIGITS
from reconciliation.severity import LIMITS, Raise, raise_of, rules, shared_limits, why
from reconciliation.yaml_place import DefinitionError, Place


def test_no_currency_that_is_read_is_without_a_limit():
    assert set(shared_limits()) == set(MINOR_UNIT_DIGITS)
    for item in load_definitions():
        assert rules(item.severity)["amounts_minor"] == dict(shared_limits())


def test_limits_are_of_their_own_minor_units():
    """A slip of a decimal place is a factor of ten: none is so far from its like."""
    limits = shared_limits()
    whole = {name: limits[name] // 10**digits for name, digits in MINOR_UNIT_DIGITS.items()}
    assert (whole["INR"], whole["JPY"], whole["KWD"]) == (100_000, 200_000, 350)
    assert all(300 <= whole[name] <= 1000 for name in ("KWD", "BHD", "OMR", "JOD"))
    assert all(1000 <= whole[name] <= 2000 for name in ("USD", "EUR", "GBP", "CHF", "SGD", "AUD"))


def test_a_definition_says_otherwise_for_what_it_names():
    given = Place.of_text("core_x.yaml", "amounts_minor: {JPY: 7}\nage_days: 3")
    assert raise_of(given) == Raise({**shared_limits(), "JPY": 7}, 3)
    assert raise_of(None) == Raise(shared_limits())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  KWD: 350000", "  # KWD", "severity.yaml, line 6, amounts_minor.KWD: missing; expected"),
        ("  JPY: 200000", "  JPY: 0", "line 24, amounts_minor.JPY: expected a whole number, 1 to"),
        ("  INR: 10000000", "  XXX: 1", "line 6, amounts_minor.XXX: unknown key"),
        ("\namounts_minor:", "\namounts:", "line 5, amounts: unknown key; known here"),
    ],
)
def test_a_currency_without_a_limit_is_an_error(tmp_path, old, new, problem):
    words = LIMITS.read_text(encoding="utf-8")
    assert old in words
    path = tmp_path / LIMITS.name
    path.write_text(words.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as wrong:
        shared_limits(path)
    assert problem in str(wrong.value)


@pytest.mark.parametrize(
    ("code", "stake", "currency", "age", "told"),
    [
        ("DIRECTION", 1, "INR", 9,
         "DIRECTION is high by itself, and neither amount nor age raises that"),
        ("MIS_IN_BANK", 499, "INR", 4,
         "MIS_IN_BANK is medium by itself; less than 5.00 INR is at stake, which does not raise it;"
         " 5 business days of age would raise it (no further than high)"),
        ("MIS_IN_BANK", 500, "INR", 5,
         "MIS_IN_BANK is medium by itself; at least 5.00 INR at stake raises it a step;"
         " 5 business days of age raise it a step (no further than high)"),
        ("MIS_FILE", None, "INR", None,
         "MIS_FILE is medium by itself; 5.00 INR at stake would raise it, and what is at stake is"
         " unknown (no further than high)"),
        ("MIS_IN_BANK", 1, "XAU", None,
         "MIS_IN_BANK is medium by itself; XAU has no limit that raises it (no further than high)"),
        ("NO_SUCH_CODE", 1, "INR", 1, None),
    ],
)  # fmt: skip
def test_a_severity_says_what_made_it(code, stake, currency, age, told):
    assert why(rules(Raise({"INR": 500}, 5)), code, stake, currency, age) == told
