"""What the cues of one code in one sentence weigh together, and how they are shown.

``cues`` says by which rule; here a sentence's hits are objects, made only where they may matter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from tcncode.model import Cue, Evidence
from tcncode.text import Span


@dataclass(frozen=True, slots=True)
class Sign:
    """One cue of one code."""

    code: int
    """Number of the code in the codebook."""
    cue: Cue
    negative: bool
    order: int
    """Number among all signs."""
    detail: str
    """The cue as the codebook writes it; a pattern as JSON."""


@dataclass(slots=True)  # not frozen: that triples the time of making one (measured)
class Hit:
    """A sign that fired."""

    sign: Sign
    span: Span
    doubt: float = 1.0
    """Less where the sentence denies or asks it: the weight is taken times this."""


DENYING = r"(?:\b(?:not|never|no|without|cannot|neither|nor|hardly|nobody|none)|n['’]t)\b"
"""A word that denies, as a regular expression."""
_DENIED = re.compile(
    DENYING + r"(?:[^\w,;:.!?]+[\w'’-]+){0,3}[^\w,;:.!?]*$",
    re.IGNORECASE,
)
_DOUBTED = 0.5
"""What is left of a cue's weight where it is denied ("we do not share") or asked ("do you?")."""
_BEFORE = 60
"""Characters before a cue in which a denial is looked for."""


def weigh(hits: Sequence[Hit]) -> float:
    """Score (0 to 1) of one code in one sentence."""
    standing, negatives = _standing(hits)
    positives = [hit for hit in hits if not hit.sign.negative]
    elsewhere = [n for n in negatives if not any(n.span.overlaps(p.span) for p in positives)]
    return round(max(0.0, _noisy_or(standing) - _noisy_or(elsewhere)), 4)


def counted(hits: Sequence[Hit]) -> list[Hit]:
    """Of the hits of one code in one sentence those that count, in the order of the text."""
    if _apart(hits):
        return list(hits)
    standing, negatives = _standing(hits)
    return sorted([*standing, *negatives], key=_in_text)


def _standing(hits: Sequence[Hit]) -> tuple[list[Hit], list[Hit]]:
    """The cues that nothing silences or outweighs, and the negative ones."""
    if _apart(hits):  # as nearly always: less than half the time where there are several (measured)
        return list(hits), []
    negatives = _heaviest([hit for hit in hits if hit.sign.negative])
    return _heaviest(
        [
            hit
            for hit in hits
            if not hit.sign.negative and not any(hit.span.overlaps(n.span) for n in negatives)
        ]
    ), negatives


def _apart(hits: Sequence[Hit]) -> bool:
    """Whether none of them is negative or shares a character with another."""
    end = 0
    for hit in hits:
        if hit.sign.negative or hit.span.start < end:
            return False
        end = hit.span.end
    return True


def _in_text(hit: Hit) -> tuple[int, int, int]:
    return hit.span.start, hit.span.end, hit.sign.order


def _by_weight(hit: Hit) -> tuple[float, int, int, int]:
    start, end = hit.span.start, hit.span.end
    return -hit.sign.cue.weight, start - end, start, hit.sign.order


def doubted(sign: Sign, span: Span, text: str, sentence: Span) -> float:
    """What is left of a cue's weight, 0 to 1: less where its sentence denies it or asks it."""
    before = text[max(sentence.start, span.start - _BEFORE) : span.start]
    if sign.negative or not (asks(sentence.of(text)) or _DENIED.search(before)):
        return 1.0
    return _DOUBTED


def asks(sentence: str) -> bool:
    """Whether a sentence is a question."""
    return sentence.rstrip('"”’)» \n').endswith("?")


def _noisy_or(hits: Sequence[Hit]) -> float:
    weights: dict[int, float] = {}
    for hit in hits:
        weight = hit.sign.cue.weight * hit.doubt
        weights[hit.sign.order] = max(weight, weights.get(hit.sign.order, 0.0))
    return 1.0 - prod(1.0 - weights[order] for order in sorted(weights))


def _heaviest(hits: Sequence[Hit]) -> list[Hit]:
    """Of hits that overlap, the heaviest: the longer one among equals, then the first."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=_by_weight):
        for other in kept:
            if hit.span.overlaps(other.span):
                break
        else:
            kept.append(hit)
    return kept


def cue_evidence(hit: Hit, text: str) -> Evidence:
    """How a cue is shown."""
    cue = hit.sign.cue
    kind: Any = "negative cue" if hit.sign.negative else "cue"
    weight = round(cue.weight * hit.doubt, 4)
    return Evidence(kind, hit.span.of(text), hit.span, weight, hit.sign.detail)
