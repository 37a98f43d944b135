"""Whether coders code otherwise where they are shown suggestions: rates, and how sure they are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tcncode.model import REPLICATES, SEED


@dataclass(frozen=True, slots=True)
class Effect:
    """Codings per 1,000 words in documents with suggestions and in those without."""

    code: str
    """Path, or ``(all codes)``."""
    shown: float | None
    """Codings per 1,000 words read, where suggestions were shown; None: no such documents."""
    hidden: float | None
    ratio: float | None
    """shown / hidden; None where either has no documents, or hidden no coding."""
    low: float | None
    """Of the middle 95 % of the ratio, resampling documents."""
    high: float | None
    shown_codings: int
    hidden_codings: int


def is_hidden(document: str, share: float) -> bool:
    """Whether a document is among the share (0 to 1) that gets no suggestions.

    Drawn from the document's id, so that every copy of a project draws the same.

    >>> [is_hidden("a", share) for share in (0.0, 1.0)]
    [False, True]
    """
    drawn = int.from_bytes(hashlib.sha256(f"hide {document}".encode()).digest()[:8], "big")
    return drawn < share * 2**64


def effect(
    code: str,
    shown: Sequence[tuple[int, int]],
    hidden: Sequence[tuple[int, int]],
    *,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Effect:
    """Compare rates of coding.

    Args:
        shown: of each document with suggestions, how many codings, in how many words read; a
            document that two coders have finished was read twice.
        hidden: likewise of those without.

    Returns:
        The ratio of the pooled rates, with a percentile interval: documents are drawn anew,
        with replacement, in each of the two groups. Replicates without a coding in a hidden
        document have no ratio; where they are more than one in twenty, there is no interval.
    """
    rates = [_rate(shown), _rate(hidden)]
    ratio = rates[0] / rates[1] if rates[0] is not None and rates[1] else None
    low = high = None
    if ratio is not None and min(len(shown), len(hidden)) > 1:
        random = np.random.default_rng(seed)
        drawn = []
        for group in (shown, hidden):
            table = np.array(group, dtype=np.float64)
            picked = random.integers(0, len(table), size=(replicates, len(table)))
            sums = table[picked].sum(axis=1)
            drawn.append(sums[:, 0] / sums[:, 1])
        fine = drawn[1] > 0
        if fine.mean() >= 0.95:
            low, high = np.percentile(drawn[0][fine] / drawn[1][fine], [2.5, 97.5]).tolist()
    return Effect(
        code, rates[0], rates[1], ratio, low, high,
        sum(n for n, _ in shown), sum(n for n, _ in hidden),
    )  # fmt: skip


def _rate(group: Sequence[tuple[int, int]]) -> float | None:
    words = sum(words for _, words in group)
    return 1000 * sum(codings for codings, _ in group) / words if words else None
