"""Names as people write them: finding the one thing that is meant, and making names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from tcncode import search
from tcncode.errors import AmbiguousNameError, UnknownNameError, UsageError
from tcncode.model import BEGINNING, SETTLED, Network, nearest
from tcncode.text.settle import settle

T = TypeVar("T")


class NetworkNames:
    """Finds a network by what people write: case, accents and punctuation do not matter."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._by_name: dict[str, Network] = {}
        for network in networks:
            self._index(network)

    def _index(self, network: Network) -> None:
        for name in (network.short_name, network.name, network.id):
            if name:
                self._by_name[plain(name)] = network

    def find(self, name: str) -> Network | None:
        """The network of this id, name or short name."""
        return self._by_name.get(plain(name))

    def add(self, name: str) -> Network:
        """Make a network that so far is only a name; the name is its id too."""
        network = Network(" ".join(name.split()), " ".join(name.split()))
        self._index(network)
        return network


_LISTERS = {
    "document": "tcncode documents",
    "network": "tcncode networks list",
    "suggestion": "tcncode suggest list",
    "coder": "tcncode codings",
}
"""Noun -> the command that lists what there is."""


def find(
    noun: str,
    reference: str,
    things: Sequence[T],
    names: Callable[[T], Sequence[str]],
    *,
    whole: bool = False,
) -> T:
    """The one thing that has this name, or unless ``whole`` a name that begins like this."""
    wanted = plain(reference)
    tests: list[Callable[[str], bool]] = [
        lambda name: name == reference,
        lambda name: bool(wanted) and plain(name) == wanted,
        lambda name: bool(wanted) and plain(name).startswith(wanted),
    ]
    for fits in tests[:2] if whole else tests:
        found = [thing for thing in things if any(fits(name) for name in names(thing) if name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousNameError(noun, reference, [names(thing)[0] for thing in found])
    near = nearest(reference, (name for thing in things for name in names(thing) if name))
    lister = _LISTERS.get(noun, "")
    raise UnknownNameError(noun, reference, near=near, lister=lister)


def plain(name: str) -> str:
    folded, _ = search.fold(name)
    return "".join(ch for ch in folded if ch.isalnum())


def by_name(documents: Iterable[tuple[str, str, str]]) -> dict[str, list[str]]:
    """Ids by id, name and file name; an id goes before a name, and a name before a file's."""
    found: dict[str, list[str]] = {}
    rows = list(documents)
    for column in range(3):
        level: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows:
            level[row[column]].append(row[0])
        found = {**level, **found}
    return found


def coder_name(name: str) -> str:
    """A coder's name as it is kept.

    Raises:
        UsageError: it is blank, or stands for what a team has settled or for the program.
    """
    kept = " ".join(settle(name).split())
    if not kept:
        raise UsageError("A coder needs a name. Use --coder NAME.")
    if kept == SETTLED:
        raise UsageError(f'"{SETTLED}" is what a team decides, not somebody who codes.')
    if kept == BEGINNING:
        raise UsageError(f'"{BEGINNING}" is the program, not somebody who codes. Use --coder NAME.')
    return kept


def free_name(name: str, taken: set[str]) -> str:
    """``name``, or with a number behind it where another document has it."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= 50 else flat[:47].rstrip() + "..."
