"""How far two coders agree, from the spans they coded.

What is here: the four counts (both, first only, second only, neither) of characters or of units,
observed agreement, and Cohen's kappa, per code and over all codes. Characters are counted by
interval arithmetic: the cost follows the number of codings, never the length of the texts.

What is on purpose not here yet: Krippendorff's alpha and its set-valued and unitizing kin,
Fleiss' kappa, Gwet's AC1, Brennan-Prediger, three or more coders at once, and bootstrap
intervals. Never here: which documents count. Whoever calls hands over those that both coders
finished, because a coder who coded nothing and one who was never asked look the same in codings.

A statistic that is not defined is None, with one of the ``REASONS``; it is never 0, 1 or NaN.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tcncode.errors import SpanError, UsageError
from tcncode.model import AgreementResult, merged

Interval = tuple[int, int]
_Edges = tuple[list[int], list[int], bool]

ALL_CODES = "(all codes)"
"""What stands in the ``code`` of the row that sums the cells over the codes."""

REASONS = {
    "no_common_document": "there is no document that both coders have finished",
    "no_text": "the documents have no text, or no unit of this kind",
    "no_variation": "both coders gave one and the same answer throughout",
}
"""Why a value is not defined: the word in ``AgreementResult.reason``, and what it means."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many characters, or units, fall in each cell of two coders' table for one code."""

    both: int = 0
    first_only: int = 0
    second_only: int = 0
    neither: int = 0

    @property
    def n(self) -> int:
        """All of them."""
        return self.both + self.first_only + self.second_only + self.neither

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.both + other.both,
            self.first_only + other.first_only,
            self.second_only + other.second_only,
            self.neither + other.neither,
        )


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Kappa for labelled units, with its parts as proportions of the units."""

    value: float | None
    """-1 to 1, 0 is chance; None where it is not defined."""
    observed: float
    expected: float
    n: int
    reason: str = ""
    """One of ``REASONS`` where ``value`` is None."""


@dataclass(frozen=True, slots=True)
class DocumentCodings:
    """What the coders coded in one document that all of them finished."""

    document: str
    """Document id."""
    length: int
    """Characters of the text, as Unicode code points."""
    units: Sequence[Interval]
    """Sentences, paragraphs, turns. Empty where characters are counted."""
    codings: Mapping[str, Mapping[str, Sequence[Interval]]]
    """Coder, then code id, then half-open spans. A coder or code left out coded nothing."""


def character_counts(first: Iterable[Interval], second: Iterable[Interval], length: int) -> Counts:
    """Count the characters of one document that both, one, or neither coder gave a code.

    Args:
        first: half-open spans of the first coder. Order does not matter, and what
            overlaps or is there twice counts once.
        second: likewise, of the second coder.
        length: characters of the document.

    Returns:
        The four counts; they sum to ``length``.

    Raises:
        SpanError: a span is empty or outside the document.
    """
    return _overlap(_inside(first, length), _inside(second, length), length)


def unit_counts(
    first: Iterable[Interval], second: Iterable[Interval], units: Sequence[Interval]
) -> Counts:
    """Count the units of one document in which both, one, or neither coder used a code.

    A code is in a unit when at least one of the unit's characters carries it. Text between
    the units counts for nothing, and neither does a unit without characters.

    Args:
        first: half-open spans of the first coder.
        second: likewise, of the second coder.
        units: half-open spans, in any order.

    Returns:
        The four counts; they sum to the number of units that have characters.

    Raises:
        SpanError: a span is empty or starts before the text does.
    """
    return _unit_counts(_inside(first), _inside(second), _edges(units))


def observed_agreement(counts: Counts) -> tuple[float | None, str]:
    """The share of characters or units on which the two coders agree.

    Returns:
        0 to 1, and an empty reason; None and the reason where there is nothing to compare.
    """
    if counts.n == 0:
        return None, "no_text"
    return (counts.both + counts.neither) / counts.n, ""


def cohen_kappa(counts: Counts) -> tuple[float | None, str]:
    """Cohen's kappa of one code that is there or not there, for two coders.

    Returns:
        kappa (-1 to 1, 0 is chance) and an empty reason; None and the reason where both
        coders gave one and the same answer throughout, or there is nothing to compare.
        A coder who coded nothing beside one who coded something has exactly 0.

    Source:
        Cohen (1960), Educational and Psychological Measurement 20(1), 37-46.
    """
    n = counts.n
    if n == 0:
        return None, "no_text"
    first, second = counts.both + counts.first_only, counts.both + counts.second_only
    # Integers up to the one division: n * n reaches 1e13 and more, and a rounded
    # "expected = 1.0" would hide the undefined case.
    chance = first * second + (n - first) * (n - second)
    if chance == n * n:
        return None, "no_variation"
    return (n * (counts.both + counts.neither) - chance) / (n * n - chance), ""


def cohen_kappa_labels(first: Sequence[Hashable], second: Sequence[Hashable]) -> LabelAgreement:
    """Cohen's kappa for two coders who labelled the same units, in the same order.

    Args:
        first: one label per unit, length ``n_units``, by the first coder.
        second: likewise, by the second coder.

    Returns:
        kappa with observed and expected agreement as proportions of units. kappa is None
        where both coders gave one and the same label throughout: chance alone explains
        such data.

    Raises:
        ValueError: no units, or a different number of labels from each coder.

    Source:
        Cohen (1960), Educational and Psychological Measurement 20(1), 37-46.
    """
    if not first or len(first) != len(second):
        raise ValueError(f"need as many labels from each: {len(first)} and {len(second)}")
    n = len(first)
    by_first, by_second = Counter(first), Counter(second)
    agreed = sum(a == b for a, b in zip(first, second, strict=True))
    chance = sum(by_first[label] * by_second[label] for label in by_first)
    if chance == n * n:
        return LabelAgreement(None, agreed / n, 1.0, n, "no_variation")
    value = (n * agreed - chance) / (n * n - chance)
    return LabelAgreement(value, agreed / n, chance / n**2, n)


STATISTICS = {"observed agreement": observed_agreement, "Cohen's kappa": cohen_kappa}
"""Every statistic ``agree`` knows: its name, and the function from ``Counts`` to value, reason."""


def agree(
    documents: Iterable[DocumentCodings],
    *,
    codes: Sequence[str],
    coders: tuple[str, str],
    unit: str,
    statistics: Sequence[str],
) -> list[AgreementResult]:
    """How far two coders agree on each code, and over all codes together.

    The cells are summed over the documents before anything is divided, so that a long
    document weighs more than a short one; a mean of kappas per document is another number.

    Args:
        documents: those that both coders finished, and no others.
        codes: code ids, in the order wanted.
        coders: the first and the second.
        unit: ``"character"``, or the name of what ``DocumentCodings.units`` holds. For
            ``"document"`` the whole text is the unit where ``units`` is empty.
        statistics: names from ``STATISTICS``.

    Returns:
        For each code, then for ``ALL_CODES`` (cells summed over the codes), one result a
        statistic.

    Raises:
        UsageError: a statistic that is not known.
        SpanError: a coding is empty or outside its document.
    """
    if unknown := [name for name in statistics if name not in STATISTICS]:
        known = ", ".join(STATISTICS)
        raise UsageError(f'There is no statistic "{unknown[0]}". There are: {known}.')
    counts = {code: Counts() for code in codes}
    common = 0
    for document in documents:
        common += 1
        for code, cell in _document_counts(document, tuple(counts), coders, unit):
            counts[code] += cell
    total = sum(counts.values(), Counts())
    results = []
    for code, cells in [*counts.items(), (ALL_CODES, total)]:
        for name in statistics:
            value, reason = STATISTICS[name](cells)
            if not common:
                reason = "no_common_document"
            results.append(
                AgreementResult(
                    code=code,
                    unit=unit,
                    coders=coders,
                    statistic=name,
                    value=value,
                    n=cells.n,
                    both=cells.both,
                    first_only=cells.first_only,
                    second_only=cells.second_only,
                    neither=cells.neither,
                    reason=reason,
                )
            )
    return results


def _document_counts(
    document: DocumentCodings, codes: Sequence[str], coders: tuple[str, str], unit: str
) -> Iterable[tuple[str, Counts]]:
    """The cells of each code in one document."""
    first, second = (document.codings.get(coder, {}) for coder in coders)
    length = document.length
    if unit == "character":
        for code in codes:
            yield code, character_counts(first.get(code, ()), second.get(code, ()), length)
        return
    units = document.units
    if unit == "document" and not units:
        units = ((0, length),)
    edges = _edges(units)
    for code in codes:
        spans = _inside(first.get(code, ()), length), _inside(second.get(code, ()), length)
        yield code, _unit_counts(*spans, edges)


def _inside(spans: Iterable[Interval], length: int | None = None) -> list[Interval]:
    """Spans of one coder, merged; refused where they are no stretch of this text."""
    spans = spans if isinstance(spans, list | tuple) else list(spans)
    for start, end in spans:
        if not 0 <= start < end or (length is not None and end > length):
            raise SpanError(start, end, length)
    return merged(spans)


def _overlap(first: list[Interval], second: list[Interval], length: int) -> Counts:
    """The four counts of two lists of merged intervals, in one pass over both."""
    by_first = sum(end - start for start, end in first)
    by_second = sum(end - start for start, end in second)
    both = i = j = 0
    while i < len(first) and j < len(second):
        (start_a, end_a), (start_b, end_b) = first[i], second[j]
        both += max(0, min(end_a, end_b) - max(start_a, start_b))
        if end_a < end_b:
            i += 1
        else:
            j += 1
    return Counts(both, by_first - both, by_second - both, length - by_first - by_second + both)


def _edges(units: Sequence[Interval]) -> _Edges:
    """Starts and ends of the units that have characters, and whether one lies inside another."""
    ordered = sorted(unit for unit in units if unit[0] < unit[1])
    ends = [end for _, end in ordered]
    return [start for start, _ in ordered], ends, any(a > b for a, b in pairwise(ends))


def _unit_counts(first: list[Interval], second: list[Interval], edges: _Edges) -> Counts:
    """The four counts of units, from two lists of merged intervals."""
    starts, ends, nested = edges
    touched = _touched_each if nested else _touched_run
    hits = [merged(touched(spans, starts, ends)) for spans in (first, second)]
    return _overlap(hits[0], hits[1], len(starts))


def _touched_run(spans: list[Interval], starts: list[int], ends: list[int]) -> list[Interval]:
    """Runs of unit numbers that the spans touch, where no unit lies inside another.

    Numbers of units are intervals again, so what counts characters counts units too.
    """
    runs = ((bisect_right(ends, start), bisect_left(starts, end)) for start, end in spans)
    return [(low, high) for low, high in runs if low < high]


def _touched_each(spans: list[Interval], starts: list[int], ends: list[int]) -> list[Interval]:
    """The same for units that lie inside one another: each looks for its last span."""
    span_starts = [start for start, _ in spans]
    found = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        last = bisect_left(span_starts, end) - 1
        if last >= 0 and spans[last][1] > start:
            found.append((number, number + 1))
    return found
