"""Codes that were edited in several copies of a project, made one codebook again.

Each code is taken by itself from the copy that edited it last, so two may have one path or key,
and a code may stand below one that was renamed, moved or deleted elsewhere. What becomes of them
depends on the codes alone, not on who merged what first. Ids decide, because they never change:
the answer stays the same when a code is edited later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import count

from tcncode.model import Code


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Codes that fit together."""

    codes: Mapping[str, Code]
    """Those that are there, by id."""
    changed: Mapping[str, str]
    """Id -> what became of it, in words; only of codes that are not as they were."""


def reconcile(codes: Mapping[str, Code], live: Collection[str]) -> Reconciled:
    """Give each code that is there a parent that is there, and a path and key of its own.

    Args:
        codes: all codes by id, deleted ones too.
        live: ids of those that are there.
    """
    there = set(live)
    while True:
        parents = {key: _parent(codes, there, key) for key in sorted(there)}
        needed = {parent for parent in parents.values() if parent} - there
        if not needed:
            break
        there |= needed
    _cut_rings(parents)
    paths = _paths(codes, parents)
    made: dict[str, Code] = {}
    changed = {key: f"{codes[key].path} stays: codes below it are there" for key in there - {*live}}
    keys: dict[int, str] = {}
    for key in sorted(there):
        code = replace(codes[key], path=paths[key])
        if code.path != codes[key].path:
            changed[key] = f"{codes[key].path} is {code.path} now: {_why(codes, parents, key)}"
        if code.key is not None and keys.setdefault(code.key, key) != key:
            other = paths[keys[code.key]]
            told = f"{code.path} has no key now: {code.key} is that of {other}"
            changed[key] = f"{changed[key]}; {told}" if key in changed else told
            code = replace(code, key=None)
        made[key] = code
    return Reconciled(made, changed)


def _parent(codes: Mapping[str, Code], there: set[str], key: str) -> str | None:
    """The id of the code that a code stands below: by path, else the one that it was made below."""
    above = codes[key].parent
    if above is None:
        return None
    made_below = key.rpartition("/")[0]
    by_path = sorted(other for other in codes if codes[other].path == above and other != key)
    here = [other for other in by_path if other in there]
    if here:
        return made_below if made_below in here else here[0]
    if made_below in there:
        return made_below
    return by_path[0] if by_path else None


def _cut_rings(parents: dict[str, str | None]) -> None:
    """Where two copies moved codes below each other, the one with the first id goes to the top."""
    for key in sorted(parents):
        seen, at = set[str](), parents[key]
        while at is not None and at not in seen and at != key:
            seen.add(at)
            at = parents[at]
        if at == key:
            parents[key] = None


def _paths(codes: Mapping[str, Code], parents: Mapping[str, str | None]) -> dict[str, str]:
    below: defaultdict[str | None, list[str]] = defaultdict(list)
    for key in sorted(parents):
        below[parents[key]].append(key)
    paths: dict[str, str] = {}
    waiting: list[str | None] = [None]
    while waiting:
        parent = waiting.pop()
        children = below[parent]
        head = f"{paths[parent]}/" if parent else ""
        slugs = {key: codes[key].path.rpartition("/")[2] for key in children}
        taken: dict[str, str] = {}
        # A code that kept the path it was made with goes before one that was renamed to it.
        for key in sorted(children, key=lambda key: (head + slugs[key] != key, key)):
            slug = slugs[key]
            if slug in taken:
                others = {*taken, *slugs.values()}
                slug = next(s for n in count(2) if (s := f"{slug}-{n}") not in others)
            taken[slug] = key
            paths[key] = head + slug
        waiting += children
    return paths


def _why(codes: Mapping[str, Code], parents: Mapping[str, str | None], key: str) -> str:
    parent, path = parents[key], codes[key].path
    if (codes[parent].path if parent else None) != codes[key].parent:
        return "the code above it was moved or deleted"
    if any(other != key and codes[other].path == path for other in parents):
        return "another code has that path"
    return "the code above it is called so"
