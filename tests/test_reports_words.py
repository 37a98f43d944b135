"""Words are counted by one rule: what ``segments.words`` finds, however many texts at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tcncode.reports.words import Words
from tcncode.text.words import words

SIGNS = st.text(
    st.sampled_from("ab1_ -'’‐‑\n.,é\u0301\u0300\u0e31\u0e33\u064bשم北😀\u200d\U0001d7d8"),
    max_size=30,
)
"""Letters, marks, joiners, blanks, signs beyond 16 bits: what words begin, end and go on with."""


def laid(texts: list[str]) -> tuple[Words, list[int]]:
    """Words of some texts, and where each text begins."""
    borders = [0]
    for text in texts:
        borders.append(borders[-1] + len(text) + 1)
    return Words(borders[-1], zip(borders[:-1], texts, strict=True)), borders


@given(st.lists(SIGNS | st.text(max_size=20), max_size=5))
def test_words_begin_and_end_where_the_rule_says(texts: list[str]) -> None:
    found, borders = laid(texts)
    spans = [
        (border + span.start, border + span.end)
        for border, text in zip(borders[:-1], texts, strict=True)
        for span in words(text)
    ]
    places = np.arange(borders[-1] + 1)
    assert found.total == len(spans)
    assert found.begun(places).tolist() == [sum(s < p for s, _ in spans) for p in places]
    assert found.ended(places).tolist() == [sum(e <= p for _, e in spans) for p in places]


@given(SIGNS, st.lists(st.integers(0, 30), max_size=8, unique=True))
def test_a_word_that_is_touched_counts_and_counts_once(text: str, edges: list[int]) -> None:
    edges = sorted(edge for edge in edges if edge <= len(text))
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    found, _ = laid([text])
    start, end = (np.array([span[n] for span in spans], np.int64) for n in (0, 1))
    touched = [w for w in words(text) if any(w.start < e and s < w.end for s, e in spans)]
    assert found.counts(start, end).sum() == len(touched)


def test_texts_that_are_not_wanted_may_lack() -> None:
    found = Words(100, [(3, "one two"), (40, "three")])
    assert found.counts(np.array([0, 39, 90]), np.array([39, 80, 99])).tolist() == [2, 1, 0]
