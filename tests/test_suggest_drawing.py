"""Which of the team's sentences are learned from, where they are too many; and at what cost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcncode.model import Suggestion, suggestion_id
from tcncode.project import learning
from tcncode.suggest import drawing, training
from tcncode.suggest.drawing import drawn
from tcncode.suggest.examples import Example
from tcncode.text import Span


def sentence(n: int, code: str = "", decided: str = "") -> Example:
    yes = frozenset({code} if code else ())
    return Example(f"Sentence {n}.", yes, frozenset(), "d", decided=decided)


def rejection(n: int, code: str, no: Iterable[str], decided: str) -> Example:
    lacks, refused = frozenset(no), frozenset({code})
    return Example(f"Not {n}.", frozenset(), lacks, "d", decided=decided, refused=refused)


CODED = [sentence(n, "sharing", f"2026-01-{1 + n // 20:02}T12:{n % 20:02}:00Z") for n in range(400)]
RARE = [sentence(1000 + n, "shaming", "2020-01-01T12:00:00Z") for n in range(12)]
EMPTY = [sentence(2000 + n) for n in range(4000)]


def test_all_that_was_decided_is_learned_from_where_there_is_room():
    found = drawn([*CODED, *RARE, *EMPTY], 0, most=3000)
    assert {e.text for e in (*CODED, *RARE)} <= {e.text for e in found}
    assert len(found) == 412 + 3 * 412
    assert len(drawn([*RARE, *EMPTY], 0, most=3000)) == 12 + drawing.LEAST_EMPTY


def test_too_many_are_drawn_in_turn_the_newest_for_certain():
    found = drawn([*CODED, *RARE, *EMPTY], 0, most=200)
    assert len(found) == 200 and sum(not e.decided for e in found) == 50
    assert {e.text for e in RARE} <= {e.text for e in found}  # old, and the only ones of their code
    kept = {e.text for e in found if "sharing" in e.yes}
    assert {e.text for e in CODED[-60:]} <= kept, "the newest"
    assert kept - {e.text for e in CODED[-140:]}, "others by chance"
    assert found == drawn([*CODED, *RARE, *EMPTY], 0, most=200)
    assert found != drawn([*CODED, *RARE, *EMPTY], 1, most=200)


def test_an_answer_is_not_crowded_out_by_codings():
    answer = rejection(1, "sharing", {"sharing"}, "2026-02-01T12:00:00Z")
    assert answer in drawn([*CODED, answer, *EMPTY], 0, most=20)


@pytest.mark.parametrize("codes", [6, 30])
def test_a_rare_code_keeps_all_beside_newer_codings_and_rejections_in_finished_documents(codes):
    """There a rejected sentence is known to have no code at all, not only the rejected one not."""
    names = [f"c{k}" for k in range(codes)]
    told = [sentence(n, names[n % codes], "2026-01-01T12:00:00Z") for n in range(9000)]
    told += [rejection(n, names[n % codes], [*names, "r"], "2026-02-01") for n in range(4000)]
    rare = 6000 // (codes + 2)  # an even share: of the codes, this one, and rejections
    told += [sentence(20_000 + n, "r", "2020-01-01T12:00:00Z") for n in range(rare)]
    found = drawn([*told, *EMPTY], 0)
    kept = Counter(code for e in found for code in e.yes)
    assert kept["r"] == rare
    assert all(kept[name] >= rare for name in names)
    refused = Counter(code for e in found for code in e.refused)
    assert rare <= refused.total() < 2 * rare
    assert max(refused.values()) - min(refused[name] for name in names) <= 1


def test_the_newest_rejection_is_learned_from_also_where_codes_are_many():
    names = [f"c{k:02}" for k in range(50)]
    told = [sentence(n, names[n % 50], "2026-01-01T12:00:00Z") for n in range(1000)]
    told += [rejection(n, names[n % 50], names, "2026-01-02T12:00:00Z") for n in range(100)]
    newest = rejection(100, names[-1], names, "2026-01-03T12:00:00Z")
    found = drawn([*told, newest], 0, most=120)
    assert sum(bool(e.refused) for e in found) < 50
    assert newest in found


def test_a_rejection_in_a_finished_document_is_one_of_its_code_alone(study):
    letter = study.document_id("letter")
    first, second, *_ = [s.span for s in study.segments(letter, "sentence")]
    for span, code in ((first, "sharing"), (second, "sharing"), (second, "shaming")):
        made = Suggestion(suggestion_id(letter, span, code), letter, span, code, 0.9, ())
        with study._action("suggest") as _:
            study._store.replace_suggestions(letter, [made])
        study.reject(made.id)
    study.code(letter, second, "sharing")  # thought better of
    for finished in (False, True):
        if finished:
            study.finish([letter])
        found = {e.span: e for e in study.all_examples()}
        assert found[first].refused == {"sharing"}
        assert found[second].refused == {"shaming"} and found[second].yes == {"sharing"}
        assert (len(found[first].no) > 1) == finished
        others = [e for span, e in found.items() if span not in (first, second)]
        assert not any(e.refused for e in others) and bool(others) == finished


spans = st.builds(lambda at, n: Span(at, at + n), st.integers(0, 60), st.integers(1, 30))


@given(st.lists(st.integers(1, 9), max_size=9), st.lists(spans, max_size=12))
def test_sentences_find_what_covers_them_as_if_each_were_compared_with_all(lengths, codings):
    sentences, at = [], 0
    for n in lengths:
        sentences.append(Span(at, at + n))
        at += n + 1
    slow = [[n for n, c in enumerate(codings) if learning._mostly(s, c)] for s in sentences]
    found = [sorted(on) for on in learning._mostly_covering(sentences, codings)]
    assert found == slow


def test_no_sentence_is_compared_with_codings_far_away(study, monkeypatch):
    """With 50,000 codings in one text that took minutes."""
    asked = []
    real = learning._mostly
    monkeypatch.setattr(learning, "_mostly", lambda *a: asked.append(a) or real(*a))
    letter = study.document_id("letter")
    sentences = [s.span for s in study.segments(letter, "sentence")]
    for span in sentences:
        study.code(letter, span, "sharing")
    assert len(study.all_examples()) == len(sentences) > 2
    assert len(asked) == len(sentences)


def test_what_was_left_out_is_counted_and_told(study, tcncode, monkeypatch):
    texts = ("A splendid barn", "A wonder to behold", "Bring two forms", "The office is closed")
    codes = (frozenset({"sharing"}), frozenset())
    some = [
        Example(f"{text} {n}.", codes[k > 1], codes[k < 2], f"writer {n % 3}")
        for n in range(9) for k, text in enumerate(texts)
    ]  # fmt: skip
    monkeypatch.setattr("tcncode.suggest.examples.read_corpus", lambda *_: some)
    monkeypatch.setattr(drawing, "MOST", 4)
    letter, notes = study.document_id("letter"), study.document_id("notes")
    coded = 0
    for document in (letter, notes):
        for found in study.segments(document, "sentence"):
            study.code(document, found.span, "sharing")
            coded += 1
    assert coded > 4
    report = study.train_suggester(seed=3)
    assert (report.sentences, report.left_out) == (4, coded - 4)
    assert json.loads(study._store.suggester()[1])["left_out"] == coded - 4
    ran = tcncode("-p", study.path, "suggest", "train", "--seed", "3")
    assert f"{coded - 4} more sentences" in ran.err and "(seed 3)" in ran.err


def test_an_example_of_which_nothing_is_known_is_as_if_it_were_not_there():
    chance = np.random.default_rng(0)
    for columns in (5, 60):  # fewer columns than examples, and more
        matrix = chance.normal(size=(40, columns))
        labels = (matrix[:, 0] + chance.normal(size=40) > 0).astype(np.int8)
        rows = np.arange(40) % 4 != 0
        labels[~rows] = -1
        with_all = training.fit(matrix, labels, rows, 0)
        without = training.fit(matrix[rows], labels[rows], rows[rows], 0)
        assert np.allclose(with_all[0], without[0], atol=1e-3)
        assert with_all[1] == pytest.approx(without[1], abs=1e-3)


def test_a_dozen_examples_told_apart_without_a_mistake_make_nothing_certain():
    raw = np.r_[np.full(12, 0.8), np.full(12, -0.8)]
    labels = np.r_[np.ones(12), np.zeros(12)].astype(np.int8)
    slope, shift = training.sigmoid(raw, labels, 0)
    assert 1 / (1 + np.exp(-(0.8 * slope + shift))) == pytest.approx(13 / 14, abs=0.01)
    many = training.sigmoid(np.tile(raw, 500), np.tile(labels, 500), 0)
    assert many[0] > 2 * slope
