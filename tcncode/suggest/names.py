"""Networks and cities named in a text, also where the name is varied or mistyped.

Names as they are written (and in capitals, and with only the first word capitalised) are found word
by word, as spaCy cuts words. What is left is compared with rapidfuzz, on letters alone: so
"Solidarity Citties" and "Euro Cities" are found and "Solidarity City", another network, is not.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import regex
from rapidfuzz import fuzz, process

from tcncode.model import City, Network
from tcncode.suggest.machine import Machine, Part
from tcncode.suggest.reading import CAPITAL, Reader, Words
from tcncode.text import Span

CUTOFF = 90.0
"""Least likeness (0 to 100) at which a variant is taken for the name."""
SHORTEST = 5
"""Letters a name must have to be looked for with errors."""
MOST_SEEN = 100_000
"""Wordings that are remembered before that begins anew."""
CERTAIN = 8
"""Letters from which a single word of any language may be taken for a mistyped name."""

_CAPITALISED = r"\p{Lu}[\p{L}\p{M}\p{N}]*(?:[-&.'’](?!s\b)[\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*"
_SMALL = r"(?:of|for|and|the|in|on|against|de|des|du|del|la|las|los|der|für|und|et|y)"
_WORD = regex.compile(_CAPITALISED)
_RUN = regex.compile(rf"{_CAPITALISED}(?:\s+(?:{_SMALL}\s+){{0,2}}{_CAPITALISED})*")


@dataclass(frozen=True, slots=True)
class Entity:
    """A network or city named in a text, or another name."""

    span: Span
    kind: Literal["network", "city", "entity"]
    id: str
    """The network's or city's id; of an ``entity`` what it is: a person, organisation, place."""
    words: str
    """As they stand in the text."""
    score: float
    """Likeness to the name, 90 to 100; 100 is the name itself."""


KINDS = {
    "PERSON": "person", "PER": "person", "ORG": "organisation", "GPE": "place", "LOC": "place",
    "FAC": "place",
}  # fmt: skip
"""What trained pipelines call the entities that are shown; dates and numbers are not."""


def recognised(words: Words, sentence: int) -> list[Entity]:
    """Persons, organisations and places that a trained pipeline recognised in a sentence."""
    read = words.doc(sentence)
    out = []
    for ent in read.ents if read is not None else ():
        if ent.label_ in KINDS:
            first = int(words.firsts[sentence]) - read.start
            span = words.span(first + ent.start, first + ent.end)
            told = span.of(words.text(sentence))
            out.append(Entity(span, "entity", KINDS[ent.label_], told, 100.0))
    return out


class NameFinder:
    """Finds the names of networks and cities; one for a whole study."""

    def __init__(self, reader: Reader, networks: Sequence[Network], cities: Sequence[City]) -> None:
        self.names: dict[tuple[str, str], str] = {}
        written: dict[str, tuple[Literal["network", "city"], str]] = {}
        for network in networks:
            self.names["network", network.id] = network.name
            for name in (network.name, network.short_name):
                written.setdefault(name.strip(), ("network", network.id))
        for city in cities:
            self.names["city", city.id] = city.name
            written.setdefault(city.name.strip(), ("city", city.id))
        written.pop("", None)
        ways = {way: whose for name, whose in written.items() for way in _ways(name)}
        # The name itself outranks another name's variant.
        ways |= written
        self._whose = list(ways.values())
        self._machine = Machine()
        for number, way in enumerate(ways):
            parts = [Part(orth=frozenset({word})) for word in reader.written(way)]
            self._machine.add(parts, number)
        self.by_length: dict[int, list[tuple[str, tuple[Literal["network", "city"], str]]]] = {}
        for name, whose in written.items():
            key = letters(name)
            if len(key) >= SHORTEST:
                self.by_length.setdefault(len(key), []).append((key, whose))
        self.longest = max((len(name.split()) for name in written), default=0) + 1
        self.seen: dict[str, tuple[Literal["network", "city"], str, float] | None] = {}
        self._by_itself: dict[str, bool] = {}

    def find(self, words: Words, numbers: Sequence[int]) -> dict[int, list[Entity]]:
        """What is named in some sentences, given by their numbers in order; those without any
        name may be missing."""
        exact = self._exact(words, numbers)
        ordinary: dict[int, OrdinaryWords] = {}
        out: dict[int, list[Entity]] = {}
        maybe = self._may_be_near(words, numbers)
        for n in numbers if words.docs else sorted({*exact, *maybe}):
            found = exact.get(n, [])
            if n in maybe:
                taken = [entity.span for entity in found]
                found = found + self.near(words.text(n), words.sentences[n], taken)
            read = recognised(words, n) if words.docs else []
            if not found and not read:
                continue
            document = words.documents[n]
            if document not in ordinary:
                some = slice(*(bisect_left(words.documents, document + k) for k in (0, 1)))
                ordinary[document] = OrdinaryWords(words.text(n), words.sentences[some])
            kept = [entity for entity in found if not ordinary[document].hold(entity)]
            taken = [entity.span for entity in kept]
            kept += [e for e in read if not any(map(e.span.overlaps, taken))]
            out[n] = sorted(kept, key=lambda entity: entity.span)
        return out

    def _exact(self, words: Words, numbers: Sequence[int]) -> dict[int, list[Entity]]:
        """The names in some sentences as they are written; of those that overlap the longest."""
        keys, first, past = self._machine.find(words.lexicon, words.numbers, words.sentence_ends)
        sentences, wanted = words.owners[first], set(numbers)
        found = zip(
            sentences.tolist(), (past - first).tolist(), (-first).tolist(), keys.tolist(),
            strict=True,
        )  # fmt: skip
        out: dict[int, list[Entity]] = {}
        for n, length, minus, key in sorted(found, reverse=True):
            if n in wanted:
                kind, id_ = self._whose[key]
                span = words.span(-minus, length - minus)
                held = out.setdefault(n, [])
                if not any(span.overlaps(other.span) for other in held):
                    held.append(Entity(span, kind, id_, span.of(words.text(n)), 100.0))
        return out

    def _may_be_near(self, words: Words, numbers: Sequence[int]) -> set[int]:
        """Those sentences in which a variant of a name may stand.

        Most have one capital letter, that of their first word, which is put to ``near`` by itself.
        """
        if not self.by_length:
            return set()
        capitals = np.flatnonzero(words.marks & CAPITAL)
        asked = np.array(numbers, dtype=np.int64)
        first, past = np.searchsorted(capitals, (words.firsts[asked], words.firsts[asked + 1]))
        out = set(asked[past - first > 1].tolist())
        single = past - first == 1
        starts = words.starts.take(capitals.take(first[single]))
        for n, start in zip(asked[single].tolist(), starts.tolist(), strict=True):
            stretch = words.text(n)[start : words.sentences[n].end].split(None, 1)
            if stretch and self._alone(stretch[0]):
                out.add(n)
        return out

    def _alone(self, stretch: str) -> bool:
        """Whether a word by itself may be a variant of a name. Each is compared once."""
        known = self._by_itself.get(stretch)
        if known is None:
            if len(self._by_itself) > MOST_SEEN:
                self._by_itself.clear()
            known = bool(self.near(stretch, Span(0, len(stretch)), ()))
            self._by_itself[stretch] = known
        return known

    def near(self, text: str, sentence: Span, taken: Sequence[Span]) -> list[Entity]:
        """Variants and typing errors in one sentence, where no name is ``taken`` already."""
        found: list[tuple[float, int, Span, Literal["network", "city"], str]] = []
        for run in _RUN.finditer(text, sentence.start, sentence.end) if self.by_length else ():
            words = [m.span() for m in _WORD.finditer(text, run.start(), run.end())]
            for first, (start, _) in enumerate(words):
                for _, end in words[first : first + self.longest]:
                    hit = self._nearest(text[start:end])
                    if hit is not None:
                        kind, id_, score = hit
                        found.append((-score, start - end, Span(start, end), kind, id_))
        kept: list[Entity] = []
        for minus, _, span, kind, id_ in sorted(found):
            if not any(span.overlaps(other) for other in [*taken, *(e.span for e in kept)]):
                kept.append(Entity(span, kind, id_, span.of(text), round(-minus, 1)))
        return kept

    def _nearest(self, words: str) -> tuple[Literal["network", "city"], str, float] | None:
        """The name that these words are meant to be. Each wording is compared once."""
        if words in self.seen:
            return self.seen[words]
        if len(self.seen) > MOST_SEEN:
            self.seen.clear()
        key = letters(words)
        best = None
        # A likeness of 90 leaves no more than a fifth between the lengths.
        lengths = range(round(len(key) * 0.8), round(len(key) * 1.25) + 1)
        near = [name for length in lengths for name in self.by_length.get(length, ())]
        if len(key) >= SHORTEST and near:
            keys = [name for name, _ in near]
            hit = process.extractOne(key, keys, scorer=fuzz.ratio, score_cutoff=CUTOFF)
            if hit is not None and (hit[1] == 100 or not _ordinary(words, key)):
                best = (*near[hit[2]][1], float(hit[1]))
        self.seen[words] = best
        return best


def letters(name: str) -> str:
    """Letters and digits alone, without case and diacritics: what near names are compared on.

    >>> letters("Euro-Cités!")
    'eurocites'
    """
    if name.isascii():
        return "".join(filter(str.isalnum, name)).lower()
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(filter(str.isalnum, apart))


class OrdinaryWords:
    """Tells names from ordinary words that only have the capital of a sentence's first word.

    "Nice to see you" names no city in a text that writes "nice" elsewhere. Asks the text once a
    word.
    """

    def __init__(self, text: str, sentences: Iterable[Span]) -> None:
        self.text = text
        self.starts = {span.start for span in sentences}
        self.known: dict[str, bool] = {}

    def hold(self, entity: Entity) -> bool:
        """Whether this is one of them."""
        words = entity.words
        if entity.span.start not in self.starts or not words.isalpha() or words.isupper():
            return False
        word = words.lower()
        if word not in self.known:
            self.known[word] = bool(regex.search(rf"\b{word}\b", self.text))
        return self.known[word]


def _ways(name: str) -> Iterator[str]:
    """Other ways in which a name is written, none of them an ordinary phrase."""
    if len(letters(name)) >= SHORTEST:
        yield name.upper()
    if " " in name:
        first, _, rest = name.partition(" ")
        yield f"{first} {rest.lower()}"
        if first.lower() == "the":
            yield rest


def _ordinary(words: str, key: str) -> bool:
    """Whether a short single word is a word of its own: "Parish" is not a mistyped Paris."""
    if len(key) >= CERTAIN or " " in words:
        return False
    import simplemma

    return simplemma.is_known(words.lower(), lang="en")
