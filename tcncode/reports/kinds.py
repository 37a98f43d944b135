"""What each kind of document carries: interviews, policies, newsletters, ..."""

from __future__ import annotations

from tcncode.model import Table
from tcncode.reports.counting import GROUP_COLUMNS, INTERVAL, few, grouped, noted, rated
from tcncode.reports.material import Material


def table(material: Material, *, sub_codes: bool = False) -> Table:
    """One row a kind and code: ``kind``, ``code``, then as in ``networks.table``, with
    ``share_of_kind`` (0 to 1, of the coded words in documents of this kind)."""
    kinds = [entry.kind for entry in material.documents]
    rows = grouped(material, material.lines(sub_codes=sub_codes), kinds)
    columns = ("kind", "code", *(name.format("kind") for name in GROUP_COLUMNS))
    said = (
        "share: words / all coded words, if any",
        "share_of_kind: words / the coded words of documents of this kind, if any",
        rated(material),
        INTERVAL,
        *few(material, kinds),
    )
    return Table("Kinds of document x functions", columns, rows, noted(material, *said))
