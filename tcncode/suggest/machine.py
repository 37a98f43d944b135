"""Finds all phrases and patterns of a codebook, or all names, in one pass over many words.

A finite automaton that is made deterministic as it is used: what has been read of all runs that
began at one word is a state, and where a state goes with a word is worked out once and kept in a
table. Words that no run tells apart are one class. So a step from word to word is one look into
the table, taken for all places of all documents at once in numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tcncode.suggest.lexicon import Column, Hashes, Ints

MOST_CELLS = 4_000_000
"""Of the table of steps, 4 bytes each, from which on the next texts begin it anew."""

_DEAD, _START = 0, 1
_NOTHING = frozenset[int]()


@dataclass(frozen=True, slots=True)
class Part:
    """One token of a run that asks for nothing but words."""

    optional: bool = False
    lower: frozenset[int] | None = None
    """Hashes of which the word in lower case must have one; None: any."""
    lemma: frozenset[int] | None = None
    """Likewise of its lemma."""
    number: bool = False
    """Whether it must be a number, as spaCy sees them (``LIKE_NUM``)."""
    orth: frozenset[int] | None = None
    """Likewise of the word as it is written."""

    def takes(self, word: tuple[int, int, int, bool]) -> bool:
        """Whether a word, as ``Machine`` tells them apart, may stand here."""
        orth, lower, lemma, number = word
        return (
            (self.lower is None or lower in self.lower)
            and (self.lemma is None or lemma in self.lemma)
            and (self.orth is None or orth in self.orth)
            and (number or not self.number)
        )


class Machine:
    """Finds runs of parts, each added with a key.

    ``is_number`` tells of the hash of a word in lower case whether it is one.
    """

    def __init__(self, is_number: Callable[[int], bool] | None = None) -> None:
        self._is_number = is_number or (lambda word: False)
        self._runs: list[tuple[Sequence[Part], int]] = []
        self._asked: list[set[int]] = [set(), set(), set()]
        """Hashes that some part asks for: as written, in lower case, of lemmas."""
        self._begin()

    def add(self, parts: Sequence[Part], key: int) -> None:
        """A run to look for; not all of its parts may be optional."""
        self._runs.append((parts, key))
        for part in parts:
            for asked, held in zip(self._asked, (part.orth, part.lower, part.lemma), strict=True):
                asked |= held or _NOTHING
        self._begin()

    def _begin(self) -> None:
        """Forget all states and classes."""
        self.classes = Column(self._classes_of)
        self._words: dict[tuple[int, int, int, bool], int] = {}
        self._told: list[tuple[int, int, int, bool]] = []
        self._states: dict[frozenset[tuple[int, int]], int] = {}
        self._sets: list[frozenset[tuple[int, int]]] = []
        self._ends: list[list[int]] = []
        self._steps = np.full((64, 64), -1, dtype=np.int32)
        self._counts = np.zeros(64, dtype=np.int64)
        self._first: dict[int, list[tuple[int, int]]] | None = None
        for held in (frozenset[tuple[int, int]](), frozenset({(-1, 0)})):
            self._state(held)

    @property
    def size(self) -> int:
        """Cells of the table of steps."""
        return int(self._steps.size)

    def find(self, lexicon: Any, numbers: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
        """All places where a run stands: key, its first word, and the one behind its last.

        Args:
            lexicon: what the numbers mean.
            numbers: of all words.
            ends: for each word, the place of the word behind the last of its sentence.
        """
        if self.size > MOST_CELLS:
            self._begin()
        classes = self.classes.of(lexicon).take(numbers)
        first = at = np.arange(len(numbers))
        state = np.full(len(numbers), _START)
        found: list[tuple[Ints, Ints, Ints]] = []
        while len(first):
            state = self._step(state, classes[at])
            kept = state.nonzero()[0]
            first, at, state = first[kept], at[kept] + 1, state[kept]
            counts = self._counts[state]
            ending = counts.nonzero()[0]
            if len(ending):
                keys = [key for s in state[ending].tolist() for key in self._ends[s]]
                told = np.repeat(ending, counts[ending])
                found.append((np.array(keys, dtype=np.int64), first[told], at[told]))
            inside = (at < ends[first]).nonzero()[0]
            first, at, state = first[inside], at[inside], state[inside]
        if not found:
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing, nothing
        one, two, three = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return one, two, three

    def _step(self, states: Any, classes: Any) -> Any:
        cells = states * self._steps.shape[1] + classes
        out = self._steps.ravel().take(cells)
        missing = (out < 0).nonzero()[0]
        if len(missing):
            pairs = np.unique(np.stack([states[missing], classes[missing]]), axis=1)
            for state, word in pairs.T.tolist():
                self._steps[state, word] = self._after(state, self._told[word])
            out = self._steps[states, classes]
        return out

    def _after(self, state: int, word: tuple[int, int, int, bool]) -> int:
        """The state after a word."""
        reached: set[tuple[int, int]] = set()
        waiting = self._beginnings(word) if state == _START else self._sets[state]
        for run, place in waiting:
            parts = self._runs[run][0]
            if place < len(parts) and parts[place].takes(word):
                reached |= self._with_optional(run, place + 1)
        return self._state(frozenset(reached))

    def _with_optional(self, run: int, place: int) -> set[tuple[int, int]]:
        """A place in a run, and those that are reached from it by leaving parts out."""
        parts, out = self._runs[run][0], {(run, place)}
        while place < len(parts) and parts[place].optional:
            place += 1
            out.add((run, place))
        return out

    def _beginnings(self, word: tuple[int, int, int, bool]) -> list[tuple[int, int]]:
        """Where runs may begin with a word: not all hundreds are tried for each class."""
        if self._first is None:
            self._first = {}
            for run in range(len(self._runs)):
                for place in sorted(self._with_optional(run, 0)):
                    if place[1] < len(self._runs[run][0]):
                        part = self._runs[run][0][place[1]]
                        asked = part.orth or part.lower or part.lemma or (0,)
                        for one in asked:
                            self._first.setdefault(one, []).append(place)
        return [place for one in {*word[:3], 0} for place in self._first.get(one, ())]

    def _state(self, held: frozenset[tuple[int, int]]) -> int:
        known = self._states.get(held)
        if known is None:
            known = self._states[held] = len(self._sets)
            self._sets.append(held)
            own = [self._runs[run] + (at,) for run, at in held if run >= 0]
            self._ends.append(sorted(key for parts, key, at in own if at == len(parts)))
            self._steps = _grown(self._steps, known + 1, 0)
            self._counts.resize(len(self._steps), refcheck=False)
            self._counts[known] = len(self._ends[known])
            self._steps[_DEAD] = _DEAD
        return known

    def _classes_of(self, rows: Hashes) -> Ints:
        out = []
        for orth, lower, lemma, _ in rows.tolist():
            asked = (orth in self._asked[0], lower in self._asked[1], lemma in self._asked[2])
            hashes = [
                h if wanted else 0 for h, wanted in zip((orth, lower, lemma), asked, strict=True)
            ]
            word = (hashes[0], hashes[1], hashes[2], self._is_number(lower))
            known = self._words.get(word)
            if known is None:
                known = self._words[word] = len(self._told)
                self._told.append(word)
                self._steps = _grown(self._steps, 0, known + 1)
            out.append(known)
        return np.array(out, dtype=np.int64)


def _grown(table: Any, rows: int, columns: int) -> Any:
    """The table, made larger where it has fewer rows or columns; what is new is -1."""
    if rows <= table.shape[0] and columns <= table.shape[1]:
        return table
    shape = [
        2 * n if n < least else n for n, least in zip(table.shape, (rows, columns), strict=True)
    ]
    out = np.full(shape, -1, dtype=table.dtype)
    out[: table.shape[0], : table.shape[1]] = table
    out[_DEAD] = _DEAD
    return out
