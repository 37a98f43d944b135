"""How often each code was used, and how much text it covers."""

from __future__ import annotations

from tcncode.model import Table
from tcncode.reports.counting import counts, noted, overall, share
from tcncode.reports.material import Material

COLUMNS = (
    "code", "codings", "documents", "characters", "words", "share", "passages", "coders",
)  # fmt: skip


def table(material: Material, *, sub_codes: bool = True) -> Table:
    """One row a code.

    Returns:
        ``code``, ``codings``, ``documents``, ``characters``, ``words``, ``share`` (0 to 1, of
        the words covered by any code; codes overlap, so shares may add up to more than 1),
        ``passages``, ``coders``. See ``counting`` for what they count.
    """
    whole = overall(material).total().words
    rows = []
    for line in material.lines(sub_codes=sub_codes):
        t = counts(material, line).total()
        rows.append(
            (line.name, t.codings, t.documents, t.characters, t.words, share(t.words, whole))
            + (t.passages, t.coders)
        )
    note = noted(material, "share: words / all coded words, if any")
    return Table("Frequencies", COLUMNS, tuple(rows), note)
