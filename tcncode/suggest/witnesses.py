"""What speaks for a suggestion: telling words, names in it, and passages the team coded alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from tcncode.model import Evidence
from tcncode.suggest import features
from tcncode.suggest.classifier import Classifier, Read
from tcncode.suggest.cues import CueSuggester, Hit
from tcncode.suggest.features import Floats, Tokens
from tcncode.suggest.names import OrdinaryWords
from tcncode.suggest.pipeline import lemma_of
from tcncode.suggest.reading import Page
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

Ints = npt.NDArray[np.int64]
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
    """All sentences of a document, read."""

    sentences: list[Span]
    pages: list[Page]
    where: list[tuple[int, int]]
    """Of each sentence: the number of its page, and its own number there."""
    tokens: Tokens
    """The words of all pages."""
    read: Read | None
    """The tokens, as the classifier reads them."""
    hits: dict[int, list[Hit]]
    probabilities: Floats
    """Of the classifier: sentences x its codes."""

    @property
    def running(self) -> bool:
        """Whether this is running text, and not one passage by itself."""
        return len(self.sentences) > 1


class Witnesses:
    """Finds evidence in what was read; what it says changes no score."""

    def __init__(self, cues: CueSuggester, classifier: Classifier | None, coded: CodedWith) -> None:
        self._cues = cues
        self._classifier = classifier
        self._strings = cues.nlp.vocab.strings
        self._coded = coded
        self._telling: dict[int, bool] = {}
        self._lemmas = _Compared(self._strings)
        self._near: dict[str, _Alike] = {}

    def names(
        self, reading: Reading, text: str, numbers: Iterable[int]
    ) -> dict[int, list[Evidence]]:
        """Networks and cities in these sentences."""
        ordinary = OrdinaryWords(text, reading.sentences)
        on_page: dict[int, list[int]] = {}
        for n in sorted(numbers):
            on_page.setdefault(reading.where[n][0], []).append(n)
        out: dict[int, list[Evidence]] = {}
        for page, wanted in on_page.items():
            inside = [reading.where[n][1] for n in wanted]
            found = self._cues.named(reading.pages[page], text, inside, ordinary)
            for n, number in zip(wanted, inside, strict=True):
                out[n] = [self._cues.name_evidence(entity) for entity in found[number]]
        return out

    def words(
        self, reading: Reading, text: str, wanted: Iterable[tuple[int, int]]
    ) -> dict[tuple[int, int], list[Evidence]]:
        """The words that the classifier found most telling in sentences.

        Args:
            wanted: numbers of sentences, each with one of the classifier's columns.
        """
        pairs = sorted(set(wanted))
        out: dict[tuple[int, int], list[Evidence]] = {pair: [] for pair in pairs}
        if reading.read is None or not pairs:
            return out
        owners, words, shares = shares_of_words(reading.read, np.array(pairs))
        heavy = (shares >= WEAKEST).nonzero()[0]
        heavy = heavy[np.lexsort((words[heavy], -shares[heavy], owners[heavy]))]
        for owner, word, share in zip(
            owners[heavy].tolist(), words[heavy].tolist(), shares[heavy].tolist(), strict=True
        ):
            found = out[pairs[owner]]
            # "so" and "would" weigh, too, but tell a reader nothing.
            if len(found) < STRONGEST and self._tells(int(reading.tokens.words[word])):
                n = pairs[owner][0]
                number, inside = reading.where[n]
                page = reading.pages[number]
                at = page.words(inside).start + word - int(reading.tokens.starts[n])
                span = page.span(at, at + 1)
                found.append(Evidence("word", span.of(text), span, round(share, 3)))
        for found in out.values():
            found.sort(key=lambda e: e.span)
        return out

    def _tells(self, word: int) -> bool:
        """Whether a word, given by its hash, says something by itself."""
        known = self._telling.get(word)
        if known is None:
            found = self._cues.nlp.vocab[word]
            known = self._telling[word] = found.text[:1].isalnum() and not found.is_stop
        return known

    def nearest(
        self, reading: Reading, document: str, numbers: range, code: str, span: Span
    ) -> list[Evidence]:
        """The passages of this code that the team coded and that are most like this one.

        Codings of the very place are left out: they would answer for the coder.
        """
        if code not in self._near:
            self._near[code] = _Alike(self._coded(code))
        first, past = reading.tokens.starts[numbers[0]], reading.tokens.starts[numbers[-1] + 1]
        words = set(map(self._lemmas.__getitem__, reading.tokens.words[first:past].tolist()))
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
    rows = read.words[words]
    # Of each word with the next one in its sentence; the last has none.
    inside = np.append(owners[1:] == owners[:-1], False) if len(owners) else owners > 0
    following = np.zeros((len(owners), codes + 1))
    following[inside] = read.pairs[words[inside]]
    added = np.column_stack([rows[:, 2 * codes :], following[:, codes]])
    lengths = np.zeros((len(pairs), 3))
    np.add.at(lengths, owners, added)
    of_words = ((lengths[:, 0] + features.PRIOR[0]) + lengths[:, 2]) ** -0.5
    of_pieces = (lengths[:, 1] + features.PRIOR[1]) ** -0.5
    each = np.arange(len(owners))
    shares = rows[each, own] * of_words[owners] + rows[each, codes + own] * of_pieces[owners]
    half = following[each, own] * (of_words[owners] / 2)
    shares[1:] += half[:-1]
    return owners, words, shares + half


class _Compared(dict[int, str]):
    """What a word, given by its hash, is compared as; empty: not at all."""

    def __init__(self, strings: Any) -> None:
        super().__init__()
        self._strings = strings

    def __missing__(self, word: int) -> str:
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
