"""Worlds that several tests look at; building one takes a second or two."""

from datetime import datetime
from functools import cache

from reconciliation.model import IST
from simulator.truth import Truth, truth
from simulator.world import World
from simulator.world_building import build

ANCHOR = datetime(2026, 3, 12, 11, tzinfo=IST)  # a Thursday


@cache
def default_world(seed: int = 1) -> World:
    return build(seed, 5_000, ANCHOR)


@cache
def small_world(seed: int = 1) -> World:
    return build(seed, 600, ANCHOR)


@cache
def default_truth() -> Truth:
    return truth(default_world(), ANCHOR)


@cache
def late_truth() -> Truth:
    """A day later, when what was young is old."""
    return truth(default_world(), default_world().end)
