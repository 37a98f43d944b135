"""Sentences -> numbers: what the classifier adds up, word by word.

A sentence has two blocks of features, each brought to its own length:

- *words*: words and pairs of neighbouring words, weighted by how rare they are;
- *pieces*: the 4 to 6 letters long pieces of each word with its edges, likewise.

Each is a sum over words, so all that one word brings is looked up once and kept, also its dozens of
pieces. That is why pieces cost no time when suggesting: a sentence is read in a handful of numpy
calls, whatever the features. Columns are hashes: there is no vocabulary to
grow or to ship, and two that collide share a weight.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tcncode.suggest.lexicon import Hashes
from tcncode.suggest.pipeline import Chunk

Floats = npt.NDArray[np.float64]

WORD_BITS, PAIR_BITS, PIECE_BITS = 19, 18, 17
"""Columns of each, as powers of two. In 2**17 a tenth of the common words would share their column,
and so the vector of likeness, with another word of the table."""
SHORTEST_PIECE, LONGEST_PIECE = 4, 6
LONGEST_WORD = 40
"""Letters of a word that are cut into pieces: what is longer is an address or worse."""
PRIOR = (400.0, 500.0)
"""Added to the squared lengths of words and of pieces, so that a short sentence says less than a
long one."""

_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


def layout() -> list[float]:
    """What a model's weights mean: with other numbers they would stand for other words."""
    bits = (WORD_BITS, PAIR_BITS, PIECE_BITS)
    return [*bits, SHORTEST_PIECE, LONGEST_PIECE, LONGEST_WORD, *np.atleast_1d(PRIOR).tolist()]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of some sentences, as hashes of their lower case, and where sentences start."""

    words: Hashes
    starts: npt.NDArray[np.int64]
    """Number of the first word of each sentence, and at the end how many words there are."""

    @property
    def sentences(self) -> int:
        """How many there are."""
        return len(self.starts) - 1

    def owners(self) -> npt.NDArray[np.int64]:
        """The sentence of each word."""
        return np.repeat(np.arange(self.sentences), np.diff(self.starts))

    def sums(self, rows: Floats) -> Floats:
        """Rows, one a word, added up by sentence."""
        filled = np.diff(self.starts) > 0
        if len(filled) and filled.all():
            return np.add.reduceat(rows, self.starts[:-1], axis=0)
        out = np.zeros((self.sentences, rows.shape[1]))
        if filled.any():
            out[filled] = np.add.reduceat(rows, self.starts[:-1][filled], axis=0)
        return out

    def pairs(self) -> npt.NDArray[np.int64]:
        """The column of each word with the one before it."""
        mixed = self.words[:-1] * _FIRST ^ self.words[1:] * _SECOND
        return (mixed * _FIRST >> np.uint64(64 - PAIR_BITS)).astype(np.int64)

    def pair_sums(self, rows: Floats) -> Floats:
        """Rows, one a pair, added up by sentence. Pairs across sentences do not count."""
        padded = np.empty((len(self.words), rows.shape[1]))
        padded[1:] = rows
        firsts = self.starts[:-1]
        padded[firsts[firsts < len(padded)]] = 0
        return self.sums(padded)


def tokens_of(doc: Any, chunk: Chunk) -> tuple[Tokens, list[list[int]]]:
    """The words of a chunk that the pipeline has read, and where each starts and ends in it."""
    # The length is asked for: in lower case a word may be longer, as "İ" is.
    wanted = ["LOWER", "IDX", "LENGTH"]
    found = doc.to_array(wanted) if len(doc) else np.zeros((0, 3), dtype=np.uint64)
    places = found[:, 1].astype(np.int64)
    starts = np.searchsorted(places, np.array(chunk.starts, dtype=np.int64))
    words = Tokens(np.ascontiguousarray(found[:, 0]), np.append(starts, len(places)))
    ends = places + found[:, 2].astype(np.int64)
    return words, np.column_stack([places, ends]).tolist()


def joined(parts: Sequence[Tokens]) -> Tokens:
    """Several, one behind the other."""
    if not parts:
        return Tokens(np.zeros(0, dtype=np.uint64), np.zeros(1, dtype=np.int64))
    shifts = np.cumsum([0, *(len(part.words) for part in parts)])
    starts = [part.starts[:-1] + shift for part, shift in zip(parts, shifts, strict=False)]
    words = np.concatenate([part.words for part in parts])
    return Tokens(words, np.append(np.concatenate(starts), shifts[-1]))


def word_columns(words: Hashes) -> npt.NDArray[np.int64]:
    """The column of each word alone."""
    return (words * _FIRST >> np.uint64(64 - WORD_BITS)).astype(np.int64)


def pieces(word: str) -> list[str]:
    """The pieces of a word with its edges.

    >>> pieces("city")
    [' cit', 'city', 'ity ', ' city', 'city ', ' city ']
    """
    edged = f" {word[:LONGEST_WORD]} "
    return [
        edged[at : at + size]
        for size in range(SHORTEST_PIECE, LONGEST_PIECE + 1)
        for at in range(len(edged) - size + 1)
    ]


def piece_columns(word: str) -> npt.NDArray[np.int64]:
    """The columns of a word's pieces, with repetitions."""
    mask = (1 << PIECE_BITS) - 1
    hashes = [zlib.crc32(p.encode("utf-8", "surrogatepass")) & mask for p in pieces(word)]
    return np.array(hashes, dtype=np.int64)
