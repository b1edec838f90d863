"""The simulated world as a program.

    python -m simulator --home DIR [--seed N] [--rows N] [--anchor ISO]   serve it until Ctrl-C
    python -m simulator truth --home DIR --as-of ISO                      what must be found
    python -m simulator compare --home DIR --as-of ISO --matches F --breaks F
    python -m simulator pages --folder DIR --rows N [--seed N] [--anchor ISO]
                                            so many of the gateway's payments as pages on disk

`serve` writes how to reach it, secrets included, to DIR/environment.json (0600, there while it
runs) and says on stdout where that is. The ledger's tables go to SIMULATOR_DATABASE_URL, where
that is set.
"""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from reconciliation.model import IST, floor_hour
from simulator.saved import SEED, AnotherWorld, Which, keep, which
from simulator.truth import Truth, compare, differences, truth

DATABASE_VARIABLE = "SIMULATOR_DATABASE_URL"
DIFFERENCES_SHOWN_MAX = 200
PAYMENTS_DRAWN_MAX = 100_000  # of more than these, each comes again under another id
USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """0 done, 2 for a wrong use."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "pages":
            return _pages(asked)
        chosen = which(asked.home, asked.seed, asked.rows, asked.anchor)
        if asked.command == "serve":
            return _serve(asked, chosen)
        expected = truth(chosen.build(), asked.as_of or chosen.anchor)
        if asked.command == "truth":
            _show_truth(expected, is_json=asked.json)
            return 0
        return _compare(asked, expected)
    except (AnotherWorld, ValueError, OSError) as problem:
        sys.stderr.write(f"{problem}\n")
        return USAGE_ERROR


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m simulator",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "command", nargs="?", choices=("serve", "truth", "compare", "pages"), default="serve"
    )
    parser.add_argument("--home", type=Path, default=Path(".recon/world"))
    parser.add_argument("--seed", type=int)
    parser.add_argument("--rows", type=int, help="ledger entries a day; pages: payments")
    parser.add_argument("--anchor", type=_moment, help="the end of the last hour; IST by default")
    parser.add_argument("--as-of", type=_moment, help="default: the anchor")
    parser.add_argument("--matches", type=Path, help="CSV of `export matches`")
    parser.add_argument("--breaks", type=Path, help="CSV of `export breaks`")
    parser.add_argument("--candidates", type=Path, help="CSV of `export candidates`")
    parser.add_argument("--reconciliation", help="compare: only this one")
    parser.add_argument("--folder", type=Path, help="where pages go")
    parser.add_argument("--json", action="store_true")
    return parser  # fmt: skip


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=IST)


def _serve(asked: argparse.Namespace, chosen: Which) -> int:
    from simulator.servers import serve  # noqa: PLC0415  truth needs no servers

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    world = chosen.build()
    keep(asked.home, chosen, world)
    servers = serve(world, asked.home, database_url=os.environ.get(DATABASE_VARIABLE) or None)
    try:
        # Never the variables themselves: whoever starts us may keep stdout in a log.
        place = str(servers.environment_file)
        _say(json.dumps({"environment": place}) if asked.json else f"how to reach it: {place}")
        stopped.wait()
    finally:
        servers.stop()
    return 0


def _show_truth(expected: Truth, *, is_json: bool) -> None:
    counts = expected.breaks.groupby(["reconciliation", "code"]).size()
    groups = expected.pairs.groupby("reconciliation")["group_no"].nunique()
    if not is_json:
        _say(f"{groups.to_string()}\n\n{counts.to_string()}")
        return
    seats = expected.pairs.drop(columns="is_interchangeable")
    shown: dict[str, Any] = {
        "groups": groups.to_dict(),
        "pairs": seats.to_dict("records"),
        "breaks": expected.breaks.to_dict("records"),
    }
    _say(json.dumps(shown))


def _compare(asked: argparse.Namespace, expected: Truth) -> int:
    if not (asked.matches and asked.breaks and asked.candidates):
        raise ValueError("compare needs --matches, --breaks and --candidates")
    exports = [
        pd.read_csv(path, dtype="str", keep_default_na=False)
        for path in (asked.matches, asked.breaks, asked.candidates)
    ]
    if asked.reconciliation:
        expected = expected.of(asked.reconciliation)
    counts = compare(expected, *exports)
    rows = differences(expected, *exports)
    lines = [f"{name} {count}" for name, count in counts.items()]
    _say(json.dumps(counts) if asked.json else "\n".join(lines))
    if len(rows):
        shown = rows.head(DIFFERENCES_SHOWN_MAX).to_string(index=False)
        sys.stderr.write(f"{len(rows)} rows differ\n{shown}\n")
    return 0


def _pages(asked: argparse.Namespace) -> int:
    from simulator.gateway_pages import write_pages  # noqa: PLC0415  nor pages
    from simulator.order_side import many_payments  # noqa: PLC0415

    if asked.folder is None or not asked.rows or asked.rows < 1:
        raise ValueError("pages needs --folder and --rows, 1 or more")
    anchor = asked.anchor or floor_hour(datetime.now(UTC))
    seed = SEED if asked.seed is None else asked.seed
    payments = many_payments(seed, min(asked.rows, PAYMENTS_DRAWN_MAX), anchor)
    is_more = asked.rows > len(payments)
    files = write_pages(payments, asked.folder, rows=asked.rows if is_more else None)
    _say(json.dumps({"files": files}) if asked.json else f"{files} pages in {asked.folder}")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
