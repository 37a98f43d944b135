"""What a team's sentences teach a model that was made from passages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from tcncode.codebook import load
from tcncode.shipped import shipped
from tcncode.suggest import training
from tcncode.suggest.adapting import adapted, moved
from tcncode.suggest.base import base_classifier
from tcncode.suggest.examples import Example
from tcncode.suggest.features import word_columns
from tcncode.suggest.likeness import likeness
from tcncode.suggest.pipeline import make_pipeline
from tcncode.suggest.suggester import Suggester
from tcncode.text import Span

BOOK = load(shipped("codebook.yaml"))
SHARED = "The zorgloket opened its ledger to the clerks of Vlissingen"
OTHER = "The zorgloket was painted green and shut at noon"


@pytest.fixture(scope="module")
def base():
    return base_classifier(BOOK)


def told(text: str, yes: bool, code: str = "sharing", n: int = 1) -> list[Example]:
    has, others = frozenset({code}), frozenset()
    return [
        Example(f"{text} {k}.", has if yes else others, others if yes else has, f"document {k % 3}")
        for k in range(n)
    ]


def said(classifier, text: str, code: str = "sharing") -> float:
    suggester = Suggester(BOOK, classifier=classifier)
    return suggester.probabilities(text, [Span(0, len(text))])[0].get(code, 0.0)


def taught(base, examples, seed=0):
    return adapted(base, examples, make_pipeline(), seed=seed)


def test_codings_raise_what_is_like_them_and_answers_lower_it(base):
    more = taught(base, told(SHARED, True, n=9) + told(OTHER, False, n=9))
    assert said(more, SHARED) > said(base, SHARED) + 0.1
    assert said(more, OTHER) <= said(base, OTHER)
    wrong = "The cities exchanged good practice at a study visit in Utrecht"
    assert said(base, wrong) > 0.5
    assert said(taught(base, told(wrong, False, n=9)), wrong) < said(base, wrong)


def test_words_that_no_passage_has_are_learned(base):
    more = taught(base, told("Blomqvarn", True, n=9) + told("Xindal", False, n=9))
    assert said(more, "Blomqvarn") > said(more, "Xindal") + 0.02


def test_what_nothing_was_told_of_stays_as_it_was(base):
    more = taught(base, told(SHARED, True, n=4))
    for code in ("shaming", "showcasing"):
        text = "Ministers have left the cities alone with it, and the prize went to Ghent."
        assert said(more, text, code) == said(base, text, code)
    assert more.calibrations == base.calibrations
    assert taught(base, []) is base


def test_a_code_that_the_model_does_not_know_is_learned_beside(base):
    own = "sharing/peer-learning"
    lessons = told(SHARED, True, own, 12) + told(OTHER, False, own, 12)
    more = taught(base, lessons)
    assert more.codes == (*base.codes, own)
    alone = taught(None, lessons)
    assert alone.codes == (own,)
    for model in (more, alone):
        assert said(model, SHARED, own) > said(model, OTHER, own)
    assert taught(None, told(SHARED, True)) is None


def test_the_same_again_gives_the_same_bytes_and_they_are_read_back(base):
    lessons = told(SHARED, True, n=9) + told(OTHER, False, n=9)
    once, again = taught(base, lessons), taught(base, lessons)
    assert once.to_bytes() == again.to_bytes()
    kept = type(once).from_bytes(once.to_bytes())
    assert said(kept, SHARED) == said(once, SHARED)
    assert kept.about["sentences"] == 18
    assert kept.about["examples"] == base.about["examples"]


def test_sums_word_by_word_are_the_old_ones_and_the_change(base):
    """What the adapted model says of a sentence is what it was moved by."""
    lessons = told(SHARED, True, n=9) + told(OTHER, False, n=9)
    # One that stands once, and in the table of like words, but in no passage.
    nlp = make_pipeline()
    words, known = base.weights.words, likeness().words
    rows = words[word_columns(np.array([nlp.vocab.strings.add(w) for w in known], np.uint64))]
    bare = {known[n] for n in np.flatnonzero(rows.any(axis=1) & (rows[:, -1] == 0))}
    lessons += told(f"A {min(bare)} it was", True)
    tokens = training.read(nlp, [e.text for e in lessons])
    more = adapted(base, lessons, nlp)
    made = training.design(tokens, nlp.vocab.strings, base=base)
    code = base.codes.index("sharing")

    def raw(model):
        return model.raw(model.sums(model.read(tokens, nlp.vocab.strings)))[:, code]

    # The old weights, brought to the lengths that new words give.
    old = replace(base, weights=training.tables(
        np.concatenate([words, base.weights.pairs, base.weights.pieces])[:, :-1],
        made.rarity, base.weights.bias,
    ))  # fmt: skip
    calibration = base.calibrations[code]
    odds = raw(old) * calibration.slope + calibration.shift
    labels = np.array(["sharing" in e.yes for e in lessons])
    change = made.matrix @ moved(made.matrix, labels, odds)
    assert raw(more) * calibration.slope + calibration.shift == pytest.approx(
        odds + change, abs=0.01
    )


def test_from_a_model_that_says_nothing_the_change_is_logistic_regression():
    chance = np.random.default_rng(0)
    matrix = sparse.csr_matrix(chance.normal(size=(200, 7)))
    labels = (matrix @ chance.normal(size=7) + chance.normal(size=200)) > 0.4
    # liblinear's bias has the same prior as the weights, as the shift has here.
    model = LogisticRegression(C=1.0, solver="liblinear", tol=1e-8).fit(matrix, labels)
    assert moved(matrix, labels, np.zeros(200)) == pytest.approx(model.coef_[0], abs=1e-3)


def test_what_a_model_knows_already_moves_it_less():
    chance = np.random.default_rng(1)
    matrix = sparse.csr_matrix(chance.normal(size=(300, 5)))
    true = chance.normal(size=5)
    labels = chance.random(300) < 1 / (1 + np.exp(-(matrix @ true)))
    from_nothing = moved(matrix, labels, np.zeros(300))
    from_truth = moved(matrix, labels, matrix @ true)
    assert np.linalg.norm(from_truth) < np.linalg.norm(from_nothing) / 3


@pytest.mark.parametrize("yes", [True, False])
def test_examples_that_say_the_same_or_the_contrary_move_no_further_than_they_weigh(yes):
    chance = np.random.default_rng(2)
    matrix = sparse.csr_matrix(chance.normal(size=(40, 3)))
    same = moved(matrix, np.full(40, yes), np.zeros(40))
    assert np.isfinite(same).all() and np.abs(same).max() < 1
    odds = chance.normal(size=40) * 5
    against = moved(matrix, odds < 0, odds)
    assert np.isfinite(against).all()
    assert (moved(matrix[:0], np.zeros(0, dtype=bool), np.zeros(0)) == 0).all()


def test_progress_ends_where_it_said_it_would(base):
    seen = []
    own = "sharing/peer-learning"
    lessons = told(SHARED, True, own, 12) + told(OTHER, False, own, 12)
    adapted(base, lessons, make_pipeline(), progress=lambda *told: seen.append(told))
    steps = len(base.codes) + 1 + training.FOLDS
    assert seen == [(n, steps) for n in range(1, steps + 1)]


def test_a_code_whose_suggestions_would_mostly_be_wrong_is_left_to_its_cues(base):
    """It would have no threshold that anything reaches, and its cues could not speak for it."""
    own = "sharing/peer-learning"
    same = [
        Example(f"The council met {n}.", frozenset({own} if n % 4 == 0 else ()),
                frozenset() if n % 4 == 0 else frozenset({own}), f"document {n % 3}")
        for n in range(48)
    ]  # fmt: skip
    assert own in training.learnable(same)
    more = taught(base, same)
    assert more.codes == base.codes
    assert taught(None, same) is None


def test_one_is_told_which_model_is_used_and_of_what_it_was_made(study, tcncode):
    assert "shipped" in tcncode("-p", study.path, "suggest", "use").out
    assert "the shipped model is as it was" in tcncode("-p", study.path, "suggest", "train").err
    letter = study.document_id("letter")
    study.code(letter, study.segments(letter, "sentence")[0].span, "sharing")
    trained = tcncode("-p", study.path, "suggest", "train")
    assert trained.code == 0 and "Learned from 1 sentence of this project (1 coding" in trained.err
    assert "of the shipped functions" in trained.err and "Those of other" not in trained.err
    used = tcncode("-p", study.path, "suggest", "use").out
    assert "learned here" in used and "1 sentence of this project" in used
