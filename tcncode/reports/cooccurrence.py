"""Which codes meet: on the same passage, on the same words, or in sentences near each other.

Each relation has a unit of its own, which is what is counted:

- ``same``: a span (document, start, end) as somebody marked it; it has both codes.
- ``overlapping``: a word; both codes cover it.
- ``near``: a sentence; it has one of the codes, and one at most *n* sentences away (in the same
  document) has the other. 0 is the same sentence. Sentences with either code are counted: a
  sentence with the one between two with the other makes three.

It does not matter who coded which of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from tcncode.model import Table
from tcncode.reports.columns import Segments
from tcncode.reports.counting import noted, share
from tcncode.reports.material import Line, Material
from tcncode.reports.stretches import touching
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Flags, Ints

COLUMNS = (
    "first", "second", "relation", "unit", "first_count", "second_count", "both", "either", "of",
    "jaccard", "lift",
)  # fmt: skip
Found = tuple[int, int, int, int, int, float | None, float | None]
"""The figures of ``COLUMNS`` behind the unit."""


def table(
    material: Material,
    sentences: Segments,
    *,
    near: int = 1,
    sub_codes: bool = False,
) -> Table:
    """Three rows for each pair of codes; of a code that the filters name with each other one.

    Args:
        near: how many sentences apart is still near, 0 or more.

    Returns:
        ``first``, ``second`` (codes), ``relation``, ``unit``, ``first_count``, ``second_count``
        (units with each code), ``both``, ``either``, ``of`` (all units of the documents in
        question that have codings), ``jaccard`` (both / either, 0 to 1) and ``lift``: how many
        times more often they meet than if each were put down without looking at the other; 1 is
        chance, None where one of them is not there.
    """
    below = material.below
    lines = material.lines(sub_codes=sub_codes)
    if below is not None:
        # A code meets others: those must be there, too.
        every = replace(material, filters=replace(material.filters, code=None))
        lines += [
            line
            for line in every.lines(sub_codes=sub_codes)
            if not material.shows(line.name) and not below.startswith(f"{line.name}/")
        ]
    spans, n_spans = _spans(material, lines)
    words = _words(material, lines)
    document, marked = _sentences(material, lines, sentences)
    begins, ends = (np.searchsorted(document, document, side=side) for side in ("left", "right"))
    reach = [_widened(flags, begins, ends, near) for flags in marked]
    rows: list[tuple[Any, ...]] = []
    for a, b in combinations(range(len(lines)), 2):
        if lines[a].codes & lines[b].codes:
            continue  # a code and one above it
        if not (material.shows(lines[a].name) or material.shows(lines[b].name)):
            continue
        pair = (lines[a].name, lines[b].name)
        rows.append((*pair, "same", "span", *_met(spans[a], spans[b], n_spans)))
        rows.append((*pair, "overlapping", "word", *_met(words[a], words[b], len(words[a]))))
        found = _near(marked[a], marked[b], reach[a], reach[b])
        rows.append((*pair, f"near {near}", "sentence", *found))
    spans_are = "that a majority coded" if material.filters.combine == "majority" else "as marked"
    if material.kept is not None:
        spans_are += ", whole whatever the filters cut"
    where = "in the same sentence"
    if near:
        where += f" or at most {counted(near, 'sentence')} away"
    pairs = f". Pairs with {below} or a code below it" if below else ""
    if not rows:
        pairs += ". There is no pair: it takes two codes of which none is above the other"
    note = noted(
        material,
        unit=f"same: spans {spans_are}, with both codes; overlapping: words that both cover; near"
        f" {near}: sentences that have one of them while the other is {where}. first_count,"
        " second_count: units with the code; both: units as just said; either: units with one of"
        " the codes or both; of: all units of the documents with codings. For near, both has the"
        " sentences of either code, so it may exceed the count of one. jaccard: both / either,"
        " if any;"
        " lift: both / what chance would give (first_count x second_count / of; for near, the same"
        f" with the sentences in reach), 1 is chance. Whoever coded it{pairs}",
    )
    return Table("Co-occurrence", COLUMNS, tuple(rows), note)


def _met(one: Flags, other: Flags, of: int) -> Found:
    a, b = int(np.count_nonzero(one)), int(np.count_nonzero(other))
    shared = int(np.count_nonzero(one & other))
    either = a + b - shared
    return a, b, shared, either, of, share(shared, either), share(shared * of, a * b)


def _near(one: Flags, other: Flags, by_one: Flags, by_other: Flags) -> Found:
    """``by_one`` are the sentences in reach of one with the first code."""
    a, b, of = int(np.count_nonzero(one)), int(np.count_nonzero(other)), len(one)
    either = int(np.count_nonzero(one | other))
    close, closer = int(np.count_nonzero(one & by_other)), int(np.count_nonzero(other & by_one))
    shared = int(np.count_nonzero((one & by_other) | (other & by_one)))
    # Summed over both directions, so that the order of the pair does not matter.
    chance = a * int(np.count_nonzero(by_other)) + b * int(np.count_nonzero(by_one))
    lift = share((close + closer) * of, chance)
    return a, b, shared, either, of, share(shared, either), lift


def _spans(material: Material, lines: Sequence[Line]) -> tuple[list[Flags], int]:
    """Which of the different spans, as marked, have a code of each line."""
    start, end = material.start, material.end
    if material.filters.combine == "majority":
        # What counts are the passages then, as no single coder marked them.
        parts = [material.passages(line.codes) for line in lines]
        start = np.concatenate([part[0] for part in parts])
        end = np.concatenate([part[1] for part in parts])
        of_line = np.repeat(np.arange(len(lines)), [len(part[0]) for part in parts])
        order = np.lexsort((end, start))
        start, end, of_line = start[order], end[order], of_line[order]
        chosen = [of_line == n for n in range(len(lines))]
    else:
        chosen = [material.of(line.codes) for line in lines]
    # In order, equal spans stand side by side.
    fresh = np.ones(len(start), np.bool_)
    fresh[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    number = np.cumsum(fresh) - 1
    n = int(fresh.sum())
    found = []
    for flags in chosen:
        marked = np.zeros(n, np.bool_)
        marked[number[flags]] = True
        found.append(marked)
    return found, n


def _words(material: Material, lines: Sequence[Line]) -> list[Flags]:
    """Which words each line covers, of the documents that have codings."""
    n = material.words.total
    found = []
    for line in lines:
        first, after = material.words.among(*material.stretches(line.codes))
        found.append(_filled(first, after, n))
    if material.kept is None:
        return found
    # Where text is left out, the words are those of all documents.
    start, end = material.kept
    here = _coded(material)[material.number_of(start)]
    inside = _filled(*material.words.among(start[here], end[here]), n)
    return [flags[inside] for flags in found]


def _filled(first: Ints, after: Ints, n: int) -> Flags:
    """Flags from numbers of firsts, in order, and of those after the last."""
    if not len(first):
        return np.zeros(n, np.bool_)
    # What overlaps becomes one after the other: then lengths of no and yes follow each other.
    reach = np.maximum.accumulate(after)
    first = first.copy()
    first[1:] = np.maximum(first[1:], reach[:-1])
    some = after > first
    edges = np.zeros(2 * np.count_nonzero(some) + 2, np.int64)
    edges[1:-1:2], edges[2:-1:2], edges[-1] = first[some], after[some], n
    yes = np.zeros(len(edges) - 1, np.bool_)
    yes[1::2] = True
    return np.repeat(yes, np.diff(edges))


def _sentences(
    material: Material, lines: Sequence[Line], sentences: Segments
) -> tuple[Ints, list[Flags]]:
    """The document of each sentence of documents with codings, and which each line touches."""
    start, end, document = material.laid_out(sentences)
    known = _coded(material)[document]
    if material.kept is not None:
        known &= touching(start, end, *material.kept)
    if not known.all():
        start, end, document = start[known], end[known], document[known]
    return document, [_touched(start, end, *material.stretches(line.codes)) for line in lines]


def _touched(start: Ints, end: Ints, low: Ints, high: Ints) -> Flags:
    """Which sentences, one after the other, share a character with one of some stretches, which
    are in order. Of each stretch it asks where its run of sentences begins and ends."""
    first = np.searchsorted(end, low, side="right")
    return _filled(first, np.searchsorted(start, high, side="left"), len(start))


def _coded(material: Material) -> Flags:
    """Which documents have codings."""
    coded = np.zeros(len(material.documents) + 1, np.bool_)
    coded[material.coded] = True
    return coded


def _widened(flags: Flags, begins: Ints, ends: Ints, n: int) -> Flags:
    """Sentences at most ``n`` away from one of these, in its document.

    Args:
        begins, ends: of each sentence, the number of its document's first and of the first after.
    """
    if not n or not len(flags):
        return flags
    at = np.flatnonzero(flags)
    return _filled(np.maximum(at - n, begins[at]), np.minimum(at + n + 1, ends[at]), len(flags))
