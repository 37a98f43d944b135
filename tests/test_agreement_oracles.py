"""Other people's programs give the same numbers, where they are known to be right.

Known to be wrong elsewhere: R irr 0.84.1 (alpha of three or more coders), DKPro's MASI, QualCoder's
kappa. They are not asked.
"""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from agreeing import CODED, SPANS, material, one, results
from hypothesis import given, settings
from hypothesis import strategies as st

from tcncode.agreement import STATISTICS, Ratings, of_ratings
from tcncode.agreement.coefficients import cohen_kappa_error, krippendorff_alpha, value_of
from tcncode.agreement.intervals import pieces
from tcncode.agreement.sets import by_jaccard, by_masi

LABELS = st.lists(st.tuples(*[st.sampled_from("abc")] * 3), min_size=1, max_size=12)


def same(found: float | None, want: float) -> None:
    if isnan(want):
        assert found is None
    else:
        assert found == pytest.approx(want, abs=1e-9)


@pytest.mark.filterwarnings("ignore")  # scikit-learn warns where kappa is not defined
@settings(max_examples=40)
@given(st.lists(st.tuples(SPANS, SPANS), min_size=1, max_size=3))
def test_scikit_learn_with_lengths_as_weights(rows):
    """One row for each piece between two edges, its length as the weight: the character kappa."""
    metrics = pytest.importorskip("sklearn.metrics")
    subject = material([{"A": {"x": a}, "B": {"x": b}} for a, b in rows])
    cut = pieces(subject, subject.lines)
    first, second = cut.coded[0]
    want = metrics.cohen_kappa_score(first, second, sample_weight=cut.weight, labels=[False, True])
    found = {r.statistic: r.value for r in results(subject, "kappa", "jaccard", "f1")[:3]}
    same(found["Cohen's kappa"], want)
    if first.any() or second.any():
        weights = {"sample_weight": cut.weight}
        same(found["Jaccard"], metrics.jaccard_score(first, second, **weights))
        same(found["F1"], metrics.f1_score(first, second, **weights))


@settings(max_examples=40)
@given(LABELS)
def test_statsmodels_on_labels(rows):
    """Fleiss' kappa, Randolph's, and Cohen's with its standard error."""
    rater = pytest.importorskip("statsmodels.stats.inter_rater")
    ratings = Ratings.of(rows, "abc")
    table = np.array([[row.count(label) for label in "abc"] for row in rows])
    with np.errstate(all="ignore"):
        same(of_ratings(STATISTICS["Fleiss' kappa"], ratings).value, rater.fleiss_kappa(table))
        randolph = rater.fleiss_kappa(table, method="randolph")
        same(of_ratings(STATISTICS["Brennan-Prediger"], ratings).value, randolph)
        pair = ratings.pair(0, 1)
        square = np.zeros((3, 3))
        for a, b, _ in rows:
            square["abc".index(a), "abc".index(b)] += 1
        kappa = rater.cohens_kappa(square)
        same(of_ratings(STATISTICS["Cohen's kappa"], pair).value, kappa.kappa)
        if not isnan(kappa.kappa):
            assert cohen_kappa_error(pair) == pytest.approx(kappa.std_kappa, abs=1e-9)


@settings(max_examples=40)
@given(LABELS)
def test_nltk_on_labels(rows):
    """Alpha, Scott's pi and mean kappa; nltk says 1 where nobody varies."""
    agreement = pytest.importorskip("nltk.metrics.agreement")
    data = [(f"c{c}", unit, row[c]) for unit, row in enumerate(rows) for c in range(3)]
    task = agreement.AnnotationTask(data=data)
    ratings = Ratings.of(rows, "abc")
    alpha = of_ratings(STATISTICS["Krippendorff's alpha"], ratings)
    assert alpha.value == pytest.approx(task.alpha()) or alpha.reason == "no_variation"
    light = of_ratings(STATISTICS["Light's kappa"], ratings).value
    assert light is None or light == pytest.approx(task.kappa())


@settings(max_examples=40)
@given(CODED)
def test_nltk_on_sets_of_codes(document):
    """MASI with exact thirds; two empty sets are a case that nltk does not have."""
    agreement = pytest.importorskip("nltk.metrics.agreement")
    distance = pytest.importorskip("nltk.metrics.distance")
    subject = material([document], coders="ABC", codes="xyz")
    cut = pieces(subject, subject.lines)
    rows = []
    for at, weight in enumerate(cut.weight):
        sets = [
            # A code that everybody has everywhere, so that no set is empty.
            frozenset(["always", *(c for c, of in zip("xyz", cut.coded, strict=True) if of[n][at])])
            for n in range(3)
        ]
        rows += [sets] * int(weight)
    ratings = Ratings.of(rows)
    for metric, theirs in (
        (by_jaccard, distance.jaccard_distance),
        (by_masi, distance.masi_distance),
    ):
        data = [(f"c{c}", unit, row[c]) for unit, row in enumerate(rows) for c in range(3)]
        want = agreement.AnnotationTask(data=data, distance=theirs).alpha()
        found = value_of(krippendorff_alpha(ratings, metric)).value
        assert found is None or found == pytest.approx(want)


def test_the_oracles_trick_is_the_nvivo_example():
    subject = material([{"A": {"x": [(0, 150)]}, "B": {"x": [(100, 200)]}}], lengths=1000)
    metrics = pytest.importorskip("sklearn.metrics")
    cut = pieces(subject, subject.lines)
    want = metrics.cohen_kappa_score(*cut.coded[0], sample_weight=cut.weight)
    assert one(subject, "kappa").value == pytest.approx(want) == pytest.approx(0.3181818182)
