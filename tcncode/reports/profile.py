"""All about one network: attributes, documents, functions, purposes, quotations, time, mentions."""

from __future__ import annotations

from collections.abc import Sequence

from tcncode.model import City, Membership, Network, Table
from tcncode.reports.counting import (
    GROUP_COLUMNS,
    INTERVAL,
    few,
    grouped,
    noted,
    overall,
    rated,
    share,
)
from tcncode.reports.material import Material
from tcncode.reports.networks import of_networks

FOCUS = {1: "1, single issue", 2: "2, narrow theme", 3: "3, broad theme"}
MEMBERSHIP = {1: "1, cities only", 2: "2, cities and regions", 3: "3, mixed"}


def attributes(
    network: Network, cities: Sequence[City], memberships: Sequence[Membership]
) -> Table:
    """What the tables of networks say: a row an attribute, ``attribute`` and ``value`` (text)."""
    names = {city.id: city.name for city in cities}
    members = sorted({m.city for m in memberships if m.network == network.id})
    horizontal = {True: "yes", False: "no", None: None}[network.horizontal]
    rows = (
        ("name", network.name),
        ("short name", network.short_name or None),
        ("web address", network.url or None),
        ("focus", FOCUS.get(network.focus or 0)),
        ("membership", MEMBERSHIP.get(network.membership or 0)),
        ("parent network", network.parent),
        ("initiator", network.initiator or None),
        ("horizontal", horizontal),
        ("cities listed", f"{len(members)}: " + ", ".join(names.get(c, c) for c in members)
         if members else "0"),
        ("source", network.source or None),
        ("note", network.note or None),
    )  # fmt: skip
    note = "As the table of networks says; nothing was repaired. Cities: as listed one by one."
    return Table(f"{network.name}: attributes", ("attribute", "value"), rows, note)


def documents(material: Material, network: Network) -> Table:
    """A row a document: ``document`` (id), ``name``, ``kind``, ``date``, ``language``, ``words``,
    ``coded_words``, ``coded_share`` (0 to 1), ``passages``, ``coders``."""
    found, lengths = overall(material), material.lengths
    rows = []
    for n, e in enumerate(material.documents):
        words, length = int(found.words[n]), int(lengths[n])
        rows.append(
            (e.id, e.name, e.kind, e.date, e.language, length, words, share(words, length))
            + (int(found.passages[n]), int(found.coders[n].sum()))
        )
    columns = (
        "document", "name", "kind", "date", "language", "words", "coded_words", "coded_share",
        "passages", "coders",
    )  # fmt: skip
    note = noted(material, unit="coded_words: covered at least once; coded_share: of the words")
    return Table(f"{network.name}: documents", columns, tuple(rows), note)


def functions(material: Material, network: Network, *, sub_codes: bool = True) -> Table:
    """A row a code: as ``networks.table``, without the network, and with intervals of both
    ``share_of_network`` and ``per_1000_words``."""
    return _counted(material, network, "functions", "code", sub_codes=sub_codes)


def purposes(material: Material, network: Network) -> Table:
    """A row a purpose, with the columns of ``functions``."""
    return _counted(material, network, "purposes", "purpose", sub_codes=False)


def _counted(
    material: Material, network: Network, what: str, label: str, *, sub_codes: bool
) -> Table:
    lines = material.purposes() if label == "purpose" else material.lines(sub_codes=sub_codes)
    rows = grouped(material, lines, of_networks(material))
    names = [name.format("network") for name in GROUP_COLUMNS]
    columns = ("network", label, *names)
    # Within one network the share of all is the share of the network.
    kept = [n for n, name in enumerate(columns) if name not in ("network", "share")]
    note = noted(
        material,
        "share_of_network: words / the network's coded words, if any",
        rated(material),
        INTERVAL,
        *few(material, of_networks(material)),
    )
    return Table(
        f"{network.name}: {what}",
        tuple(columns[n] for n in kept),
        tuple(tuple(row[n] for n in kept) for row in rows),
        note,
    )
