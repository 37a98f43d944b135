"""Where a coding stands: from words or offsets to a Span, and again after the text was edited.

Nothing here knows of coders, codes or the database; a Span goes out, with how sure it is.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from tcncode.errors import QuoteNotFoundError, SpanError, UsageError
from tcncode.text import Span

FOUND_SCORE = 80.0
"""Least likeness (0 to 100) at which words typed in are taken for a passage."""
CHANGED_SCORE = 70.0
"""Least likeness at which a passage of the old text is taken for one of the new."""
CONTEXT = 40
"""Characters, of a passage and its neighbours, that must be equal before it counts as moved."""

WINDOW = 5_000
"""Characters on either side in which a rewritten passage is looked for."""

_PIECE = re.compile(r"[^\n.!?;]*(?:[\n.!?;]+\s*|$)")
_WORD = re.compile(r"\w+")
_BLANKS = re.compile(r"\s+|\u00ad")
_MARKS = str.maketrans("‘’‚‛′“”„‟″«»‐‑‒–—", '\'\'\'\'\'"""""""-----')
_CELLS = 25_000_000
"""Most characters times characters that two changed stretches are compared by."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a passage of the old text stands in the new one."""

    status: Literal["same", "moved", "changed", "lost"]
    """same: offsets and words; moved: words alone; changed: found, worded differently."""
    span: Span | None
    """In the new text; None where it is lost."""
    score: float
    """Likeness of the words, 0 to 100; of a lost one, that of the best guess."""


def parse_at(written: str) -> Span:
    """The span that ``--at START:END`` means.

    Raises:
        UsageError: it is not two whole numbers with a colon.
        SpanError: the end is not behind the start.
    """
    match = re.fullmatch(r"\s*([0-9]{1,15}):([0-9]{1,15})\s*", written)
    if not match:
        raise UsageError(f'"{written}" is not START:END, such as 12:40 for characters 12 to 39.')
    return Span(int(match[1]), int(match[2]))


def find_quote(
    text: str, quote: str, *, occurrence: int | None = None, document: str = "the document"
) -> tuple[Span, float]:
    """Where a quotation stands: as it is; but for blanks and quotation marks; or nearly so.

    Args:
        text: the document's text.
        quote: the words, as typed or pasted.
        occurrence: from 1: which one, where the words stand there more than once.
        document: what to call the document in a message.

    Returns:
        The span, whole words without blanks at its edges, and its likeness to the quotation:
        100 unless it was only nearly found.

    Raises:
        UsageError: the quotation is blank, or stands there more than once and no ``occurrence``
            says which, or has no such occurrence.
        QuoteNotFoundError: nothing in the text is 80 alike.
    """
    if not quote.strip():
        raise UsageError("The quotation is blank: write the words that are to be coded.")
    hits = list(_exact(text, quote.strip()))
    if not hits:
        plain, offsets = _plain(text)
        hits = [
            whole_words(text, Span(offsets[hit.start], offsets[hit.end - 1] + 1))
            for hit in _exact(plain, _plain(quote)[0].strip())
        ]
    hits = sorted(set(hits))
    if occurrence is not None and hits and not 1 <= occurrence <= len(hits):
        raise UsageError(f"{document} has the words {len(hits)} times, no occurrence {occurrence}.")
    if len(hits) > 1 and occurrence is None:
        shown = ", ".join(f"{hit.start}:{hit.end}" for hit in hits[:5])
        shown += ", ..." if len(hits) > 5 else ""
        raise UsageError(
            f"{document} has the words {len(hits)} times ({shown})."
            " Quote more of the passage, say which occurrence, or give offsets with --at."
        )
    if hits:
        return hits[(occurrence or 1) - 1], 100.0
    near, score = _nearest(text, quote.strip(), 0, len(text))
    if near is None or score < FOUND_SCORE:
        best = " ".join(near.of(text).split()) if near else ""
        raise QuoteNotFoundError(document, quote, best=best, score=score)
    return near, round(score, 1)


def whole_words(text: str, span: Span) -> Span:
    """The span without blanks at its edges, and with the words it cuts whole.

    Where words are written without spaces (Chinese, Thai, ...) nothing is added to them.

    Raises:
        SpanError: there are only blanks in it, or it reaches past the text.
    """
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    end = span.end - (len(words) - len(words.rstrip()))
    if end <= start:
        raise SpanError(span.start, span.end)
    while start > 0 and _joined(text, start):
        start -= 1
    while end < len(text) and _joined(text, end):
        end += 1
    return Span(start, end)


def reanchor(old_text: str, new_text: str, spans: Sequence[Span]) -> list[Anchor]:
    """Find passages again after their text was edited.

    A passage within a stretch that both texts share moves with it exactly. Otherwise the same
    words are looked for, with the same neighbours; then, between what stands before and after
    in both texts, the nearest wording. What is not 70 alike is lost: better parked than wrong.

    Args:
        old_text: what the spans refer to.
        new_text: the edited text.
        spans: in any order.

    Returns:
        One anchor a span, in the order of ``spans``.
    """
    blocks = matching_blocks(old_text, new_text)
    starts = [old for old, _, _ in blocks]
    return [_anchor(old_text, new_text, blocks, starts, span) for span in spans]


def matching_blocks(old: str, new: str) -> list[tuple[int, int, int]]:
    """Stretches that two texts share, in order: old offset, new offset, length.

    Pieces (lines, sentences) that stand once in both texts are matched first, then what lies
    between them, character by character where it is short: about linear in the texts, where an
    alignment of characters alone would take the product of their lengths.
    """
    found: list[tuple[int, int, int]] = []
    todo = [(0, len(old), 0, len(new))]
    while todo:
        a, b, c, d = todo.pop()
        same = _common_start(old, a, b, new, c, d)
        if same:
            found.append((a, c, same))
            a, c = a + same, c + same
        same = _common_end(old, a, b, new, c, d)
        if same:
            found.append((b - same, d - same, same))
            b, d = b - same, d - same
        if a == b or c == d:
            continue
        pieces = _unique_pieces(old[a:b], new[c:d])
        if pieces:
            for i, j, length in pieces:
                found.append((a + i, c + j, length))
            edges = [(0, 0, 0), *pieces, (b - a, d - c, 0)]
            for (i, j, length), (k, m, _) in pairwise(edges):
                if k > i + length and m > j + length:
                    todo.append((a + i + length, a + k, c + j + length, c + m))
        elif (b - a) * (d - c) <= _CELLS:
            found += [
                (a + op.src_start, c + op.dest_start, op.src_end - op.src_start)
                for op in Indel.opcodes(old[a:b], new[c:d])
                if op.tag == "equal"
            ]
    out: list[tuple[int, int, int]] = []
    for i, j, length in sorted(found):
        if out and out[-1][0] + out[-1][2] == i and out[-1][1] + out[-1][2] == j:
            out[-1] = (out[-1][0], out[-1][1], out[-1][2] + length)
        else:
            out.append((i, j, length))
    return out


def _anchor(
    old: str, new: str, blocks: list[tuple[int, int, int]], starts: list[int], span: Span
) -> Anchor:
    words = span.of(old)
    at = bisect_right(starts, span.start) - 1
    if at >= 0:
        i, j, length = blocks[at]
        # A block no longer than the passage may be a chance likeness of a rewritten sentence.
        sure = length >= len(span) + CONTEXT or _beside(old, new, i, j, length)
        if span.end <= i + length and sure:
            here = Span(j + span.start - i, j + span.end - i)
            return Anchor("same" if here == span else "moved", here, 100.0)
    moved = _same_words(old, new, span, blocks, starts)
    if moved is not None:
        return Anchor("same" if moved == span else "moved", moved, 100.0)
    first, past = _between(blocks, starts, span, len(new))
    candidates: list[Span] = []
    if past > first:
        margin = len(span) + CONTEXT
        # In a text rewritten throughout, the passage is looked for about where it was.
        about = min(max(first, _expected(blocks, starts, span.start)), past)
        low, high = max(first - margin, about - WINDOW), min(past + margin, about + WINDOW)
        near, _ = _nearest(new, words, max(0, low), min(len(new), high))
        candidates += [near] if near else []
        if past - first < 2 * margin and new[first:past].strip():
            candidates.append(whole_words(new, Span(first, past)))
    best = max(candidates, key=lambda c: (fuzz.ratio(words, c.of(new)), -c.start), default=None)
    score = round(fuzz.ratio(words, best.of(new)), 1) if best else 0.0
    if best is None or score < CHANGED_SCORE:
        return Anchor("lost", None, score)
    if best.of(new) == words:
        # Equal words whose neighbours differ: found, but the coder should look.
        return Anchor("same" if best == span else "moved", best, 100.0)
    return Anchor("changed", best, min(score, 99.9))


def _beside(old: str, new: str, i: int, j: int, length: int) -> bool:
    """Whether a block reaches from one edge of the text to the other, or is long in itself."""
    return length >= 2 * CONTEXT or (i == j == 0 and length in (len(old), len(new)))


def _expected(blocks: list[tuple[int, int, int]], starts: list[int], offset: int) -> int:
    """About where an old offset lies in the new text."""
    at = bisect_right(starts, offset) - 1
    return blocks[at][1] + offset - blocks[at][0] if at >= 0 else offset


def _between(
    blocks: list[tuple[int, int, int]], starts: list[int], span: Span, length: int
) -> tuple[int, int]:
    """The stretch of the new text that took the place of a span: from the last shared character
    at or before its start to the first at or after its end."""
    at = bisect_right(starts, span.start) - 1
    first = 0
    if at >= 0:
        i, j, size = blocks[at]
        first = j + min(span.start - i, size)
    after = bisect_right(starts, span.end - 1) - 1
    past = length
    if after >= 0 and span.end <= blocks[after][0] + blocks[after][2]:
        past = blocks[after][1] + span.end - blocks[after][0]
    elif after + 1 < len(blocks):
        past = blocks[after + 1][1]
    return first, past


def _same_words(
    old: str,
    new: str,
    span: Span,
    blocks: list[tuple[int, int, int]],
    starts: list[int],
) -> Span | None:
    """The same words elsewhere, where they and their neighbours are too many for chance.

    Words that the old text has there too are not the passage but another one.
    """
    words = span.of(old)
    expected = _expected(blocks, starts, span.start)
    best: tuple[int, int, Span] | None = None
    for seen, at in enumerate(_places(new, words)):
        if seen == 200:  # so frequent that neither place nor neighbours are telling
            return None
        end = at + len(words)
        block = bisect_right(blocks, at, key=lambda b: b[1]) - 1
        if block >= 0 and end <= blocks[block][1] + blocks[block][2]:
            continue
        shared = _common_end(
            old, max(0, span.start - CONTEXT), span.start, new, max(0, at - CONTEXT), at
        ) + _common_start(old, span.end, span.end + CONTEXT, new, end, end + CONTEXT)
        best = max(best or (-1, 0, span), (shared, -abs(at - expected), Span(at, end)))
    return best[2] if best and best[0] + len(words) >= CONTEXT else None


def _places(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + len(words))


def _exact(text: str, words: str) -> Iterator[Span]:
    """Where the words stand, whole ones only if there are any, made whole otherwise."""
    if not words:
        return
    hits = [Span(at, at + len(words)) for at in _places(text, words)]
    whole = [hit for hit in hits if whole_words(text, hit) == hit]
    yield from whole or (whole_words(text, hit) for hit in hits)


def _plain(text: str) -> tuple[str, list[int]]:
    """One space for each run of blanks, plain quotation marks and dashes; where each came from."""
    marked = text.translate(_MARKS)
    parts: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in _BLANKS.finditer(marked):
        parts.append(marked[at : match.start()])
        offsets.extend(range(at, match.start()))
        if match.group() != "\u00ad":
            parts.append(" ")
            offsets.append(match.start())
        at = match.end()
    parts.append(marked[at:])
    offsets.extend(range(at, len(marked)))
    return "".join(parts), offsets


def _nearest(text: str, words: str, first: int, past: int) -> tuple[Span | None, float]:
    """The passage between two offsets that is most like some words, and its likeness.

    Each word that stands there votes for where the passage would begin; only the three places
    with most votes are compared letter by letter.
    """
    size = len(words)
    step = max(size, 50)
    votes: Counter[int] = Counter()
    places: dict[str, list[int]] = defaultdict(list)
    for match in _WORD.finditer(words):
        places[match.group().lower()].append(match.start())
    for match in _WORD.finditer(text, first, past):
        offsets = places.get(match.group().lower(), ())
        for offset in offsets[:5]:
            votes[(match.start() - offset) // step] += len(match.group())
    bins = sorted(
        votes, key=lambda b: (-votes[b] - votes[b + 1] if b + 1 in votes else -votes[b], b)
    )
    windows = [(max(first, (b - 1) * step), min(past, (b + 2) * step + size)) for b in bins[:3]]
    if past - first <= 4 * size or (not windows and (past - first) * size <= 2_000_000):
        windows.append((first, past))
    best: tuple[float, Span] | None = None
    lowered = _lower(words)
    for start, end in windows:
        hit = fuzz.partial_ratio_alignment(lowered, _lower(text[start:end]))
        if hit is None or not text[start + hit.dest_start : start + hit.dest_end].strip():
            continue
        found = Span(start + hit.dest_start, start + hit.dest_end)
        score, found = _fitted(text, words, whole_words(text, found), first, past)
        if best is None or (score, -found.start) > (best[0], -best[1].start):
            best = (score, found)
    return (best[1], best[0]) if best else (None, 0.0)


def _fitted(text: str, words: str, span: Span, first: int, past: int) -> tuple[float, Span]:
    """The span with its edges moved by up to three words, as they fit best."""
    low, high = max(first, span.start - 60), min(past, span.end + 60)
    edges = [m.span() for m in re.finditer(r"\S+", text[low:high])]
    edges = [(low + a, low + b) for a, b in edges]
    starts = sorted((a for a, _ in edges), key=lambda a: abs(a - span.start))[:5]
    ends = sorted((b for _, b in edges), key=lambda b: abs(b - span.end))[:5]
    options = {span} | {Span(a, b) for a in starts for b in ends if a < b}
    # Words are where blanks are not; a full stop after the last one may go either way.
    options |= {Span(s.start, s.end - 1) for s in options if len(s) > 1}
    options = {s for s in options if whole_words(text, s) == s}
    scored = [(fuzz.ratio(words, s.of(text)), -len(s), s) for s in options]
    score, _, best = max(scored, key=lambda entry: (entry[0], entry[1], -entry[2].start))
    return score, best


def _lower(text: str) -> str:
    """Lower case, one character for one."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _joined(text: str, at: int) -> bool:
    """Whether what stands before and after an offset belongs to one word or one sign."""
    before, after = text[at - 1], text[at]
    if unicodedata.category(after).startswith("M") or after == "\u200d":
        return not before.isspace()
    if before == "\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return not (before.isspace() or after.isspace())
    inside = before.isalnum() or unicodedata.category(before).startswith("M")
    return inside and after.isalnum() and not _UNSPACED.match(after)


def _common_start(old: str, a: int, b: int, new: str, c: int, d: int) -> int:
    """How many characters two stretches share at their start; halving, as slices compare fast."""
    low, high = 0, min(min(b, len(old)) - a, min(d, len(new)) - c)
    while low < high:
        middle = (low + high + 1) // 2
        if old[a + low : a + middle] == new[c + low : c + middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(old: str, a: int, b: int, new: str, c: int, d: int) -> int:
    low, high = 0, min(b - a, d - c)
    while low < high:
        middle = (low + high + 1) // 2
        if old[b - middle : b - low] == new[d - middle : d - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _unique_pieces(old: str, new: str) -> list[tuple[int, int, int]]:
    """Pieces that stand once in each, as many as keep their order (patience diff)."""
    where: list[dict[str, int]] = []
    for text in (old, new):
        pieces = [(m.group(), m.start()) for m in _PIECE.finditer(text)]
        counts = Counter(piece for piece, _ in pieces)
        # A short one ("Yes.") says little on where it belongs.
        where.append({p: at for p, at in pieces if counts[p] == 1 and len(p.strip()) >= 8})
    pairs = [(at, where[1][p], len(p)) for p, at in where[0].items() if p in where[1]]
    return _longest_rising(sorted(pairs))


def _longest_rising(pairs: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Of pairs in the order of the old text, the most that are in the order of the new one."""
    tails: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for number, (_, j, _) in enumerate(pairs):
        at = bisect_right(tails, j)
        previous.append(last[at - 1] if at else -1)
        tails[at : at + 1] = [j]
        last[at : at + 1] = [number]
    out: list[tuple[int, int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        out.append(pairs[number])
        number = previous[number]
    return out[::-1]
