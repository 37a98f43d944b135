"""The codebook for the appendix of a paper: definitions, and how often each code was used."""

from __future__ import annotations

import numpy as np

from tcncode.model import Table
from tcncode.reports.counting import noted, uses
from tcncode.reports.material import Line, Material

COLUMNS = (
    "code", "name", "purpose", "definition", "when_to_use", "when_not", "example", "source",
    "codings", "passages", "documents", "coders",
)  # fmt: skip


def table(material: Material) -> Table:
    """One row a code, in the codebook's order.

    Returns:
        ``code`` (path), ``name``, ``purpose``, ``definition``, ``when_to_use``, ``when_not``,
        ``example``, ``source``, then ``codings``, ``passages``, ``documents`` and ``coders``,
        sub-codes included: 0 where a code was never used.
    """
    codes = material.codebook.codes
    rows = []
    for code in codes:
        if not material.shows(code.path):
            continue
        under = {c.id for c in material.codebook.under(code.path)}
        line = Line(code.path, frozenset(n for n, c in enumerate(codes) if c.id in under))
        used = uses(material, line)
        rows.append(
            (code.path, code.name, code.purpose, code.definition, code.when_to_use)
            + (code.when_not, code.example, code.source)
            + (int(used.codings.sum()), int(used.passages.sum()))
            + (int(np.count_nonzero(used.passages)), int(used.coders.any(axis=0).sum()))
        )
    return Table(f"Codebook: {material.codebook.name}", COLUMNS, tuple(rows), noted(material))
