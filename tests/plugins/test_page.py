"""The page as HTML: everything escaped, charts in proportion, no figure made better."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from pipeline.dashboard_view import Alert, Cause, CodeRow, Edge, Freshness, Overview, Proof
from plugins.dashboard import page

NOW = datetime(2026, 3, 10, 5, 42, tzinfo=UTC)
EMPTY = Overview(
    read_at=NOW, as_of=None, asked=None, chosen=None, edges=(), codes=(), by_age=(0,) * 8,
    sources=(), days=(), proofs=(), causes=(), alerts=(),
)  # fmt: skip
EDGE = Edge("core_hdfc", "Core against HDFC", Decimal("99.996"), 1200, 12, 3, 4, NOW)
HOSTILE = "<script>alert(1)</script>\"'&"


def full(words="x"):
    return replace(
        EMPTY,
        as_of=NOW,
        edges=(replace(EDGE, title=words, note=words),),
        codes=(CodeRow(words, (1, 0, 0, 0, 0, 0, 0, 0), 1, (words,), (words,)),),
        by_age=(1, 0, 0, 0, 0, 0, 0, 0),
        sources=(Freshness(words, NOW, "late", 1, 0),),
        days=(date(2026, 3, 10),),
        proofs=(Proof(words, ("unexplained",), (words,)),),
        causes=(Cause(words, words, date(2026, 3, 10), words, words, (words,)),),
        alerts=(Alert(words, words, words, NOW),),
    )


def test_hostile_text_is_text():
    html = page.overview(full(HOSTILE))("n0nce")
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") > 5
    assert html.count("<script nonce=") == 1


def test_nothing_comes_from_elsewhere():
    html = page.overview(full())("n0nce")
    assert "http://" not in html
    assert "https://" not in html
    assert 'href="/' not in html, "absolute links break behind a proxy"
    assert " style=" not in html, "the policy refuses inline styles"
    assert " onclick" not in html


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes(theme):
    assert f'[data-theme="{theme}"]' in page.overview(EMPTY)("n")


def test_before_the_first_run_it_says_so():
    html = page.overview(EMPTY)("n")
    assert "Nothing is reconciled yet" in html
    assert "accounts set" in html


def test_a_message_page_says_what_and_what_next():
    assert "cannot be read now" in page.unreadable("connection refused")("n")
    assert "log in" in page.stranger()("n")


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (None, "–"),
        (Decimal("100"), "100.00 %"),
        (Decimal("99.999"), "99.99 %"),
        (Decimal("0.009"), "0.00 %"),
    ],
)
def test_a_rate_is_cut_never_rounded_up(rate, shown):
    assert page.percent(rate) == shown


def test_one_break_beside_a_thousand_is_seen():
    assert page.bar_heights((1000, 1, 0), 96) == [96, 3, 0]
    assert page.bar_heights((0, 0), 96) == [0, 0]
    assert page.shade(1, 1000) == 1
    assert page.shade(1000, 1000) == page.SHADES
    assert page.shade(0, 0) == 0


@pytest.mark.parametrize(
    ("age", "shown"),
    [
        (timedelta(minutes=119, seconds=59), "119 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (timedelta(hours=47, minutes=59), "47 h ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(seconds=-1), "ahead"),
    ],
)
def test_how_long_ago(age, shown):
    assert page.ago(NOW - age, NOW) == shown


def test_never():
    assert page.ago(None, NOW) == "never"
    assert page.ist(None) == "–"
    assert page.ist(NOW) == "10 Mar 2026, 11:12"
