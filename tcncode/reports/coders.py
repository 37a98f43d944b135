"""How far each coder has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from tcncode.model import Table
from tcncode.reports.choosing import UNION
from tcncode.reports.counting import share
from tcncode.reports.material import Material
from tcncode.reports.stretches import both, joined
from tcncode.text.numbers import counted

COLUMNS = (
    "coder", "documents", "finished", "assigned", "of", "share_of_documents", "codings", "words",
    "from_suggestions", "last", "codes",
)  # fmt: skip


Progress = tuple[str, str, bool, bool]
"""Document and coder; whether asked to code it, and whether finished."""


def table(material: Material, progress: Sequence[Progress] = ()) -> Table:
    """One row a coder; each for themselves, so nothing is joined across coders.

    Args:
        material: with the facts ``origin`` and ``day``.
        progress: who is to code what, or has finished it.

    Returns:
        ``coder``, ``documents`` (with at least one of their codings), ``finished`` and
        ``assigned`` (documents), ``of`` (documents in question), ``share_of_documents``
        (documents / of, 0 to 1), ``codings``, ``words`` (covered at least once),
        ``from_suggestions`` (codings that began as one), ``last`` (the day of the last),
        ``codes`` (how many codes of the codebook they used).
    """
    shown = material
    if material.below is not None:
        codes = material.codebook.codes
        shown = material.among(
            material.of(n for n, c in enumerate(codes) if material.shows(c.path))
        )
    there = {entry.id for entry in material.documents}
    counting = set(material.coders)
    asked = [row for row in progress if row[0] in there and row[1] in counting]
    finished = Counter(coder for _, coder, _, done in asked if done)
    assigned = Counter(coder for _, coder, invited, _ in asked if invited)
    origins, origin = shown.facts["origin"]
    days, day = shown.facts["day"]
    suggestion = origins.index("suggestion") if "suggestion" in origins else -1
    of = len(material.documents)
    rows: list[tuple[Any, ...]] = []
    for n, coder in enumerate(shown.coders):
        own = shown.coder == n
        total = int(own.sum())
        if not total and not finished[coder] and not assigned[coder]:
            continue
        documents = int(np.count_nonzero(np.bincount(shown.document[own])))
        start, end = joined(shown.start[own], shown.end[own])
        if material.kept is not None:
            start, end = both((start, end), material.kept)
        last = int(day[own].max()) if total else -1
        rows.append(
            (coder, documents, finished[coder], assigned[coder], of, share(documents, of), total)
            + (int(material.words.counts(start, end).sum()),)
            + (int((origin[own] == suggestion).sum()) if suggestion >= 0 else 0,)
            + (
                days[last] if last >= 0 else None,
                int(np.count_nonzero(np.bincount(shown.code[own]))),
            )
        )
    rows.sort(key=lambda row: str(row[0]))
    told = (
        "documents: with at least one coding; finished, assigned: documents; of: documents in"
        " question; share_of_documents: documents / of; codings: each one made; words: covered at"
        " least once; from_suggestions: codings that began as one; last: the day of the last"
        f" coding; codes: how many were used. n = {counted(len(shown.start), 'coding')}."
        f" {material.told.replace(UNION, '; each by themselves')}"
    )
    return Table("Coders", COLUMNS, tuple(rows), told.strip())
