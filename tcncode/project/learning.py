"""What suggestions are learned from: the shipped passages and the team's own codings."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tcncode import journal
from tcncode.model import Coding
from tcncode.project.codings import Codings
from tcncode.project.documents import Progress
from tcncode.text import Span
from tcncode.text.apparatus import apparatus

if TYPE_CHECKING:
    from tcncode.suggest.classifier import Classifier
    from tcncode.suggest.examples import Example
    from tcncode.suggest.pipeline import Pipeline
    from tcncode.suggest.suggester import Suggester
    from tcncode.suggest.vectors import Sentences
    from tcncode.suggest.witnesses import Coded

PIPELINE = "suggest.pipeline"
"""The setting that names a trained spaCy pipeline; empty: a blank one is used."""
MOSTLY = 0.5
"""Share of a sentence that a coding must cover for the sentence to have its code."""


@dataclass(frozen=True, slots=True)
class Learned:
    """One code in a trained model."""

    code: str
    """Its path."""
    threshold: float
    """Least probability that is suggested by default."""
    precision: float | None
    """What that gave on what was left out of training; None where the aim was out of reach."""
    recall: float | None


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a model was trained on, and what it learned."""

    passages: int
    """Shipped passages."""
    sentences: int
    """Sentences of the project's own documents."""
    left_out: int
    """More sentences that somebody coded or answered, left out since they are too many."""
    codings: int
    """Codings of the team."""
    answers: int
    """Rejected suggestions of the team."""
    decisions: int
    """What coders had decided by hand by then: answers and codings of their own."""
    seed: int
    made: str
    """ISO 8601, UTC."""
    codebook_version: str
    codes: tuple[Learned, ...]
    moved: int
    """How many of them, the first, the shipped model knew."""
    out_of_reach: tuple[str, ...]
    """Paths of codes with sentences enough that are left to their cues all the same."""


class Learning(Codings):
    """Makes the suggester of a project, and trains its model."""

    def train_suggester(
        self, seed: int = 0, progress: Progress | None = None
    ) -> TrainingReport | None:
        """Teach the shipped model the team's codings and answers, and keep what comes out.

        Returns:
            None where there is nothing to learn from: the shipped model knows none of the codes,
            and no code has examples enough.
        """
        from tcncode.suggest.adapting import adapted
        from tcncode.suggest.base import base_classifier
        from tcncode.suggest.drawing import drawn
        from tcncode.suggest.pipeline import make_pipeline
        from tcncode.suggest.training import learnable

        decisions = self.decisions()
        base = base_classifier(self.codebook)
        every = self.all_examples()
        own = drawn(every, seed)
        left_out = sum(bool(e.decided) for e in every) - sum(bool(e.decided) for e in own)
        del every
        made = adapted(base, own, make_pipeline(), seed=seed, progress=progress)
        if made is None:
            return None
        rejected = sum(map(len, self._refused().values()))
        by_id = self.codebook.by_id()
        report = TrainingReport(
            int(base.about["examples"]) if base else 0, len(own), left_out,
            len(self._visible_codings()), rejected, decisions,
            seed, journal.now(), self.codebook_version, self._learned(made),
            len(base.codes) if base else 0,
            tuple(by_id[code].path for code in learnable(own) if code not in made.codes),
        )  # fmt: skip
        about = {
            "passages": report.passages, "sentences": report.sentences,
            "left_out": left_out, "codings": report.codings, "answers": report.answers,
            "decisions": decisions, "seed": seed,
            "codebook_version": report.codebook_version,
        }  # fmt: skip
        with self._writable():
            self._store.put_suggester(report.made, json.dumps(about), made.to_bytes())
        return report

    def decisions(self) -> int:
        """How much coders have decided: answers to suggestions, and codings by hand."""
        return self._store.decisions()

    def decisions_learned(self) -> int | None:
        """How much of that the project's own model knows; None where it has none."""
        kept = self._store.suggester()
        return None if kept is None else int(json.loads(kept[1])["decisions"])

    # -- what there is to learn from ------------------------------------------------

    def team_examples(self, seed: int = 0) -> list[Example]:
        """What is learned from, of ``all_examples``."""
        from tcncode.suggest.drawing import drawn

        return drawn(self.all_examples(), seed)

    def all_examples(self) -> list[Example]:
        """The sentences of which the team's codings and answers tell something.

        A sentence mostly covered by a coding has its code and those above it. In a document that a
        coder has finished, what that coder left uncoded is known not to have the code, unless
        another coder gave it. A rejected suggestion says no for its code. Documents that are
        still being coded blind are left out.
        """
        codings = self._visible_codings()
        finished: dict[str, int] = {}
        for assignment in self._store.assignments():
            if assignment.finished:
                finished[assignment.document] = finished.get(assignment.document, 0) + 1
        refused = self._refused()
        hidden = self._being_coded_blind()
        by_document: dict[str, list[Coding]] = {}
        for coding in codings:
            by_document.setdefault(coding.document, []).append(coding)
        return [
            example
            for document in sorted({*by_document, *(set(finished) - hidden), *refused})
            for example in self._sentences_of(
                document,
                by_document.get(document, []),
                finished.get(document, 0),
                refused.get(document, []),
            )
        ]

    def _sentences_of(
        self, document: str, codings: Sequence[Coding], finished: int,
        refused: Sequence[tuple[Span, str, str]],
    ) -> list[Example]:  # fmt: skip
        from tcncode.suggest.examples import Example

        text = self._text(document)
        everything = frozenset(code.id for code in self.codebook.codes)
        above = self._above()
        known = [coding for coding in codings if coding.code in above]
        decided = [(c.span, c.created) for c in known]
        decided += [(span, moment) for span, _, moment in refused]
        out = []
        same: dict[frozenset[str], frozenset[str]] = {}  # one of each, for sentences are many
        spans = self._sentences_to_judge(document)
        for span, on in zip(spans, _mostly_covering(spans, [s for s, _ in decided]), strict=True):
            yes = {up for n in on if n < len(known) for up in above[known[n].code]}
            down = {refused[n - len(known)][1] for n in on if n >= len(known)} - yes
            no = down | everything - yes if finished else down
            if yes or no:
                words = " ".join(span.of(text).split())
                last = max((decided[n][1] for n in on), default="")
                has, lacks, not_that = (
                    same.setdefault(s, s) for s in map(frozenset, (yes, no, down))
                )
                out.append(
                    Example(
                        words, has, lacks, document, span, decided=last, refused=not_that
                    )
                )  # fmt: skip
        return out

    def _sentences_to_read(self, document: str) -> list[Span]:
        """The sentences of a document for which there may be suggestions."""
        from tcncode.suggest.cues import outside

        return outside(self._sentences(document), self._silent(document))

    def _sentences_to_judge(self, document: str) -> list[Span]:
        """Likewise with those that nobody reads, notes and such: a coder may have coded them."""
        from tcncode.suggest.cues import outside

        return outside(self._every_sentence(document), self._silent(document))

    def _every_sentence(self, document: str) -> list[Span]:
        return sorted(Span(*stretch) for stretch in self.stretches(document, "sentence"))

    def _sentences(self, document: str) -> list[Span]:
        """The sentences of a document that are read: notes, references and bits are not."""
        from tcncode.suggest.cues import outside

        every = self._every_sentence(document)
        beside = apparatus(
            self._text(document), every,
            sorted(Span(*stretch) for stretch in self.stretches(document, "paragraph")),
            sorted(Span(*stretch) for stretch in self.stretches(document, "heading")),
        )  # fmt: skip
        return outside(every, beside)

    def _probabilities(self, suggester: Suggester, document: str) -> list[dict[str, float]]:
        """What is said of each of ``_sentences_to_judge``: nothing of what is not read."""
        from tcncode.suggest.cues import outside

        read = self._sentences(document)
        silent = self._silent(document)
        found = suggester.probabilities(self._text(document), read, self._blocks(document), silent)
        said = dict(zip(outside(read, silent), found, strict=True))
        return [said.get(span, {}) for span in self._sentences_to_judge(document)]

    def _blocks(self, document: str) -> list[Span]:
        """The turns of a transcript, or the paragraphs of another document."""
        found = self.stretches(document, "turn") or self.stretches(document, "paragraph")
        return [Span(*stretch) for stretch in found]

    def _silent(self, document: str) -> list[Span]:
        """Interviewers' turns, and headings: "Article 3" sets no standard, it names one.

        They are read as neighbours of other sentences, but nothing is suggested in them. In the
        shipped study no coder marked one of 161 sentences of interviewers, and two of 80 headings.
        """
        asked = {s.label for s in self.speakers(document) if s.role == "interviewer"}
        # Most documents have no interviewer, and their turns need not be looked at.
        turns = self.segments(document, "turn") if asked else []
        headings = [Span(*stretch) for stretch in self.stretches(document, "heading")]
        return [t.span for t in turns if t.speaker in asked] + headings

    def _above(self) -> dict[str, set[str]]:
        """Of each code's id: that and the ids of those above it."""
        ids = {code.path: code.id for code in self.codebook.codes}
        out = {}
        for code in self.codebook.codes:
            parts = code.path.split("/")
            paths = ("/".join(parts[: n + 1]) for n in range(len(parts)))
            out[code.id] = {ids[path] for path in paths if path in ids}
        return out

    def _being_coded_blind(self) -> set[str]:
        """Documents in which others' codings must not show through."""
        return {a.document for a in self._store.assignments() if a.blind and not a.finished}

    def _refused(self) -> dict[str, list[tuple[Span, str, str]]]:
        """Rejected suggestions that are learned from, by document: passage, code and moment."""
        hidden = self._being_coded_blind()
        out: dict[str, list[tuple[Span, str, str]]] = {}
        for document, span, code, answer, stamp in self._store.all_answers():
            if answer == "rejected" and document not in hidden:
                out.setdefault(document, []).append((span, code, journal.moment(stamp)))
        return out

    def _visible_codings(self) -> list[Coding]:
        hidden = self._being_coded_blind()
        return [c for c in self._store.codings() if c.document not in hidden]

    # -- the suggester ----------------------------------------------------------------

    def suggester(self) -> Suggester:
        """With the project's own model, else with that of the shipped passages."""
        from tcncode.suggest.suggester import Suggester

        return Suggester(
            self.codebook,
            classifier=self.classifier(),
            networks=self.networks(),
            cities=self.cities(),
            coded=partial(self._coded, self._being_coded_blind()),
            pipeline=self.pipeline(),
            sentences=self.sentence_encoder(),
        )

    def sentence_encoder(self) -> Sentences | None:
        """The sentence encoder that was set, with what it has learned; None: none was.

        Raises:
            NoEncoderError: it is not installed here, or has learned nothing here.
        """
        from tcncode.suggest.heads import head_of
        from tcncode.suggest.vectors import load_encoder, sentences_for

        name = self.vectors()
        if not name:
            return None
        head = head_of(name)  # looked for first: loading an encoder takes seconds
        return sentences_for(load_encoder(name), head, self.codebook)

    def use_vectors(
        self, name: str, *, say: Callable[[str], None] | None = None,
        progress: Progress | None = None,
    ) -> None:  # fmt: skip
        """Let a sentence encoder have its say in suggestions; empty: none.

        One that is not shipped reads the shipped passages first, once on a computer.

        Args:
            name: ``minilm``, a folder, or the name of a model that was fetched before.
            say: is told beforehand how long that takes.

        Raises:
            NoEncoderError: it is not known or not installed; what was set before stays.
            TcncodeError: what it learned cannot be kept; likewise.
        """
        from tcncode.suggest import heads, vectors

        if name and name not in vectors.ENCODERS and Path(name).is_dir():
            name = str(Path(name).resolve())
        if name:
            vectors.check_encoder(name)
            if not heads.is_learned(name):
                heads.learn(name, say=say, tick=progress)
        with self._writable():
            self._store.set_setting(vectors.SETTING, name)

    def vectors(self) -> str:
        """The name or folder of the sentence encoder that was set; empty: none was."""
        from tcncode.suggest.vectors import SETTING

        return self._store.setting(SETTING) or ""

    def models_outdated(self) -> str:
        """A line each for a kept model and a tuned encoder that belong to another version."""
        from tcncode.suggest.heads import outdated

        lines = [outdated(name)] if (name := self.vectors()) else []
        if self._store.suggester() is not None and self._own_classifier() is None:
            lines.append(
                "The model that this project has learned was made by another version of tcncode,"
                ' so the shipped one is used. "tcncode suggest train" learns it anew.'
            )
        return "\n".join(filter(None, lines))

    def pipeline(self) -> Pipeline:
        """What texts are read with for suggestions.

        Raises:
            TcncodeError: the trained pipeline that was set is not here, or cannot be used.
        """
        from tcncode.suggest.pipeline import blank, load_pipeline

        name = self._store.setting(PIPELINE)
        return load_pipeline(name) if name else blank()

    def use_pipeline(self, name: str) -> Pipeline:
        """Read texts with a trained spaCy pipeline: a package, or a folder; empty: a blank one.

        Raises:
            TcncodeError: it is not here, or cannot be used; what was set before stays.
        """
        from tcncode.suggest.pipeline import blank, load_pipeline

        if name and Path(name).is_dir():
            name = str(Path(name).resolve())
        found = load_pipeline(name) if name else blank()
        with self._writable():
            self._store.set_setting(PIPELINE, name)
        return found

    def classifier(self) -> Classifier | None:
        """The project's own model, else the shipped one; None where neither knows a code."""
        from tcncode.suggest.base import base_classifier

        return self._own_classifier() or base_classifier(self.codebook)

    def own_model(self) -> tuple[str, int] | None:
        """When the project's own model was made (ISO 8601, UTC), and of how many of its sentences;
        None: it has none that this version can read."""
        kept = self._store.suggester()
        if kept is None or self._own_classifier() is None:
            return None
        return kept[0], int(json.loads(kept[1])["sentences"])

    def _own_classifier(self) -> Classifier | None:
        """The model kept in the project; None where it has none that this version can read."""
        from tcncode.suggest.classifier import Classifier

        kept = self._store.suggester()
        if kept is None:
            return None
        try:
            return Classifier.from_bytes(kept[2])
        except ValueError:  # kept by another version: it can be trained anew
            return None

    def _coded(self, hidden: Container[str], code: str) -> list[Coded]:
        """What the team coded with a code (its id), to show what a suggestion is like."""
        from tcncode.suggest.witnesses import Coded

        codings = [c for c in self._store.codings(codes=[code]) if c.document not in hidden]
        names = {e.id: e.name for e in self._entries(list({c.document for c in codings}))}
        return [
            Coded(
                " ".join(c.span.of(self._text(c.document)).split())[:300],
                c.code,
                f"{names[c.document]}, coded by {c.coder}",
                c.document,
                c.span,
            )
            for c in codings
        ]

    def _learned(self, classifier: Any) -> tuple[Learned, ...]:
        by_id = self.codebook.by_id()
        return tuple(
            Learned(by_id[code].path if code in by_id else code, c.threshold, c.precision, c.recall)
            for code, c in zip(classifier.codes, classifier.calibrations, strict=True)
        )


def _mostly_covering(sentences: Sequence[Span], spans: Sequence[Span]) -> Iterator[list[int]]:
    """Of each sentence the numbers of the spans that cover most of it, in one pass.

    Args:
        sentences: sorted, not overlapping.
        spans: in any order, overlapping or not.
    """
    order = deque(sorted(range(len(spans)), key=lambda n: spans[n].start))
    near: list[int] = []
    for sentence in sentences:
        while order and spans[order[0]].start < sentence.end:
            near.append(order.popleft())
        near = [n for n in near if spans[n].end > sentence.start]
        yield [n for n in near if _mostly(sentence, spans[n])]


def _mostly(sentence: Span, span: Span) -> bool:
    shared = min(sentence.end, span.end) - max(sentence.start, span.start)
    return shared >= MOSTLY * len(sentence)
