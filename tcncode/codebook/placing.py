"""Where codes stand: numbers with room between them, so that a new code moves no other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

APART = 1_000_000
"""Between the places of two codes that were put one after the other."""


def positions(there: Mapping[str, int], order: Sequence[str]) -> dict[str, int]:
    """Places for things in a new order, such that as few as possible get another one.

    Somebody may be editing what stays where it was in another copy of the project, and would
    lose that to whatever was put before it here.

    Args:
        there: the places that things have.
        order: what is to have a place, first to last.
    """
    stay = _rising(there, order)
    places: dict[str, int] = {}
    low: int | None = None
    waiting: list[str] = []
    for key in order:
        if key not in stay:
            waiting.append(key)
            continue
        high, room = there[key], len(waiting) + 1
        start = high - APART * room if low is None else low
        if waiting and high - start < room:  # no room is left between these two
            return {key: n * APART for n, key in enumerate(order, 1)}
        places |= {new: start + n * (high - start) // room for n, new in enumerate(waiting, 1)}
        places[key] = low = high
        waiting = []
    return places | {new: (low or 0) + n * APART for n, new in enumerate(waiting, 1)}


def _rising(there: Mapping[str, int], order: Sequence[str]) -> set[str]:
    """As many things as can be whose places rise in an order already."""
    tails: list[int] = []
    last: list[str] = []
    before: dict[str, str | None] = {}
    for key in order:
        if key in there:
            at = bisect_left(tails, there[key])
            before[key] = last[at - 1] if at else None
            tails[at : at + 1], last[at : at + 1] = [there[key]], [key]
    found: set[str] = set()
    at_end = last[-1] if last else None
    while at_end is not None:
        found.add(at_end)
        at_end = before[at_end]
    return found
