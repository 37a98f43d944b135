"""Whether coding that was to be blind stayed so, from what the journal says of one document.

A document is closed while somebody codes it blind and has not finished, and open otherwise. What
is held against a coder is what could have been seen, not what was: nobody notes who looked. What
came with a merge could be seen here only since then; what somebody saw in another copy of the
project cannot be known here, so that what they changed there is told as just that.
"""

from __future__ import annotations

from collections.abc import Iterable
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


def first_blind(marks: Iterable[Mark]) -> str | None:
    """The action since which somebody codes the document blind; None: nobody ever did."""
    return min((mark.action for mark in marks if mark.blind), default=None)


@dataclass(frozen=True, slots=True)
class Early:
    """Coders of one document who could see, or be seen by, others although it was coded blind."""

    before: tuple[str, ...] = ()
    """Who had codings there before it was coded blind."""
    lifted: tuple[str, ...] = ()
    """Whose blindness was lifted before they had finished."""
    changed: tuple[str, ...] = ()
    """Whose codings are others than when all had finished."""
    apart: tuple[str, ...] = ()
    """Likewise, but changed in another copy, which may not have had the others' codings."""

    def among(self, coders: Iterable[str]) -> Early:
        """Likewise, of some coders alone."""
        wanted = set(coders)
        return Early(
            tuple(c for c in self.before if c in wanted),
            tuple(c for c in self.lifted if c in wanted),
            tuple(c for c in self.changed if c in wanted),
            tuple(c for c in self.apart if c in wanted),
        )


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
    "before": "Codings of {names} by {coders} could be seen before blind coding began there.",
}
"""Field of ``Early`` -> what is said of it; the gravest first."""


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{len(names)} documents ({', '.join(names[:NAMED])}{more})" if names[1:] else names[0]
