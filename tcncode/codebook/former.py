"""What codes were called before: by renames, moves and merges that the journal tells of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tcncode.codebook.fields import PATH
from tcncode.model import Code

_MERGED = re.compile(rf"merge (?P<code>{PATH.pattern}) into (?P<into>{PATH.pattern})")

CodeEntry = tuple[str, str | None, str | None, bool, str]
"""A change of a code: its id, its path before and after (None: it was not there), whether it is
gone then, and its action in words."""


@dataclass(frozen=True, slots=True)
class Former:
    """Earlier names of the codes that a codebook has now, by their ids."""

    paths: Mapping[str, frozenset[str]]
    """Every path that a code had or has, or one had that was merged into it."""
    merged: Mapping[str, tuple[str, ...]]
    """Ids of the codes that were merged into it."""
    held: Mapping[str, frozenset[str]]
    """Path -> the codes that ever had it, also those gone by now; for one that was merged, the
    code that it was merged into."""


def merge_words(code: str, into: str) -> str:
    """A merge of two codes, given by their paths, as its action is called."""
    return f"merge {code} into {into}"


def former(codes: Iterable[Code], entries: Iterable[CodeEntry]) -> Former:
    """What each code was called, from all changes of codes, oldest first."""
    had: dict[str, set[str]] = {}
    stands: dict[str, str] = {}
    """Path -> id, at the time of the entry."""
    into: dict[str, str] = {}
    for key, before, after, gone, what in entries:
        had.setdefault(key, set()).update(path for path in (before, after) if path)
        if before and stands.get(before) == key:
            del stands[before]
        if after and not gone:
            stands[after] = key
            into.pop(key, None)
        merge = _MERGED.fullmatch(what) if gone else None
        if merge and merge["code"] == before and merge["into"] in stands:
            into[key] = stands[merge["into"]]
    paths = {code.id: {code.path} | had.get(code.id, set()) for code in codes}
    merged: dict[str, list[str]] = {}
    held: dict[str, set[str]] = {}
    for key in into:
        target, seen = key, {key}
        while target in into and into[target] not in seen:
            target = into[target]
            seen.add(target)
        if target in paths and target != key and key not in paths:
            paths[target] |= had[key]
            merged.setdefault(target, []).append(key)
    became = {source: key for key, sources in merged.items() for source in sources}
    for key, names in (*had.items(), *paths.items()):
        for path in names:
            held.setdefault(path, set()).add(became.get(key, key))
    return Former(
        {key: frozenset(names) for key, names in paths.items()},
        {key: tuple(sources) for key, sources in merged.items()},
        {path: frozenset(keys) for path, keys in held.items()},
    )
