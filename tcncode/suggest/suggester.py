"""Texts -> Suggestions: the classifier, the cues and the passages the team has coded, together.

A sentence's probability for a code joins two independent witnesses, the classifier ``p`` and the
code's cues ``c`` (those of its sub-codes too), as ``1 - (1 - p) * (1 - TRUST * c)``. Where there is
a sentence encoder, ``p`` is what both make of the sentence (``vectors.Sentences``). The classifier
reads the sentence with up to ``REACH`` on either side, which count the less the farther they are,
and least where another paragraph or turn begins: coders mark passages, and one sentence of them
often says little (``tests/benchmarks/README.md`` has what this brings). Headings and interviewers'
questions are read so, too, as neighbours of what stands below them; nothing is suggested there. A
code it has not learned is left to its cues. What reaches the code's threshold is suggested, under
the sub-code whose cues stand there, if any; sentences side by side that say the same are one
suggestion. Most sentences get none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from tcncode.model import City, Codebook, Evidence, Network, Suggestion, suggestion_id
from tcncode.suggest.classifier import Classifier, probability
from tcncode.suggest.cues import CueSuggester
from tcncode.suggest.features import Floats, Tokens
from tcncode.suggest.hits import Flags, Hits
from tcncode.suggest.lexicon import Column, Hashes, Ints
from tcncode.suggest.lots import Asked, Lot, joined_runs, laid_out, lots, with_neighbours
from tcncode.suggest.pipeline import Pipeline
from tcncode.suggest.vectors import Sentences
from tcncode.suggest.weighing import counted, cue_evidence
from tcncode.suggest.witnesses import CodedWith, Reading, Run, Witnesses, nothing_coded
from tcncode.text import Span

TRUST, IN_TEXT = 0.8, 0.85
"""How far the codebook's own weights of cues are believed; and what is left of that in running
text, where fewer sentences have a function."""
SLOPE, SHIFT = 0.90, -0.56
"""What running text makes of log odds that were calibrated on passages: a sentence read with its
neighbours sounds surer than it is, and fewer sentences have a function than passages chosen for
training. Fitted on the shipped study's coded documents, one pair for all codes."""
TUNED_SLOPE, TUNED_SHIFT = 0.86, -0.34
"""The same for codes in which an encoder that was tuned on the passages has its say."""
UNLEARNED = 0.5
"""Default threshold of a code that has only its cues."""
JOINED = 0.75
"""A neighbour joins a suggestion from this share of the threshold on."""


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
        self._slopes = np.full(len(known), SLOPE)
        self._shifts = np.full(len(known), SHIFT)
        self._thresholds = [
            UNLEARNED if n is None or classifier is None else classifier.calibrations[n].threshold
            for n in self._column
        ]
        if self.sentences is not None:
            joint = self.sentences.calibrations()
            for number, code in enumerate(codebook.codes):
                column = self._column[number]
                if column is not None and code.id in joint:
                    self._thresholds[number] = joint[code.id].threshold
                    if self.sentences.head.tuned:
                        self._slopes[column], self._shifts[column] = TUNED_SLOPE, TUNED_SHIFT
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
        codes = [sign.code for sign in self.cues.signs.all]
        above = [c if learned is None else learned for c, learned in enumerate(self._learned)]
        self._speaks_for = np.array([above[c] for c in codes], dtype=np.int64)
        """The code that each cue speaks for: what the classifier has learned, or its own."""
        self._below = np.array([-1 if above[c] == c else c for c in codes], dtype=np.int64)
        """Of each cue its code, where that is a sub-code of what the classifier has learned."""
        self._rows = Column(self._rows_of)
        """What the classifier makes of each word."""
        encoder = self.sentences.encoder.name if self.sentences else ""
        self._witnesses = Witnesses(self.cues, classifier, coded, encoder)

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
        asked = Asked(document, text, sentences, skip, blocks)
        (made,) = self.suggest_all([asked], threshold=threshold, leave_out=leave_out)
        return made

    def suggest_all(
        self, asked: Iterable[Asked], *, threshold: float | None = None,
        leave_out: Iterable[str] = (),
    ) -> Iterator[list[Suggestion]]:  # fmt: skip
        """The same for many documents, one list each: read in lots, which is quicker.

        Only one lot is in memory at a time.
        """
        silent = set(leave_out)
        for lot in lots(asked):
            yield from self._suggest(lot, threshold, silent)

    def probabilities(
        self,
        text: str,
        sentences: Sequence[Span],
        blocks: Sequence[Span] = (),
        skip: Sequence[Span] = (),
    ) -> list[dict[str, float]]:
        """Code id -> probability, for each sentence; codes that nothing speaks for are left out.

        A sub-code that is suggested in place of the code above it has the probability of that one,
        which keeps it. One that is left to its cues lends its own to the codes above it that are
        left to theirs.

        Args:
            blocks: paragraphs or turns: sentences are read with their neighbours in these.
            skip: stretches that are read as neighbours; their sentences have no place in what is
                returned.
        """
        lot = laid_out([Asked("", text, sentences, skip, blocks)])
        reading = self._read(lot)
        found = self._candidates(reading, self._limits(1e-9), roll_up=True)
        out: list[dict[str, float]] = [{} for _ in lot.heard]
        for code, scores in found.items():
            for number, score in scores.items():
                out[number][self.codebook.codes[code].id] = score
        return [row for heard, row in zip(lot.heard, out, strict=True) if heard]

    def threshold(self, code: str) -> float:
        """The default threshold of a code (its id)."""
        number = next(n for n, c in enumerate(self.codebook.codes) if c.id == code)
        return float(self._limits(None)[number])

    # -- reading ------------------------------------------------------------------

    def _suggest(
        self, lot: Lot, threshold: float | None, silent: set[str]
    ) -> Iterator[list[Suggestion]]:
        """The suggestions for each document of a lot: looked up for all at once, but made for one
        after another, so that only those of one are held here."""
        reading = self._read(lot)
        limits = self._limits(threshold)
        found = self._candidates(reading, limits)
        runs: list[list[Run]] = [[] for _ in lot.documents]
        unheard = [n for n, heard in enumerate(lot.heard) if not heard]
        for code, scores in sorted(found.items()):
            if self.codebook.codes[code].id not in silent:
                for n in unheard:
                    scores.pop(n, None)
                column = self._learned_column(code)
                for numbers, score in joined_runs(scores, lot.block_of, float(limits[code])):
                    run = Run(code, column, numbers, score)
                    runs[reading.words.documents[numbers[0]]].append(run)
        witnesses = self._witnesses.of(reading, [run for held in runs for run in held])
        for asked, held in zip(lot.documents, runs, strict=True):
            made = [self._told(reading, asked, run, witnesses) for run in held]
            made.sort(key=lambda s: (s.span.start, s.span.end, -s.score, s.code))
            yield made

    def _read(self, lot: Lot) -> Reading:
        words = self.cues.reader.read(lot.read)
        hits = self.cues.hits(words)
        sentences = len(words.sentences)
        documents = np.array(words.documents, dtype=np.int64)
        running = (np.bincount(documents, minlength=1) > 1)[documents]
        if self.classifier is None:
            return Reading(words, None, hits, np.zeros((sentences, 0)), running)
        block_of = np.array(lot.block_of, dtype=np.int64)
        tokens = Tokens(words.lexicon.lower.of(words.lexicon).take(words.numbers), words.firsts)
        rows = np.take(self._rows.of(words.lexicon), words.numbers, axis=0)
        read = self.classifier.read(tokens, self.nlp.vocab.strings, rows)
        sums = self.classifier.sums(read)
        around = with_neighbours(sums, block_of, documents)
        probabilities = self.classifier.probabilities(self.classifier.raw(around))
        by_vectors = None
        if self.sentences is not None and sentences:
            told = [
                " ".join(span.of(words.text(n)).split()) for n, span in enumerate(words.sentences)
            ]
            encoded = self.sentences.encoder.encode(told)
            around = with_neighbours(encoded, block_of, documents)
            around /= np.maximum(np.linalg.norm(around, axis=1, keepdims=True), 1e-9)
            codes = self.classifier.codes
            by_vectors = self.sentences.odds(codes, encoded)
            probabilities = self.sentences.joined(
                probabilities, codes, self.sentences.odds(codes, around)
            )
        odds = np.log(probabilities[running] / (1 - probabilities[running]))
        probabilities[running] = probability(self._slopes * odds + self._shifts)
        return Reading(words, read, hits, probabilities, running, by_vectors)

    def _rows_of(self, rows: Hashes) -> Floats:
        assert self.classifier is not None
        return self.classifier.word_rows(rows[:, 1], self.nlp.vocab.strings)

    def _limits(self, threshold: float | None) -> Floats:
        """The threshold of each code; those of sub-codes are what was learned above them."""
        if threshold is not None:
            return np.full(len(self._column), threshold)
        tops = [c if top is None else top for c, top in enumerate(self._learned)]
        return np.array([self._thresholds[top] for top in tops])

    def _learned_column(self, code: int) -> int | None:
        learned = self._learned[code]
        return None if learned is None else self._column[learned]

    def _candidates(
        self, reading: Reading, limits: Floats, *, roll_up: bool = False
    ) -> dict[int, dict[int, float]]:
        """Code -> sentence -> probability, where that reaches the share that joining asks for."""
        out: dict[int, dict[int, float]] = {}
        table, least = reading.probabilities, limits * JOINED
        for code, column in enumerate(self._column):
            if column is not None:
                known = np.flatnonzero(table[:, column] >= least[code])
                scores = table[known, column].tolist()
                out[code] = dict(zip(known.tolist(), scores, strict=True))
        for n, code, score in self._by_cues(reading, least):
            out.setdefault(code, {})[n] = score
        for (n, learned), code in self._lowest(out, reading.hits).items():
            scores_of = out.setdefault(code, {})
            scores_of[n] = out[learned][n] if roll_up else out[learned].pop(n)
        if roll_up:
            self._roll_up(out)
        asked = least.tolist()
        for code in list(out):
            scores = sorted(out[code].items())
            out[code] = {n: round(s, 4) for n, s in scores if s >= asked[code]}
        return {code: scores for code, scores in out.items() if scores}

    def _by_cues(self, reading: Reading, least: Floats) -> Iterator[tuple[int, int, float]]:
        """What cues make of each code that they speak for or against: sentence, code, probability.

        Args:
            least: of each code; what cannot reach it is left out.
        """
        table = reading.probabilities
        trusted = np.where(reading.running, TRUST * IN_TEXT, TRUST)
        columns = np.array([-1 if n is None else n for n in self._column], dtype=np.int64)
        # A last column stands for all codes that the classifier has not learned.
        known = np.column_stack([table, np.zeros(len(table))])

        def reaching(numbers: Ints, codes: Ints, most: Floats) -> Flags:
            trust = np.where(columns[codes] < 0, 1.0, trusted[numbers])
            own = known[numbers, columns[codes]]
            found: Flags = 1 - (1 - own) * (1 - trust * most) >= least[codes]
            return found

        codes = len(self._column)
        for n, code, cue in reading.hits.scores(self._speaks_for, codes, reaching):
            trust = 1.0 if self._column[code] is None else float(trusted[n])
            yield n, code, 1 - (1 - float(known[n, columns[code]])) * (1 - trust * cue)

    def _lowest(
        self, found: Mapping[int, Mapping[int, float]], hits: Hits
    ) -> dict[tuple[int, int], int]:
        """Sentence and learned code -> the sub-code whose own cues stand there, if any do.

        Of several sub-codes it is the first of the codebook.
        """

        def strong(numbers: Ints, codes: Ints, most: Floats) -> Flags:
            return np.array([
                score >= UNLEARNED and n in found.get(self._learned[code] or 0, {})
                for n, code, score in zip(
                    numbers.tolist(), codes.tolist(), most.tolist(), strict=True
                )
            ], dtype=bool)  # fmt: skip

        out: dict[tuple[int, int], int] = {}
        for n, code, score in hits.scores(self._below, len(self._column), strong):
            learned = self._learned[code]
            if learned is not None and score >= UNLEARNED and n in found[learned]:
                out.setdefault((n, learned), code)
        return out

    def _roll_up(self, found: dict[int, dict[int, float]]) -> None:
        """What is said of a code is said of those above it, up to the first that is learned.

        Those have the same threshold; a code that is learned itself has its own, as has what is
        above it.
        """
        for code, scores in list(found.items()):
            for up in self._line[code]:
                if up != code and self._learned[up] == self._learned[code]:
                    above = found.setdefault(up, {})
                    for n, score in scores.items():
                        above[n] = max(score, above.get(n, 0.0))

    def _told(
        self, reading: Reading, asked: Asked, run: Run, witnesses: Iterator[Sequence[Evidence]]
    ) -> Suggestion:
        """One suggestion with what speaks for it."""
        evidence: list[Evidence] = []
        family = self._family[run.code]
        for n in run.sentences:
            for hit in counted(reading.hits.of(n, family)):
                evidence.append(cue_evidence(hit, asked.text))
            evidence += next(witnesses)
        sentences = reading.words.sentences
        span = sentences[run.sentences[0]]
        if len(run.sentences) > 1:
            span = Span(span.start, sentences[run.sentences[-1]].end)
        key = self.codebook.codes[run.code].id
        evidence += self._witnesses.nearest(reading, asked.document, run.sentences, key, span)
        method = ("cues" if run.column is None else "classifier and cues") + self._read_with
        return Suggestion(
            suggestion_id(asked.document, span, key), asked.document, span, key, run.score,
            tuple(evidence), method,
        )  # fmt: skip


def _line(path: str, paths: Mapping[str, int]) -> list[int]:
    parts = path.split("/")
    above = ("/".join(parts[: n + 1]) for n in range(len(parts)))
    return [paths[p] for p in above if p in paths]
