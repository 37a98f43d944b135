"""The cues that fired in many sentences, and what they weigh there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
import numpy.typing as npt

from tcncode.suggest.features import Floats
from tcncode.suggest.lexicon import Ints
from tcncode.suggest.reading import DENIAL, QUESTION, Words
from tcncode.suggest.weighing import Hit, Sign, doubted, weigh
from tcncode.text import Span

ROUNDED = 1e-4
"""More than rounding adds to what cues weigh."""

Flags = npt.NDArray[np.bool_]


class Signs:
    """All signs of a codebook, with what is asked of them as arrays."""

    def __init__(self, signs: Sequence[Sign]) -> None:
        self.all = signs
        self.weights = np.array([0.0 if s.negative else s.cue.weight for s in signs])
        """What each speaks for its code; 0 of negative ones."""
        self.negative = np.array([s.negative for s in signs], dtype=bool)
        self.rank = np.argsort(np.argsort(-self.weights, kind="stable"))
        """The place of each, the heaviest first, then the first of the codebook."""


class Hits:
    """The signs that fired in some sentences; objects are made of those that are asked for."""

    def __init__(self, words: Words, signs: Signs, rows: Ints) -> None:
        """``rows``: sentence, number of the sign, first word and the one behind the last."""
        self.signs = signs
        self._words = words
        rows = rows[np.lexsort((rows[:, 2], rows[:, 0]))]
        self.sentence, self.sign, self._first, self._past = rows.T
        """Of each hit."""
        self._begin = np.searchsorted(self.sentence, np.arange(len(words.sentences) + 1)).tolist()
        self._doubtful = self._may_be_doubted()
        self._doubts = self._doubtful.tolist()
        self._meant = [signs.all[n] for n in self.sign.tolist()]
        self._starts = words.starts.take(self._first).tolist()
        self._ends = words.ends.take(self._past - 1).tolist()

    def of(self, sentence: int, codes: AbstractSet[int] | None = None) -> list[Hit]:
        """Those of one sentence, by its number, in the order of the text; of some codes, or all."""
        meant = self._meant
        return [
            self._hit(sentence, n) for n in self._inside(sentence)
            if codes is None or meant[n].code in codes
        ]  # fmt: skip

    def _inside(self, sentence: int) -> range:
        return range(self._begin[sentence], self._begin[sentence + 1])

    def _most(self, code_of: Ints, codes: int) -> tuple[Ints, Ints, Floats, Flags]:
        """What the cues of a code may weigh in a sentence at most, wherever any of them stand.

        Returns:
            Sentences, codes, a bound of each one's score before it is rounded, and whether it is
            the score itself: no cue there is negative, doubted, or overlaps another one.
        """
        held = np.flatnonzero(code_of[self.sign] >= 0)
        group = self.sentence[held] * codes + code_of[self.sign[held]]
        # Of cues on the same words the heaviest counts, then the first.
        rank = self.signs.rank[self.sign[held]]
        ordered = np.lexsort((rank, self._past[held], self._first[held], group))
        group, held = group[ordered], held[ordered]
        begin = _differs(group)
        groups, which = group[begin], np.cumsum(begin) - 1
        odd = self._doubtful[held] | self.signs.negative[self.sign[held]]
        oddities = np.bincount(which, odd, len(groups))
        heaviest = _differs(which, self._first[held], self._past[held])
        which, held = which[heaviest], held[heaviest]
        first, past, sign = self._first[held], self._past[held], self.sign[held]
        overlaps = (which[1:] == which[:-1]) & (past[:-1] > first[1:])
        oddities += np.bincount(which[1:], overlaps, len(groups))
        # Each sign counts once, in the order of the codebook, as where they are weighed.
        ordered = np.lexsort((sign, which))
        once = ordered[_differs(which[ordered], sign[ordered])]
        left = 1.0 - self.signs.weights[sign[once]]
        starts = np.flatnonzero(_differs(which[once]))
        most = 1.0 - np.multiply.reduceat(left, starts) if len(starts) else left
        return groups // codes, groups % codes, most, oddities == 0

    def scores(
        self, code_of: Ints, codes: int, wanted: Callable[[Ints, Ints, Floats], Flags]
    ) -> Iterator[tuple[int, int, float]]:
        """What the cues that speak for a code weigh in a sentence, 0 to 1: sentence, code, score.

        Args:
            code_of: the code that each sign speaks for; -1: it is left out.
            codes: how many there are.
            wanted: of sentences, codes, and what cues may weigh there at most, which are asked for.
        """
        numbers, told, most, certain = self._most(code_of, codes)
        asked = wanted(numbers, told, most + ROUNDED)
        speaks_for, signs = code_of.tolist(), self.sign.tolist()
        for n, code, score, sure in zip(
            *(a[asked].tolist() for a in (numbers, told, most, certain)), strict=True
        ):
            if sure:
                yield n, code, round(score, 4)
            else:
                own = (hit for hit in self._inside(n) if speaks_for[signs[hit]] == code)
                yield n, code, weigh([self._hit(n, hit) for hit in own])

    def _hit(self, sentence: int, number: int) -> Hit:
        words, sign = self._words, self._meant[number]
        span = Span(self._starts[number], self._ends[number])
        if not self._doubts[number]:
            return Hit(sign, span)
        return Hit(sign, span, doubted(sign, span, words.text(sentence), words.sentences[sentence]))

    def _may_be_doubted(self) -> Flags:
        """Of each hit whether a word that may deny stands before it, or its sentence may ask."""
        words = self._words
        first, past = words.firsts[self.sentence], words.firsts[self.sentence + 1]
        denials = np.append(0, np.cumsum((words.marks & DENIAL) > 0))
        questions = np.append(0, np.cumsum((words.marks & QUESTION) > 0))
        denied: Any = denials[self._first + 1] > denials[first]
        found: Flags = denied | (questions[past] > questions[first])
        return found


def _differs(*columns: Ints) -> Flags:
    """Of each row whether it is another one than the one before it."""
    out = np.ones(len(columns[0]), dtype=bool)
    if len(out):
        out[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return out
