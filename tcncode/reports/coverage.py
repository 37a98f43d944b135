"""How much of the documents is coded, where nothing is, and which document carries a profile alone.

A stretch between two coded passages counts as uncoded when a whole word stands in it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from tcncode.model import Table
from tcncode.reports.choosing import NO_NETWORK
from tcncode.reports.counting import noted, overall, share
from tcncode.reports.material import Material
from tcncode.reports.stretches import without

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Ints

COLUMNS = (
    "document", "name", "network", "words", "coded_words", "coded_share", "passages", "codes",
    "uncoded_stretches", "longest_uncoded", "start", "end", "share_of_network", "alone_for",
)  # fmt: skip
NETWORK_COLUMNS = (
    "network", "documents", "coded_documents", "words", "coded_words", "coded_share",
    "largest_share", "largest", "carried_alone",
)  # fmt: skip


def table(material: Material) -> Table:
    """One row a document, in the order of the list of documents.

    Returns:
        ``document`` (id), ``name``, ``network``, ``words``, ``coded_words`` (by any code),
        ``coded_share`` (0 to 1), ``passages``, ``codes`` (how many top codes), and the
        ``uncoded_stretches`` with the words of the longest and its ``start`` and ``end``;
        ``share_of_network`` (of the network's coded words, 0 to 1) and ``alone_for``: the top
        codes that no other document of its network has, where several are coded.
    """
    coded, lengths = overall(material), material.lengths
    stretches, longest, at = _uncoded(material)
    own, networks = _by_network(material, coded.words), _networks(material)
    codes, alone = _carried(material)
    rows: list[tuple[Any, ...]] = []
    for n, entry in enumerate(material.documents):
        words, length = int(coded.words[n]), int(lengths[n])
        place = (int(at[0][n]), int(at[1][n])) if longest[n] else (None, None)
        rows.append(
            (entry.id, entry.name, entry.network, length, words, share(words, length))
            + (int(coded.passages[n]), codes[n], int(stretches[n]), int(longest[n]), *place)
            + (share(words, own[networks[n]]), "; ".join(alone[n]))
        )
    note = noted(
        material,
        unit="words, coded_words: a word counts once; coded_share: coded_words / words; passages:"
        " stretches coded by anybody, overlaps joined; codes: top codes; uncoded_stretches:"
        " with a whole word; longest_uncoded: words of the longest, which stands at start, end;"
        " share_of_network: of the network's coded words, if any; alone_for: top codes that no"
        " other"
        " coded document of the network has",
    )
    return Table("Coverage of documents", COLUMNS, tuple(rows), note)


def by_network(material: Material) -> Table:
    """One row a network: how much of it is coded, and how much rests on one document.

    Returns:
        ``network``, ``documents``, ``coded_documents``, ``words``, ``coded_words``,
        ``coded_share`` (0 to 1), ``largest_share`` (of the network's coded words, 0 to 1, of the
        document ``largest`` that has most), ``carried_alone`` (top codes that a single document
        carries, of a network with several documents).
    """
    coded, lengths = overall(material), material.lengths
    _, alone = _carried(material)
    members: defaultdict[str, list[int]] = defaultdict(list)
    for n, network in enumerate(_networks(material)):
        members[network].append(n)
    rows: list[tuple[Any, ...]] = []
    for network in sorted(members):
        of = members[network]
        words, length = int(coded.words[of].sum()), int(lengths[of].sum())
        first = max(of, key=lambda n: int(coded.words[n]))
        most = share(int(coded.words[first]), words)
        rows.append(
            (network, len(of), int(np.count_nonzero(coded.words[of])), length, words)
            + (share(words, length), most)
            + (None if most is None else material.documents[first].name,)
            + ("; ".join(dict.fromkeys(c for n in of for c in alone[n])),)
        )
    note = noted(
        material,
        unit="coded_share: coded_words / words; largest_share: of the network's coded words,"
        " if any, in the document with most of them; carried_alone: top codes that a"
        " single document of the network has",
    )
    return Table("Coverage of networks", NETWORK_COLUMNS, tuple(rows), note)


def _networks(material: Material) -> list[str]:
    return [entry.network or NO_NETWORK for entry in material.documents]


def _by_network(material: Material, words: Ints) -> dict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for network, count in zip(_networks(material), words.tolist(), strict=True):
        found[network] += count
    return found


def _carried(material: Material) -> tuple[list[int], list[list[str]]]:
    """How many top codes each document has; and those that it alone has, in its network."""
    networks = _networks(material)
    # Where nobody has coded, nothing can be said of who carries what.
    size: defaultdict[str, int] = defaultdict(int)
    for n in material.coded.tolist():
        size[networks[n]] += 1
    codes, alone = [0] * len(networks), [list[str]() for _ in networks]
    for line in material.lines(sub_codes=False):
        carriers: defaultdict[str, list[int]] = defaultdict(list)
        for n in material.carriers(line.codes):
            codes[n] += 1
            carriers[networks[n]].append(n)
        for network, of in carriers.items():
            if len(of) == 1 and size[network] > 1:
                alone[of[0]].append(line.name)
    return codes, alone


def _uncoded(material: Material) -> tuple[Ints, Ints, tuple[Ints, Ints]]:
    """Uncoded stretches of each document; words of the longest, and its start and end there."""
    n = len(material.documents)
    start, end = without(material.whole, material.everything)
    document = material.number_of(start)
    words = material.words
    inside = words.ended(end) - words.begun(start)
    # Texts without codings are not read: what they hold is known already.
    read = np.full(n, material.kept is not None)
    read[material.document] = True
    inside = np.where(read[document], np.maximum(inside, 0), material.lengths[document])
    some = inside > 0
    start, end, document, inside = start[some], end[some], document[some], inside[some]
    longest, at = np.zeros(n, np.int64), (np.zeros(n, np.int64), np.zeros(n, np.int64))
    order = np.lexsort((-start, inside, document))
    last = order[np.append(np.diff(document[order]) > 0, np.ones(int(len(order) > 0), np.bool_))]
    longest[document[last]] = inside[last]
    at[0][document[last]] = (start - material.borders[document])[last]
    at[1][document[last]] = (end - material.borders[document])[last]
    return np.bincount(document, minlength=n).astype(np.int64), longest, at
