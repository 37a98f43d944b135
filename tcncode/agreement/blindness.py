"""Whether coding that was to be blind stayed so, from what the journal says of one document.

A document is closed while somebody codes it blind and has not finished, and open otherwise. What
is held against a coder is what could have been seen, not what was: nobody notes who looked. What
came with a merge could be seen here only since then; what somebody saw in another copy of the
project cannot be known here, so that what they changed there is told as just that.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Mark:
    """What an action left of one coder's assignment to the document."""

    action: str
    """Its id: greater ones are later."""
    coder: str
    blind: bool
    """False where the assignment was taken back."""
    finished: bool
    brought: str | None = None
    """The merge that brought it from another copy; None: it was done in this one."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A time during which codings of the document could be seen after it was coded blind."""

    begin: str
    """The action that ended the blindness."""
    here: str
    """Since when all of it is known in this copy: that action, or a later merge."""
    end: str | None
    """The action with which it was coded blind again; None: it is open still."""
    unfinished: frozenset[str]
    """Who coded it blind, and had never finished it when it began."""
    finished: frozenset[str]
    """Who coded it blind, and had."""


def openings(marks: Iterable[Mark]) -> list[Opening]:
    """When others' codings could be seen, in the order of time; before it was blind not counted.

    Args:
        marks: of one document, in any order.
    """
    found = []
    state: dict[str, Mark] = {}
    ever: set[str] = set()
    done: set[str] = set()
    closed, since = False, None
    for action, group in groupby(sorted(marks, key=attrgetter("action")), attrgetter("action")):
        for mark in group:
            state[mark.coder] = mark
            ever |= {mark.coder} if mark.blind else set()
            done |= {mark.coder} if mark.finished else set()
        before, closed = closed, any(m.blind and not m.finished for m in state.values())
        if before and not closed:
            here = max([action, *(m.brought for m in state.values() if m.brought)])
            since = Opening(action, here, None, frozenset(ever - done), frozenset(ever & done))
        elif closed and since is not None:
            found.append(replace(since, end=action))
            since = None
    return found if since is None else [*found, since]


def bound(marks: Iterable[Mark]) -> dict[str, str]:
    """Coder -> the action since which they code the document blind; of those who ever did."""
    found: dict[str, str] = {}
    for mark in marks:
        if mark.blind:
            found[mark.coder] = min(mark.action, found.get(mark.coder, mark.action))
    return found


def shown_before(
    marks: Iterable[Mark], first: Mapping[str, str], coders: Container[str]
) -> set[str]:
    """Coders whose codings could be seen by another who was asked only later to code blind.

    Args:
        marks: of one document.
        first: coder -> the action since which codings of theirs are there.
        coders: who is meant, on either side.
    """
    known = list(marks)
    later = bound(known)
    closed = min(later.values(), default="")
    later = {coder: action for coder, action in later.items() if coder in coders}
    # Nobody is bound by an assignment that came when they had finished: it closed nothing.
    times = [("", closed), *((each.begin, each.end or _NEVER) for each in openings(known))]
    return {
        coder
        for coder, action in first.items()
        for other, blind in later.items()
        if other != coder
        and coder in coders
        and any(begin < blind and action < min(end, blind) for begin, end in times)
    }


_NEVER = "~"
"""Later than any action."""


@dataclass(frozen=True, slots=True)
class Early:
    """Coders of one document who could see, or be seen by, others although it was coded blind."""

    before: tuple[str, ...] = ()
    """Whose codings others could see before they were asked to code it blind."""
    lifted: tuple[str, ...] = ()
    """Whose blindness was lifted before they had finished."""
    changed: tuple[str, ...] = ()
    """Whose codings are others than when all had finished."""
    apart: tuple[str, ...] = ()
    """Likewise, but changed in another copy, which may not have had the others' codings."""


NAMED = 5
"""So many documents are named in a sentence."""


def told(early: Iterable[tuple[str, Early]]) -> list[str]:
    """What a reader must know, a sentence each; nothing where all stayed blind.

    Args:
        early: a document's name, and what is held against its coders.
    """
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for name, each in early:
        for sentence in _SAID:
            coders = getattr(each, sentence)
            if coders:
                found.setdefault((sentence, coders), []).append(name)
    order = sorted(found, key=lambda key: list(_SAID).index(key[0]))
    return [
        _SAID[key[0]].format(names=_some(found[key]), coders=" and ".join(key[1])) for key in order
    ]


_SAID = {
    "lifted": "Blindness of {names} was lifted before {coders} had finished.",
    "changed": "{coders} changed codings of {names} after all had finished there, when the others'"
    " could be seen.",
    "apart": "{coders} changed codings of {names} in another copy of the project after all had"
    " finished there; the others' could be seen if they were in that copy.",
    "before": "Codings of {names} by {coders} could be seen before others were asked to code it"
    " blind.",
}
"""Field of ``Early`` -> what is said of it; the gravest first."""


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{len(names)} documents ({', '.join(names[:NAMED])}{more})" if names[1:] else names[0]
