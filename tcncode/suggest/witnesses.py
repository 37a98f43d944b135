"""What speaks for a suggestion: telling words, names in it, and passages the team coded alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tcncode.model import Evidence
from tcncode.suggest.classifier import Classifier, Read
from tcncode.suggest.cues import CueSuggester, Hit
from tcncode.suggest.features import Floats, Tokens, shipped_vectors
from tcncode.suggest.names import OrdinaryWords
from tcncode.suggest.pipeline import Chunk
from tcncode.text import Span

STRONGEST = 3
"""Words of a sentence shown as evidence from the classifier, at most."""
WEAKEST = 0.08
"""Least that such a word adds to the log odds."""
NEAREST = 2
"""Coded passages shown beside a suggestion, at most."""
LIKE = 0.6
"""Least likeness, 0 to 1, of a coded passage that is shown."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A passage somebody coded: what a suggestion is compared with."""

    text: str
    code: str
    """Code id."""
    told: str
    """Which document, and whose coding."""
    document: str = ""
    """Its id."""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All sentences of a document, read."""

    sentences: list[Span]
    where: list[tuple[Chunk, Any, int]]
    """Of each sentence: its chunk, that as spaCy read it, and its number there."""
    tokens: Tokens
    places: list[list[int]]
    """Where each of the tokens starts and ends in its chunk."""
    read: Read | None
    """The tokens, as the classifier reads them."""
    hits: dict[int, list[Hit]]
    probabilities: Floats
    """Of the classifier: sentences x its codes."""


class Witnesses:
    """Finds evidence in what was read; what it says changes no score."""

    def __init__(
        self, cues: CueSuggester, classifier: Classifier | None, coded: Sequence[Coded]
    ) -> None:
        self._cues = cues
        self._classifier = classifier
        self._strings = cues.nlp.vocab.strings
        self._coded = list(coded)
        self._vectors: dict[int, Any] = {}
        self._near: dict[str, tuple[list[Coded], Floats]] | None = None

    def names(
        self, reading: Reading, text: str, numbers: Iterable[int]
    ) -> dict[int, list[Evidence]]:
        """Networks and cities in these sentences; each chunk is searched once."""
        ordinary = OrdinaryWords(text, reading.sentences)
        by_start: dict[int, list[int]] = {}
        for n in sorted(numbers):
            by_start.setdefault(n - reading.where[n][2], []).append(n)
        out: dict[int, list[Evidence]] = {}
        for start, wanted in by_start.items():
            chunk, doc, _ = reading.where[start]
            inside = [n - start for n in wanted]
            for number, found in self._cues.named(doc, chunk, text, inside, ordinary).items():
                out[start + number] = [self._cues.name_evidence(entity) for entity in found]
        return out

    def words(self, reading: Reading, text: str, n: int, column: int) -> list[Evidence]:
        """The words of one sentence that the classifier found most telling for one of its codes."""
        if self._classifier is None or reading.read is None:
            return []
        shares = self._classifier.shares_of_words(reading.read, n, column)
        chunk, _, _ = reading.where[n]
        first = int(reading.tokens.starts[n])
        out = []
        for at in np.argsort(-shares, kind="stable")[:STRONGEST].tolist():
            share = float(shares[at])
            if share < WEAKEST:
                break
            word = self._strings[int(reading.tokens.words[first + at])]
            place = chunk.locate(*reading.places[first + at]) if word[:1].isalnum() else None
            if place is not None:
                out.append(Evidence("word", place[1].of(text), place[1], round(share, 3)))
        return sorted(out, key=lambda e: e.span)

    def nearest(
        self, reading: Reading, document: str, numbers: range, code: str, span: Span
    ) -> list[Evidence]:
        """The passages of this code that the team coded and that are most like this one.

        Codings of the very place are left out: they would answer for the coder.
        """
        if self._near is None:
            self._near = self._lay_out()
        if code not in self._near:
            return []
        passages, rows = self._near[code]
        first, past = reading.tokens.starts[numbers[0]], reading.tokens.starts[numbers[-1] + 1]
        here = _mean([self._vector(word) for word in reading.tokens.words[first:past].tolist()])
        likeness = rows @ here
        out: list[Evidence] = []
        alike = np.flatnonzero(likeness >= LIKE)
        for n in alike[np.argsort(-likeness[alike], kind="stable")].tolist():
            passage, like = passages[n], float(likeness[n])
            if len(out) == NEAREST:
                break
            same = passage.document == document and passage.span is not None
            if not (same and passage.span is not None and passage.span.overlaps(span)):
                out.append(Evidence("near", passage.text, span, round(like, 3), passage.told))
        return out

    def _vector(self, word: int) -> Any:
        """The vector of a word given by its hash, looked up once."""
        if word not in self._vectors:
            self._vectors[word] = _telling(self._strings[word])
        return self._vectors[word]

    def _lay_out(self) -> dict[str, tuple[list[Coded], Floats]]:
        by_code: dict[str, list[Coded]] = {}
        for passage in self._coded:
            by_code.setdefault(passage.code, []).append(passage)
        return {
            code: (held, np.stack([_mean([_telling(w) for w in _words(p)]) for p in held]))
            for code, held in by_code.items()
        }


def _words(passage: Coded) -> list[str]:
    return passage.text.lower().split()


def _telling(word: str) -> Any:
    """The vector of a word; None where it has none, or is a short and thus mostly empty one."""
    return shipped_vectors().of(word) if len(word) > 3 else None


def _mean(vectors: Sequence[Any]) -> Floats:
    """Where the mean of some vectors points; all zeros where there is none."""
    found = [vector for vector in vectors if vector is not None]
    mean: Floats = np.sum(found, axis=0) if found else np.zeros(shipped_vectors().size)
    return mean / max(float(np.sqrt(mean @ mean)), 1e-9)
