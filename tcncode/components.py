"""Suggestions as components of any spaCy pipeline: a document in, spans and categories out.

::

    import spacy
    import tcncode.components

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("tcncode_functions")
    doc = nlp("We learn from each other. The ministry has failed our residents; shame on it.")
    print(doc.cats["sharing"], [(span.text, span.label_) for span in doc.spans["tcncode"]])
    nlp.to_disk("functions")

``tcncode_functions`` has the trained classifier and the codebook's cues, ``tcncode_cues`` the cues
alone. Both read by themselves what is in the document, so it does not matter what else is in the
pipeline, but for sentences: where nothing sets them, the document counts as one.

    doc.spans["tcncode"]           passages, labelled with the paths of codes; ``attrs["scores"]``
                                   has the probability of each
    doc.spans["tcncode_evidence"]  words that speak for them, labelled with what they are
    doc.cats                       code path -> greatest probability of it or of a code below it

Config: ``codebook`` (a YAML file; the shipped one if left out) or ``project`` (a project file: its
codebook, the model that it keeps and the sentence encoder it was told to use), ``threshold`` (each
code's own if left out), and ``vectors`` (a sentence encoder besides, as "tcncode suggest use
--vectors" names it; with a project: instead of its own). ``nlp.to_disk`` saves codebook, model and
what was learned with the encoder, whose name it keeps; not names of networks and cities.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spacy.language import Language

from tcncode import codebook as codebooks
from tcncode.model import NO_WORDS, Codebook
from tcncode.project import Project
from tcncode.shipped import shipped
from tcncode.suggest.base import base_classifier
from tcncode.suggest.classifier import Classifier
from tcncode.suggest.heads import head_of, is_tuned, outdated
from tcncode.suggest.suggester import Suggester
from tcncode.suggest.vectors import Head, Sentences, load_encoder, sentences_for
from tcncode.text import Span

SPANS, EVIDENCE = "tcncode", "tcncode_evidence"
_SETTINGS: dict[str, Any] = {
    "codebook": None, "project": None, "threshold": None, "vectors": None,
}  # fmt: skip


class Functions:
    """The component. What it needs is read when the first document comes."""

    def __init__(
        self, *, codebook: str | None, project: str | None, threshold: float | None,
        vectors: str | None = None, trained: bool,
    ) -> None:  # fmt: skip
        if codebook and project:
            raise ValueError("Name a codebook or a project, not both.")
        self.threshold = threshold
        self._codebook, self._project, self._trained = codebook, project, trained
        self._encoder = vectors or ""
        self._suggester: Suggester | None = None

    @property
    def suggester(self) -> Suggester:
        """What does the work.

        Raises:
            TcncodeError: the codebook or project cannot be read, or the sentence encoder is not
                here.
        """
        if self._suggester is None:
            if self._project:
                with Project.open(Path(self._project)) as project:
                    book, classifier = project.codebook, project.classifier()
                    networks, cities = project.networks(), project.cities()
                    self._encoder = self._encoder or project.vectors()
            else:
                book = codebooks.load(self._codebook or shipped("codebook.yaml"))
                classifier, networks, cities = base_classifier(book), [], []
            self._suggester = Suggester(
                book, classifier=classifier if self._trained else None,
                networks=networks, cities=cities, sentences=self._sentences(book),
            )  # fmt: skip
        return self._suggester

    def _sentences(self, book: Codebook) -> Sentences | None:
        if not self._trained or not self._encoder:
            return None
        head = head_of(self._encoder)
        if line := outdated(self._encoder):
            warnings.warn(line, stacklevel=2)
        return sentences_for(load_encoder(self._encoder), head, book)

    def __call__(self, doc: Any) -> Any:
        """Put suggestions into a Doc."""
        suggester = self.suggester
        paths = {code.id: code.path for code in suggester.codebook.codes}
        parts = doc.sents if doc.has_annotation("SENT_START") else [doc[:]]
        sentences = [Span(p.start_char, p.end_char) for p in parts if p.text.strip()]
        found = suggester.suggest(doc.text, sentences, document="", threshold=self.threshold)
        doc.cats |= dict.fromkeys(paths.values(), 0.0)
        for made in found:
            slugs = paths[made.code].split("/")
            for n in range(len(slugs)):
                path = "/".join(slugs[: n + 1])
                if path in doc.cats:
                    doc.cats[path] = max(doc.cats[path], made.score)
        doc.spans[SPANS] = [_span(doc, made.span, paths[made.code]) for made in found]
        doc.spans[SPANS].attrs["scores"] = [made.score for made in found]
        evidence = {
            (e.span, e.kind) for made in found for e in made.evidence if e.kind not in NO_WORDS
        }
        doc.spans[EVIDENCE] = [_span(doc, span, kind) for span, kind in sorted(evidence)]
        return doc

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:
        """Save codebook and model in a folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        suggester = self.suggester
        text = codebooks.dump(suggester.codebook)
        (folder / "codebook.yaml").write_text(text, encoding="utf-8", newline="\n")
        if suggester.classifier is not None:
            (folder / "functions.model").write_bytes(suggester.classifier.to_bytes())
        if suggester.sentences is not None:
            (folder / "vectors.head").write_bytes(suggester.sentences.head.to_bytes())
            (folder / "vectors.txt").write_text(self._encoder, encoding="utf-8", newline="\n")

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> Functions:
        """Read what ``to_disk`` saved.

        Raises:
            CodebookError, ValueError: it is damaged, or was saved by another version.
            NoEncoderError: it was saved with a sentence encoder that is not here.
        """
        folder, model = Path(path), Path(path) / "functions.model"
        classifier = Classifier.from_bytes(model.read_bytes()) if model.exists() else None
        book = codebooks.load(folder / "codebook.yaml")
        sentences, kept = None, folder / "vectors.head"
        if kept.exists():
            self._encoder = (folder / "vectors.txt").read_text(encoding="utf-8")
            head = Head.from_bytes(kept.read_bytes())
            if is_tuned(self._encoder) and not head.tuned:
                raise ValueError(f"{kept} is of the encoder before it was taught: save it anew")
            sentences = sentences_for(load_encoder(self._encoder), head, book)
        self._suggester = Suggester(book, classifier=classifier, sentences=sentences)
        return self


def _span(doc: Any, span: Span, label: str) -> Any:
    return doc.char_span(span.start, span.end, label=label, alignment_mode="expand")


@Language.factory("tcncode_functions", default_config=_SETTINGS)
def make_functions(
    nlp: Language, name: str, codebook: str | None, project: str | None,
    threshold: float | None, vectors: str | None,
) -> Functions:  # fmt: skip
    """The classifier and the cues."""
    return Functions(
        codebook=codebook, project=project, threshold=threshold, vectors=vectors, trained=True
    )


@Language.factory("tcncode_cues", default_config=_SETTINGS)
def make_cues(
    nlp: Language, name: str, codebook: str | None, project: str | None,
    threshold: float | None, vectors: str | None,
) -> Functions:  # fmt: skip
    """The cues alone."""
    return Functions(
        codebook=codebook, project=project, threshold=threshold, vectors=vectors, trained=False
    )
