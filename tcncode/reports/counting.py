"""The one core that counts: how often, in how many documents, how much text; then by groups.

How things are counted, in every table:

- ``codings`` counts each coder's codings. A code counts those of its sub-codes too, but one
  coder's coding of one span once, whether it stands at the code, a sub-code, or both.
- ``passages`` counts stretches of text that the chosen coders coded, whoever did: those that
  overlap are one. Two coders on one passage are one passage.
- ``documents`` counts the documents with at least one of these passages.
- ``characters`` and ``words`` count the text of the passages. A word counts when any part of it
  is covered.
- ``coders`` counts who made one of the codings.
- an interval is the 95 % percentile interval of a bootstrap over documents; for a share over
  those that have codings, as the others cannot tell of what anything is a share, for a rate over
  all of the group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tcncode.agreement.bootstrap import Resampling
from tcncode.model import REPLICATES, SEED
from tcncode.reports.material import Line, Material
from tcncode.reports.stretches import touching
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Flags, Ints


@dataclass(frozen=True, slots=True)
class Uses:
    """How often one line is coded in each document: columns of length ``n_documents``."""

    codings: Ints
    passages: Ints
    coders: Flags
    """Documents x coders: who coded it there."""


@dataclass(frozen=True, slots=True)
class Counts:
    """One line's figures in each document: likewise, with how much text they cover."""

    codings: Ints
    passages: Ints
    characters: Ints
    words: Ints
    coders: Flags

    def total(self, documents: Flags | slice = slice(None)) -> Total:
        """The figures of some documents together; of all without an argument."""
        passages = self.passages[documents]
        return Total(
            int(self.codings[documents].sum()),
            int(np.count_nonzero(passages)),
            int(self.characters[documents].sum()),
            int(self.words[documents].sum()),
            int(passages.sum()),
            int(self.coders[documents].any(axis=0).sum()),
        )


@dataclass(frozen=True, slots=True)
class Total:
    """One line's figures in some documents."""

    codings: int = 0
    documents: int = 0
    characters: int = 0
    words: int = 0
    passages: int = 0
    coders: int = 0


def uses(material: Material, line: Line) -> Uses:
    """How often a line is coded in each document; for this no text is read."""
    n = len(material.documents)
    chosen = material.of(line.codes)
    document, coder = material.document[chosen], material.coder[chosen]
    fresh = np.ones(len(document), np.bool_)
    if len(line.codes & material.all_codes) > 1:
        low, high = material.start[chosen], material.end[chosen]
        # By place and coder: the same coding at a code and its sub-code stand side by side.
        fresh[1:] = (
            (low[1:] != low[:-1]) | (high[1:] != high[:-1]) | (coder[1:] != coder[:-1])
        )  # fmt: skip
    if material.filters.combine == "majority":
        low, high = material.start[chosen], material.end[chosen]
        fresh &= touching(low, high, *material.stretches(line.codes))
    people = len(material.coders)
    # Of each document and coder, as one number: counting is quicker than putting down each.
    made = np.bincount((document * people + coder)[fresh], minlength=n * people)
    made = made.reshape(n, people)
    # A passage that reaches over several turns that count is one.
    passages = material.per_document(material.passages(line.codes)[0])
    return Uses(made.sum(axis=1), passages, made > 0)


def counts(material: Material, line: Line) -> Counts:
    """What a line has in each document."""
    used = uses(material, line)
    start, end = material.stretches(line.codes)
    return Counts(
        used.codings,
        used.passages,
        material.per_document(start, end - start),
        material.per_document(start, material.words.counts(start, end)),
        used.coders,
    )


def overall(material: Material) -> Counts:
    """What all codes together have in each document."""
    return counts(material, Line("", material.all_codes))


def share(part: float, whole: float) -> float | None:
    """A quotient; None where the whole is 0."""
    return part / whole if whole else None


GROUP_COLUMNS = (
    "codings", "documents", "characters", "words", "share", "share_of_{0}", "per_1000_words",
    "passages", "coders", "share_of_{0}_low", "share_of_{0}_high", "per_1000_words_low",
    "per_1000_words_high",
)  # fmt: skip
"""The columns of a table by groups of documents, with the word for a group put in."""


def grouped(
    material: Material,
    lines: Sequence[Line],
    groups: Sequence[str],
    *,
    replicates: int = REPLICATES,
) -> tuple[tuple[Any, ...], ...]:
    """A row a group and line: group, line, then the figures of ``GROUP_COLUMNS``.

    Args:
        groups: the group of each document, length ``n_documents``.
    """
    names = sorted(set(groups))
    number = {name: n for n, name in enumerate(names)}
    of = np.array([number[name] for name in groups], np.int64)
    found = [counts(material, line) for line in lines]
    coded = overall(material)
    whole = int(coded.words.sum())
    rows: list[tuple[Any, ...]] = []
    for n, name in enumerate(names):
        inside = of == n
        own, length = int(coded.words[inside].sum()), int(material.lengths[inside].sum())
        shares, rates = _intervals(found, coded.words, material.lengths, inside, replicates)
        for m, (line, each) in enumerate(zip(lines, found, strict=True)):
            total = each.total(inside)
            figures: tuple[Any, ...] = (
                total.codings, total.documents, total.characters, total.words,
                share(total.words, whole), share(total.words, own),
                share(1000 * total.passages, length), total.passages, total.coders,
                *shares[m], *rates[m],
            )  # fmt: skip
            rows.append((name, line.name, *figures))
    return tuple(rows)


Interval = tuple[float | None, float | None]


def _intervals(
    found: Sequence[Counts], coded: Ints, lengths: Ints, inside: Flags, replicates: int
) -> tuple[list[Interval], list[Interval]]:
    """Of each line the intervals of its share of the coded words and of its rate, for a group.

    A share rests on the documents that have codings, a rate on all: where none is without, both
    are of the same draws.
    """
    n = len(found)
    none: list[Interval] = [(None, None)] * n
    with_codings = inside & (coded > 0)
    words = [*(each.words for each in found), coded]
    passages = [*(each.passages for each in found), lengths]
    if np.count_nonzero(with_codings) < 2:  # nothing tells how much documents differ
        return none, none
    if bool((with_codings == inside).all()):
        drawn = _drawn(words + passages, inside, replicates)
        of_words, of_lengths, behind = drawn, drawn, n + 1
    else:
        of_words = _drawn(words, with_codings, replicates)
        of_lengths, behind = _drawn(passages, inside, replicates), 0
    return (
        of_words.intervals(slice(0, n), n),
        of_lengths.intervals(slice(behind, behind + n), behind + n, scale=1000),
    )


def _drawn(columns: Sequence[Ints], documents: Flags, replicates: int) -> Resampling:
    """Sums of some columns for drawn documents."""
    sums = np.stack([column[documents] for column in columns], axis=1)
    return Resampling(sums, replicates=replicates, seed=SEED)


COUNTED = (
    "codings: each coder's, sub-codes included; documents: with at least one passage; characters,"
    " words: covered at least once; passages: stretches coded by anybody, overlaps joined"
)
INTERVAL = (
    f"low, high: 95 % percentile interval, bootstrap over documents, {REPLICATES:,} replicates,"
    f" seed {SEED}: of shares over those that have codings, of rates over all; none where fewer"
    " than two have codings"
)


def rated(material: Material) -> str:
    """What a note says of rates."""
    of = "all finished" if material.filters.finished else "coded or not (--finished: finished ones)"
    return f"per_1000_words: passages per 1,000 words of its documents, {of}"


FEW = 5
"""Below so many coded documents an interval over documents is said to tell little."""
LEAST = 3
"""Below so many it is hardly more than the documents' own values, and is not drawn."""


def coded_documents(material: Material, groups: Sequence[str]) -> dict[str, int]:
    """Group -> how many of its documents have codings.

    Args:
        groups: the group of each document, length ``n_documents``.
    """
    found = dict.fromkeys(sorted(set(groups)), 0)
    for document in material.coded.tolist():
        found[groups[document]] += 1
    return found


def few(material: Material, groups: Sequence[str]) -> tuple[str, ...]:
    """What a note says of intervals that rest on few documents; nothing where none does."""
    found = [f"{name} {n}" for name, n in coded_documents(material, groups).items() if 1 < n < FEW]
    if not found:
        return ()
    return (
        f"intervals from fewer than {FEW} coded documents tell little, from 2 no more than the"
        f" two documents' values: {', '.join(found)}",
    )


def noted(material: Material, *said: str, unit: str = COUNTED) -> str:
    """A table's note: what its figures are, n, whose codings and which filters."""
    with_codings = len(material.coded)
    coded = counted(len(material.start), "coding")
    documents = counted(len(material.documents), "document")
    words = "; ".join((unit, *said))
    return f"{words}. n = {coded} in {with_codings:,} of {documents}. {material.told}".strip()
