"""Who names whom: networks and cities mentioned in the documents of each network.

Looked for are names and short names as they are written in the tables, or all in capitals; whole
words; of names that overlap the longest. Variants and slips are not found, which makes this exact
and quick; suggestions look for those.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from tcncode.model import City, Network, Table
from tcncode.reports.choosing import NO_NETWORK
from tcncode.reports.counting import noted, share
from tcncode.reports.material import Material

COLUMNS = (
    "network", "kind", "mentioned", "name", "mentions", "documents", "per_1000_words",
    "in_coded_text", "itself",
)  # fmt: skip
SHORTEST = 3
"""Characters that a name must have to be looked for."""
Named = tuple[str, str]
"""``network`` or ``city``, and its id."""


def table(material: Material, networks: Sequence[Network], cities: Sequence[City]) -> Table:
    """One row a network and what its documents mention, most mentioned first.

    Returns:
        ``network`` (of the documents), ``kind`` (``city`` or ``network``), ``mentioned`` (id),
        ``name``, ``mentions``, ``documents`` (with one), ``per_1000_words`` (mentions per 1,000
        words of the network's documents), ``in_coded_text`` (mentions that touch coded text) and
        ``itself`` (whether a network names itself).
    """
    names = {("network", n.id): n.name for n in networks} | {("city", c.id): c.name for c in cities}
    find = finder(networks, cities)
    times: Counter[tuple[str, Named]] = Counter()
    coded: Counter[tuple[str, Named]] = Counter()
    documents: Counter[tuple[str, Named]] = Counter()
    words: defaultdict[str, int] = defaultdict(int)
    lengths, borders = material.lengths.tolist(), material.borders.tolist()
    starts, ends = (column.tolist() for column in material.everything)
    kept = None if material.kept is None else tuple(c.tolist() for c in material.kept)
    texts = material.texts([entry.id for entry in material.documents])
    for n, (entry, text) in enumerate(zip(material.documents, texts, strict=True)):
        network = entry.network or NO_NETWORK
        words[network] += lengths[n]
        here = set()
        for low, high, named in find(text):
            low, high = low + borders[n], high + borders[n]
            if kept is not None and not _touches(low, high, *kept):
                continue
            key = network, named
            times[key] += 1
            here.add(key)
            coded[key] += _touches(low, high, starts, ends)
        documents.update(here)
    rows: list[tuple[Any, ...]] = [
        (network, named[0], named[1], names[named], count, documents[network, named])
        + (share(1000 * count, words[network]), coded[network, named])
        + (named == ("network", network),)
        for (network, named), count in times.items()
    ]
    rows.sort(key=lambda r: (r[0], -r[4], r[1], r[2]))
    # Nothing found and nothing to look for are two results.
    none = "" if names else 'No networks or cities are known: "tcncode networks load" brings them. '
    note = noted(
        material,
        unit=none
        + "mentions: of names and short names as the tables of networks and cities write them,"
        " or in capitals, whole words, the longest where they overlap; variants are not found;"
        " in all documents, coded or not;"
        " documents: with one; per_1000_words: mentions per 1,000 words of the network's"
        " documents; in_coded_text: mentions that touch text coded with anything; itself: the"
        " network's own name",
    )
    return Table("Mentions", COLUMNS, tuple(rows), note, none.strip())


def finder(networks: Iterable[Network], cities: Iterable[City]) -> Any:
    """What finds names in a text: text -> (start, end, what is named), in order."""
    written: dict[str, Named] = {}
    for network in networks:
        # "ICCAR/ECCAR" are two ways to write one.
        for name in (network.name, network.short_name, *network.short_name.split("/")):
            written.setdefault(name.strip(), ("network", network.id))
    for city in cities:
        written.setdefault(city.name.strip(), ("city", city.id))
    for name, named in list(written.items()):
        written.setdefault(name.upper(), named)
    known = {name: named for name, named in written.items() if len(name) >= SHORTEST}
    if not known:
        return lambda text: iter(())
    longest_first = sorted(known, key=lambda name: (-len(name), name))
    # The border before is looked at afterwards: with it in front each character would be tried.
    pattern = re.compile("|".join(f"{re.escape(name)}(?!\\w)" for name in longest_first))

    def find(text: str) -> Iterable[tuple[int, int, Named]]:
        at = 0
        while (found := pattern.search(text, at)) is not None:
            start, at = found.span()
            if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
                at = start + 1
                continue
            yield start, at, known[found.group()]

    return find


def _touches(low: int, high: int, starts: Sequence[int], ends: Sequence[int]) -> bool:
    """Whether one of some stretches (apart, in order) shares a character with this one."""
    n = bisect_right(ends, low)
    return n < len(starts) and starts[n] < high
