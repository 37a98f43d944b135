"""Whether more texts still bring something new: codes used for the first time, text by text.

Source:
    Guest, Bunce & Johnson (2006), Field Methods 18(1), 59-82: saturation as the point from which
    further interviews bring no new codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tcncode.errors import UsageError
from tcncode.model import DocumentEntry, Table
from tcncode.reports.counting import noted, share
from tcncode.reports.material import Material

ORDERS = ("coded", "date", "name")
COLUMNS = (
    "number", "document", "name", "network", "date", "codes", "new", "so_far", "share",
    "new_codes",
)  # fmt: skip


def table(
    material: Material, first_coded: Mapping[str, str] | None = None, *, order: str = "coded"
) -> Table:
    """One row a document that has codings, in the order in which they were coded.

    Args:
        first_coded: document id -> when its first coding was made, ISO 8601.
        order: one of ``ORDERS``: when first coded, the document's own date (without one: last),
            or its name; ties by name.

    Returns:
        ``number`` (from 1), ``document`` (id), ``name``, ``network``, ``date``, ``codes`` (codes
        and sub-codes used there, each for itself), ``new`` (not used in a document before),
        ``so_far``, ``share`` (so_far / all codes used in any document, 0 to 1), ``new_codes``.

    Raises:
        UsageError: ``order`` is none of ``ORDERS``.
    """
    if order not in ORDERS:
        raise UsageError(f'"{order}" is none of {", ".join(ORDERS)}.')
    paths = [code.path for code in material.codebook.codes]
    used: dict[int, list[int]] = {}
    # For itself: a code above would be new wherever its first sub-code is.
    for code in sorted(n for n in material.all_codes if material.shows(paths[n])):
        for n in material.carriers(frozenset((code,))):
            used.setdefault(n, []).append(code)
    every = len({code for codes in used.values() for code in codes})
    keys: dict[str, Callable[[DocumentEntry], tuple[str, ...]]] = {
        "coded": lambda e: ((first_coded or {}).get(e.id, "~"), e.name, e.id),
        "date": lambda e: (e.date or "~", e.name, e.id),
        "name": lambda e: (e.name, e.id),
    }
    numbers = sorted(used, key=lambda n: keys[order](material.documents[n]))
    seen: set[int] = set()
    rows: list[tuple[Any, ...]] = []
    for number, n in enumerate(numbers, 1):
        entry = material.documents[n]
        fresh = [code for code in used[n] if code not in seen]
        seen.update(fresh)
        rows.append(
            (number, entry.id, entry.name, entry.network, entry.date, len(used[n]), len(fresh))
            + (len(seen), share(len(seen), every), "; ".join(paths[code] for code in fresh))
        )
    ordered = {
        "coded": "when their first coding was made",
        "date": "their own date",
        "name": "name",
    }[order]
    note = noted(
        material,
        unit=f"documents with codings, by {ordered}; codes: codes and sub-codes used there, each"
        f" for itself; new: not used before; share: so_far / {every} codes used at all (Guest,"
        " Bunce & Johnson 2006). The order decides the curve: try another one",
    )
    return Table("Saturation", COLUMNS, tuple(rows), note)
