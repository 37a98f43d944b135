"""The quotations to print first: best first, by a rule that can be read.

Of passages that overlap and have the same top code one is shown, with the boundaries of its best
coding. It is shown whole, as its coder marked it: also what others say in it where a filter counts
one role, and also what no majority coded, so that place and hash are those of the coding and the
words can be read in their context. Codings are better

1. the more coders coded some of the same words with the same top code;
2. when they are whole sentences: they begin where a sentence does and end where one does;
3. the nearer they are to ``LENGTH`` words;
4. the earlier they stand, by network, document and place.

From each document comes its best one before any second one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tcncode.model import Table
from tcncode.reports.columns import Segments, in_order
from tcncode.reports.counting import noted
from tcncode.reports.material import Material
from tcncode.reports.quotations import quotation_hash
from tcncode.reports.stretches import joined, touching
from tcncode.text import Segment, SegmentKind

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Flags, Ints

LENGTH = 30
"""Words of a quotation that is easy to print and to understand."""
LIMIT = 50
COLUMNS = (
    "number", "network", "code", "quotation", "coders", "words", "whole", "document", "name",
    "date", "place", "speaker", "start", "end", "hash", "coding",
)  # fmt: skip
SegmentsOf = Callable[[str, SegmentKind], Sequence[Segment]]
"""Document id and kind -> its segments, in order."""


def table(
    material: Material,
    sentences: Segments,
    segments: SegmentsOf,
    coding_id: Callable[[str, int, int, str, str], str],
    *,
    limit: int = LIMIT,
    per_code: int = 0,
) -> Table:
    """One row a quotation, best first.

    Args:
        coding_id: document, start, end, code id, coder -> the coding's id.
        limit: how many; 0: all.
        per_code: so many of each network and top code, under each other; 0: of all together.

    Returns:
        ``number``, ``network``, ``code`` (as coded), ``quotation``, ``coders`` (how many coded
        some of it with the same top code), ``words``, ``whole`` (sentences), ``document`` (id),
        ``name``, ``date``, ``place`` (page, turn, paragraph), ``speaker`` (all who speak in it),
        ``start``, ``end``, ``hash``, ``coding`` (id).
    """
    chosen, coders, whole, words, of_top = _ranked(material, sentences)
    total = len(chosen)
    if per_code:
        kept = _first_of_each(material, chosen, of_top, per_code)
        chosen = chosen[kept]
    elif limit:
        chosen = chosen[:limit]
    book = material.codebook.codes
    place = Places(segments)
    rows: list[tuple[Any, ...]] = []
    for number, n in enumerate(chosen.tolist(), 1):
        document, code = int(material.document[n]), book[int(material.code[n])]
        entry, shift = material.documents[document], int(material.borders[document])
        start, end = int(material.start[n]) - shift, int(material.end[n]) - shift
        quotation = material.text(entry.id)[start:end]
        where, speaker = place.of(entry.id, start, end)
        coder = material.coders[int(material.coder[n])]
        rows.append(
            (number, entry.network, code.path, quotation, int(coders[n]), int(words[n]))
            + (bool(whole[n]), entry.id, entry.name, entry.date, where, speaker, start, end)
            + (quotation_hash(quotation), coding_id(entry.id, start, end, code.id, coder))
        )
    shown = "all" if len(rows) == total else f"{len(rows):,} of {total:,}"
    shown = shown if total else "none"
    rest = "" if len(rows) == total or per_code else "; --limit 0 shows all"
    if per_code and total:
        rest = f", the best {per_code} of each network and top code where there are so many"
    note = noted(
        material,
        unit=f"quotations: {shown}{rest}; of overlapping passages with the same top code one. Best"
        " first: the more coders coded some of it so; whole sentences; nearest to"
        f" {LENGTH} words; earliest; from each document one before a second. Each is whole, as its"
        f" coder marked it{_beyond(material)}; words: of the whole. start, end: characters from 0,"
        " end not included; hash: of the quotation's words",
    )
    return Table("Quotations", COLUMNS, tuple(rows), note)


def _beyond(material: Material) -> str:
    """What a quotation may show though it does not count elsewhere."""
    if material.kept is not None:
        return ", with what others say in it (speaker: all who do)"
    return ", beyond what the majority coded" if material.filters.combine == "majority" else ""


def _ranked(material: Material, sentences: Segments) -> tuple[Ints, Ints, Flags, Ints, Ints]:
    """Numbers of the codings to show, best first; and of each coding: coders, whole, words, top
    code."""
    codes = material.codebook.codes
    roots = {c.path: n for n, c in enumerate(codes) if c.depth == 0}
    top = np.array([roots[c.path.split("/")[0]] for c in codes] or [0], np.int64)
    n = len(material.start)
    of_top = top[material.code]
    coders, passages = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    first = 0
    for root in np.unique(of_top).tolist():
        own = of_top == root
        start, end = material.start[own], material.end[own]
        whose = material.coder[own]
        for coder in np.unique(whose).tolist():
            theirs = whose == coder
            shared = theirs.copy()
            others = ~theirs
            shared[others] = touching(
                start[others], end[others], *joined(start[theirs], end[theirs])
            )
            coders[own] += shared
        codes_of = frozenset(np.flatnonzero(top == root).tolist())
        low, high = material.passages(codes_of)
        at = np.searchsorted(high, start, side="right")
        meets = at < len(low)
        meets[meets] = low[at[meets]] < end[meets]
        passages[own] = np.where(meets, first + at, -1)
        first += len(low)
    words = _word_counts(material)
    whole = _whole(material, sentences)
    shown = np.array([material.shows(c.path) for c in codes] or [False], np.bool_)[material.code]
    candidates = np.flatnonzero(shown & (passages >= 0))
    # One number for all but the place: codings stand by their place already.
    off = np.abs(words - LENGTH)
    bits = int(off.max(initial=0)).bit_length()
    rank = ((len(material.coders) - coders) << bits + 1) | (~whole * np.int64(1) << bits) | off
    order = candidates[in_order(rank[candidates])]
    # The best of each passage, in the order of rank.
    best = np.zeros(first, np.int64)
    best[passages[order][::-1]] = np.arange(len(order))[::-1]
    order = order[best[passages[order]] == np.arange(len(order))]
    turn = _times_before(material.document[order])
    order = order[in_order(turn)]
    return order, coders, whole, words, of_top


def _times_before(values: Ints) -> Ints:
    """How often each value stood before, in this order."""
    order = in_order(values)
    ordered = values[order]
    at = np.arange(len(values))
    fresh = np.ones(len(values), np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    first = np.maximum.accumulate(np.where(fresh, at, 0)) if len(at) else at
    found = np.empty(len(values), np.int64)
    found[order] = at - first
    return found


def _first_of_each(material: Material, chosen: Ints, of_top: Ints, n: int) -> Ints:
    """The first ``n`` of each network and top code, from each document one before a second."""
    networks = sorted({e.network or "" for e in material.documents})
    number = {name: at for at, name in enumerate(networks)}
    network = np.array([number[e.network or ""] for e in material.documents], np.int64)
    key = network[material.document[chosen]] * (len(material.codebook.codes) + 1) + of_top[chosen]
    # Ranked anew within each: a document whose best one was for another code has its turn here.
    place = _times_before(key * (len(material.documents) + 1) + material.document[chosen])
    order = np.lexsort((np.arange(len(chosen)), place, key))
    kept = _times_before(key[order]) < n
    found: Ints = order[kept]
    return found


def _word_counts(material: Material) -> Ints:
    first, after = material.words.among(material.start, material.end)
    found: Ints = after - first
    return found


def _whole(material: Material, sentences: Segments) -> Flags:
    """Which codings begin where a sentence begins and end where one ends."""
    begins, ends, _ = material.laid_out(sentences)
    ends = np.sort(ends, kind="stable")  # quick where they are in order, as mostly
    return _there(begins, material.start) & _there(ends, material.end)


def _there(places: Ints, wanted: Ints) -> Flags:
    """Which wanted numbers are among some in order."""
    at = np.minimum(np.searchsorted(places, wanted), max(len(places) - 1, 0))
    found: Flags = places[at] == wanted if len(places) else np.zeros(len(wanted), np.bool_)
    return found


class Places:
    """Where in its document a quotation stands: page, turn, paragraph; and who speaks in it."""

    def __init__(self, segments: SegmentsOf) -> None:
        self._segments = segments
        self._known: dict[tuple[str, str], tuple[list[int], Sequence[Segment]]] = {}

    def of(self, document: str, start: int, end: int) -> tuple[str, str | None]:
        """In words, and the speakers in the order in which they first speak."""
        said, speaker = [], None
        kinds: tuple[tuple[SegmentKind, str], ...] = (
            ("page", "p."), ("turn", "turn"), ("paragraph", "paragraph"),
        )  # fmt: skip
        for kind, word in kinds:
            first, last = self._at(document, kind, start), self._at(document, kind, end - 1)
            if first is None:
                continue
            many = last is not None and last.number != first.number
            said.append(f"{word} {first.number}" + (f"-{last.number}" if last and many else ""))
            if kind == "turn":
                there = self._between(document, start, end)
                speaker = "; ".join(dict.fromkeys(s.speaker for s in there if s.speaker)) or None
        return ", ".join(said), speaker

    def _between(self, document: str, start: int, end: int) -> Sequence[Segment]:
        """The turns that a quotation touches."""
        starts, found = self._segments_of(document, "turn")
        return found[max(bisect_right(starts, start) - 1, 0) : bisect_left(starts, end)]

    def _segments_of(self, document: str, kind: SegmentKind) -> tuple[list[int], Sequence[Segment]]:
        key = document, kind
        if key not in self._known:
            found = self._segments(document, kind)
            self._known[key] = [s.span.start for s in found], found
        return self._known[key]

    def _at(self, document: str, kind: SegmentKind, place: int) -> Segment | None:
        starts, found = self._segments_of(document, kind)
        n = bisect_right(starts, place) - 1
        return found[n] if n >= 0 and place < found[n].span.end else None
