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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
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
from tcncode.suggest.names import Entity, NameFinder, OrdinaryWords, recognised
from tcncode.suggest.patterns import Part, anchor, fired, parts_of, shape
from tcncode.suggest.pipeline import lemma_of, make_pipeline
from tcncode.suggest.reading import Page, Phrases, Reader
from tcncode.text import Span

_FIRST_LETTER = 0x100
"""Of the characters that stand for lemmas: none of these means anything in a regular expression."""
_HYPHENS = frozenset("-–—")


@dataclass(frozen=True, slots=True)
class Sign:
    """One cue of one code."""

    code: int
    """Number of the code in the codebook."""
    cue: Cue
    negative: bool
    order: int
    """Number among all signs."""
    detail: str
    """The cue as the codebook writes it; a pattern as JSON."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sign that is a pattern."""

    sign: Sign
    matcher: Any
    """spaCy's Matcher; None where ``parts`` do."""
    parts: Sequence[Part] | None
    """What it asks for, where that is words alone."""
    shape: re.Pattern[str] | None
    """What must match the letters of a sentence's lemmas; None: nothing need."""


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
    """Finds the cues of one codebook in texts. Building it loads spaCy; using it is fast.

    ``nlp`` is a trained pipeline to read with; without one a blank one of the language is made.
    """

    def __init__(
        self,
        codebook: Codebook,
        *,
        networks: Sequence[Network] = (),
        cities: Sequence[City] = (),
        language: str = "en",
        nlp: Any = None,
    ) -> None:
        self.codebook = codebook
        self.nlp = nlp or make_pipeline(language)
        self.reader = Reader(self.nlp, language)
        self.names = NameFinder(self.reader, networks, cities)
        self._language = language
        self._hyphens = {self.nlp.vocab.strings.add(hyphen) for hyphen in _HYPHENS}
        self._phrases = Phrases(passing=self.nlp.vocab.strings.add("-"))
        self._patterns: dict[int, Pattern] = {}
        """By the matcher's key of the lemmas that tell that a sentence may match."""
        self._everywhere: list[Pattern] = []
        """Those that nothing tells of: they are put to every sentence."""
        self._letters: dict[int, str] = {}
        """A character for the hash of each lemma that a pattern asks for."""
        self._signs: dict[int, list[Sign]] = {}
        """By the matcher's key: cues that say the same in two codes are looked for once."""
        order = 0
        for number, code in enumerate(codebook.codes):
            for negative, cues in enumerate((code.cues, code.negative_cues)):
                for cue in cues:
                    tokens = [dict(token) for token in cue.pattern]
                    told = cue.phrase or json.dumps(tokens, ensure_ascii=False)
                    self._add(Sign(number, cue, bool(negative), order, told))
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
        for page in self.reader.pages(text, kept):
            hits = self.hits(page)
            chunk = page.chunk
            names_in: dict[int, list[Entity]] = {}
            # Only sentences that are suggested show the names in them.
            scored = {}
            for n in sorted(hits):
                weighed = doubted(hits[n], text, chunk.sentences[n])
                if best := self._score(weighed, threshold):
                    scored[n] = best
            if scored:
                names_in = self.named(page, text, scored, ordinary)
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
        for page in self.reader.pages(text, ordered):
            everything = range(len(page.chunk.sentences))
            for found in self.named(page, text, everything, ordinary).values():
                out += found
        return sorted(out, key=lambda entity: entity.span)

    def _add(self, sign: Sign) -> None:
        """Put a sign into the matcher that can find it."""
        if sign.cue.pattern:
            self._add_pattern(sign)
            return
        phrase = " ".join(sign.cue.phrase.replace("\u2019", "'").split())
        for read in self.reader.lemmas(phrase):
            lemmas = [word for word in read if word not in self._hyphens]
            if lemmas:
                key = self.nlp.vocab.strings.add(f"phrase {lemmas}")
                if key not in self._signs:
                    self._phrases.add(lemmas, key)
                self._signs.setdefault(key, []).append(sign)

    def _add_pattern(self, sign: Sign) -> None:
        from spacy.matcher import Matcher

        name = f"pattern {sign.order}"
        tokens = [dict(token) for token in sign.cue.pattern]
        matcher = None
        parts = parts_of(tokens, self.nlp.vocab.strings.add)
        if parts is None:
            matcher = Matcher(self.nlp.vocab)
            matcher.add(name, [tokens], greedy="LONGEST")

        def lemma(word: str) -> str:
            return lemma_of(word, self._language)

        pattern = Pattern(sign, matcher, parts, shape(tokens, lemma, self._letter))
        told_by = anchor(tokens, lemma, lambda word: bool(self.nlp.vocab[word].is_stop))
        if told_by:
            key = self.nlp.vocab.strings.add(name)
            self._patterns[key] = pattern
            for lemmas in told_by:
                self._phrases.add([self.nlp.vocab.strings.add(lemma) for lemma in lemmas], key)
        else:
            self._everywhere.append(pattern)

    def _is_number(self, word: int) -> bool:
        return bool(self.nlp.vocab[word].like_num)

    def _letter(self, lemma: str) -> str:
        key = self.nlp.vocab.strings.add(lemma)
        return self._letters.setdefault(key, chr(_FIRST_LETTER + len(self._letters)))

    def hits(self, page: Page) -> dict[int, list[Hit]]:
        """What fired, by the number of the sentence on the page.

        With a trained pipeline, by its lemmas or by those of the table.
        """
        found = self._hits(page, page.lemma.tolist(), lambda n: self.reader.sentence(page, n))
        if page.doc is not None:
            own = page.doc.to_array("LEMMA").tolist() if len(page.doc) else []
            for n, hits in self._hits(page, own, lambda n: page.doc[page.words(n)]).items():
                known = found.setdefault(n, [])
                known += [hit for hit in hits if hit not in known]
        return found

    def _hits(
        self, page: Page, lemmas: Sequence[int], sentence: Callable[[int], Any]
    ) -> dict[int, list[Hit]]:
        """What fires on these lemmas, one a word; ``sentence``: for the Matcher, by number."""
        out: dict[int, list[Hit]] = {}
        asked = {
            (n, p.sign.order): p for p in self._everywhere for n in range(len(page.chunk.sentences))
        }
        firsts = page.firsts.tolist()
        for key, first, past in self._phrases.find(lemmas):
            n = bisect_right(firsts, first) - 1
            if past > firsts[n + 1]:
                continue
            pattern = self._patterns.get(key)
            if pattern is not None:
                asked[n, pattern.sign.order] = pattern
            else:
                span = page.span(first, past)
                out.setdefault(n, []).extend(Hit(s, span) for s in self._signs[key])
        # Sentence by sentence: a pattern with a wildcard must not run into the next one.
        letters: dict[int, str] = {}
        for (n, _), pattern in sorted(asked.items(), key=lambda item: item[0]):
            start, end = firsts[n], firsts[n + 1]
            if n not in letters:
                words = lemmas[start:end]
                letters[n] = "".join([self._letters.get(lemma, "\0") for lemma in words])
            at = 0
            if pattern.shape is not None:
                match = pattern.shape.search(letters[n])
                if match is None:
                    continue
                at = match.start()
            if pattern.parts is None:
                spans = [(first, past) for _, first, past in pattern.matcher(sentence(n))]
            else:
                lower = page.lower[start:end].tolist()
                spans = fired(pattern.parts, lower, lemmas[start:end], self._is_number, at)
            for first, past in spans:
                hit = Hit(pattern.sign, page.span(start + first, start + past))
                out.setdefault(n, []).append(hit)
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
        self, page: Page, text: str, numbers: Iterable[int], ordinary: OrdinaryWords
    ) -> dict[int, list[Entity]]:
        """Networks and cities in these sentences of a page, by number, and what else a trained
        pipeline recognises."""
        out: dict[int, list[Entity]] = {}
        for number in numbers:
            found = self.names.exact(page, number, text)
            taken = [entity.span for entity in found]
            found += self.names.near(text, page.chunk.sentences[number], taken)
            kept = [entity for entity in found if not ordinary.hold(entity)]
            taken = [entity.span for entity in kept]
            kept += [
                e for e in recognised(page, number, text) if not any(map(e.span.overlaps, taken))
            ]
            out[number] = sorted(kept, key=lambda entity: entity.span)
        return out

    def name_evidence(self, entity: Entity) -> Evidence:
        name = self.names.names.get((entity.kind, entity.id), entity.id)
        return Evidence(entity.kind, entity.words, entity.span, 0.0, name)


def weigh(hits: Sequence[Hit]) -> tuple[float, list[Hit]]:
    """Score (0 to 1) of one code in one sentence, and the hits that counted, in text order."""
    if len(hits) == 1:  # as nearly always
        (hit,) = hits
        return 0.0 if hit.sign.negative else round(_noisy_or(hits), 4), list(hits)
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
    kind: Any = "negative cue" if hit.sign.negative else "cue"
    weight = round(cue.weight * hit.doubt, 4)
    return Evidence(kind, hit.span.of(text), hit.span, weight, hit.sign.detail)


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
