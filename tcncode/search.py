"""Words, patterns and near matches -> Spans, and a passage with the words around it.

Works on one text at a time. Which documents to look at is the store's question: ``fts_query``
turns what the user typed into what SQLite's full-text index understands.
"""

from __future__ import annotations

import time
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz import fuzz, process

from tcncode.errors import UsageError
from tcncode.text import Span

TIMEOUT = 2.0
"""Seconds that a user's pattern may take on one text."""
PATIENCE = 30.0
"""Seconds that it may take on all texts together."""
SLACK = 25.0
"""How much less alike than the whole a single word may be where a near match is looked for."""

# Letters that Unicode does not take apart, and a hyphen that is only there for the printer.
_APART = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "\u00ad": ""}
_TERM = regex.compile(r'"([^"]*)(?:"|$)(\*?)|([^\s"]+)')
_WORD = regex.compile(r"[^\W_]+")


Finder = Callable[[str], list[Span]]
"""A text -> where something stands in it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found."""

    document: str
    """Document id."""
    span: Span
    score: float = 100.0
    """Likeness to what was looked for, 0 to 100; 100 for anything but a near match."""


class _Folds(dict[int, str]):
    """What each character becomes when case and diacritics do not count. Learns as it is asked."""

    def __missing__(self, code_point: int) -> str:
        apart = unicodedata.normalize(
            "NFD", unicodedata.normalize("NFD", chr(code_point)).casefold()
        )
        plain = "".join(c for c in apart if not unicodedata.combining(c))
        self[code_point] = folded = "".join(_APART.get(c, c) for c in plain)
        return folded


_FOLDS = _Folds()


def fold(text: str) -> tuple[str, list[int] | None]:
    """The text without case and diacritics, and where each of its characters comes from.

    Returns:
        The folded text, and for each of its characters the offset in ``text``; None where both
        offsets are the same throughout.

    >>> fold("Straße")
    ('strasse', [0, 1, 2, 3, 4, 4, 5])
    >>> fold("Málaga")
    ('malaga', None)
    """
    if text.isascii():
        return text.lower(), None
    folded = text.translate(_FOLDS)
    if all(len(_FOLDS[ord(c)]) == 1 for c in set(text)):
        return folded, None
    return folded, [i for i, c in enumerate(text) for _ in _FOLDS[ord(c)]]


def unfold(text: str, offsets: Sequence[int] | None, start: int, end: int) -> Span:
    """The span in ``text`` of a stretch of its folded form, with the marks on its last letter."""
    if offsets is not None:
        start, end = offsets[start], offsets[end - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
    return Span(start, end)


def keyword_in_context(text: str, span: Span, width: int = 60) -> tuple[str, str, str]:
    """What stands before a span, its words, and what stands after, each on one line.

    Args:
        text: the document's text.
        span: the passage.
        width: most characters on either side; words that would be cut are left out.
    """
    words = span.of(text)
    # Runs of blanks become one space, so more than ``width`` must be read to fill it.
    before = text[max(0, span.start - 4 * width - 1) : span.start]
    after = text[span.end : span.end + 4 * width + 1]
    left, right = " ".join(before.split()), " ".join(after.split())
    if before[-1:].isspace() and left:
        left += " "
    if after[:1].isspace() and right:
        right = " " + right
    if len(left) > width:
        whole = left[len(left) - width - 1 :]
        left = whole.partition(" ")[2] if " " in whole.rstrip() else whole[1:]
    if len(right) > width:
        whole = right[: width + 1]
        right = whole.rpartition(" ")[0] if " " in whole.lstrip() else whole[:-1]
    return left, " ".join(words.split()), right


def find_words(text: str, query: str) -> list[Span]:
    """Passages with the words of a query; see ``word_finder``."""
    return word_finder(query)(text)


def word_finder(query: str) -> Finder:
    """A function that finds the words of a query, whatever their case and diacritics, in order.

    A query is words, ``"phrases in quotation marks"`` and ``beginn*``; a text must hold all of
    them, wherever. Without one of them there is no passage.
    """
    patterns = []
    for written, prefix in _terms(query):
        # Letters and digits alone: nothing that a pattern would take for a sign.
        words = _WORD.findall(fold(written)[0])
        end = r"[^\W_]*+" if prefix else r"(?![^\W_])"
        if words:
            patterns.append(regex.compile(r"(?<![^\W_])" + r"[\W_]+".join(words) + end))

    def find(text: str) -> list[Span]:
        folded, offsets = fold(text)
        found: set[Span] = set()
        for pattern in patterns:
            here = {unfold(text, offsets, *m.span()) for m in pattern.finditer(folded)}
            if not here:
                return []
            found |= here
        return sorted(found)

    return find


def find_regex(text: str, pattern: str) -> list[Span]:
    """Passages that match a regular expression; see ``regex_finder``."""
    return regex_finder(pattern)(text)


def regex_finder(pattern: str) -> Finder:
    """A function that finds matches of a regular expression, whatever their case.

    ``^`` and ``$`` are lines. A match of nothing is no passage. The function takes ``TIMEOUT``
    seconds for one text and ``PATIENCE`` for all together, and raises ``UsageError`` beyond.

    Raises:
        UsageError: the pattern is not one.
    """
    flags = regex.IGNORECASE | regex.MULTILINE | regex.UNICODE
    try:
        compiled = regex.compile(pattern, flags)
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        problem = " ".join(str(error).split())
        raise UsageError(
            f'"{pattern}" is not a regular expression: {problem}.'
            " Put \\ before a sign that stands for itself, or look for words instead."
        ) from error
    left = PATIENCE

    def find(text: str) -> list[Span]:
        nonlocal left
        began, limit = time.monotonic(), min(TIMEOUT, left)
        try:
            # Lets other threads go on meanwhile: the screen stays awake.
            matches = compiled.finditer(text, timeout=max(limit, 0.001), concurrent=True)
            found = [Span(*m.span()) for m in matches if m.end() > m.start()]
        except TimeoutError as error:
            raise UsageError(
                f'"{pattern}" takes longer than {TIMEOUT:.0f} seconds for a text, or'
                f" {PATIENCE:.0f} for all. Avoid repeats inside repeats, such as (a+)+."
            ) from error
        left -= time.monotonic() - began
        return found

    return find


def find_fuzzy(text: str, query: str, score: float = 85.0) -> list[tuple[Span, float]]:
    """Passages that read nearly like the query, in order, none overlapping another.

    A passage has as many words as the query, one more or one fewer. It is compared with the query
    where at least one of its words is like one of the query's, so that the time grows with the
    text and not with its square.

    Args:
        text: the document's text.
        query: words; case, diacritics and punctuation do not count.
        score: least likeness, 0 to 100.

    Returns:
        Spans from the first letter of a word to the last of one, each with its likeness.
    """
    wanted = _WORD.findall(fold(query)[0])
    if not wanted:
        return []
    folded, offsets = fold(text)
    places = [m.span() for m in _WORD.finditer(folded)]
    words = [folded[start:end] for start, end in places]
    near = _like_any(set(words), wanted, score)
    sizes = {max(1, len(wanted) + more) for more in (-1, 0, 1)}
    windows = {
        (first, first + size)
        for at, word in enumerate(words)
        if word in near
        for size in sizes
        for first in range(max(0, at - size + 1), min(at, len(words) - size) + 1)
    }
    target = " ".join(wanted)
    likeness: dict[str, float] = {}
    found: list[tuple[float, int, int, int]] = []
    for first, past in windows:
        written = " ".join(words[first:past])
        if written not in likeness:
            likeness[written] = fuzz.ratio(target, written, score_cutoff=score)
        if likeness[written] >= score > 0 or (score <= 0 and likeness[written] > 0):
            found.append((-likeness[written], past - first, first, past))
    taken: set[int] = set()
    out: list[tuple[Span, float]] = []
    for minus, _, first, past in sorted(found):
        if taken.isdisjoint(range(first, past)):
            taken.update(range(first, past))
            span = unfold(text, offsets, places[first][0], places[past - 1][1])
            out.append((span, round(-minus, 1)))
    return sorted(out)


def around(span: Span, stretches: Sequence[tuple[int, int]]) -> Span:
    """The stretches (sentences, paragraphs) that a span touches, as one; itself where none is.

    Args:
        span: for example a hit.
        stretches: starts and ends, in the order of the text, none overlapping another.
    """
    first = bisect_right(stretches, span.start, key=lambda stretch: stretch[1])
    past = bisect_left(stretches, span.end, key=lambda stretch: stretch[0])
    return Span(stretches[first][0], stretches[past - 1][1]) if first < past else span


def fts_query(query: str) -> str:
    """A user's query as a MATCH string for SQLite's FTS5 that can never be a syntax error.

    Operators of FTS5 (AND, NEAR, column:) are words here. Empty where the query has no word.

    >>> fts_query('welcom* "good practice" co-operation')
    '"welcom"* "good practice" "co-operation"'
    """
    return " ".join(
        f'"{words}"{"*" if prefix else ""}'
        for words, prefix in _terms(query)
        if _WORD.search(words)
    )


def _terms(query: str) -> Iterator[tuple[str, bool]]:
    """The words and phrases of a query, and whether only a beginning is given."""
    # FTS5 ends its string at a NUL.
    for phrase, star, word in _TERM.findall(query.replace("\0", " ")):
        if word:
            yield word.rstrip("*"), word.endswith("*")
        else:
            yield " ".join(phrase.split()), bool(star)


def _like_any(words: set[str], wanted: Sequence[str], score: float) -> set[str]:
    """Of these words, those that are like one of the wanted; short ones count only alone."""
    long = [word for word in wanted if len(word) > 2] or list(wanted)
    ordered = sorted(words)
    near: set[str] = set()
    for word in long:
        cutoff = max(0.0, score - SLACK) if len(wanted) > 1 else min(score, 60.0)
        hits = process.extract(
            word, ordered, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None, processor=None
        )
        near.update(hit for hit, _, _ in hits)
    return near
