"""Stretches of text as two columns, starts and ends: joined, shared, left out, counted by depth.

Documents lie end to end. A set of stretches is in order, and no two of them overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tcncode.agreement.intervals import union

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Flags, Ints


def joined(start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Overlaps joined; what only touches stays two. ``start`` is in order already."""
    if not len(start):
        return start, end
    reach = np.maximum.accumulate(end)
    first = np.flatnonzero(np.concatenate((np.ones(1, np.bool_), start[1:] >= reach[:-1])))
    last = np.append(first[1:], len(start)) - 1
    return start[first], reach[last]


def both(one: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """The text that two sets of stretches share; each set in order, without overlaps."""
    (a, b), (c, d) = one, other
    if not len(a) or not len(c):
        return a[:0], b[:0]
    first = np.searchsorted(d, a, side="right")
    count = np.maximum(np.searchsorted(c, b, side="left") - first, 0)
    mine = np.repeat(np.arange(len(a)), count)
    offset = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count, count)
    theirs = first[mine] + offset
    return np.maximum(a[mine], c[theirs]), np.minimum(b[mine], d[theirs])


def touching(start: Ints, end: Ints, low: Ints, high: Ints) -> Flags:
    """Which stretches share a character with a set of stretches; themselves in any order."""
    real = high > low
    if not real.all():
        low, high = low[real], high[real]
    begun = np.searchsorted(low, end, side="left")
    shared: Flags = begun > np.searchsorted(high, start, side="right")
    return shared


def without(one: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """The text of the first that is not in the second; each set in order, without overlaps."""
    (a, b), (c, d) = one, union(*other)
    if not len(a) or not len(c):
        return a, b
    # Between the ends of all that is left out, as far as it lies in the first.
    low = np.concatenate((np.minimum(a[:1], c[:1]), d))
    high = np.concatenate((c, np.maximum(b[-1:], d[-1:])))
    real = high > low
    return both(one, (low[real], high[real]))


def at_least(parts: Sequence[tuple[Ints, Ints]], borders: Ints, needed: Ints) -> tuple[Ints, Ints]:
    """The text that as many parts cover as their document needs. Neighbours are joined."""
    starts = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0, np.int64)
    ends = np.concatenate([part[1] for part in parts]) if parts else np.zeros(0, np.int64)
    at = np.concatenate((starts, ends))
    if not len(at):
        return starts, ends
    step = np.ones(len(at), np.int64)
    step[len(starts) :] = -1
    order = np.argsort(at, kind="stable")
    at, depth = at[order], np.cumsum(step[order])
    low, high, depth = at[:-1], at[1:], depth[:-1]
    enough = needed[np.searchsorted(borders, low, side="right") - 1]
    kept = (high > low) & (depth >= enough) & (depth > 0)
    return union(low[kept], high[kept])
