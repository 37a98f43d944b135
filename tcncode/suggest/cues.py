"""Cues of the codebook -> Suggestions: which sentences show the signs of a code.

The score of a sentence for a code is a noisy-or: each distinct cue that fires there is taken as an
independent sign that speaks for the code with its weight ``w``, and

    score = 1 - product(1 - w)  -  (the same over the negative cues)

not below 0. A cue counts once a sentence, however often it fires. Where cues of one code overlap,
the heaviest counts. A negative cue silences the code's cues it overlaps ("information exchange
platform" against "exchange"); standing elsewhere in the sentence it lowers the score by its weight.
A cue that the sentence denies ("we do not share") or asks ("do you share?") counts half.
Names of networks and cities are shown as evidence and weigh nothing.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any

from tcncode.model import (
    City,
    Codebook,
    Cue,
    Evidence,
    Network,
    Suggestion,
    merged,
    suggestion_id,
)
from tcncode.suggest.names import Entity, NameFinder, OrdinaryWords
from tcncode.suggest.patterns import anchors
from tcncode.suggest.pipeline import Chunk, chunks, lemma_of, make_pipeline
from tcncode.text import Span

_HYPHENS = frozenset("-–—")
_GAPS = 4
"""Up to so many gaps between a phrase's words, each may hold a hyphen; beyond, all or none."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One cue of one code."""

    code: int
    """Number of the code in the codebook."""
    cue: Cue
    negative: bool
    order: int
    """Number among all signs."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A sign that fired."""

    sign: Sign
    span: Span
    doubt: float = 1.0
    """Less where the sentence denies or asks it: the weight is taken times this."""


_DENIED = re.compile(
    r"(?:\b(?:not|never|no|without|cannot|neither|nor|hardly|nobody|none)|n['’]t)\b"
    r"(?:[^\w,;:.!?]+[\w'’-]+){0,3}[^\w,;:.!?]*$",
    re.IGNORECASE,
)
_DOUBTED = 0.5
"""What is left of a cue's weight where it is denied ("we do not share") or asked ("do you?")."""
_BEFORE = 60
"""Characters before a cue in which a denial is looked for."""


class CueSuggester:
    """Finds the cues of one codebook in texts. Building it loads spaCy; using it is fast."""

    def __init__(
        self,
        codebook: Codebook,
        *,
        networks: Sequence[Network] = (),
        cities: Sequence[City] = (),
        language: str = "en",
    ) -> None:
        from spacy.matcher import PhraseMatcher

        self.codebook = codebook
        self.nlp = make_pipeline(language)
        self.names = NameFinder(self.nlp, networks, cities)
        self._language = language
        self._phrases = PhraseMatcher(self.nlp.vocab, attr="LEMMA")
        self._patterns: dict[int, Any] = {}
        """A spaCy Matcher for each pattern, by its key."""
        self._anchors: dict[int, int] = {}
        """Keys of the phrases that tell that a sentence may match, each with its pattern's key."""
        self._parts: dict[int, int] = {}
        """How many of them a pattern asks for; 0 where it must be put to every sentence."""
        self._signs: dict[int, list[Sign]] = {}
        """By the matcher's key: cues that say the same in two codes are looked for once."""
        order = 0
        for number, code in enumerate(codebook.codes):
            for negative, cues in enumerate((code.cues, code.negative_cues)):
                for cue in cues:
                    self._add(Sign(number, cue, bool(negative), order))
                    order += 1

    def suggest(
        self,
        text: str,
        sentences: Sequence[Span],
        *,
        document: str,
        threshold: float = 0.5,
        skip: Sequence[Span] = (),
    ) -> list[Suggestion]:
        """Sentences that show the signs of a code, in the order of the text, best code first.

        Args:
            text: the document's text.
            sentences: not overlapping; each may be suggested for several codes.
            document: the document's id.
            threshold: 0 to 1; what scores less is not suggested.
            skip: stretches to leave out, such as interviewers' turns.

        Returns:
            One suggestion for a sentence and code. Where a code and one above it both reach the
            threshold, only the lower one.
        """
        kept = outside(sorted(sentences), skip)
        out: list[Suggestion] = []
        ordinary = OrdinaryWords(text, kept)
        for chunk in chunks(text, kept):
            doc = self.nlp(chunk.text)
            hits = self.hits(doc, chunk)
            names_in: dict[int, list[Entity]] = {}
            # Only sentences that are suggested show the names in them.
            scored = {}
            for n in sorted(hits):
                weighed = doubted(hits[n], text, chunk.sentences[n])
                if best := self._score(weighed, threshold):
                    scored[n] = best
            if scored:
                names_in = self.named(doc, chunk, text, scored, ordinary)
            for number, found in scored.items():
                sentence = chunk.sentences[number]
                names = tuple(self.name_evidence(entity) for entity in names_in.get(number, ()))
                for code, score, counted in found:
                    code_id = self.codebook.codes[code].id
                    evidence = tuple(cue_evidence(hit, text) for hit in counted) + names
                    key = suggestion_id(document, sentence, code_id)
                    out.append(Suggestion(key, document, sentence, code_id, score, evidence))
        return out

    def entities(self, text: str, sentences: Sequence[Span]) -> list[Entity]:
        """Networks and cities named in the sentences, in the order of the text."""
        ordered = sorted(sentences)
        ordinary = OrdinaryWords(text, ordered)
        out: list[Entity] = []
        for chunk in chunks(text, ordered):
            # Names are matched on the words as they stand: no lemmas needed.
            doc = self.nlp.make_doc(chunk.text)
            everything = range(len(chunk.sentences))
            for found in self.named(doc, chunk, text, everything, ordinary).values():
                out += found
        return sorted(out, key=lambda entity: entity.span)

    def _add(self, sign: Sign) -> None:
        """Put a sign into the matcher that can find it."""
        if sign.cue.pattern:
            self._add_pattern(sign)
            return
        read = self.nlp(" ".join(sign.cue.phrase.replace("\u2019", "'").split()))
        lemmas = [token.lemma_ for token in read if token.text not in _HYPHENS]
        if lemmas:
            key = "phrase " + " ".join(lemmas)
            self._phrases.add(key, [self._lemma_doc(words) for words in _hyphenated(lemmas)])
            self._signs.setdefault(self.nlp.vocab.strings.add(key), []).append(sign)

    def _add_pattern(self, sign: Sign) -> None:
        from spacy.matcher import Matcher

        name = f"pattern {sign.order}"
        key = self.nlp.vocab.strings.add(name)
        tokens = [dict(token) for token in sign.cue.pattern]
        self._patterns[key] = Matcher(self.nlp.vocab)
        self._patterns[key].add(name, [tokens], greedy="LONGEST")
        self._signs[key] = [sign]
        certain = anchors(
            tokens,
            lambda word: lemma_of(word, self._language),
            lambda word: bool(self.nlp.vocab[word].is_stop),
        )
        for part, ways in enumerate(certain):
            anchor = f"{name} {part}"
            self._anchors[self.nlp.vocab.strings.add(anchor)] = key
            self._phrases.add(anchor, [self._lemma_doc(lemmas) for lemmas in ways])
        self._parts[key] = len(certain)

    def _lemma_doc(self, lemmas: Sequence[str]) -> Any:
        from spacy.tokens import Doc

        return Doc(self.nlp.vocab, words=list(lemmas), lemmas=list(lemmas))

    def hits(self, doc: Any, chunk: Chunk) -> dict[int, list[Hit]]:
        """What fired, by the number of the sentence in the chunk."""
        out: dict[int, list[Hit]] = {}
        everywhere = [key for key, parts in self._parts.items() if not parts]
        asked = {(n, key): {0} for key in everywhere for n in range(len(chunk.sentences))}
        for key, first, past in self._phrases(doc):
            last = doc[past - 1]
            where = chunk.locate(doc[first].idx, last.idx + len(last))
            if where is None:
                continue
            number, span = where
            if key in self._anchors:
                asked.setdefault((number, self._anchors[key]), set()).add(key)
            else:
                out.setdefault(number, []).extend(Hit(s, span) for s in self._signs[key])
        # Sentence by sentence: a pattern with a wildcard must not run into the next one.
        for (number, key), parts in sorted(asked.items()):
            if len(parts) < self._parts[key]:
                continue
            part = doc.char_span(*chunk.bounds(number), alignment_mode="expand")
            for _, first, past in self._patterns[key](part) if part is not None else ():
                match = part[first:past]
                where = chunk.locate(match.start_char, match.end_char)
                if where is not None:
                    fired = (Hit(s, where[1]) for s in self._signs[key])
                    out.setdefault(number, []).extend(fired)
        return out

    def _score(self, hits: list[Hit], threshold: float) -> list[tuple[int, float, list[Hit]]]:
        """Codes that reach the threshold in one sentence, best first, each with what counted."""
        by_code: dict[int, list[Hit]] = {}
        for hit in hits:
            by_code.setdefault(hit.sign.code, []).append(hit)
        found: dict[str, tuple[int, float, list[Hit]]] = {}
        for code in sorted(by_code):
            score, counted = weigh(by_code[code])
            if score > 0 and score >= threshold:
                found[self.codebook.codes[code].path] = (code, score, counted)
        lowest = [
            entry
            for path, entry in found.items()
            if not any(other.startswith(path + "/") for other in found)
        ]
        return sorted(lowest, key=lambda entry: (-entry[1], entry[0]))

    def named(
        self, doc: Any, chunk: Chunk, text: str, numbers: Iterable[int], ordinary: OrdinaryWords
    ) -> dict[int, list[Entity]]:
        """Networks and cities in these sentences of a chunk, by number."""
        out: dict[int, list[Entity]] = {number: [] for number in numbers}
        for start, end, kind, id_ in self.names.exact(doc):
            where = chunk.locate(start, end)
            if where is not None and where[0] in out:
                number, span = where
                out[number].append(Entity(span, kind, id_, span.of(text), 100.0))
        for number, found in out.items():
            taken = [entity.span for entity in found]
            found += self.names.near(text, chunk.sentences[number], taken)
            found[:] = [entity for entity in found if not ordinary.hold(entity)]
            found.sort(key=lambda entity: entity.span)
        return out

    def name_evidence(self, entity: Entity) -> Evidence:
        name = self.names.names[entity.kind, entity.id]
        return Evidence(entity.kind, entity.words, entity.span, 0.0, name)


def weigh(hits: Sequence[Hit]) -> tuple[float, list[Hit]]:
    """Score (0 to 1) of one code in one sentence, and the hits that counted, in text order."""
    negatives = _heaviest([hit for hit in hits if hit.sign.negative])
    positives = [hit for hit in hits if not hit.sign.negative]
    silenced = {
        id(hit): True for hit in positives if any(hit.span.overlaps(n.span) for n in negatives)
    }
    silencers = [n for n in negatives if any(n.span.overlaps(hit.span) for hit in positives)]
    standing = _heaviest([hit for hit in positives if id(hit) not in silenced])
    elsewhere = [hit for hit in negatives if hit not in silencers]
    score = max(0.0, _noisy_or(standing) - _noisy_or(elsewhere))
    counted = sorted([*standing, *negatives], key=lambda hit: (hit.span, hit.sign.order))
    return round(score, 4), counted


def doubted(hits: Sequence[Hit], text: str, sentence: Span) -> list[Hit]:
    """The hits of one sentence, those it denies or asks with less weight."""
    asked = sentence.of(text).rstrip('"”’)» \n').endswith("?")
    out = []
    for hit in hits:
        before = text[max(sentence.start, hit.span.start - _BEFORE) : hit.span.start]
        doubtful = not hit.sign.negative and (asked or bool(_DENIED.search(before)))
        out.append(replace(hit, doubt=_DOUBTED) if doubtful else hit)
    return out


def _noisy_or(hits: Sequence[Hit]) -> float:
    weights: dict[int, float] = {}
    for hit in hits:
        weight = hit.sign.cue.weight * hit.doubt
        weights[hit.sign.order] = max(weight, weights.get(hit.sign.order, 0.0))
    return 1.0 - prod(1.0 - weights[order] for order in sorted(weights))


def _heaviest(hits: Sequence[Hit]) -> list[Hit]:
    """Of hits that overlap, the heaviest: the longer one among equals, then the first."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-h.sign.cue.weight, -len(h.span), h.span, h.sign.order)):
        if not any(hit.span.overlaps(other.span) for other in kept):
            kept.append(hit)
    return kept


def cue_evidence(hit: Hit, text: str) -> Evidence:
    cue = hit.sign.cue
    detail = cue.phrase or json.dumps([dict(token) for token in cue.pattern], ensure_ascii=False)
    kind: Any = "negative cue" if hit.sign.negative else "cue"
    return Evidence(kind, hit.span.of(text), hit.span, round(cue.weight * hit.doubt, 4), detail)


def _hyphenated(lemmas: Sequence[str]) -> Iterator[list[str]]:
    """The words of a phrase with a hyphen in none, some or all of its gaps."""
    gaps = len(lemmas) - 1
    ways = product((False, True), repeat=gaps) if gaps <= _GAPS else ([False] * gaps, [True] * gaps)
    for way in ways:
        words = [lemmas[0]]
        for hyphen, lemma in zip(way, lemmas[1:], strict=True):
            words += ["-", lemma] if hyphen else [lemma]
        yield words


def outside(sentences: Sequence[Span], skip: Sequence[Span]) -> list[Span]:
    """The sentences that share no character with what is to be skipped."""
    left_out = merged((span.start, span.end) for span in skip)
    starts = [start for start, _ in left_out]
    kept = []
    for span in sentences:
        at = bisect_right(starts, span.end - 1) - 1
        if at < 0 or left_out[at][1] <= span.start:
            kept.append(span)
    return kept
