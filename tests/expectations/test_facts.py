"""Each fact at its edge and just past it."""

import pandas as pd
import pytest

from expectations import facts


def texts(**columns):
    frame = pd.DataFrame(
        {name: pd.array([value], dtype="string") for name, value in columns.items()}
    )
    return facts.texts(frame)


@pytest.mark.parametrize(
    ("value", "given"),
    [("x", True), ("0", True), ("", False), ("  ", False), ("\t\u00a0", False), (None, False)],
)
def test_is_given(value, given):
    assert facts.is_given(texts(a=value), ["a"]).tolist() == [given]


@pytest.mark.parametrize(
    ("debit", "credit", "alone"),
    [
        ("5.00", None, True), (None, "0.01", True), ("5.00", "0.00", True), ("5.00", "5.00", False),
        (None, None, False), ("0.00", "0.00", False), ("", "", False),
    ],
)  # fmt: skip
def test_is_one_alone(debit, credit, alone):
    assert facts.is_one_alone(texts(d=debit, c=credit), ["d", "c"]).tolist() == [alone]


@pytest.mark.parametrize(("currency", "known"), [("INR", True), ("JPY", True), (None, True),
                                                 ("XAU", False), ("inr", False)])  # fmt: skip
def test_is_money_we_know(currency, known):
    assert facts.is_money_we_know(texts(c=currency), ["c"]).tolist() == [known]


@pytest.mark.parametrize(
    ("amount", "room"),
    [
        ("9" * 15 + ".99", True), ("9" * 16, False), ("0" * 30 + "1", True),
        ("10,00,00,00,00,00,000.00", True), ("1,00,00,00,00,00,00,000.00", False),
        ("-" + "9" * 15, True), ("-" + "9" * 16, False), (None, True),
    ],
)  # fmt: skip
def test_has_room(amount, room):
    assert facts.has_room(texts(a=amount), ["a"]).tolist() == [room]


@pytest.mark.parametrize(
    ("amount", "currency", "fits"),
    [
        ("1.50", "INR", True), ("1.500", "INR", True), ("1.505", "INR", False), ("1", "INR", True),
        ("1.50000001", "INR", False), ("1.500", "KWD", True), ("1.5001", "KWD", False),
        ("150", "JPY", True), ("150.000", "JPY", True), ("150.5", "JPY", False),
        ("1.505", "XXX", True),  # its currency is refused by another fact
    ],
)  # fmt: skip
def test_has_its_decimals(amount, currency, fits):
    assert facts.has_its_decimals(texts(a=amount, c=currency), ["a", "c"]).tolist() == [fits]


@pytest.mark.parametrize(
    ("value", "storable"),
    [("x" * 65_536, True), ("x" * 65_537, False), ("a\x00b", False), ("💸" * 65_536, True)],
    ids=["longest", "past it", "NUL", "characters, not bytes"],
)
def test_is_storable(value, storable):
    assert facts.is_storable(texts(a=value), ["a"]).tolist() == [storable]


@pytest.mark.parametrize(
    ("value", "pattern", "held"),
    [
        ("12", "[0-9]+", True), ("12\n", "[0-9]+", False), ("a12", "[0-9]+", False),
        ("12", "1|2", False), ("٣", r"\d", False), ("", "[0-9]+", True), (" ", "[0-9]+", True),
        ("ab", "a(?!c).", True), ("ac", "a(?!c).", False), ("٣", r"(?=\d).", False),
        ("ab\n", "a(?!c).", False),
    ],
)  # fmt: skip
def test_obeys_the_whole_pattern_or_is_blank(value, pattern, held):
    assert facts.obeys(texts(a=value)["a"], pattern).tolist() == [held]


ISO = "(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(T.*)?"
SHORT = "(?P<day>[0-9]{1,2})/(?P<month>[0-9]{2})/(?P<year>[0-9]{2})(?!x)"


@pytest.mark.parametrize(
    ("value", "pattern", "real"),
    [
        ("2026-02-28", ISO, True), ("2026-02-29", ISO, False), ("2028-02-29", ISO, True),
        ("2100-02-29", ISO, False), ("2000-02-29", ISO, True), ("2026-03-31", ISO, True),
        ("2026-03-32", ISO, False), ("2026-04-31T10:00:00Z", ISO, False),
        ("2026-04-30T1", ISO, True),
        ("2026-00-10", ISO, False), ("2026-13-10", ISO, False), ("2026-03-00", ISO, False),
        ("nonsense", ISO, True), (None, ISO, True),  # the pattern says so already
        ("29/02/28", SHORT, True), ("29/02/26", SHORT, False), ("1/12/26", SHORT, True),
    ],
)  # fmt: skip
def test_a_day_must_be_in_the_calendar(value, pattern, real):
    assert facts.names_a_day(pattern)
    assert facts.is_a_real_day(texts(a=value)["a"], pattern).tolist() == [real]


def test_a_pattern_without_a_day_names_none():
    assert not facts.names_a_day("[0-9]+")
    assert not facts.names_a_day("(?P<day>[0-9]+)")


def test_the_shape_of_a_text_tells_nothing_of_it():
    values = pd.Series(["1,50.00 Dr", "Ravi ₹ 五\n\u202e", None, "9" * 40], dtype="string")

    assert facts.shape(values).tolist() == ["9,99.99 AA", "AAAA ₹ A??", "", "9" * 24]
