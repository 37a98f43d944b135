"""Small comparisons for the tests: codings as lists of spans, and slow, obvious versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tcncode.agreement.compare import compare
from tcncode.agreement.intervals import ComparedDocument, Line, Material, Places
from tcncode.model import AgreementResult

LENGTH = 40
Spans = Sequence[tuple[int, int]]
SPANS = st.lists(
    st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH))
    .filter(lambda p: p[0] != p[1])
    .map(lambda p: (min(p), max(p))),
    max_size=8,
)
CODED = st.dictionaries(st.sampled_from("ABC"), st.dictionaries(st.sampled_from("xyz"), SPANS))
"""Coder -> code -> spans, in one document."""


def material(
    documents: Sequence[Mapping[str, Mapping[str, Spans]]],
    *,
    coders: str = "AB",
    codes: str = "x",
    lengths: Sequence[int] | int = LENGTH,
    finished: Sequence[str] | None = None,
    units: Sequence[Spans] | None = None,
) -> Material:
    """Documents as coder -> code -> spans.

    Args:
        finished: for each document the coders who have finished it; None: all have.
    """
    sizes = [lengths] * len(documents) if isinstance(lengths, int) else lengths
    rows = [
        (n, coders.index(coder), codes.index(code), start, end)
        for n, document in enumerate(documents)
        for coder, of_coder in document.items()
        for code, spans in of_coder.items()
        for start, end in spans
        if coder in coders and code in codes
    ]
    done = [coders] * len(documents) if finished is None else finished
    return Material(
        [ComparedDocument(f"d{n}", size) for n, size in enumerate(sizes)],
        tuple(coders),
        [Line(code, frozenset([n])) for n, code in enumerate(codes)],
        Places.of(rows),
        np.array([[c in d for c in coders] for d in done], np.bool_).reshape(-1, len(coders)),
        None if units is None else Places.of(
            [(n, 0, 0, start, end) for n, of in enumerate(units) for start, end in of]
        ),
    )  # fmt: skip


def results(subject: Material, *names: str, **more: Any) -> list[AgreementResult]:
    """Results without intervals."""
    options: dict[str, Any] = {"unit": "character", "replicates": 0} | more
    return compare(subject, statistics=names, **options)


def one(subject: Material, name: str, **more: Any) -> AgreementResult:
    """The first result: of the first code, and of all coders."""
    return results(subject, name, **more)[0]


def marks(spans: Spans, length: int = LENGTH) -> list[bool]:
    """The slow, obvious version: one answer a character."""
    return [any(start <= i < end for start, end in spans) for i in range(length)]
