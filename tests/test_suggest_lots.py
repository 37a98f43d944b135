"""Many documents are read at once: none hangs on another one, and memory is bounded."""

from __future__ import annotations

import hashlib
import json
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcncode import codebook as codebooks
from tcncode.model import City, Network, coding_id
from tcncode.shipped import shipped
from tcncode.suggest.base import base_classifier
from tcncode.suggest.lots import Asked
from tcncode.suggest.suggester import Suggester
from tcncode.suggest.witnesses import Coded
from tcncode.text import Span

SENTENCES = st.sampled_from([
    "We share good practice with Barcelona and learn from other cities.",
    "Do we share\ngood   practice?",
    "We never learn from our peers; the Solidarity Citties network did not share it.",
    "The government has left us alone, without funding, again and again.",
    "Signatories commit to binding standards and shall report every year.",
    "Naïve 😀 façades of 3 cities\u00adwon an award: come and see how we did it.",
    "Funding for cities, direct access to the European funds, is what we call for.",
    "The bus leaves at nine.",
    "Grandparents came through this port, and our city has always been open.",
    "x",
])  # fmt: skip
DOCUMENTS = st.lists(st.lists(SENTENCES, max_size=9), min_size=1, max_size=7)


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    book = codebooks.load(shipped("codebook.yaml"))
    return Suggester(
        book, classifier=base_classifier(book),
        networks=(Network("solidarity-cities", "Solidarity Cities"),),
        cities=(City("barcelona", "Barcelona"),),
        coded=lambda code: [Coded("We learn from other cities.", code, "told", "0", Span(0, 9))],
    )  # fmt: skip


def asked_of(parts: list[list[str]], gap: str = " ") -> list[Asked]:
    """Documents of these sentences; the second sentence of each is to be skipped."""
    out = []
    for n, sentences in enumerate(parts):
        spans, text = [], ""
        for sentence in sentences:
            spans.append(Span(len(text), len(text) + len(sentence)))
            text += sentence + gap
        out.append(Asked(str(n), text, spans, skip=spans[1:2], blocks=spans[::3]))
    return out


def alone(suggester: Suggester, asked: Asked, **options):
    return suggester.suggest(
        asked.text, asked.sentences, document=asked.document, skip=asked.skip,
        blocks=asked.blocks, **options,
    )  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(
    DOCUMENTS, st.integers(1, 1500), st.sampled_from([" ", "\n\n"]), st.sampled_from([None, 0.1])
)
def test_documents_read_at_once_get_what_each_gets_alone(suggester, parts, size, gap, threshold):
    """However documents fall into lots: the same suggestions, probabilities and evidence."""
    asked = asked_of(parts, gap)
    expected = [alone(suggester, one, threshold=threshold) for one in asked]
    with patch("tcncode.suggest.lots.LOT", size):
        assert list(suggester.suggest_all(asked, threshold=threshold)) == expected


def test_the_sentences_at_hand_have_all_kinds_of_evidence(suggester):
    """Or the test above would compare little."""
    every = ["We share good practice with Barcelona and learn from other cities."] * 2
    every += ["We never share good practice; the Solidarity Citties network did not share it."]
    every += ["We learn from other cities, again and again, from their experience."]
    (made,) = suggester.suggest_all(asked_of([every]), threshold=0.01)
    assert {e.kind for s in made for e in s.evidence} >= {"cue", "word", "near", "city", "network"}
    weights = {c.phrase: c.weight for code in suggester.codebook.codes for c in code.cues}
    cues = [e for s in made for e in s.evidence if e.kind == "cue" and e.detail in weights]
    assert any(e.weight < weights[e.detail] for e in cues), "one of them is denied"


def test_only_one_lot_is_held_at_a_time(suggester):
    """Documents are asked for as suggestions are taken: memory does not grow with their number."""
    drawn = []

    def documents():
        for one in asked_of([["The bus leaves at nine."] * 5] * 40):
            drawn.append(one.document)
            yield one

    with patch("tcncode.suggest.lots.LOT", 300):
        made = suggester.suggest_all(documents())
        next(made)
        assert len(drawn) <= 3
        assert len(list(made)) == 39 and len(drawn) == 40


def test_what_is_remembered_of_words_is_bounded(suggester):
    parts = [[f"We share good practice number{n} with city{n} and Town{n}."] for n in range(60)]
    asked = asked_of(parts)
    with patch("tcncode.suggest.lots.LOT", 1):
        expected = list(suggester.suggest_all(asked))
        suggester.cues.names.seen.clear()
        suggester.cues.names._by_itself.clear()
        with (
            patch("tcncode.suggest.reading.MOST_KNOWN", 50),
            patch("tcncode.suggest.reading.MOST_WORDS", 50),
            patch("tcncode.suggest.names.MOST_SEEN", 20),
        ):
            for one, wanted in zip(asked, expected, strict=True):
                assert alone(suggester, one) == wanted
                reader, names = suggester.cues.reader, suggester.cues.names
                assert len(reader.lexicon) <= 50 + 12 and len(reader._known) <= 50 + 12
                assert len(names.seen) <= 22 and len(names._by_itself) <= 22
    assert any(expected)


def test_what_is_remembered_of_phrases_is_bounded(suggester):
    asked = asked_of([["We share good practice, we learn from cities, and call on the state."]] * 5)
    machine = suggester.cues._machine
    expected = list(suggester.suggest_all(asked))
    assert any(expected)
    with patch("tcncode.suggest.machine.MOST_CELLS", 1):
        assert list(suggester.suggest_all(asked)) == expected
        assert machine.size <= 128 * 128


def test_tables_of_weights_are_laid_out_row_by_row(suggester):
    """Otherwise numpy copies the whole table whenever a few rows of it are taken."""
    weights = suggester.classifier.weights
    assert all(t.flags.c_contiguous for t in (weights.words, weights.pairs, weights.pieces))


@given(st.text(max_size=8), st.integers(0, 10**7), st.text(max_size=8), st.text(max_size=8))
def test_ids_are_hashes_of_what_json_writes(document, start, code, coder):
    """The ids in project files, whichever way they are put together."""
    try:
        key = json.dumps([document, start, start + 5, code, coder], ensure_ascii=False).encode()
    except UnicodeEncodeError:  # a lone surrogate, which no settled text has
        return
    expected = hashlib.sha256(key).hexdigest()[:16]
    assert coding_id(document, Span(start, start + 5), code, coder) == expected


def test_no_sentence_reads_across_documents(suggester):
    """Probabilities are told by a document's own sentences, however many are read at once."""
    asked = asked_of([["We call for funding for cities."], ["It rained."], ["It rained.", "x"]])
    with patch("tcncode.suggest.lots.LOT", 10**6):
        together = list(suggester.suggest_all(asked, threshold=0.001))
    scores = [[s.score for s in made] for made in together]
    expected = [[s.score for s in alone(suggester, one, threshold=0.001)] for one in asked]
    assert np.allclose(np.concatenate(scores), np.concatenate(expected), atol=1e-9)
