"""The one door to spaCy: a blank pipeline that lemmatises, or a trained one, and texts for them.

Lemmas come from simplemma, not from spacy-lookups-data. Measured: 19 MB installed against 99 MB,
and nothing to initialise, where the lookups need ``nlp.initialize()`` and their tables unzipped.
Both are MIT and work offline from their wheel.

A lemma here is a function of the word in lower case and of nothing else, for cues and texts
alike; a trained pipeline's own are used beside it (``reading``). One oddity of lookups is undone:
they give "good" for "best", so that a cue "good practice" would fire on "best practice" and a
sentence with both cues would count one sign twice.
"""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tcncode.errors import TcncodeError
from tcncode.text import Span

CHUNK = 5_000
"""Characters read by spaCy at once. A call for each sentence takes longer, and so does one for
50,000 characters: setting the lemmas then takes three times as long (both measured)."""

LEMMAS = "tcncode_lemmas"
"""The component that sets lemmas."""

# "seconded" (lent to another office) is not the ordinal that the table makes of it.
KEPT = {"better", "best", "worse", "worst", "more", "most", "less", "least", "further"} | {
    "left",
    "united",
    "seconded",
    "seconding",
}
_PLAIN = {"\n": " ", "\r": " ", "\t": " ", "\u00a0": " "} | {
    "\u2010": "-",
    "\u2011": "-",
    "\u2018": "'",
    "\u2019": "'",
}
_BLANK = re.compile(r"[^\S ]")
_UNTIDY = re.compile(r" {2,}|\u00ad")


class LemmaTable(dict[int, int]):
    """From the hash of a word in lower case to the hash of its lemma; learns as it is asked."""

    def __init__(self, strings: Any, language: str) -> None:
        super().__init__()
        self.strings = strings
        self.language = language

    def __missing__(self, word: int) -> int:
        lemma: int = self.strings.add(lemma_of(self.strings[word], self.language))
        self[word] = lemma
        return lemma


def lemma_of(word: str, language: str = "en") -> str:
    """The lemma of one word, in lower case; the word itself in a language without a table.

    >>> [lemma_of(word) for word in ("Cities", "shared", "best", "Barcelona")]
    ['city', 'share', 'best', 'barcelona']
    """
    import simplemma

    word = word.lower()
    if word in KEPT or not word.isalpha():
        return word
    try:
        return simplemma.lemmatize(word, lang=language).lower()
    except ValueError:  # simplemma has no table for this language
        return word


def make_pipeline(language: str = "en") -> Any:
    """A blank spaCy pipeline whose tokens have lemmas.

    Languages whose tokeniser needs a further package get spaCy's general one.
    """
    import spacy
    from spacy.language import Language

    if not Language.has_factory(LEMMAS):
        Language.factory(LEMMAS, default_config={"language": "en"}, func=_lemmatiser)
    try:
        nlp = spacy.blank(language)
    except ImportError:  # "ja" without SudachiPy; or no such language
        nlp = spacy.blank("xx")
    # The limit guards parsers, and there is none here: one sentence may be a whole book.
    nlp.max_length = 10**9
    nlp.add_pipe(LEMMAS, config={"language": language})
    return nlp


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A spaCy pipeline that texts are read with."""

    name: str
    """Package or folder; empty: the blank one."""
    version: str
    gives: tuple[str, ...]
    """``tokens``, and ``lemmas`` and ``entities`` where it has components for them."""
    nlp: Any
    warnings: tuple[str, ...] = ()
    """What spaCy said against it."""

    @property
    def told(self) -> str:
        """Name and version, as kept with suggestions."""
        return f"{Path(self.name).name} {self.version}".strip() if self.name else "blank"


def blank() -> Pipeline:
    """What is used without a trained pipeline."""
    return Pipeline("", "", ("tokens", "lemmas"), make_pipeline())


def load_pipeline(name: str) -> Pipeline:
    """A trained pipeline by the name of its package, or from its folder.

    Raises:
        TcncodeError: it is not installed, or this spaCy cannot use it.
    """
    import spacy
    from spacy.util import is_package

    if not is_package(name) and not Path(name).is_dir():
        near = "" if "/" in name or "\\" in name else f' ("python -m spacy download {name}")'
        raise TcncodeError(
            f'There is no spaCy pipeline "{name}" here. Install it{near}, or name the folder it'
            ' is in; "tcncode suggest use --blank" goes without.'
        )
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            nlp = spacy.load(name)
            nlp("A city can be read.")
        except Exception as error:  # a pipeline brings its own code, which may raise anything
            why = " ".join(str(error).split())[:200] or type(error).__name__
            raise TcncodeError(
                f'The pipeline "{name}" cannot be used with spaCy {version("spacy")} ({why}).'
                ' Try "python -m spacy validate"; "tcncode suggest use --blank" goes without.'
            ) from None
    nlp.max_length = 10**9
    assigned = {what for pipe in nlp.pipe_names for what in nlp.get_pipe_meta(pipe).assigns}
    gives = ["tokens"]
    gives += ["lemmas"] if "token.lemma" in assigned else []
    gives += ["entities"] if "doc.ents" in assigned else []
    said = dict.fromkeys(" ".join(str(w.message).split()) for w in heard)
    return Pipeline(name, str(nlp.meta.get("version", "")), tuple(gives), nlp, tuple(said))


def _lemmatiser(nlp: Any, name: str, language: str) -> Any:
    """The component: sets every token's lemma, as an array (half the time of a loop)."""
    from numpy import array, uint64

    table = LemmaTable(nlp.vocab.strings, language)

    def set_lemmas(doc: Any) -> Any:
        if len(doc):
            words = doc.to_array("LOWER").tolist()
            doc.from_array(["LEMMA"], array([[table[word]] for word in words], dtype=uint64))
        return doc

    return set_lemmas


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some sentences of a document, laid out as one tidy text for one call of the pipeline.

    Tidy: runs of blanks and line breaks are one space, curly apostrophes are straight, odd hyphens
    plain, soft hyphens gone. So a phrase that a PDF broke over two lines is still that phrase.
    """

    text: str
    starts: tuple[int, ...]
    """Where each sentence starts in ``text``; one space stands before each but the first."""
    sentences: tuple[Span, ...]
    """Where each stands in the document."""
    shifts: dict[int, tuple[list[int], list[int]]]
    """For sentences that tidying shortened: tidy offsets and the original ones."""

    def span(self, start: int, end: int) -> Span:
        """Where a stretch of ``text`` that lies in one sentence stands in the document."""
        number = bisect_right(self.starts, start) - 1
        base = self.starts[number]
        first, last = start - base, end - 1 - base
        if number in self.shifts:
            tidy, original = self.shifts[number]
            first, last = (
                original[at] + offset - tidy[at]
                for offset in (first, last)
                for at in [bisect_right(tidy, offset) - 1]
            )
        shift = self.sentences[number].start
        return Span(shift + first, shift + last + 1)

    def bounds(self, number: int) -> tuple[int, int]:
        """Where a sentence starts and ends in ``text``."""
        past = self.starts[number + 1] - 1 if number + 1 < len(self.starts) else len(self.text)
        return self.starts[number], past


def chunks(text: str, sentences: Sequence[Span], *, size: int = CHUNK) -> Iterator[Chunk]:
    """The sentences of a document in order, so many to a chunk that it has about ``size``."""
    for odd, plain in _PLAIN.items():
        text = text.replace(odd, plain)
    text = _BLANK.sub(" ", text)
    parts: list[str] = []
    starts: list[int] = []
    held: list[Span] = []
    shifts: dict[int, tuple[list[int], list[int]]] = {}
    offset = 0
    for span in sentences:
        words = span.of(text)
        if "  " in words or "\u00ad" in words:
            words, tidy, original = _tidied(words)
            if len(tidy) > 1:
                shifts[len(held)] = (tidy, original)
        parts.append(words)
        starts.append(offset)
        held.append(span)
        offset += len(words) + 1
        if offset >= size:
            yield Chunk(" ".join(parts), tuple(starts), tuple(held), shifts)
            parts, starts, held, shifts, offset = [], [], [], {}, 0
    if held:
        yield Chunk(" ".join(parts), tuple(starts), tuple(held), shifts)


def _tidied(words: str) -> tuple[str, list[int], list[int]]:
    """The tidy text, and at each place where it got shorter the tidy and the original offset."""
    parts: list[str] = []
    tidy, original = [0], [0]
    length = at = 0
    for match in _UNTIDY.finditer(words):
        put = "" if match.group() == "\u00ad" else " "
        parts += (words[at : match.start()], put)
        length += match.start() - at + len(put)
        at = match.end()
        tidy.append(length)
        original.append(at)
    parts.append(words[at:])
    return "".join(parts), tidy, original
