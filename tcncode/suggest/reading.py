"""Documents -> words as numbers: what cues, names and the classifier are looked up by.

spaCy's tokeniser cuts each stretch between two spaces for itself, and a lemma here depends on the
word alone. So with a blank pipeline each stretch is put to it once, and what it made of it is
remembered as a row of numbers for each word; a document is its rows one behind the other. That is
several times as quick as making a ``Doc`` of it. (spaCy has such a cache, too, which keeps nothing
of a text from the first exception on, "don't", and no more than 10,000 stretches.) A trained
pipeline looks at the words around, so it reads everything, and its lemmas are used beside ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tcncode.suggest.pipeline import CHUNK, KEPT, LEMMAS, Chunk, LemmaTable, chunks
from tcncode.text import Span

Hashes = npt.NDArray[np.uint64]
Offsets = npt.NDArray[np.int64]

MOST_KNOWN = 200_000
"""Stretches that are remembered before that begins anew: about 50 MB."""
PAGE = 50_000
"""Characters to a page, where no pipeline reads them."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some sentences of a document, and their words. All arrays have one value a word."""

    chunk: Chunk
    lower: Hashes
    """spaCy's hash of the word in lower case."""
    lemma: Hashes
    """Likewise of its lemma, by the table of lemmas."""
    orth: Hashes
    """Likewise of the word as it is written."""
    starts: Offsets
    """Where it starts in the text of the chunk."""
    ends: Offsets
    firsts: Offsets
    """Number of the first word of each sentence, and at the end how many words there are."""
    doc: Any = None
    """The same, as a trained pipeline read it, with lemmas of its own; None where none did."""

    def words(self, sentence: int) -> slice:
        """The words of a sentence, by its number."""
        return slice(int(self.firsts[sentence]), int(self.firsts[sentence + 1]))

    def span(self, first: int, past: int) -> Span:
        """Where some words of one sentence stand in the document, by their numbers."""
        return self.chunk.span(int(self.starts[first]), int(self.ends[past - 1]))


class _Known(dict[str, bytes]):
    """Of each stretch between spaces the rows of its words; reads it when it is asked for first."""

    def __init__(self, made: Callable[[str], Hashes]) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, stretch: str) -> bytes:
        self[stretch] = rows = self._made(stretch).tobytes()
        return rows


class Reader:
    """Reads documents with one pipeline."""

    def __init__(self, nlp: Any, language: str) -> None:
        from spacy.tokenizer import Tokenizer

        self.nlp = nlp
        self.trained = nlp.pipe_names != [LEMMAS]
        # Tokenisers of other makes, as of Japanese, may look across spaces.
        self._by_stretch = type(nlp.tokenizer) is Tokenizer
        self._lemmas = LemmaTable(nlp.vocab.strings, language)
        kept = [nlp.vocab.strings.add(word) for word in sorted(KEPT)]
        self._kept = np.array(kept, dtype=np.uint64)
        self._known = _Known(self._made)

    def pages(self, text: str, sentences: Sequence[Span]) -> Iterator[Page]:
        """The sentences, in order, read.

        Args:
            text: the document's text.
            sentences: in order, not overlapping.
        """
        if self.trained:
            read_from = list(chunks(text, sentences, size=CHUNK))
            docs = self.nlp.pipe((chunk.text for chunk in read_from), batch_size=16)
            for chunk, doc in zip(read_from, docs, strict=True):
                yield self._page(chunk, self._rows(doc), self._with_lemmas(doc))
            return
        for chunk in chunks(text, sentences, size=PAGE):
            tidy = "  " not in chunk.text and chunk.text == chunk.text.strip()
            made = self._remembered if tidy and self._by_stretch else self._made
            yield self._page(chunk, made(chunk.text), None)

    def sentence(self, page: Page, number: int) -> Any:
        """A sentence of a page as a Doc with the lemmas of the table, for spaCy's Matcher."""
        from spacy.tokens import Doc

        words = page.words(number)
        strings = self.nlp.vocab.strings
        written = [strings[word] for word in page.orth[words].tolist()]
        gaps = page.starts[words][1:] > page.ends[words][:-1]
        doc: Any = Doc(
            self.nlp.vocab, words=written, spaces=[*gaps.tolist(), False][: len(written)]
        )
        return doc.from_array("LEMMA", page.lemma[words])

    def lemmas(self, phrase: str) -> list[list[int]]:
        """Hashes of a phrase's lemmas: by the table, and by a trained pipeline if it differs."""
        found: list[list[int]] = [self._made(phrase)[:, 1].tolist()]
        if self.trained:
            own = self._with_lemmas(self.nlp(phrase)).to_array("LEMMA").tolist()
            found += [own] if own != found[0] else []
        return found

    def written(self, phrase: str) -> list[int]:
        """Hashes of a phrase's words as they are written."""
        found: list[int] = self._made(phrase)[:, 2].tolist()
        return found

    def _with_lemmas(self, doc: Any) -> Any:
        """A trained pipeline's Doc, with the table's lemmas where it has none of its own.

        Words that the table is to leave alone stay so here, too: "best" is not "good".
        """
        if not len(doc):
            return doc
        table = self._rows(doc)[:, 1]
        own = doc.to_array("LEMMA")
        kept = np.isin(doc.to_array("LOWER"), self._kept) | (own == 0)
        return doc.from_array("LEMMA", np.where(kept, table, own))

    def _page(self, chunk: Chunk, rows: Hashes, doc: Any) -> Page:
        # A row tells how far the next word is: added up, that is where each starts.
        steps = rows[:, 3].astype(np.int64)
        starts = np.cumsum(steps) - steps
        firsts = np.searchsorted(starts, np.array(chunk.starts, dtype=np.int64))
        return Page(
            chunk,
            np.ascontiguousarray(rows[:, 0]),
            np.ascontiguousarray(rows[:, 1]),
            np.ascontiguousarray(rows[:, 2]),
            starts,
            starts + rows[:, 4].astype(np.int64),
            np.append(firsts, len(starts)),
            doc,
        )

    def _remembered(self, text: str) -> Hashes:
        """The rows of a text whose words have one space between them."""
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        joined = b"".join(map(self._known.__getitem__, text.split(" ")))
        return np.frombuffer(joined, dtype=np.uint64).reshape(-1, 5)

    def _made(self, text: str) -> Hashes:
        return self._rows(self.nlp.make_doc(text))

    def _rows(self, doc: Any) -> Hashes:
        """Lower case, lemma, as written, characters to the next word, characters."""
        found: Hashes = doc.to_array(["LOWER", "LOWER", "ORTH", "IDX", "LENGTH"]).reshape(-1, 5)
        if len(found):
            found[:, 1] = [self._lemmas[word] for word in found[:, 0].tolist()]
            # Behind the last word there is a space, as between stretches.
            after = int(found[-1, 3] + found[-1, 4]) + 1
            found[:, 3] = np.diff(found[:, 3], append=np.uint64(after))
        return found


class Phrases:
    """Finds runs of words, given as hashes, in one pass."""

    def __init__(self, *, passing: int | None = None) -> None:
        self._passing = passing
        """A word that may stand between those of a run, such as a hyphen."""
        self._next: dict[int, Any] = {}
        """What may follow, word by word; ``_ENDS`` leads to the keys of the runs that end."""

    def add(self, run: Sequence[int], key: int) -> None:
        """A run to look for; the same one may be added with several keys."""
        at = self._next
        for word in run:
            at = at.setdefault(word, {})
        at.setdefault(_ENDS, []).append(key)

    def find(self, words: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Key, number of the first word and of the one behind the last, by where they start."""
        start_of, total, passing = self._next, len(words), self._passing
        for first in [n for n, word in enumerate(words) if word in start_of]:
            at, past = start_of[words[first]], first + 1
            while True:
                if _ENDS in at:
                    for key in at[_ENDS]:
                        yield key, first, past
                if past == total:
                    break
                if words[past] not in at and words[past] == passing and past + 1 < total:
                    past += 1
                if words[past] not in at:
                    break
                at, past = at[words[past]], past + 1


_ENDS = -1
"""No hash is negative."""
