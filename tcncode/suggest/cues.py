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
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tcncode.model import City, Codebook, Evidence, Network, Suggestion, merged, suggestion_id
from tcncode.suggest.hits import Hits, Signs
from tcncode.suggest.lexicon import Ints
from tcncode.suggest.machine import Machine, Part
from tcncode.suggest.names import Entity, NameFinder
from tcncode.suggest.patterns import anchor, longest, parts_of
from tcncode.suggest.pipeline import lemma_of, make_pipeline
from tcncode.suggest.reading import Reader, Words
from tcncode.suggest.weighing import Hit, Sign, counted, cue_evidence, weigh
from tcncode.text import Span

_HYPHENS = frozenset("-–—")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A pattern that only spaCy's Matcher can judge."""

    sign: Sign
    matcher: Any


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
        signs: list[Sign] = []
        self._language = language
        self._hyphens = {self.nlp.vocab.strings.add(hyphen) for hyphen in _HYPHENS}
        self._machine = Machine(lambda word: bool(self.nlp.vocab[word].like_num))
        self._meant: list[list[int]] = []
        """By the machine's key: numbers of signs. Cues that say the same in two codes are looked
        for once; what tells that the Matcher has to be asked means none."""
        self._greedy: list[bool] = []
        """By the machine's key: whether of matches that overlap only the longest counts."""
        self._asked: dict[int, _Asked] = {}
        """By the machine's key of what tells that a sentence may match."""
        self._everywhere: list[_Asked] = []
        """Those that nothing tells of: they are put to every sentence."""
        phrases: dict[tuple[int, ...], int] = {}
        for number, code in enumerate(codebook.codes):
            for negative, cues in enumerate((code.cues, code.negative_cues)):
                for cue in cues:
                    tokens = [dict(token) for token in cue.pattern]
                    told = cue.phrase or json.dumps(tokens, ensure_ascii=False)
                    sign = Sign(number, cue, bool(negative), len(signs), told)
                    signs.append(sign)
                    if tokens:
                        self._add_pattern(sign, tokens)
                    else:
                        self._add_phrase(sign, phrases)
        self.signs = Signs(signs)
        self._counts = np.array([len(meant) for meant in self._meant], dtype=np.int64)
        self._is_greedy = np.array(self._greedy, dtype=bool)

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
        words = self.reader.read([(text, outside(sorted(sentences), skip))])
        hits = self.hits(words)
        scored = {}
        for n in np.unique(hits.sentence).tolist():
            if best := self._score(hits.of(n), threshold):
                scored[n] = best
        # Only sentences that are suggested show the names in them.
        named = self.named(words, scored)
        out: list[Suggestion] = []
        for number, found in scored.items():
            sentence = words.sentences[number]
            names = tuple(self.name_evidence(entity) for entity in named.get(number, ()))
            for code, score, own in found:
                code_id = self.codebook.codes[code].id
                evidence = tuple(cue_evidence(hit, text) for hit in own) + names
                key = suggestion_id(document, sentence, code_id)
                out.append(Suggestion(key, document, sentence, code_id, score, evidence))
        return out

    def entities(self, text: str, sentences: Sequence[Span]) -> list[Entity]:
        """Networks and cities named in the sentences, in the order of the text."""
        words = self.reader.read([(text, sorted(sentences))])
        named = self.named(words, range(len(words.sentences)))
        return sorted((e for found in named.values() for e in found), key=lambda e: e.span)

    def hits(self, words: Words) -> Hits:
        """What fired in which sentences.

        With a trained pipeline, by its lemmas or by those of the table.
        """
        rows = self._found(words, words.numbers, lambda n: self.reader.doc(words, n))
        if words.own is not None:
            rows = np.unique(np.vstack([rows, self._found(words, words.own, words.doc)]), axis=0)
        return Hits(words, self.signs, rows)

    def named(self, words: Words, numbers: Iterable[int]) -> dict[int, list[Entity]]:
        """Networks and cities in these sentences, by number, and what else a trained pipeline
        recognises. Sentences without any may be missing."""
        return self.names.find(words, sorted(numbers))

    def name_evidence(self, entity: Entity) -> Evidence:
        """How a name is shown."""
        name = self.names.names.get((entity.kind, entity.id), entity.id)
        return Evidence(entity.kind, entity.words, entity.span, 0.0, name)

    def _key(self, meant: list[int], *, greedy: bool = False) -> int:
        self._meant.append(meant)
        self._greedy.append(greedy)
        return len(self._meant) - 1

    def _add_phrase(self, sign: Sign, phrases: dict[tuple[int, ...], int]) -> None:
        phrase = " ".join(sign.cue.phrase.replace("\u2019", "'").split())
        hyphen = Part(optional=True, lemma=frozenset(self._hyphens))
        for read in self.reader.lemmas(phrase):
            lemmas = tuple(word for word in read if word not in self._hyphens)
            if not lemmas:
                continue
            if lemmas not in phrases:
                phrases[lemmas] = self._key([])
                parts = [part for w in lemmas for part in (hyphen, Part(lemma=frozenset({w})))]
                self._machine.add(parts[1:], phrases[lemmas])
            self._meant[phrases[lemmas]].append(sign.order)

    def _add_pattern(self, sign: Sign, tokens: list[dict[str, Any]]) -> None:
        from spacy.matcher import Matcher

        hash_of = self.nlp.vocab.strings.add
        parts = parts_of(tokens, hash_of)
        if parts is not None:
            self._machine.add(parts, self._key([sign.order], greedy=True))
            return
        matcher = Matcher(self.nlp.vocab)
        matcher.add("pattern", [tokens], greedy="LONGEST")
        asked = _Asked(sign, matcher)
        told_by = anchor(
            tokens,
            lambda word: lemma_of(word, self._language),
            lambda word: bool(self.nlp.vocab[word].is_stop),
        )
        if not told_by:
            self._everywhere.append(asked)
        key = self._key([])
        self._asked[key] = asked
        for lemmas in told_by:
            self._machine.add([Part(lemma=frozenset({hash_of(w)})) for w in lemmas], key)

    def _found(self, words: Words, numbers: Ints, doc_of: Any) -> Ints:
        """Sentence, sign, first word and the one behind the last, of what fires on these words.

        Args:
            doc_of: a sentence for the Matcher, by its number.
        """
        keys, first, past = self._machine.find(words.lexicon, numbers, words.sentence_ends)
        sentence = words.owners[first]
        kept = longest(keys, sentence, first, past, self._is_greedy)
        keys, sentence, first, past = keys[kept], sentence[kept], first[kept], past[kept]
        signs = [order for key in keys.tolist() for order in self._meant[key]]
        rows = np.repeat(
            np.stack([sentence, sentence, first, past], axis=1), self._counts[keys], axis=0
        )
        rows[:, 1] = signs
        asked = [(n, pattern) for n in range(len(words.sentences)) for pattern in self._everywhere]
        if self._asked:
            told = {(n, key) for n, key in zip(sentence.tolist(), keys.tolist(), strict=True)
                    if key in self._asked}  # fmt: skip
            asked += [(n, self._asked[key]) for n, key in sorted(told)]
        more = [
            (n, pattern.sign.order, words.firsts[n] + start, words.firsts[n] + end)
            for n, pattern in asked
            for _, start, end in pattern.matcher(doc_of(n))
        ]
        return np.vstack([rows, np.array(more, dtype=np.int64).reshape(-1, 4)])

    def _score(self, hits: list[Hit], threshold: float) -> list[tuple[int, float, list[Hit]]]:
        """Codes that reach the threshold in one sentence, best first, each with what counted."""
        by_code: dict[int, list[Hit]] = {}
        for hit in hits:
            by_code.setdefault(hit.sign.code, []).append(hit)
        found: dict[str, tuple[int, float, list[Hit]]] = {}
        for code in sorted(by_code):
            score = weigh(by_code[code])
            if score > 0 and score >= threshold:
                found[self.codebook.codes[code].path] = (code, score, counted(by_code[code]))
        lowest = [
            entry
            for path, entry in found.items()
            if not any(other.startswith(path + "/") for other in found)
        ]
        return sorted(lowest, key=lambda entry: (-entry[1], entry[0]))


def outside(sentences: Sequence[Span], skip: Sequence[Span]) -> list[Span]:
    """The sentences that share no character with what is to be skipped."""
    return [s for s, kept in zip(sentences, is_outside(sentences, skip), strict=True) if kept]


def is_outside(sentences: Sequence[Span], skip: Sequence[Span]) -> list[bool]:
    """Of each sentence whether it shares no character with what is to be skipped."""
    left_out = merged((span.start, span.end) for span in skip)
    if not left_out:
        return [True] * len(sentences)
    starts = [start for start, _ in left_out]
    out = []
    for span in sentences:
        at = bisect_right(starts, span.end - 1) - 1
        out.append(at < 0 or left_out[at][1] <= span.start)
    return out
