"""The trained classifier: probabilities for sentences, and which words they came from.

One logistic model a code over the features of ``features``; the numbers in the docstring of
``training`` say why this one. Here is what suggesting needs: no training, only numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tcncode.suggest import features, model_file
from tcncode.suggest.features import (
    PAIR_BITS,
    PIECE_BITS,
    WORD_BITS,
    Floats,
    Tokens,
    piece_columns,
    word_columns,
)
from tcncode.suggest.lexicon import Hashes


@dataclass(frozen=True, slots=True)
class Calibration:
    """What one code's raw sums mean, and from where on they are shown."""

    slope: float = 1.0
    shift: float = 0.0
    threshold: float = 0.5
    """Least probability that is suggested by default."""
    precision: float | None = None
    """What that threshold gave out of the training's folds; None where nothing reached it."""
    recall: float | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """The folded weights: how much one occurrence of a column adds for each code."""

    words: Any
    pairs: Any
    pieces: Any
    """Columns x codes; of pieces and words the last column is the squared length it adds."""
    bias: Any

    def __post_init__(self) -> None:
        # A table that is not laid out row by row would be copied whole at each look-up.
        for name in ("words", "pairs", "pieces"):
            object.__setattr__(self, name, np.ascontiguousarray(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Read:
    """Some sentences, with what each of their words and pairs brings."""

    tokens: Tokens
    words: Floats
    """Words x (words and pieces for each code, then the two lengths)."""
    pairs: Floats
    """Of each word with the next: a weight for each code, then the length."""


@dataclass(frozen=True)
class Classifier:
    """Linear models for some codes. Equal bytes are equal models."""

    codes: tuple[str, ...]
    """Ids, in the order of all columns here."""
    calibrations: tuple[Calibration, ...]
    weights: Weights
    about: dict[str, Any]
    """What it was trained on."""

    # -- reading ------------------------------------------------------------------

    def read(self, tokens: Tokens, strings: Any, rows: Floats | None = None) -> Read:
        """What each word and each pair of words brings.

        Args:
            rows: of each word, from ``word_rows``, where these are known already.
        """
        if not len(tokens.words):
            n = len(self.codes)
            return Read(tokens, np.zeros((0, 2 * n + 2)), np.zeros((0, n + 1)))
        if rows is None:
            different, which = np.unique(tokens.words, return_inverse=True)
            rows = self.word_rows(different, strings)[which]
        # A sixth of the time of an index in brackets (measured).
        return Read(tokens, rows, np.take(self.weights.pairs, tokens.pairs(), axis=0))

    def word_rows(self, words: Hashes, strings: Any) -> Floats:
        """What each of some words brings by itself, words x (words and pieces for each code, then
        the two lengths)."""
        made = [self._word_row(word, strings[word]) for word in words.tolist()]
        return np.array(made).reshape(len(words), 2 * len(self.codes) + 2)

    def sums(self, read: Read) -> Floats:
        """What the words of each sentence add up to; probabilities come from sums of these.

        Columns: words and pieces for each code, then the two lengths.
        """
        n = len(self.codes)
        out = read.tokens.sums(read.words)
        if len(read.words):
            pairs = read.tokens.pair_sums(read.pairs)
            out[:, :n] += pairs[:, :n]
            out[:, 2 * n] += pairs[:, n]
        return out

    def raw(self, sums: Floats) -> Floats:
        """Log odds before calibration, sentences x codes."""
        n = len(self.codes)
        words, pieces = sums[:, :n], sums[:, n : 2 * n]
        lengths = sums[:, 2 * n :] + features.PRIOR
        out: Floats = (
            words / np.sqrt(lengths[:, :1]) + pieces / np.sqrt(lengths[:, 1:2]) + self.weights.bias
        )
        return out

    def probabilities(self, raw: Floats) -> Floats:
        """Calibrated, 0 to 1, sentences x codes."""
        slopes = np.array([c.slope for c in self.calibrations])
        shifts = np.array([c.shift for c in self.calibrations])
        return probability(raw * slopes + shifts)

    def shares_of_words(self, read: Read, sentence: int, code: int) -> Floats:
        """How much each word of one sentence adds to the log odds of one code, read alone."""
        n = len(self.codes)
        first, past = read.tokens.starts[sentence : sentence + 2].tolist()
        rows, pairs = read.words[first:past], read.pairs[first : max(past - 1, first)]
        words, pieces = rows[:, 2 * n :].sum(axis=0) + features.PRIOR
        words = (words + pairs[:, n].sum()) ** -0.5
        out = rows[:, code] * words + rows[:, n + code] * pieces**-0.5
        half = pairs[:, code] * (words / 2)
        out[1:] += half
        out[:-1] += half
        return np.asarray(out)

    def _word_row(self, key: int, word: str) -> Floats:
        """All that one word brings."""
        w, n = self.weights, len(self.codes)
        row = np.zeros(2 * n + 2)
        own = w.words[word_columns(np.array([key], dtype=np.uint64))[0]]
        row[:n], row[2 * n] = own[:n], own[n]
        columns, counts = np.unique(piece_columns(word), return_counts=True)
        found = w.pieces[columns]
        row[n : 2 * n] = counts @ found[:, :n]
        # Squared lengths add up over words; within one the same piece may stand twice.
        row[2 * n + 1] = (counts**2) @ found[:, n]
        return row

    # -- bytes --------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """The model."""
        arrays: dict[str, Any] = {"bias": self.weights.bias}
        for name in ("words", "pairs", "pieces"):
            table = getattr(self.weights, name)
            columns = np.flatnonzero(table.any(axis=1))
            # Steps between columns, and weights code by code: both compress to half.
            arrays[f"{name}_steps"] = np.diff(columns, prepend=0).astype(np.int32)
            arrays[f"{name}_weights"] = table[columns].astype(np.float16).T
        told = {
            "layout": features.layout(),
            "codes": self.codes,
            "about": dict(self.about),
            "calibrations": [
                [c.slope, c.shift, c.threshold, c.precision, c.recall] for c in self.calibrations
            ],
        }
        return model_file.to_bytes(told, arrays)

    @classmethod
    def from_bytes(cls, data: bytes) -> Classifier:
        """A model that was saved.

        Raises:
            ValueError: the bytes are not a model, or that of a version that reads words otherwise.
        """
        told, arrays = model_file.from_bytes(data)
        if told.get("layout") != features.layout():
            raise ValueError("not a model of this version")
        tables = {}
        try:
            for name, bits in (("words", WORD_BITS), ("pairs", PAIR_BITS), ("pieces", PIECE_BITS)):
                table = np.zeros((1 << bits, len(told["codes"]) + 1), dtype=np.float32)
                table[np.cumsum(arrays[f"{name}_steps"])] = arrays[f"{name}_weights"].T
                tables[name] = table
            return cls(
                tuple(told["codes"]),
                tuple(Calibration(*row) for row in told["calibrations"]),
                Weights(**tables, bias=arrays["bias"]),
                told["about"],
            )
        except (KeyError, IndexError, TypeError) as error:
            raise ValueError("the model is damaged") from error

    def renamed(self, names: Mapping[str, str]) -> Classifier | None:
        """The part of the model for some of its codes, under other ids; None where it has none.

        Args:
            names: ids here -> ids wanted. Each code's model stands for itself.
        """
        kept = [n for n, code in enumerate(self.codes) if code in names]
        if not kept:
            return None
        w, both = self.weights, [*kept, len(self.codes)]
        words, pairs, pieces = (np.take(t, both, axis=1) for t in (w.words, w.pairs, w.pieces))
        return Classifier(
            tuple(names[self.codes[n]] for n in kept),
            tuple(self.calibrations[n] for n in kept),
            Weights(words, pairs, pieces, w.bias[kept]),
            self.about,
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Classifier) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())


def threshold_for(
    probabilities: Floats, right: Sequence[bool] | Any, *, precision: float, least: float
) -> tuple[float, float | None, float | None]:
    """The least threshold from which on suggestions are right often enough.

    Args:
        probabilities: of passages the model was not trained on, 0 to 1.
        right: whether each has the code.
        precision: the share that is to be right, 0 to 1.
        least: no threshold below this.

    Returns:
        Threshold; precision and recall there. Where nothing reaches the aim, 0.95 without them.
    """
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum(np.asarray(right, dtype=float)[order])
    shown = np.arange(1, len(order) + 1)
    sorted_ = probabilities[order]
    # Only where the next one is less: equal probabilities are shown together.
    last = np.append(sorted_[1:] < sorted_[:-1], True) if len(order) else np.zeros(0, bool)
    fits = last & (hits / shown >= precision) & (sorted_ >= least) & (hits > 0)
    if not fits.any():
        return 0.95, None, None
    at = int(np.flatnonzero(fits)[-1])
    return float(sorted_[at]), float(hits[at] / shown[at]), float(hits[at] / max(hits[-1], 1))


def probability(odds: Any) -> Floats:
    """The probabilities, 0 to 1, that log odds stand for."""
    out: Floats = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return out
