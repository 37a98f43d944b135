"""Documents in lots, and which of their sentences belong together.

Suggesting looks up words, cues and weights for all sentences of a lot at once. What a sentence is
read with, and what it is joined with, always stands in its own document.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from tcncode.suggest.cues import is_outside
from tcncode.suggest.features import Floats
from tcncode.suggest.lexicon import Ints
from tcncode.text import Span

LOT = 200_000
"""Characters in a lot, about: more bring nothing, and memory grows with it."""
REACH = 3
"""Sentences before and behind that are read with one."""
FADING = 0.6
"""What a sentence counts there, for each step away."""
ACROSS = 0.2
"""How much of that is left where it belongs to another paragraph or turn."""
LONGEST = 4
"""Most sentences in one suggestion."""

_ADJOINING = frozenset(("", " ", "\n"))
_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that suggestions are wanted for."""

    document: str
    """Its id."""
    text: str
    sentences: Sequence[Span]
    """Not overlapping."""
    skip: Sequence[Span] = ()
    """Stretches that are read as neighbours, and in which nothing is suggested."""
    blocks: Sequence[Span] = ()
    """Paragraphs or turns: sentences are read and joined within these."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Some documents, to be read at once. Sentences are numbered through all of them."""

    documents: Sequence[Asked]
    read: Sequence[tuple[str, Sequence[Span]]]
    """Their texts, and their sentences in order; none where nothing can be suggested."""
    heard: Sequence[bool]
    """Of each sentence whether anything may be suggested there."""
    block_of: Sequence[int]
    """Paragraph or turn of each sentence, numbered through all documents."""


def lots(asked: Iterable[Asked]) -> Iterator[Lot]:
    """Documents as they come, about ``LOT`` characters at once."""
    held: list[Asked] = []
    characters = 0
    for one in asked:
        held.append(one)
        characters += len(one.text)
        if characters >= LOT:
            yield laid_out(held)
            held, characters = [], 0
    if held:
        yield laid_out(held)


def laid_out(documents: Sequence[Asked]) -> Lot:
    """One lot of some documents."""
    read: list[tuple[str, Sequence[Span]]] = []
    heard: list[bool] = []
    block_of: list[int] = []
    for asked in documents:
        sentences = sorted(asked.sentences, key=_start)
        said = is_outside(sentences, asked.skip)
        if not any(said):
            sentences, said = [], []
        first = block_of[-1] + 1 if block_of else 0
        block_of += _blocks_of(sentences, asked.text, asked.blocks, first)
        heard += said
        read.append((asked.text, sentences))
    return Lot(tuple(documents), read, heard, block_of)


def _blocks_of(
    sentences: Sequence[Span], text: str, blocks: Sequence[Span], number: int
) -> list[int]:
    """The paragraph or turn of each sentence, numbered from ``number`` on; a blank line always
    parts two."""
    starts = sorted({block.start for block in blocks})
    out: list[int] = []
    end, block = 0, -1
    for span in sentences:
        start = span.start
        own = bisect_right(starts, start)
        if out:
            between = text[end:start]
            if own != block or (
                between not in _ADJOINING and (between.count("\n") > 1 or between.strip())
            ):
                number += 1
        out.append(number)
        end, block = span.end, own
    return out


def with_neighbours(sums: Floats, block_of: Ints, documents: Ints) -> Floats:
    """The sums of each sentence and, less and less, of those around it in its document."""
    out = sums.copy()
    for away in range(1, REACH + 1):
        share = FADING**away * np.where(block_of[away:] == block_of[:-away], 1.0, ACROSS)
        share = np.where(documents[away:] == documents[:-away], share, 0.0)[:, None]
        out[away:] += share * sums[:-away]
        out[:-away] += share * sums[away:]
    return out


def joined_runs(
    scores: Mapping[int, float], block_of: Sequence[int], limit: float
) -> list[tuple[range, float]]:
    """Sentences and probability of each suggestion: neighbours that reach the lower threshold.

    One of them must reach ``limit``; the surest lends them its probability.
    """
    out: list[tuple[range, float]] = []
    run: list[int] = []

    def close() -> None:
        # A long run is cut; a piece without a sentence of its own weight is left out.
        for at in range(0, len(run), LONGEST):
            piece = run[at : at + LONGEST]
            score = max([scores[n] for n in piece])
            if score >= limit:
                out.append((range(piece[0], piece[-1] + 1), score))

    for n in sorted(scores):
        if run and (n != run[-1] + 1 or block_of[n] != block_of[run[-1]]):
            close()
            run = []
        run.append(n)
    close()
    return out
