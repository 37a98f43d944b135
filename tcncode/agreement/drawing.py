"""Which documents are coded by several coders, and by whom: drawn by chance, dealt evenly.

Chance is a hash of seed and document, not a generator of random numbers: the same seed draws the
same documents on every machine and from every copy of a project, in whatever order it lists them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Drawable:
    """A document that may be drawn, with what it is stratified by."""

    id: str
    network: str
    kind: str
    coders: frozenset[str] = frozenset()
    """Who codes it already."""


def draw(
    documents: Sequence[Drawable], wanted: int, *, each: int = 2, seed: int = 0
) -> list[Drawable]:
    """Draw documents until so many are coded by ``each`` coders, in proportion to strata.

    Those that have as many coders already count, and are not drawn. The next one always comes
    from the network that is furthest behind its share, there from the kind that is, and within
    these by chance. Where nothing was coded before, no network ends a whole document away from its
    share.

    Args:
        wanted: documents that are to be coded by ``each`` coders in the end.

    Returns:
        The documents drawn, in the order drawn; fewer than wanted where there are no more.

    Source:
        Proportional allocation to strata: Cochran (1977), Sampling Techniques, 3rd ed., ch. 5.
    """
    if not documents:
        return []
    share = Fraction(min(wanted, len(documents)), len(documents))
    networks = Counter(d.network for d in documents)
    kinds = Counter(d.kind for d in documents)
    cells = Counter((d.network, d.kind) for d in documents)
    open_ones: dict[str, dict[str, list[Drawable]]] = {}
    have: Counter[object] = Counter()
    count = 0
    for d in sorted(documents, key=lambda d: chance(seed, d.id), reverse=True):
        if len(d.coders) >= each:
            count += 1
            have.update((d.network, (d.kind,), (d.network, d.kind)))
        else:
            open_ones.setdefault(d.network, {}).setdefault(d.kind, []).append(d)
    drawn = []
    while count < wanted and open_ones:
        network = max(
            open_ones, key=lambda n: (share * networks[n] - have[n], chance(seed, f"network {n}"))
        )
        here = open_ones[network]
        kind = max(
            here,
            key=lambda k: (
                share * cells[network, k] - have[network, k] + share * kinds[k] - have[k,],
                chance(seed, f"{network} {k}"),
            ),
        )
        drawn.append(here[kind].pop())
        have.update((network, (kind,), (network, kind)))
        count += 1
        if not here[kind]:
            del here[kind]
        if not here:
            del open_ones[network]
    return drawn


def deal(
    documents: Iterable[Drawable],
    coders: Sequence[str],
    *,
    each: int = 2,
    loads: Mapping[str, int] | None = None,
    together: Mapping[Collection[str], int] | None = None,
    seed: int = 0,
) -> dict[str, tuple[str, ...]]:
    """Give each document to as many coders as it lacks, so that all get about as many.

    Args:
        coders: who can get documents.
        each: how many coders a document is to have in the end.
        loads: how many documents coders have already.
        together: how many documents sets of coders share already.

    Returns:
        Document id -> the coders who get it, in the order of ``coders``. Somebody who codes it
        already does not get it again. Fewer than it lacks, where there are no more coders.
    """
    has = Counter(loads or {})
    shared = Counter({frozenset(group): n for group, n in (together or {}).items()})
    dealt = {}
    for d in documents:
        free = [coder for coder in coders if coder not in d.coders]
        lacks = min(max(each - len(d.coders), 0), len(free))
        groups = combinations(free, lacks)

        def cost(group: tuple[str, ...], d: Drawable = d) -> tuple[int, int, int, bytes]:
            pairs = combinations(sorted({*group, *d.coders}), 2)
            return (
                max((has[coder] for coder in group), default=0),
                sum(has[coder] for coder in group),
                sum(shared[frozenset(pair)] for pair in pairs),
                chance(seed, f"{d.id} {' '.join(group)}"),
            )

        group = min(groups, key=cost)
        has.update(group)
        shared.update(frozenset(pair) for pair in combinations({*group, *d.coders}, 2))
        dealt[d.id] = group
    return dealt


def chance(seed: int, what: str) -> bytes:
    """What decides where nothing else does: even, and the same everywhere."""
    return hashlib.sha256(f"{seed}:{what}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Draw:
    """How documents were drawn, as the journal tells it."""

    drawn: int
    """Documents."""
    of: int | None
    """From so many; None: not told."""
    among: str
    """Which these were, such as `` of kind interview``; empty: all."""
    each: int
    """Coders of a document."""
    seed: int
    share: str = ""
    """Of the documents, as ``20%``; empty: not told, or not asked for."""
    within: str = ""
    """The half width of the interval that was asked for instead."""
    before: int = 0
    """Documents that had as many coders already, and counted."""
    rest: bool = False
    """Whether documents that were not drawn were dealt, too, to one coder each."""

    def words(self) -> str:
        """For the journal.

        >>> Draw(4, 40, " of kind policy", 2, 7, share="60%", before=20).words()
        'draw 4 of 40 documents of kind policy for 2 coders each (share 60%, 20 before, seed 7)'
        """
        how = f"share {self.share}" if self.share else f"within {self.within}"
        return (
            f"{BEGINS}{self.drawn} of {self.of} documents{self.among} for {self.each} coders each"
            f" ({how}, {self.before} before, seed {self.seed})" + (_REST if self.rest else "")
        )

    @classmethod
    def read(cls, words: str) -> Draw | None:
        """Back from the journal, where an older version may have told less."""
        found = _DRAW.match(words)
        if found is None:
            return None
        drawn, of, among, each, share, within, before, seed = found.groups()
        return cls(
            int(drawn), int(of) if of else None, among or "", int(each), int(seed), share or "",
            within or "", int(before or 0), _REST in words[found.end() :],
        )  # fmt: skip

    def told(self, compared: int, documents: int) -> str:
        """A sentence for the methods paragraph.

        Args:
            compared: of the documents compared, so many were drawn so.
            documents: that were compared.
        """
        who = "The documents compared were" if compared == documents else (
            f"{compared} of the {documents} documents compared "
            + ("was" if compared == 1 else "were")
        )  # fmt: skip
        origin = "" if self.of is None else f" from {self.of} documents{self.among}"
        how = ["in proportion to network and kind"]
        if self.share:
            how.append(f"until {self.share} of these had {self.each} coders each")
        if self.within:
            every = self.of is not None and self.drawn + self.before >= self.of
            how.append(
                f"{'all that there were' if every else 'as many as seemed needed'} for a 95 %"
                f" interval of half width {self.within}"
                + ("" if every else ", judging by the documents coded until then")
            )
        if self.before:
            how.append(f"{self.before} that had as many coders before counted towards it")
        return f"{who} drawn by chance{origin} ({'; '.join([*how, f'seed {self.seed}'])})."


BEGINS = "draw "
"""How the journal begins to tell of a draw."""
_REST = "; the rest to one coder each"
_DRAW = re.compile(
    r"draw (\d+)(?: of (\d+) documents(.*?)| documents) for (\d+) coders each"
    r" \((?:(?:share ([^,]+)|within ([^,]+)), (\d+) before, )?seed (-?\d+)\)",
    re.DOTALL,
)
