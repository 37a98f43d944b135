"""Every different word that was read, by a number, and tables of what is known of it.

A text is then an array of numbers, and whatever hangs on a word alone (its lemma, what it adds for
each code, whether a cue may begin with it) is looked up for all words of many documents at once.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

MOST_WORDS = 200_000
"""Different words that are remembered before a lexicon begins anew: about 50 MB."""


class Lexicon:
    """Words by numbers from 0. The same word with another lemma is another one."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, int], int] = {}
        self._rows: list[tuple[int, int, int, int]] = []
        self.orth, self.lower, self.lemma, self.length = (
            Column(itemgetter((slice(None), n))) for n in range(4)
        )

    def __len__(self) -> int:
        return len(self._rows)

    def number(self, orth: int, lower: int, lemma: int, length: int) -> int:
        """The number of a word, given by spaCy's hashes, and its length in characters."""
        found = self._numbers.get((orth, lemma))
        if found is None:
            found = self._numbers[orth, lemma] = len(self._rows)
            self._rows.append((orth, lower, lemma, length))
        return found

    def rows(self, first: int) -> Hashes:
        """Hash as written, hash in lower case, hash of the lemma, characters: from a number on."""
        return np.array(self._rows[first:], dtype=np.uint64).reshape(-1, 4)


class Column:
    """Something known of each word of a lexicon, made when it is asked for first.

    ``make`` gets ``Lexicon.rows`` of some words and returns an array with a row for each.
    """

    def __init__(self, make: Callable[[Hashes], Any]) -> None:
        self._make = make
        self._lexicon: Lexicon | None = None
        self._table: Any = None
        self._made = 0

    def of(self, lexicon: Lexicon) -> Any:
        """The table, one row for each word. It is good until more words are read."""
        if lexicon is not self._lexicon:
            self._lexicon, self._table, self._made = lexicon, None, 0
        if self._table is None or self._made < len(lexicon):
            new = np.asarray(self._make(lexicon.rows(self._made)))
            if self._table is None or len(lexicon) > len(self._table):
                grown = np.zeros((2 * len(lexicon) + 1, *new.shape[1:]), dtype=new.dtype)
                if self._table is not None:
                    grown[: self._made] = self._table[: self._made]
                self._table = grown
            self._table[self._made : len(lexicon)] = new
            self._made = len(lexicon)
        return self._table
