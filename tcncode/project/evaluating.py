"""How good suggestions are: on a file of passages, the shipped passages, or the team's codings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tcncode.errors import TcncodeError
from tcncode.project.documents import Progress
from tcncode.project.learning import Learning
from tcncode.shipped import shipped
from tcncode.text import Span
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.suggest.evaluate import Passage, Quality
    from tcncode.suggest.examples import Example
    from tcncode.suggest.suggester import Suggester

CROSSED = 3
"""Parts that documents or writers are dealt into; each is judged by what the others taught."""
TOLD_EVERY = 25
"""Passages judged between two signs of life."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A passage that was suggested wrongly, or missed."""

    id: str
    code: str
    """Path."""
    mistake: str
    """``suggested wrongly`` or ``missed``."""
    score: float
    text: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came out, and how it was made."""

    qualities: tuple[Quality, ...]
    calibration_error: float
    reliability: tuple[tuple[float, float, int], ...]
    """Mean stated probability, share that is right, how many."""
    mistakes: tuple[Mistake, ...]
    told: str
    """On which passages, and who judged them."""


class Evaluating(Learning):
    """Judges the suggester on passages it has not learned from."""

    def evaluate_suggestions(
        self, *, passages: Path | None = None, corpus: bool = False, seed: int = 0,
        progress: Progress | None = None,
    ) -> Evaluation:  # fmt: skip
        """Judge suggestions; by default on the team's codings, documents left out in turn.

        Args:
            passages: a file of labelled passages, for the model in use.
            corpus: on the shipped passages, whole writers left out in turn.

        Raises:
            ReadError: the file is not one of passages.
            TcncodeError: the team has finished too little to leave some of it out.
        """
        from tcncode.suggest.evaluate import read_passages

        if passages is not None:
            judged = read_passages(passages, self.codebook)
            suggester = self.suggester()
            parts = [(suggester, judged)]
            told = f"{counted(len(judged), 'passage')} of {passages.name}, the model in use."
        else:
            parts, told = self._crossed(corpus, seed, progress)
        return self._judge(parts, told, progress)

    def _crossed(
        self, corpus: bool, seed: int, progress: Progress | None
    ) -> tuple[list[tuple[Suggester, list[Passage]]], str]:
        """Suggesters, each with the passages that were left out of its training."""
        from tcncode.suggest import heads
        from tcncode.suggest.adapting import adapted
        from tcncode.suggest.base import base_classifier
        from tcncode.suggest.drawing import drawn
        from tcncode.suggest.evaluate import Passage
        from tcncode.suggest.examples import folds, read_corpus
        from tcncode.suggest.pipeline import make_pipeline
        from tcncode.suggest.suggester import Suggester
        from tcncode.suggest.training import train
        from tcncode.suggest.vectors import Sentences, load_encoder

        finished = {a.document for a in self._store.assignments() if a.finished}
        # All of them: were sentences without a code left out, as they are from what is taught,
        # there would be less to suggest wrongly than coders meet, and precision would be too high.
        own = [e for e in self.all_examples() if e.group in finished]
        judged = read_corpus(shipped("corpus") / "training", self.codebook) if corpus else own
        groups = sorted({e.group for e in judged})
        if len(groups) < CROSSED:
            raise TcncodeError(
                f"{counted(len(groups), 'document is', 'documents are')} finished: {CROSSED} or"
                " more are needed to leave some out. --corpus judges on the shipped passages."
            )
        dealt = folds([e.group for e in judged], CROSSED)
        pipeline = self.pipeline()
        name = self.vectors()
        # A head that has learned from all the shipped passages cannot be judged on them: it is
        # fitted anew to each part. An encoder that has itself learned from them has no part.
        tuned = bool(name) and heads.is_tuned(name)
        sentences = None if corpus else self.sentence_encoder()
        found = None
        if corpus and name and not tuned:
            encoder = load_encoder(name)
            found = heads.encoded(encoder, [e.text for e in judged], progress)
        parts: list[tuple[Suggester, list[Passage]]] = []
        for part in range(CROSSED):
            taught: list[Example] = [e for e, f in zip(judged, dealt, strict=True) if f != part]
            if corpus:
                trained = train(taught, make_pipeline(), seed=seed)
                classifier = trained.classifier if trained else None
                if found is not None and trained:
                    rows = [n for n in range(len(judged)) if dealt[n] != part]
                    head = heads.fitted(encoder.name, taught, trained, found[rows], seed=seed)
                    sentences = Sentences(encoder, head, {code: code for code in head.codes})
            else:
                base = base_classifier(self.codebook)
                classifier = adapted(base, drawn(taught, seed), make_pipeline(), seed=seed)
            suggester = Suggester(
                self.codebook, classifier=classifier, pipeline=pipeline, sentences=sentences
            )
            held = [(n, judged[n]) for n in range(len(judged)) if dealt[n] == part]
            passages = [
                Passage(f"{e.group} {n}", e.text, e.yes, e.group if e.span else "", e.span)
                for n, e in held
            ]
            parts.append((suggester, passages))
            if progress:
                progress(part + 1, CROSSED)
        what = "shipped passages; writers" if corpus else "sentences of finished documents; these"
        told = f"{len(judged)} {what} were left out of training in {CROSSED} turns (seed {seed})."
        if corpus and tuned:
            told += " Without the sentence encoder, which has itself learned from them."
        return parts, told

    def _said(
        self, suggester: Suggester, passages: Sequence[Passage], progress: Progress | None
    ) -> list[Mapping[str, float]]:
        """What is said of each passage; those of a document are read where they stand."""
        at: dict[str, dict[Span, Mapping[str, float]]] = {}
        found = []
        for number, passage in enumerate(passages, 1):
            document, span = passage.document, passage.span
            if document and document not in at:
                spans = self._sentences_to_judge(document)
                told = self._probabilities(suggester, document)
                at[document] = dict(zip(spans, told, strict=True))
            found.append(at[document][span] if span else _whole(suggester, passage.text))
            if progress and number % TOLD_EVERY == 0:
                progress(number, len(passages))
        return found

    def _judge(
        self, parts: Sequence[tuple[Suggester, Sequence[Passage]]], told: str,
        progress: Progress | None,
    ) -> Evaluation:  # fmt: skip
        import numpy as np

        from tcncode.suggest import evaluate
        from tcncode.suggest.suggester import UNLEARNED, Suggester

        by_id = self.codebook.by_id()
        named = {code for _, passages in parts for p in passages for code in p.codes}
        codes = [c.id for c in self.codebook.codes if c.id in named or (c.depth == 0)]
        cues = Suggester(self.codebook)
        above = self._above()
        labels, scores, words = [], [], []
        mistakes: list[Mistake] = []
        thresholds = []
        for suggester, passages in parts:
            limits = np.array([suggester.threshold(code) for code in codes])
            thresholds.append(np.tile(limits, (len(passages), 1)))
            found = self._said(suggester, passages, progress)
            truth = [{up for code in p.codes for up in above[code]} for p in passages]
            labels.append(np.array([[float(c in t) for c in codes] for t in truth]))
            scores.append(evaluate.matrix(found, codes))
            words.append(
                evaluate.matrix([_up(_whole(cues, p.text), above) for p in passages], codes)
            )
            for p, t, row in zip(passages, truth, found, strict=True):
                judged = [(c, row.get(c, 0.0), c in t) for c in codes]
                wrong = [
                    (code, score, there)
                    for (code, score, there), limit in zip(judged, limits.tolist(), strict=True)
                    if (score >= limit) != there
                ]
                why = _why(suggester, p.text, above) if wrong else {}
                for code, score, there in wrong:
                    what, path = "missed" if there else "suggested wrongly", by_id[code].path
                    told_by = "; ".join(why.get(code, ()))
                    mistakes.append(Mistake(p.id, path, what, round(score, 3), p.text, told_by))
        names = [by_id[code].path for code in codes]
        truths, said = np.vstack(labels), np.vstack(scores)
        tops = [bool(truths[:, k].any()) for k, c in enumerate(codes) if by_id[c].depth == 0]
        frequent = np.repeat(truths.mean(axis=0, keepdims=True), len(truths), axis=0)
        rows = [
            *evaluate.qualities("tcncode", names, truths, said, np.vstack(thresholds)),
            *evaluate.qualities(
                "keywords", names, truths, np.vstack(words), np.full(len(codes), UNLEARNED)
            ),
            *evaluate.qualities(
                "most_frequent", names, truths, frequent, np.full(len(codes), UNLEARNED)
            ),
        ]
        return Evaluation(
            tuple(rows),
            evaluate.calibration_error(truths, said),
            tuple(evaluate.reliability(truths, said)),
            tuple(mistakes),
            told + _over(tops),
        )


def _whole(suggester: Suggester, text: str) -> Mapping[str, float]:
    """What is said of a passage read as one sentence."""
    return suggester.probabilities(text, [Span(0, len(text))])[0] if text.strip() else {}


def _over(supported: Sequence[bool]) -> str:
    """Which codes the means are over, where that is not all at the top.

    Args:
        supported: of each code at the top, whether a passage has it.
    """
    held = sum(supported)
    if held == len(supported):
        return ""
    return (
        f" macro is over {held} of {counted(len(supported), 'code')} at the top, those with"
        " support; what is suggested of the others counts in micro alone."
    )


def _up(found: Mapping[str, float], above: Mapping[str, set[str]]) -> dict[str, float]:
    """What is said of a code is said of those above it."""
    out: dict[str, float] = {}
    for code, score in found.items():
        for up in above[code]:
            out[up] = max(score, out.get(up, 0.0))
    return out


def _why(
    suggester: Suggester, text: str, above: Mapping[str, set[str]]
) -> Mapping[str, Sequence[str]]:
    """By code: what speaks for it, and for codes under it, in a passage read by itself."""
    out: dict[str, list[str]] = {}
    for made in suggester.suggest(text, [Span(0, len(text))], document="", threshold=1e-9):
        for code in above[made.code]:
            out.setdefault(code, []).extend(e.told for e in made.evidence)
    return out
