"""Differences between coders, one decision each, and what each decision leaves coded.

All of one code's codings that share text, whoever made them, are one *passage*. Where all compared
coders coded the same characters of it, they agree. Otherwise it is a difference:

    boundary      all of them coded some of it
    code differs  some did not, but coded the same text with a code that the others did not give it;
                  both passages are one difference, with one decision
    one coded     some did not, and gave the text no code of their own

Here a code is itself: a sub-code beside its parent is a difference, if one that costs nothing.
Costs are counted as agreement is, where a sub-code counts for the codes above it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, combinations, groupby
from typing import TYPE_CHECKING

from tcncode.errors import UsageError
from tcncode.model import Coding, Settlement, coding_id, difference_id, merged
from tcncode.text import Span

if TYPE_CHECKING:
    from tcncode.agreement.explain import Kind

HOWS = ("first", "second", "both", "union", "intersection", "neither", "own")
"""What can be decided; a coder's name is right, too, or their number, from 1. A coder who is called
like a way is taken by number: the way goes first."""
NOTHING = ("nothing", "none")
"""Other words for *neither*, where no coder is called so."""
Place = tuple[int, int, str]
"""Start, end, code id."""
Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """Codings of one text on which the compared coders differ."""

    id: str
    document: str
    coders: tuple[str, ...]
    """Who is compared, also those who coded nothing of it."""
    codings: tuple[Coding, ...]
    """By place, code and coder."""
    kind: Kind
    cost: int
    """Characters on which pairs of coders differ about a top code; 0: about sub-codes alone."""
    span: Span
    """From the first character that anybody coded to the last."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Ids of the codes, in the order of the text."""
        return tuple(dict.fromkeys(coding.code for coding in self.codings))

    def of(self, coder: str) -> tuple[Coding, ...]:
        """What one coder coded of it."""
        return tuple(coding for coding in self.codings if coding.coder == coder)


@dataclass(frozen=True, slots=True)
class Sorted:
    """One document's codings: those that all coders made alike, and the others."""

    agreed: tuple[Place, ...]
    differences: tuple[Difference, ...]
    """By place."""


@dataclass(frozen=True, slots=True)
class _Passage:
    """Codings of one code that share text."""

    codings: tuple[Coding, ...]
    start: int
    end: int

    @property
    def coders(self) -> frozenset[str]:
        return frozenset(coding.coder for coding in self.codings)


def sort_out(
    document: str, codings: Iterable[Coding], coders: Sequence[str], tops: Mapping[str, str]
) -> Sorted:
    """What coders agree on in one document, and where they differ.

    Args:
        document: its id.
        codings: of the document; those of others than ``coders`` do not count.
        coders: two or more, all of whom have finished the document.
        tops: code id -> the top code it counts for; codings of other codes do not count.

    Returns:
        Each coding is in exactly one place: agreed with all others, or in one difference.
    """
    named = frozenset(coders)
    kept = [c for c in codings if c.coder in named and c.code in tops]
    agreed: list[Place] = []
    apart: list[_Passage] = []
    for passage in _passages(kept):
        covers = {coder: _cover(passage.codings, coder) for coder in coders}
        first = covers[coders[0]]
        if first and all(cover == first for cover in covers.values()):
            agreed += _fewest(passage, coders)
        else:
            apart.append(passage)
    costs = _Costs(kept, coders, tops)
    found = []
    for group in _joined(apart, named):
        own = sorted(
            (c for passage in group for c in passage.codings),
            key=lambda c: (c.span, c.code, c.coder),
        )
        kind: Kind = "boundary" if group[0].coders == named else "one coded"
        kind = "code differs" if len(group) > 1 else kind
        key = difference_id(document, (c.id for c in own))
        span = Span(own[0].span.start, max(passage.end for passage in group))
        cost = costs.of(own, tops)
        found.append(Difference(key, document, tuple(coders), tuple(own), kind, cost, span))
    found.sort(key=lambda d: (d.span, d.id))
    return Sorted(tuple(sorted(agreed)), tuple(found))


def decide(
    difference: Difference, how: str, *, span: Span | None = None, codes: Sequence[str] = ()
) -> tuple[str, tuple[Place, ...]]:
    """What is coded once a difference is decided.

    Args:
        how: one of ``HOWS``, or the name or number of a compared coder. *both*: all codings as
            they are; *union*: each of the codes on all text that anybody coded; *intersection*:
            each of them on the text that all coded, with whatever code; *neither*: nothing.
        span: for *own*, what to code.
        codes: for *own*, ids of the codes to code it with; none: the only one there is.

    Returns:
        How it was decided, and the places. For a coder's own it is their name, however it was
        asked for; their number, where the name would read as a way.

    Raises:
        UsageError: there is no such way, or nothing that all coded, or no span and code.
    """
    if how == "own":
        return how, _own(difference, span, codes)
    if span is not None or codes:
        raise UsageError('A span and a code go with "own": the other ways say what is coded.')
    coder = _meant(difference.coders, how)
    if coder is not None:
        number = str(difference.coders.index(coder) + 1)
        return number if coder in HOWS else coder, _places(difference.of(coder))
    if how in NOTHING:
        how = "neither"
    if how == "both":
        return how, _places(difference.codings)
    if how == "neither":
        return how, ()
    if how not in ("union", "intersection"):
        near = ", ".join((*HOWS, *difference.coders)).replace("neither", "neither (no coding)")
        raise UsageError(f'"{how}" is not a way to settle a difference. There are: {near}.')
    covers = [_cover(difference.codings, coder) for coder in difference.coders]
    text = merged(part for cover in covers for part in cover)
    if how == "intersection":
        text = covers[0]
        for cover in covers[1:]:
            text = _common(text, cover)
        if not text:
            raise UsageError(
                'There is no text that all of them coded. "neither" leaves it without a coding.'
            )
    return how, tuple(sorted((s, e, code) for s, e in text for code in difference.codes))


def _meant(coders: Sequence[str], how: str) -> str | None:
    """The coder whose codings are to be taken; None: it is another way, or none."""
    if how in HOWS:
        return coders[HOWS.index(how)] if how in ("first", "second") else None
    if how in coders:
        return how
    return dict(zip(map(str, range(1, len(coders) + 1)), coders, strict=True)).get(how)


def follows(
    found: Sorted, decided: Iterable[Settlement], tops: Mapping[str, str]
) -> dict[Place, str]:
    """What is coded once all is decided that can be: place -> the memo on it.

    Args:
        found: the document's codings.
        decided: decisions about differences that are among ``found``, by place.
        tops: see ``sort_out``; places with other codes are left out.
    """
    places: dict[Place, str] = dict.fromkeys(found.agreed, "")
    for settlement in decided:
        for place in settlement.result:
            if place[2] in tops:
                places[place] = places.get(place) or settlement.memo
    return places


def recoded(
    settlements: Iterable[Settlement], codings: Iterable[Coding], into: str
) -> tuple[list[Settlement], list[str]]:
    """What was decided, once codings have another code.

    Args:
        codings: as they were, all of one code.
        into: the id of the code that they have now.

    Returns:
        The decisions as they read now, and ids of those that they replace.
    """
    old = {c.id: (c.code, coding_id(c.document, c.span, into, c.coder)) for c in codings}
    gone = {code for code, _ in old.values()}
    made, replaced = [], []
    for s in settlements:
        if not any(key in old for key in s.codings) and not any(p[2] in gone for p in s.result):
            continue
        ids = tuple(sorted({old[key][1] if key in old else key for key in s.codings}))
        result = {(a, b, into if code in gone else code) for a, b, code in s.result}
        new = replace(
            s, id=difference_id(s.document, ids), codings=ids, result=tuple(sorted(result))
        )
        made.append(new)
        replaced += [s.id] if new.id != s.id else []
    return made, replaced


def _own(difference: Difference, span: Span | None, codes: Sequence[str]) -> tuple[Place, ...]:
    chosen = tuple(codes) or difference.codes
    if span is None:
        raise UsageError('"own" needs a span: say which characters are to be coded.')
    if span.end <= difference.span.start or span.start >= difference.span.end:
        raise UsageError(
            f"{span.start}:{span.end} is elsewhere: the coders differ at"
            f" {difference.span.start}:{difference.span.end}."
        )
    if not codes and len(chosen) > 1:
        raise UsageError('The coders gave several codes here: say which one "own" is to have.')
    return tuple(sorted({(span.start, span.end, code) for code in chosen}))


def _places(codings: Iterable[Coding]) -> tuple[Place, ...]:
    return tuple(sorted({(c.span.start, c.span.end, c.code) for c in codings}))


def _passages(codings: Iterable[Coding]) -> list[_Passage]:
    """Codings of one code that overlap, directly or by others, in the order of the text."""
    found = []
    ordered = sorted(codings, key=lambda c: (c.code, c.span, c.coder))
    for _, of_code in groupby(ordered, key=lambda c: c.code):
        run: list[Coding] = []
        reach = 0
        for coding in of_code:
            if run and coding.span.start >= reach:
                found.append(_Passage(tuple(run), run[0].span.start, reach))
                run, reach = [], 0
            run.append(coding)
            reach = max(reach, coding.span.end)
        found.append(_Passage(tuple(run), run[0].span.start, reach))
    return sorted(found, key=lambda p: (p.start, p.end, p.codings[0].code))


def _cover(codings: Iterable[Coding], coder: str) -> list[Stretch]:
    return merged((c.span.start, c.span.end) for c in codings if c.coder == coder)


def _fewest(passage: _Passage, coders: Sequence[str]) -> list[Place]:
    """The same text may be coded in one piece or several: in the fewest that a coder made."""
    each = ([c for c in passage.codings if c.coder == coder] for coder in coders)
    return [(c.span.start, c.span.end, c.code) for c in min(each, key=len)]


def _joined(passages: Sequence[_Passage], coders: frozenset[str]) -> list[list[_Passage]]:
    """Passages put together where each has a coder that the other lacks, on the same text."""
    parent = list(range(len(passages)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    # Passages of one code never overlap, so that never more are open than there are codes.
    reaching: list[int] = []
    for n, passage in enumerate(passages):
        reaching = [o for o in reaching if passages[o].end > passage.start]
        if passage.coders == coders:
            continue
        for other in reaching:
            one, two = passage.coders, passages[other].coders
            if one - two and two - one:
                parent[root(n)] = root(other)
        reaching.append(n)
    groups: dict[int, list[_Passage]] = {}
    for n, passage in enumerate(passages):
        groups.setdefault(root(n), []).append(passage)
    return list(groups.values())


class _Costs:
    """Where pairs of coders differ about top codes, and how much of it lies where."""

    def __init__(
        self, codings: Iterable[Coding], coders: Sequence[str], tops: Mapping[str, str]
    ) -> None:
        spans: dict[tuple[str, str], list[Stretch]] = {}
        for c in codings:
            spans.setdefault((tops[c.code], c.coder), []).append((c.span.start, c.span.end))
        covers = {key: merged(found) for key, found in spans.items()}
        self._differ: dict[str, list[_Lengths]] = {
            top: [
                _Lengths(_either(covers.get((top, one), []), covers.get((top, two), [])))
                for one, two in combinations(coders, 2)
            ]
            for top in {top for top, _ in covers}
        }

    def of(self, codings: Sequence[Coding], tops: Mapping[str, str]) -> int:
        """Characters, summed over pairs of coders and top codes."""
        total = 0
        for top in {tops[c.code] for c in codings}:
            text = merged((c.span.start, c.span.end) for c in codings if tops[c.code] == top)
            total += sum(pair.within(s, e) for pair in self._differ[top] for s, e in text)
        return total


class _Lengths:
    """How much of some stretches lies within another."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._starts = [start for start, _ in stretches]
        self._ends = [end for _, end in stretches]
        sizes = (end - start for start, end in stretches)
        self._before = list(accumulate(sizes, initial=0))

    def within(self, start: int, end: int) -> int:
        return self._up_to(end) - self._up_to(start)

    def _up_to(self, place: int) -> int:
        at = bisect_right(self._starts, place)
        over = max(self._ends[at - 1] - place, 0) if at else 0
        return self._before[at] - over


def _either(one: Sequence[Stretch], two: Sequence[Stretch]) -> list[Stretch]:
    """What lies in one of two lists of disjoint stretches, and not in both."""
    edges = sorted([edge for part in (*one, *two) for edge in part])
    # An edge that both have opens and closes at once, and so cancels out.
    found = ((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)
    return merged(found)


def _common(one: Sequence[Stretch], two: Sequence[Stretch]) -> list[Stretch]:
    found = []
    i = j = 0
    while i < len(one) and j < len(two):
        start, end = max(one[i][0], two[j][0]), min(one[i][1], two[j][1])
        if start < end:
            found.append((start, end))
        if one[i][1] < two[j][1]:
            i += 1
        else:
            j += 1
    return found
