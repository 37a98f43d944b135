"""Texts -> Suggestions: the classifier, the cues and the passages the team has coded, together.

A sentence's probability for a code joins two independent witnesses, the classifier ``p`` and the
code's cues ``c`` (those of its sub-codes too), as ``1 - (1 - p) * (1 - TRUST * c)``. The classifier
reads the sentence with up to ``REACH`` on either side, which count the less the farther they are,
and least where another paragraph or turn begins: coders mark passages, and one sentence of them
often says little (``tests/benchmarks/README.md`` has what this brings). Headings and interviewers'
questions are read so, too, as neighbours of what stands below them; nothing is suggested there. A
code it has not learned is left to its cues. What reaches the code's threshold is suggested, under
the sub-code whose cues stand there, if any; sentences side by side that say the same are one
suggestion. Most sentences get none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tcncode.model import City, Codebook, Evidence, Network, Suggestion, suggestion_id
from tcncode.suggest.classifier import Classifier
from tcncode.suggest.cues import (
    CueSuggester,
    Hit,
    cue_evidence,
    doubted,
    outside,
    weigh,
)
from tcncode.suggest.features import Floats, Tokens, joined
from tcncode.suggest.pipeline import Pipeline
from tcncode.suggest.reading import Page
from tcncode.suggest.vectors import Sentences
from tcncode.suggest.witnesses import CodedWith, Reading, Witnesses, nothing_coded
from tcncode.text import Span

TRUST = 0.8
"""How far the codebook's own weights of cues are believed."""
REACH = 3
"""Sentences before and behind that are read with one."""
FADING = 0.6
"""What a sentence counts there, for each step away."""
ACROSS = 0.2
"""How much of that is left where it belongs to another paragraph or turn."""
SLOPE, SHIFT = 0.75, -0.53
"""What running text makes of log odds that were calibrated on passages: a sentence read with its
neighbours sounds surer than it is, and fewer sentences have a function than passages chosen for
training. Fitted on the shipped study's coded documents, one pair for all codes; documents left out
of the fit in turn gave 0.72 to 0.78 and -0.40 to -0.61."""
LOWERED = 0.85
"""In running text thresholds, and the trust in cues, are taken times this."""
UNLEARNED = 0.5
"""Default threshold of a code that has only its cues."""
JOINED = 0.75
"""A neighbour joins a suggestion from this share of the threshold on."""
LONGEST = 4
"""Most sentences in one suggestion."""


class Suggester:
    """Makes suggestions for one codebook. Building it loads spaCy; using it is fast.

    Without a ``pipeline``, a blank one of the language is made. A trained one is kept with each
    suggestion as part of its method, and so are ``sentences``: an encoder that has its say beside
    the classifier, in codes that both know.
    """

    def __init__(
        self,
        codebook: Codebook,
        *,
        classifier: Classifier | None = None,
        networks: Sequence[Network] = (),
        cities: Sequence[City] = (),
        coded: CodedWith = nothing_coded,
        language: str = "en",
        pipeline: Pipeline | None = None,
        sentences: Sentences | None = None,
    ) -> None:
        self.codebook = codebook
        self.classifier = classifier
        self.sentences = sentences if classifier else None
        self.cues = CueSuggester(
            codebook, networks=networks, cities=cities,
            language=pipeline.nlp.lang if pipeline else language,
            nlp=pipeline.nlp if pipeline and pipeline.name else None,
        )  # fmt: skip
        self.nlp = self.cues.nlp
        self._read_with = f"; {pipeline.told}" if pipeline and pipeline.name else ""
        if self.sentences is not None:
            self._read_with += f"; sentence vectors by {self.sentences.encoder.name}"
        known = {code: n for n, code in enumerate(classifier.codes)} if classifier else {}
        self._column = [known.get(code.id) for code in codebook.codes]
        self._thresholds = [
            UNLEARNED if n is None or classifier is None else classifier.calibrations[n].threshold
            for n in self._column
        ]
        if self.sentences is not None:
            joint = self.sentences.calibrations()
            for number, code in enumerate(codebook.codes):
                if self._column[number] is not None and code.id in joint:
                    self._thresholds[number] = joint[code.id].threshold
        paths = {code.path: number for number, code in enumerate(codebook.codes)}
        self._line = [_line(code.path, paths) for code in codebook.codes]
        """Of each code: itself and those above it, from the top."""
        self._learned = [
            next((c for c in reversed(line) if self._column[c] is not None), None)
            for line in self._line
        ]
        """Of each code: itself, or the nearest above it, that the classifier has learned."""
        self._family = [
            set(line) | {other for other, above in enumerate(self._line) if code in above}
            for code, line in enumerate(self._line)
        ]
        """Of each code: itself, those above it and those below it."""
        self._witnesses = Witnesses(self.cues, classifier, coded)

    def suggest(
        self,
        text: str,
        sentences: Sequence[Span],
        *,
        document: str,
        threshold: float | None = None,
        skip: Sequence[Span] = (),
        blocks: Sequence[Span] = (),
        leave_out: Iterable[str] = (),
    ) -> list[Suggestion]:
        """What the sentences may be coded with, in the order of the text, best first.

        Args:
            text: the document's text.
            sentences: not overlapping.
            document: the document's id.
            threshold: 0 to 1; None: each code's own.
            skip: stretches that are read as neighbours, and in which nothing is suggested, such as
                interviewers' turns.
            blocks: paragraphs or turns: sentences are read and joined within these.
            leave_out: ids of codes not to suggest.
        """
        every = sorted(sentences)
        said = set(outside(every, skip))
        if not said:
            return []
        block_of = _blocks_of(every, text, blocks)
        reading = self._read(text, every, block_of)
        silent = set(leave_out)
        found = {
            code: {n: score for n, score in scores.items() if every[n] in said}
            for code, scores in self._candidates(reading, text, threshold).items()
        }
        runs = [
            (code, first, last)
            for code in sorted(found)
            if self.codebook.codes[code].id not in silent
            for first, last in _runs(found[code], block_of, self._limit(code, threshold, reading))
        ]
        names = self._witnesses.names(
            reading, text, {n for _, first, last in runs for n in range(first, last + 1)}
        )
        words = self._witnesses.words(
            reading,
            text,
            (
                (n, column)
                for code, first, last in runs
                if (column := self._learned_column(code)) is not None
                for n in range(first, last + 1)
            ),
        )
        out: list[Suggestion] = []
        for code, first, last in runs:
            numbers = range(first, last + 1)
            score = max(found[code].get(n, 0.0) for n in numbers)
            span = Span(every[first].start, every[last].end)
            out.append(
                self._told(reading, text, document, code, span, numbers, score, names, words)
            )
        return sorted(out, key=lambda s: (s.span, -s.score, s.code))

    def probabilities(
        self,
        text: str,
        sentences: Sequence[Span],
        blocks: Sequence[Span] = (),
        skip: Sequence[Span] = (),
    ) -> list[dict[str, float]]:
        """Code id -> probability, for each sentence; codes that nothing speaks for are left out.

        Args:
            blocks: paragraphs or turns: sentences are read with their neighbours in these.
            skip: stretches that are read as neighbours; their sentences have no place in what is
                returned.
        """
        every = sorted(sentences)
        reading = self._read(text, every, _blocks_of(every, text, blocks))
        found = self._candidates(reading, text, 1e-9, roll_up=True)
        out: list[dict[str, float]] = [{} for _ in every]
        for code, scores in found.items():
            for number, score in scores.items():
                out[number][self.codebook.codes[code].id] = score
        said = set(outside(every, skip))
        return [row for span, row in zip(every, out, strict=True) if span in said]

    def threshold(self, code: str, *, alone: bool = False) -> float:
        """The default threshold of a code (its id) in running text, or of a passage alone."""
        number = next(n for n, c in enumerate(self.codebook.codes) if c.id == code)
        return self._threshold(number, running=not alone)

    # -- reading ------------------------------------------------------------------

    def _read(self, text: str, kept: Sequence[Span], block_of: Sequence[int]) -> Reading:
        pages: list[Page] = []
        where: list[tuple[int, int]] = []
        hits: dict[int, list[Hit]] = {}
        for page in self.cues.reader.pages(text, kept):
            spans = page.chunk.sentences
            for number, found in self.cues.hits(page).items():
                hits[len(where) + number] = doubted(found, text, spans[number])
            where += [(len(pages), number) for number in range(len(spans))]
            pages.append(page)
        tokens = joined([Tokens(page.lower, page.firsts) for page in pages])
        probabilities = np.zeros((len(kept), 0))
        read_tokens = None
        if self.classifier is not None:
            read_tokens = self.classifier.read(tokens, self.nlp.vocab.strings)
            sums = self.classifier.sums(read_tokens)
            read = self.classifier.raw(_with_neighbours(sums, np.array(block_of)))
            probabilities = self.classifier.probabilities(read)
            if self.sentences is not None and kept:
                words = [" ".join(span.of(text).split()) for span in kept]
                around = _with_neighbours(self.sentences.encoder.encode(words), np.array(block_of))
                around /= np.maximum(np.linalg.norm(around, axis=1, keepdims=True), 1e-9)
                probabilities = self.sentences.joined(probabilities, self.classifier.codes, around)
            if len(kept) > 1:
                odds = np.log(probabilities / (1 - probabilities))
                probabilities = 1 / (1 + np.exp(-(SLOPE * odds + SHIFT)))
        return Reading(list(kept), pages, where, tokens, read_tokens, hits, probabilities)

    def _limit(self, code: int, threshold: float | None, reading: Reading) -> float:
        return self._threshold(code, reading.running) if threshold is None else threshold

    def _threshold(self, code: int, running: bool) -> float:
        top = self._learned[code]
        if top is None:
            return self._thresholds[code]
        return self._thresholds[top] * (LOWERED if running else 1.0)

    def _learned_column(self, code: int) -> int | None:
        learned = self._learned[code]
        return None if learned is None else self._column[learned]

    def _candidates(
        self, reading: Reading, text: str, threshold: float | None, *, roll_up: bool = False
    ) -> dict[int, dict[int, float]]:
        """Code -> sentence -> probability, where that reaches the share that joining asks for."""
        out: dict[int, dict[int, float]] = {}
        table = reading.probabilities
        for code, column in enumerate(self._column):
            if column is None:
                continue
            least = self._limit(code, threshold, reading) * JOINED
            for n in np.flatnonzero(table[:, column] >= least).tolist():
                out.setdefault(code, {})[n] = float(table[n, column])
        for n, hits in reading.hits.items():
            for code, score in self._by_cues(hits, table[n], reading.running).items():
                out.setdefault(code, {})[n] = score
        if not roll_up:
            _to_lowest(out, reading.hits, self)
        for code in list(out):
            least = self._limit(code, threshold, reading) * JOINED
            out[code] = {n: round(s, 4) for n, s in sorted(out[code].items()) if s >= least}
        return {code: scores for code, scores in out.items() if scores}

    def _by_cues(self, hits: Sequence[Hit], row: Floats, running: bool) -> dict[int, float]:
        """What the cues of one sentence make of each code they speak for or against."""
        by_code: dict[int, list[Hit]] = {}
        for hit in hits:
            learned = self._learned[hit.sign.code]
            by_code.setdefault(hit.sign.code if learned is None else learned, []).append(hit)
        out = {}
        for code, found in by_code.items():
            cue, _ = weigh(found)
            column = self._column[code]
            own = 0.0 if column is None else float(row[column])
            trust = 1.0 if column is None else TRUST * (LOWERED if running else 1.0)
            out[code] = 1 - (1 - own) * (1 - trust * cue)
        return out

    def _told(
        self, reading: Reading, text: str, document: str, code: int, span: Span,
        numbers: range, score: float, names: Mapping[int, Sequence[Evidence]],
        words: Mapping[tuple[int, int], Sequence[Evidence]],
    ) -> Suggestion:  # fmt: skip
        """One suggestion with what speaks for it."""
        evidence: list[Evidence] = []
        family, column = self._family[code], self._learned_column(code)
        for n in numbers:
            own = [hit for hit in reading.hits.get(n, ()) if hit.sign.code in family]
            if own:
                evidence += [cue_evidence(hit, text) for hit in weigh(own)[1]]
            if column is not None:
                evidence += words[n, column]
            evidence += names.get(n, ())
        key = self.codebook.codes[code].id
        evidence += self._witnesses.nearest(reading, document, numbers, key, span)
        method = ("cues" if column is None else "classifier and cues") + self._read_with
        return Suggestion(
            suggestion_id(document, span, key), document, span, key, score, tuple(evidence), method
        )


def _line(path: str, paths: Mapping[str, int]) -> list[int]:
    parts = path.split("/")
    above = ("/".join(parts[: n + 1]) for n in range(len(parts)))
    return [paths[p] for p in above if p in paths]


def _to_lowest(
    found: dict[int, dict[int, float]], hits: Mapping[int, Sequence[Hit]], suggester: Suggester
) -> None:
    """Move a probability to the sub-code whose own cues stand in the sentence, where one's do."""
    for n, held in hits.items():
        by_code: dict[int, list[Hit]] = {}
        for hit in held:
            by_code.setdefault(hit.sign.code, []).append(hit)
        for code in sorted(by_code):
            learned = suggester._learned[code]
            if learned is None or learned == code or n not in found.get(learned, {}):
                continue
            if weigh(by_code[code])[0] >= UNLEARNED:
                found.setdefault(code, {})[n] = found[learned].pop(n)


def _blocks_of(kept: Sequence[Span], text: str, blocks: Sequence[Span]) -> list[int]:
    """The paragraph or turn of each sentence, by number; a blank line always parts two."""
    starts = sorted({block.start for block in blocks})
    out, number = [], 0
    for at, span in enumerate(kept):
        if at:
            before = kept[at - 1]
            apart = bisect_right(starts, before.start) != bisect_right(starts, span.start)
            between = text[before.end : span.start]
            number += bool(apart or between.count("\n") > 1 or between.strip())
        out.append(number)
    return out


def _with_neighbours(sums: Floats, block_of: Any) -> Floats:
    """The sums of each sentence and, less and less, of those around it."""
    out = sums.copy()
    for away in range(1, REACH + 1):
        same = (block_of[away:] == block_of[:-away])[:, None]
        share = FADING**away * np.where(same, 1.0, ACROSS)
        out[away:] += share * sums[:-away]
        out[:-away] += share * sums[away:]
    return out


def _runs(
    scores: Mapping[int, float], block_of: Sequence[int], threshold: float
) -> list[tuple[int, int]]:
    """First and last sentence of each suggestion: neighbours that reach the lower threshold.

    One of them must reach the threshold itself.
    """
    out: list[tuple[int, int]] = []
    run: list[int] = []

    def close() -> None:
        # A long run is cut; a piece without a sentence of its own weight is left out.
        for at in range(0, len(run), LONGEST):
            piece = run[at : at + LONGEST]
            strong = [n for n in piece if scores[n] >= threshold]
            if strong:
                out.append((piece[0], piece[-1]))

    for n in sorted(scores):
        if run and (n != run[-1] + 1 or block_of[n] != block_of[run[-1]]):
            close()
            run = []
        run.append(n)
    close()
    return out
