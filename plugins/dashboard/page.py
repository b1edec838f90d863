"""The page as HTML: a template that escapes everything, and charts drawn as SVG."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import jinja2

from reconciliation.report import AGE_BUCKETS

if TYPE_CHECKING:
    from pipeline.dashboard_view import Overview

IST = ZoneInfo("Asia/Kolkata")
FOLDER = Path(__file__).parent
Render = Callable[[str], str]  # the page for a nonce
SHADES = 5

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def overview(seen: "Overview") -> Render:
    highest = max((count for row in seen.codes for count in row.by_age), default=0)
    return _render(
        "overview.html",
        seen=seen,
        buckets=AGE_BUCKETS,
        bars=list(zip(AGE_BUCKETS, seen.by_age, bar_heights(seen.by_age, 96), strict=True)),
        shade=lambda count: shade(count, highest),
    )


def unreadable(sentence: str) -> Render:
    """The database cannot be read; `sentence` names no row and no secret."""
    return _render("message.html", title="The results cannot be read now", sentence=sentence)


def stranger() -> Render:
    return _render("message.html", title="Please log in to Airflow first", sentence="")


def icon(colour: str) -> str:
    """Two arrows that meet: drawn here, so that nothing comes from elsewhere."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" '
        f'stroke="{colour}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
        '<path d="M3 7h13l-3-3M21 17H8l3 3"/><circle cx="12" cy="12" r="1.6"/></svg>'
    )


def bar_heights(counts: Sequence[int], height_max: int) -> list[int]:
    """Pixels a bar; what is there at all is at least 3 high, so that one break is seen."""
    highest = max(counts, default=0)
    return [0 if count == 0 else max(3, count * height_max // highest) for count in counts]


def shade(count: int, highest: int) -> int:
    """0 (none) to SHADES (the most) by the square root: one break beside a thousand is seen."""
    if count == 0:
        return 0
    return max(1, min(SHADES, round(SHADES * math.sqrt(count / highest))))


def percent(rate: Decimal | None) -> str:
    """Cut, never rounded up: 99.996 is not 100."""
    if rate is None:
        return "–"
    cut = rate.quantize(Decimal("0.01"), rounding="ROUND_FLOOR")
    return f"{cut} %"


def ist(moment: datetime | None) -> str:
    return "–" if moment is None else f"{moment.astimezone(IST):%d %b %Y, %H:%M}"


def ago(moment: datetime | None, now: datetime) -> str:
    """How long before now, in the largest unit that says something."""
    if moment is None:
        return "never"
    age = now - moment
    if age < timedelta(0):
        return "ahead"
    if age < timedelta(hours=2):
        return f"{age // timedelta(minutes=1)} min ago"
    if age < timedelta(days=2):
        return f"{age // timedelta(hours=1)} h ago"
    return f"{age.days} days ago"


def _render(name: str, **values: object) -> Render:
    template = _templates.get_template(name)
    style = (FOLDER / "templates" / "page.css").read_text(encoding="utf-8")
    script = (FOLDER / "templates" / "page.js").read_text(encoding="utf-8")

    def render(nonce: str) -> str:
        return template.render(nonce=nonce, style=style, script=script, **values)

    return render


_templates.filters.update(percent=percent, ist=ist, ago=ago)
