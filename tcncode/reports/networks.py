"""What each network does: networks by functions, and by the purposes of functions."""

from __future__ import annotations

from tcncode.model import Table
from tcncode.reports.choosing import NO_NETWORK
from tcncode.reports.counting import GROUP_COLUMNS, INTERVAL, few, grouped, noted, rated
from tcncode.reports.material import Material

FIGURES = tuple(name.format("network") for name in GROUP_COLUMNS)
SAID = (
    "share: words / all coded words, if any",
    "share_of_network: words / the network's coded words, if any",
)


def table(material: Material, *, sub_codes: bool = False) -> Table:
    """One row a network and code.

    Returns:
        ``network``, ``code``, then ``codings``, ``documents``, ``characters``, ``words``,
        ``share`` (0 to 1, of all coded words), ``share_of_network`` (0 to 1, of the network's
        coded words), ``per_1000_words`` (passages per 1,000 words of the network's documents,
        coded or not), ``passages``, ``coders``, ``share_of_network_low`` and ``_high``, and
        ``per_1000_words_low`` and ``_high``. See ``counting`` for what they count.
    """
    groups = of_networks(material)
    rows = grouped(material, material.lines(sub_codes=sub_codes), groups)
    note = noted(material, *SAID, rated(material), INTERVAL, *few(material, groups))
    return Table("Networks x functions", ("network", "code", *FIGURES), rows, note)


def purposes(material: Material) -> Table:
    """One row a network and purpose: ``network``, ``purpose``, then the columns of ``table``.

    A passage with two functions of one purpose counts once there.
    """
    groups = of_networks(material)
    rows = grouped(material, material.purposes(), groups)
    more = "a passage with two functions of one purpose counts once there"
    note = noted(material, *SAID, rated(material), INTERVAL, more, *few(material, groups))
    return Table("Networks x purposes", ("network", "purpose", *FIGURES), rows, note)


def of_networks(material: Material) -> list[str]:
    """The network of each document."""
    return [entry.network or NO_NETWORK for entry in material.documents]
