"""What speaks for a suggestion: telling words, names in it, and passages the team coded alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from tcncode.model import Evidence
from tcncode.suggest import features
from tcncode.suggest.classifier import Classifier, Read, probability
from tcncode.suggest.cues import CueSuggester
from tcncode.suggest.features import Floats
from tcncode.suggest.hits import Hits
from tcncode.suggest.lexicon import MOST_WORDS, Column, Ints
from tcncode.suggest.pipeline import lemma_of
from tcncode.suggest.reading import Words
from tcncode.text import Span

STRONGEST = 3
"""Words of a sentence shown as evidence from the classifier, at most."""
WEAKEST = 0.08
"""Least that such a word adds to the log odds."""
NEAREST = 2
"""Coded passages shown beside a suggestion, at most."""
LIKE = 0.2
"""Least likeness, 0 to 1, of a coded passage that is shown."""
SHORTEST = 4
"""Letters of a word that is compared: shorter ones are mostly empty."""

_WORD = re.compile(r"[^\W\d_]+")
_lemma = lru_cache(maxsize=100_000)(lemma_of)


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


CodedWith = Callable[[str], Sequence[Coded]]
"""What the team coded with a code (its id); asked only of codes that are suggested, once."""


def nothing_coded(code: str) -> Sequence[Coded]:
    """What is known of a code where there is no team."""
    return ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All sentences of some documents, read. Arrays have one value a sentence."""

    words: Words
    read: Read | None
    """The words, as the classifier reads them."""
    hits: Hits
    probabilities: Floats
    """Of the classifier: sentences x its codes."""
    running: npt.NDArray[np.bool_]
    """Whether it stands in running text, and is not one passage by itself."""
    by_vectors: Floats | None = None
    """What a sentence encoder makes of each by itself: log odds, sentences x the classifier's
    codes; not a number where it has not learned one."""


@dataclass(slots=True)  # not frozen: that triples the time of making one (measured)
class Run:
    """Sentences side by side that are one suggestion."""

    code: int
    """Number of the code in the codebook."""
    column: int | None
    """The classifier's for this code or the nearest above it; None: it has learned none."""
    sentences: range
    score: float


class Witnesses:
    """Finds evidence in what was read; what it says changes no score."""

    def __init__(
        self, cues: CueSuggester, classifier: Classifier | None, coded: CodedWith, encoder: str = ""
    ) -> None:
        self._cues = cues
        self._encoder = encoder
        self._classifier = classifier
        self._strings = cues.nlp.vocab.strings
        self._coded = coded
        self._telling = Column(lambda rows: [self._tells(word) for word in rows[:, 1].tolist()])
        self._lemmas = _Compared(self._strings)
        self._near: dict[str, _Alike] = {}

    def of(self, reading: Reading, runs: Sequence[Run]) -> Iterator[list[Evidence]]:
        """What speaks for each sentence of each run, one after another, besides its cues: the
        words that the classifier found most telling, networks and cities, and what a sentence
        encoder makes of it for the code, or the nearest above it that it has learned.

        All are looked for at once; each is made when its turn comes.
        """
        words = reading.words
        numbers = np.array([n for run in runs for n in run.sentences], dtype=np.int64)
        columns = np.repeat(
            np.array([-1 if run.column is None else run.column for run in runs], dtype=np.int64),
            [len(run.sentences) for run in runs],
        )
        named = self._cues.named(words, np.unique(numbers).tolist())
        found, shares, begin = self._telling_words(reading, numbers, columns)
        starts, ends = words.starts.take(found).tolist(), words.ends.take(found).tolist()
        added, of = shares.tolist(), columns.tolist()
        for at, n in enumerate(numbers.tolist()):
            text = words.text(n)
            out = [
                Evidence("word", text[starts[k] : ends[k]], Span(starts[k], ends[k]), added[k])
                for k in range(begin[at], begin[at + 1])
            ]
            if n in named:
                out += [self._cues.name_evidence(entity) for entity in named[n]]
            if reading.by_vectors is not None and of[at] >= 0:
                likely, span = probability(reading.by_vectors[n, of[at]]), words.sentences[n]
                if not np.isnan(likely):
                    weight = round(float(likely), 3)
                    out.append(Evidence("sentence", span.of(text), span, weight, self._encoder))
            yield out

    def _telling_words(
        self, reading: Reading, sentences: Ints, columns: Ints
    ) -> tuple[Ints, Floats, list[int]]:
        """The words that tell most in each of some sentences for one of the classifier's columns
        (-1: none does), and what they add to the log odds, to three places; in the order of the
        text, and where those of each sentence begin."""
        words = reading.words
        asked = np.flatnonzero(columns >= 0)
        if reading.read is None or not len(asked) or not len(words.numbers):
            return np.zeros(0, dtype=np.int64), np.zeros(0), [0] * (len(sentences) + 1)
        pairs = np.column_stack([sentences[asked], columns[asked]])
        owners, inside, shares = shares_of_words(reading.read, pairs)
        heavy = np.flatnonzero(shares >= WEAKEST)
        # "so" and "would" weigh, too, but tell a reader nothing.
        tells = self._telling.of(words.lexicon)
        heavy = heavy[tells[words.numbers[inside[heavy]]]]
        heavy = heavy[np.lexsort((inside[heavy], -shares[heavy], owners[heavy]))]
        own = owners[heavy]
        heavy = np.sort(heavy[np.arange(len(own)) - np.searchsorted(own, own) < STRONGEST])
        begin = np.searchsorted(asked[owners[heavy]], np.arange(len(sentences) + 1)).tolist()
        return inside[heavy], np.round(shares[heavy], 3), begin

    def _tells(self, word: int) -> bool:
        """Whether a word, given by its hash, says something by itself."""
        found = self._cues.nlp.vocab[word]
        return bool(found.text[:1].isalnum() and not found.is_stop)

    def nearest(
        self, reading: Reading, document: str, numbers: range, code: str, span: Span
    ) -> list[Evidence]:
        """The passages of this code that the team coded and that are most like this one.

        Codings of the very place are left out: they would answer for the coder.
        """
        if code not in self._near:
            self._near[code] = _Alike(self._coded(code))
        if not self._near[code].passages:
            return []
        held = reading.words
        inside = held.numbers[held.firsts[numbers[0]] : held.firsts[numbers[-1] + 1]]
        lower = held.lexicon.lower.of(held.lexicon)[inside].tolist()
        words = set(map(self._lemmas.__getitem__, lower))
        out: list[Evidence] = []
        for passage, like in self._near[code].to(words - {""}, LIKE):
            if len(out) == NEAREST:
                break
            same = passage.document == document and passage.span is not None
            if not (same and passage.span is not None and passage.span.overlaps(span)):
                weight = round(like, 3)
                out.append(
                    Evidence("near", passage.text, span, weight, passage.told, passage.document)
                )
        return out


def shares_of_words(read: Read, pairs: npt.NDArray[np.int64]) -> tuple[Ints, Ints, Floats]:
    """``Classifier.shares_of_words`` of many sentences at once.

    Args:
        read: what was read, at least one word.
        pairs: sentences and columns, n x 2.

    Returns:
        For each word of each of them: the row in ``pairs``, the word's number, and its share.
    """
    codes = read.pairs.shape[1] - 1
    sentences, columns = pairs[:, 0], pairs[:, 1]
    firsts = read.tokens.starts[sentences]
    counts = read.tokens.starts[sentences + 1] - firsts
    begins = np.cumsum(counts) - counts
    owners = np.repeat(np.arange(len(pairs)), counts)
    words = np.arange(len(owners)) + np.repeat(firsts - begins, counts)
    own = np.repeat(columns, counts)
    # Of each word with the next one in its sentence; the last has none.
    inside = np.flatnonzero(owners[1:] == owners[:-1])
    following = np.zeros(len(owners))

    def length(column: Floats) -> Floats:
        found: Floats = np.bincount(owners, column, len(pairs)).astype(np.float64, copy=False)
        return found

    # One flat look-up takes half the time of one by rows and columns (measured).
    cells, brought = words * read.words.shape[1], read.words.ravel()
    pair_cells, added = words.take(inside) * (codes + 1), read.pairs.ravel()
    following[inside] = added.take(pair_cells + codes)
    of_words = length(brought.take(cells + 2 * codes)) + features.PRIOR[0] + length(following)
    of_words = (of_words**-0.5).take(owners)
    of_pieces = (length(brought.take(cells + 2 * codes + 1)) + features.PRIOR[1]) ** -0.5
    cells += own
    shares = brought.take(cells) * of_words + brought.take(cells + codes) * of_pieces.take(owners)
    following[inside] = added.take(pair_cells + own.take(inside))
    half = following * (of_words / 2)
    shares[1:] += half[:-1]
    return owners, words, shares + half


class _Compared(dict[int, str]):
    """What a word, given by its hash, is compared as; empty: not at all."""

    def __init__(self, strings: Any) -> None:
        super().__init__()
        self._strings = strings

    def __missing__(self, word: int) -> str:
        if len(self) > MOST_WORDS:
            self.clear()
        self[word] = found = "".join(_lemmas([self._strings[word]]))
        return found


class _Alike:
    """Passages of one code, to be compared by the words they share: rare ones count more.

    Likeness is the cosine of the passages' words, each weighted by its inverse document
    frequency among the passages of the code.
    """

    def __init__(self, passages: Sequence[Coded]) -> None:
        self.passages = list(passages)
        holding: dict[str, list[int]] = {}
        words = [_lemmas(_WORD.findall(p.text.lower())) for p in passages]
        for number, held in enumerate(words):
            for word in sorted(held):
                holding.setdefault(word, []).append(number)
        self.holding = {word: np.array(held, dtype=np.int64) for word, held in holding.items()}
        """Numbers of the passages that hold a word."""
        most = 1 + len(self.passages)
        self.rarity = {
            word: (log(most / (1 + len(held))) + 1) ** 2 for word, held in holding.items()
        }
        """Squared weight of each word."""
        self.weights = {
            word: np.full(len(held), self.rarity[word]) for word, held in holding.items()
        }
        """The same for each passage that holds it."""
        self.unknown = (log(most) + 1) ** 2
        lengths = [sum(self.rarity[word] for word in sorted(held)) ** 0.5 for held in words]
        self.lengths = np.array(lengths, dtype=np.float64)

    def to(self, words: Iterable[str], least: float = 0.0) -> list[tuple[Coded, float]]:
        """Passages that share one of these lemmas, the likest first, with their likeness (0 to 1).

        Args:
            least: only what is so like, 0 to 1.
        """
        asked = sorted(words)
        known = [word for word in asked if word in self.holding]
        if not known:
            return []
        held = [self.holding[word] for word in known]
        weights = np.concatenate([self.weights[word] for word in known])
        length = sum(self.rarity.get(word, self.unknown) for word in asked) ** 0.5
        sums = np.bincount(np.concatenate(held), weights, len(self.passages))
        like = np.minimum(sums / (length * np.maximum(self.lengths, 1e-9)), 1.0)
        found = ((like >= least) & (like > 0)).nonzero()[0]
        order = found[np.argsort(-like[found], kind="stable")]
        return [(self.passages[n], float(like[n])) for n in order.tolist()]


def _lemmas(words: Iterable[str]) -> set[str]:
    return {_lemma(word) for word in words if len(word) >= SHORTEST and word.isalpha()}
