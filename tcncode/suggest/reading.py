"""Documents -> words as numbers: what cues, names and the classifier are looked up by.

spaCy's tokeniser cuts each stretch between two spaces for itself, and a lemma here depends on the
word alone. So with a blank pipeline each stretch is put to it once, and what it made of it is
remembered as a row of numbers for each word; documents are their rows one behind the other. That is
several times as quick as making a ``Doc`` of each. (spaCy has such a cache, too, which keeps
nothing of a text from the first exception on, "don't", and no more than 10,000 stretches.) A
trained pipeline looks at the words around, so it reads everything, and its lemmas are used beside
ours.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import regex

from tcncode.suggest.lexicon import MOST_WORDS, Ints, Lexicon
from tcncode.suggest.pipeline import CHUNK, KEPT, LEMMAS, Chunk, LemmaTable, chunks
from tcncode.suggest.weighing import DENYING
from tcncode.text import Span

MOST_KNOWN = 200_000
"""Stretches that are remembered before that begins anew."""
PAGE = 50_000
"""Characters to a chunk, where no pipeline reads them."""

CAPITAL, DENIAL, QUESTION = 1, 2, 4
"""Marks of a stretch's first word: a capital letter, a word that may deny, or a question mark
stands in it."""
_ALL = CAPITAL | DENIAL | QUESTION
_DENYING = re.compile(DENYING, re.IGNORECASE)
_CAPITAL = regex.compile(r"\p{Lu}")

Rows = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some sentences, of one document or of many."""

    texts: Sequence[str]
    """Of the documents."""
    sentences: Sequence[Span]
    """Each in its document; those of one document stand together."""
    documents: Sequence[int]
    """The document of each sentence, by its number in ``texts``."""
    lexicon: Lexicon
    numbers: Ints
    """Of each word in the lexicon."""
    marks: Rows
    """Of each word ``CAPITAL``, ``DENIAL`` and ``QUESTION``."""
    starts: Ints
    """Where each word starts in its document."""
    ends: Ints
    firsts: Ints
    """Number of the first word of each sentence, and at the end how many words there are."""
    owners: Ints
    """The sentence of each word."""
    sentence_ends: Ints
    """For each word the number of the first one behind its sentence."""
    docs: Sequence[tuple[int, int, Any]] = ()
    """What a trained pipeline made of them: first sentence, first word, and its Doc."""
    own: Ints | None = None
    """Numbers of the words with the lemmas that it gives; None where none read."""

    def span(self, first: int, past: int) -> Span:
        """Where some words of one sentence stand in their document, by their numbers."""
        return Span(int(self.starts[first]), int(self.ends[past - 1]))

    def text(self, sentence: int) -> str:
        """The text of a sentence's document."""
        return self.texts[self.documents[sentence]]

    def doc(self, sentence: int) -> Any:
        """A sentence as a trained pipeline read it; None where none did."""
        if not self.docs:
            return None
        _, word, doc = self.docs[bisect_right(self.docs, sentence, key=itemgetter(0)) - 1]
        return doc[self.firsts[sentence] - word : self.firsts[sentence + 1] - word]


class _Known(dict[str, bytes]):
    """Of each stretch between spaces the rows of its words; reads it when it is asked for first."""

    def __init__(self, made: Callable[[str], Rows]) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, stretch: str) -> bytes:
        rows = self._made(stretch)
        marks = CAPITAL if _CAPITAL.search(stretch) else 0
        marks |= DENIAL if _DENYING.search(stretch) else 0
        marks |= QUESTION if "?" in stretch else 0
        rows[:, 2] = 0
        rows[:1, 2] = marks
        self[stretch] = made = rows.tobytes()
        return made


class Reader:
    """Reads documents with one pipeline."""

    def __init__(self, nlp: Any, language: str) -> None:
        from spacy.tokenizer import Tokenizer

        self.nlp = nlp
        self.trained = nlp.pipe_names != [LEMMAS]
        self.lexicon = Lexicon()
        # Tokenisers of other makes, as of Japanese, may look across spaces.
        self._by_stretch = type(nlp.tokenizer) is Tokenizer
        self._lemmas = LemmaTable(nlp.vocab.strings, language)
        kept = [nlp.vocab.strings.add(word) for word in sorted(KEPT)]
        self._kept = np.array(kept, dtype=np.uint64)
        self._known = _Known(self._made)

    def read(self, documents: Sequence[tuple[str, Sequence[Span]]]) -> Words:
        """The sentences of some documents, read.

        Args:
            documents: texts, each with sentences in order, not overlapping.
        """
        if len(self._known) > MOST_KNOWN or len(self.lexicon) > MOST_WORDS:
            self._known.clear()
            self.lexicon = Lexicon()
        size = CHUNK if self.trained else PAGE
        made = [list(chunks(text, sentences, size=size)) for text, sentences in documents]
        held = [chunk for parts in made for chunk in parts]
        docs: list[tuple[int, int, Any]] = []
        own = None
        if self.trained:
            rows, docs, own = self._by_pipeline(held)
        else:
            rows = [self._remembered(chunk.text) for chunk in held]
        counts = [sum(len(chunk.sentences) for chunk in parts) for parts in made]
        return self._laid_out(
            [text for text, _ in documents], held,
            [n for n, count in enumerate(counts) for _ in range(count)],
            rows, docs, own,
        )  # fmt: skip

    def doc(self, words: Words, sentence: int) -> Any:
        """A sentence as a Doc with the lemmas of the table, for spaCy's Matcher."""
        from spacy.tokens import Doc

        inside = slice(words.firsts[sentence], words.firsts[sentence + 1])
        numbers, strings = words.numbers[inside], self.nlp.vocab.strings
        written = [strings[w] for w in words.lexicon.orth.of(words.lexicon)[numbers].tolist()]
        gaps = words.starts[inside][1:] > words.ends[inside][:-1]
        doc: Any = Doc(
            self.nlp.vocab, words=written, spaces=[*gaps.tolist(), False][: len(written)]
        )
        return doc.from_array("LEMMA", words.lexicon.lemma.of(words.lexicon)[numbers])

    def lemmas(self, phrase: str) -> list[list[int]]:
        """Hashes of a phrase's lemmas: by the table, and by a trained pipeline if it differs."""
        found = [[self._lemmas[token.lower] for token in self.nlp.make_doc(phrase)]]
        if self.trained:
            own = self._with_lemmas(self.nlp(phrase)).to_array("LEMMA").tolist()
            found += [own] if own != found[0] else []
        return found

    def written(self, phrase: str) -> list[int]:
        """Hashes of a phrase's words as they are written, tidied as texts are."""
        made = [self.nlp.make_doc(c.text) for c in chunks(phrase, [Span(0, len(phrase))])]
        return [token.orth for doc in made for token in doc]

    def _by_pipeline(
        self, held: Sequence[Chunk]
    ) -> tuple[list[bytes], list[tuple[int, int, Any]], Ints]:
        """Rows of each chunk as a trained pipeline reads it; Docs; words with its lemmas."""
        rows: list[bytes] = []
        docs, own = [], [np.zeros(0, dtype=np.int64)]
        sentence = word = 0
        made = self.nlp.pipe((chunk.text for chunk in held), batch_size=16)
        for chunk, doc in zip(held, made, strict=True):
            rows.append(self._rows(doc).tobytes())
            own.append(self._rows(self._with_lemmas(doc), own=True)[:, 0].astype(np.int64))
            docs.append((sentence, word, doc))
            sentence, word = sentence + len(chunk.sentences), word + len(doc)
        return rows, docs, np.concatenate(own)

    def _with_lemmas(self, doc: Any) -> Any:
        """A trained pipeline's Doc, with the table's lemmas where it has none of its own.

        Words that the table is to leave alone stay so here, too: "best" is not "good".
        """
        if not len(doc):
            return doc
        lower = doc.to_array("LOWER")
        table = np.array([self._lemmas[word] for word in lower.tolist()], dtype=np.uint64)
        own = doc.to_array("LEMMA")
        kept = np.isin(lower, self._kept) | (own == 0)
        return doc.from_array("LEMMA", np.where(kept, table, own))

    def _laid_out(
        self, texts: Sequence[str], held: Sequence[Chunk], documents: Sequence[int],
        made: Sequence[bytes], docs: Sequence[tuple[int, int, Any]], own: Ints | None,
    ) -> Words:  # fmt: skip
        rows = np.frombuffer(b"".join(made), dtype=np.int32).reshape(-1, 3)
        numbers = rows[:, 0].astype(np.int64)
        # A row tells how far the next word is: added up, that is where each starts, in the texts
        # of all chunks one behind the other.
        steps = rows[:, 1].astype(np.int64)
        starts = np.cumsum(steps) - steps
        sentences = [span for chunk in held for span in chunk.sentences]
        laid: list[int] = []
        base = at = 0
        odd: list[tuple[int, tuple[list[int], list[int]]]] = []
        for chunk, some in zip(held, made, strict=True):
            laid += [base + start for start in chunk.starts] if base else chunk.starts
            odd += [(at + number, shift) for number, shift in chunk.shifts.items()]
            base, at = base + (len(chunk.text) + 1 if some else 0), at + len(chunk.starts)
        begins = np.array(laid, dtype=np.int64)
        firsts = np.append(np.searchsorted(starts, begins), len(starts))
        lengths = self.lexicon.length.of(self.lexicon)[numbers].astype(np.int64)
        counts = np.diff(firsts)
        # From here on offsets count from the start of each sentence, then of its document.
        starts = starts - np.repeat(begins, counts)
        ends = starts + lengths
        for number, (tidy, original) in odd:
            inside = slice(firsts[number], firsts[number + 1])
            tidied, before = np.array(tidy), np.array(original)
            for offsets, last in ((starts, 0), (ends, 1)):
                own_offsets = offsets[inside] - last
                shifted = np.searchsorted(tidied, own_offsets, side="right") - 1
                offsets[inside] = before[shifted] + own_offsets - tidied[shifted] + last
        places = np.repeat(np.array([span.start for span in sentences], dtype=np.int64), counts)
        return Words(
            texts, sentences, documents, self.lexicon, numbers, rows[:, 2],
            starts + places, ends + places, firsts,
            np.repeat(np.arange(len(sentences)), counts), np.repeat(firsts[1:], counts), docs, own,
        )  # fmt: skip

    def _remembered(self, text: str) -> bytes:
        """The rows of a chunk; quick where its words have one space between them."""
        if self._by_stretch and "  " not in text and text == text.strip():
            return b"".join(map(self._known.__getitem__, text.split(" "))) if text else b""
        return self._made(text).tobytes()

    def _made(self, text: str) -> Rows:
        return self._rows(self.nlp.make_doc(text))

    def _rows(self, doc: Any, *, own: bool = False) -> Rows:
        """Number in the lexicon, characters to the next word, and marks: all, to be on the safe
        side. With ``own``, words have the Doc's lemmas."""
        found = doc.to_array(["ORTH", "LOWER", "LEMMA", "LENGTH", "IDX"]).reshape(-1, 5)
        out = np.full((len(found), 3), _ALL, dtype=np.int32)
        out[:, 0] = [
            self.lexicon.number(orth, lower, lemma if own else self._lemmas[lower], length)
            for orth, lower, lemma, length, _ in found.tolist()
        ]
        # Behind the last word there is a space, as between stretches.
        out[:, 1] = np.diff(found[:, 4].astype(np.int64), append=len(doc.text) + 1)
        return out
