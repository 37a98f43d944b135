"""Texts that are nearly the same: the newsletter that was sent twice, the second scan of a report.

Each text gets a *sketch*: of all its runs of three words, those with the smallest hashes. Texts
alike share most of their runs and so many of these; only texts that share some are compared
letter by letter. So the time grows with the number of texts, not with the number of pairs.

Source:
    Broder (1997), On the resemblance and containment of documents, SEQUENCES '97.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from heapq import nsmallest

from rapidfuzz import fuzz

RUN = 3
"""Words in a run. Longer ones break too easily where a scan has errors in every tenth word."""
SKETCH = 128
"""Hashes in a sketch."""
SHARED = 3
"""Hashes that two texts must share to be compared (short texts fewer); one is often chance."""
NEIGHBOURS = 10
"""Texts that each text is compared with, where more are like it."""
LONG = 100_000
"""Characters: a longer text is not compared letter by letter."""


def pairs(
    ids: Sequence[str], text: Callable[[str], str], *, threshold: float = 90.0
) -> list[tuple[str, str, float]]:
    """Pairs of texts that are at least so alike.

    Likeness is that of the letters (rapidfuzz's ``ratio``: twice the length of the longest common
    subsequence, of both lengths); case and blanks do not count. Where a text of a pair is longer
    than ``LONG``, it is estimated from the sketches instead: the share of runs of three words that
    the two have in common (twice the common runs, of both numbers), which is lower than the
    likeness of the letters where differences are scattered.

    In a group of more than ``NEIGHBOURS`` texts that are all alike, each is compared with those
    that seem likest, and not with all.

    Args:
        ids: names of the texts.
        text: name -> the text. Asked once for the sketch, and again for a comparison.
        threshold: least likeness, 0 to 100. Below about 80, pairs are missed.

    Returns:
        Two ids in the order of ``ids``, and the likeness, in the order of the first and the second.
    """
    words = _Words()
    sketches = [sketch(text(key), words) for key in ids]
    plain: dict[int, str] = {}
    found = []
    for first, second in sorted(_candidates(sketches)):
        for n in (first, second):
            if n not in plain:
                plain[n] = " ".join(text(ids[n]).casefold().split())
        one, other = plain[first], plain[second]
        if max(len(one), len(other)) > LONG:
            likeness = estimate(sketches[first], sketches[second])
        else:
            likeness = fuzz.ratio(one, other, score_cutoff=threshold)
        if likeness >= threshold and likeness > 0:
            found.append((ids[first], ids[second], round(likeness, 1)))
    return found


class _Words(dict[str, int]):
    """Word -> its hash, the same on every machine. Learns as it is asked."""

    def __missing__(self, word: str) -> int:
        digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
        self[word] = value = int.from_bytes(digest, "big")
        return value


def sketch(text: str, words: dict[str, int] | None = None) -> list[int]:
    """The smallest hashes of a text's runs of words, in order; all of them in a short text.

    Args:
        text: any text. Where it is written without spaces, its characters are the words.
        words: word -> hash, to be shared between texts.
    """
    hashes = _Words() if words is None else words
    parts: Sequence[str] = text.casefold().split()
    if len(text) > 15 * len(parts):
        parts = "".join(parts)
    if len(parts) < RUN:
        parts = [" ".join(parts)] * RUN if parts else []
    known = [hashes[part] for part in parts]
    # Unlike a word's, the hash of a tuple of numbers is the same in every process.
    runs = set(map(hash, zip(known, known[1:], known[2:], strict=False)))
    return nsmallest(SKETCH, runs)


def estimate(one: Sequence[int], other: Sequence[int]) -> float:
    """How far two sketches' texts share their runs, 0 to 100: twice the common, of both."""
    both = sorted({*one, *other})[:SKETCH]
    common = set(one).intersection(other)
    share = sum(value in common for value in both) / (len(both) or 1)
    return 200.0 * share / (1.0 + share)


def _candidates(sketches: Sequence[list[int]]) -> set[tuple[int, int]]:
    """Pairs of texts whose sketches share enough hashes; of each text's, the likest few."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    # In the order of their sketches: those most alike stand side by side in every group.
    for n in sorted(range(len(sketches)), key=lambda n: sketches[n]):
        for value in sketches[n]:
            holders[value].append(n)
    shared: Counter[tuple[int, int]] = Counter()
    for group in holders.values():
        for place, n in enumerate(group):
            for m in group[place + 1 : place + 1 + NEIGHBOURS]:
                shared[(n, m) if n < m else (m, n)] += 1
    near: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for (n, m), count in shared.items():
        runs = min(len(sketches[n]), len(sketches[m]))
        if count >= min(SHARED, max(1, runs // 4)):
            near[n].append((-count, m))
            near[m].append((-count, n))
    return {
        (min(n, m), max(n, m))
        for n, others in near.items()
        for _, m in nsmallest(NEIGHBOURS, others)
    }
